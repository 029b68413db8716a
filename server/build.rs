//! Tells the server where its built front end lies: `site/` beside the executable's profile folder.

use std::path::{Path, PathBuf};

fn main() -> Result<(), String> {
    let out = PathBuf::from(std::env::var("OUT_DIR").map_err(|error| format!("OUT_DIR: {error}"))?);
    // <target>/<profile>/build/server-<hash>/out
    let profile = out.ancestors().nth(3).unwrap_or(Path::new("."));
    // `cargo xtask hydrate` shows another profile's.
    println!("cargo:rerun-if-env-changed=DRYDOCK_SITE");
    let site = std::env::var_os("DRYDOCK_SITE").map_or_else(|| profile.join("site"), PathBuf::from);
    // rust-embed takes a path from source text only, and this one differs by machine and profile.
    let embedded = format!(
        "#[derive(rust_embed::RustEmbed)]\n#[folder = {site:?}]\n#[allow_missing = true]\nstruct Site;\n"
    );
    std::fs::write(out.join("site.rs"), embedded)
        .map_err(|error| format!("could not write site.rs: {error}"))?;
    println!("cargo:rerun-if-changed=build.rs");
    // A debug server reads the files when it runs; any other one carries them, so it must be built after them.
    if std::env::var("CARGO_CFG_DEBUG_ASSERTIONS").is_err() {
        let manifest = site.join("manifest.json");
        println!("cargo:rerun-if-changed={}", manifest.display());
        if !manifest.exists() {
            return Err("the front end is not built: run `cargo xtask build --release`".to_owned());
        }
    }
    Ok(())
}
