//! What a first visit loads.

use anyhow::Context as _;
use std::fmt::Write as _;
use std::path::Path;

/// The report's section, from the built front end.
pub(crate) fn measure(assets: &Path) -> anyhow::Result<String> {
    let mut text = String::from("## What a first visit loads\n\n| | bytes | after brotli |\n|---|---|---|\n");
    let mut sums = [0, 0];
    let mut names: Vec<_> = std::fs::read_dir(assets)
        .with_context(|| assets.display().to_string())?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<std::io::Result<_>>()?;
    names.sort();
    for name in names {
        let kind = match name.rsplit('.').next() {
            Some("js") => "JavaScript",
            Some("wasm") => "WebAssembly",
            Some("css") => "style sheet",
            _ => continue,
        };
        let plain = std::fs::metadata(assets.join(&name))?.len();
        let packed = std::fs::metadata(assets.join(format!("{name}.br")))?.len();
        writeln!(text, "| {kind} | {plain} | {packed} |")?;
        if kind != "style sheet" {
            sums[0] += plain;
            sums[1] += packed;
        }
    }
    writeln!(
        text,
        "| JavaScript and WebAssembly | {} | **{}** |",
        sums[0], sums[1]
    )?;
    text.push_str("\nBudget: 300 000 bytes of JavaScript and WebAssembly after brotli.\n");
    Ok(text)
}
