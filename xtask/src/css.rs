//! The style sheet, made by Tailwind's own command line.

use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::command::output;
use crate::places::{Places, Profile};

/// Makes the style sheet that holds exactly the classes the pages use.
///
/// # Errors
/// When Tailwind is not installed or refuses `style/main.css`.
pub(crate) fn build(places: &Places, profile: Profile) -> anyhow::Result<String> {
    let tailwind = places.npm_program("tailwindcss");
    anyhow::ensure!(
        tailwind.exists(),
        "Tailwind is not installed: run script/bootstrap"
    );
    let made = places.target.join(profile.folder()).join("main.css");
    std::fs::create_dir_all(made.parent().unwrap_or(Path::new(".")))?;
    let mut command = Command::new(tailwind);
    command
        .current_dir(&places.root)
        .args(["--input", "style/main.css", "--output"])
        .arg(&made);
    if profile == Profile::Release {
        command.arg("--minify");
    }
    output(&mut command)?;
    std::fs::read_to_string(&made).with_context(|| format!("could not read {}", made.display()))
}
