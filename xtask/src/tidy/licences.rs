//! Everything pulled in may be used in an Apache-2.0 program.

use spdx::{Expression, ParseMode};

use super::Breaches;
use super::workspace::{Package, Workspace};

const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that name a licence file instead of a licence, or a licence that needs a word, with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[(
    "libfuzzer-sys",
    "libFuzzer is LLVM's, under NCSA, which asks for its notice alone; it is in the fuzzer and in nothing that is shipped",
)];

pub(super) fn check(workspace: &Workspace) -> Breaches {
    let excepted = |package: &&Package| !EXCEPTIONS.iter().any(|(name, _)| *name == package.name);
    Ok(workspace.theirs().filter(excepted).filter_map(breach).collect())
}

fn breach(package: &Package) -> Option<String> {
    let name = format!("{} {}", package.name, package.version);
    let Some(licence) = &package.license else {
        return Some(format!("{name} names no licence"));
    };
    // Older manifests write `/` for `OR`.
    let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
        return Some(format!("{name} has a licence that is no expression: {licence}"));
    };
    let allowed = expression.evaluate(|requirement| {
        requirement
            .license
            .id()
            .is_some_and(|id| ALLOWED.contains(&id.name))
    });
    (!allowed).then(|| format!("{name} is under {licence}"))
}
