//! `tidy`: the rules of this repository that no compiler checks, one file each.

mod architecture_map;
mod dependency_rules;
mod duplicates;
mod features;
mod file_length;
mod levels;
mod licences;
mod manifests;
mod migrations;
mod wasm_tree;
mod workspace;

use crate::places::Places;
use workspace::Workspace;

/// What a rule returns: one sentence per breach, naming the file or crate.
type Breaches = anyhow::Result<Vec<String>>;

/// Runs every rule and prints every breach.
///
/// # Errors
/// When there is a breach, or a rule cannot read what it judges.
pub(crate) fn tidy(places: &Places) -> anyhow::Result<()> {
    let workspace = Workspace::load(places)?;
    let rules: [(&str, Breaches); 10] = [
        ("who may know whom", Ok(dependency_rules::check(&workspace))),
        ("manifests", manifests::check(&workspace)),
        ("features", Ok(features::check(&workspace))),
        ("file length", file_length::check(&places.root)),
        (
            "ARCHITECTURE.md",
            architecture_map::check(&workspace, &places.root),
        ),
        ("licences", licences::check(&workspace)),
        ("duplicate versions", duplicates::check(places)),
        ("WebAssembly's dependencies", wasm_tree::check(places)),
        ("migrations", migrations::check(&places.root)),
        ("migration levels", levels::check(&places.root)),
    ];
    let mut count = 0;
    for (rule, breaches) in rules {
        for breach in breaches? {
            println!("tidy: {rule}: {breach}");
            count += 1;
        }
    }
    anyhow::ensure!(count == 0, "{count} breaches of the rules above");
    println!("tidy: all rules hold");
    Ok(())
}
