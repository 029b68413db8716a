//! `size`: what a first visit loads, held to its budget.

use anyhow::ensure;

use crate::build::FRONT_END_STAGES;
use crate::places::{Places, Profile};
use crate::progress::Progress;

/// JavaScript and WebAssembly of a first load, in bytes after brotli.
const BUDGET: u64 = 300_000;

/// Builds the release front end, prints its sizes and checks the budget.
///
/// # Errors
/// When it does not build, or is too big.
pub(crate) fn size(places: &Places) -> anyhow::Result<()> {
    let mut progress = Progress::of("size", FRONT_END_STAGES);
    crate::build::front_end(places, Profile::Release, false, &mut progress)?;
    let mut code = 0;
    println!("{:>10} {:>10}  file", "bytes", "brotli");
    let folder = places.site(Profile::Release).join("assets");
    let mut names = std::fs::read_dir(&folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    names.sort();
    for name in names.iter().filter(|name| !name.ends_with(".br")) {
        let plain = std::fs::metadata(folder.join(name))?.len();
        let packed =
            std::fs::metadata(folder.join(format!("{name}.br"))).map_or(plain, |packed| packed.len());
        println!("{plain:>10} {packed:>10}  {name}");
        if name.ends_with(".js") || name.ends_with(".wasm") {
            code += packed;
        }
    }
    println!("JavaScript and WebAssembly: {code} bytes of {BUDGET}");
    ensure!(
        code <= BUDGET,
        "the front end is {} bytes over its budget",
        code - BUDGET
    );
    Ok(())
}
