//! What a first visit loads.

use anyhow::Context as _;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// The report's section, from the built front end.
pub(crate) fn measure(assets: &Path) -> anyhow::Result<String> {
    let mut text = String::from(
        "## What a first visit loads\n\nOne bundle, and the style sheet.\n\n| | bytes | after brotli |\n|---|---|---|\n",
    );
    let mut bundles = BTreeMap::<String, [u64; 2]>::new();
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
        if kind == "style sheet" {
            writeln!(text, "| {kind} | {plain} | {packed} |")?;
            continue;
        }
        // Files are called `<bundle>.<hash>.<kind>`.
        let bundle = name.split('.').next().unwrap_or(&name);
        writeln!(text, "| {bundle}: {kind} | {plain} | {packed} |")?;
        let sums = bundles.entry(bundle.to_owned()).or_default();
        sums[0] += plain;
        sums[1] += packed;
    }
    for (bundle, [plain, packed]) in bundles {
        writeln!(
            text,
            "| {bundle}: JavaScript and WebAssembly | {plain} | **{packed}** |"
        )?;
    }
    text.push_str("\nBudget: 300 000 bytes of JavaScript and WebAssembly after brotli, for each bundle, and 5 % more with a reason (docs/adr/0015).\n");
    Ok(text)
}
