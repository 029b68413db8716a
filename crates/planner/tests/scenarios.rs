//! Scenarios: a fleet, options and settings as text, then the plan as text below a line of dashes. With
//! `INSTA_UPDATE=always`, as for the other golden tests, the plans are written anew; read the difference before it is
//! committed.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::{Path, PathBuf};
use support::NOW;

const DIVIDER: &str = "\n-----\n";

fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_scenario_is_planned_as_written() {
    let files = scenarios();
    assert!(files.len() >= 25, "{} scenarios", files.len());
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|what| what == "always");
    let mut wrong = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (given, expected) = text.split_once(DIVIDER).unwrap_or((text.trim_end(), ""));
        let scenario = support::read::scenario(given);
        let outcome = planner::plan(&scenario.snapshot, &scenario.options, &scenario.policy, NOW);
        if let Ok(plan) = &outcome {
            let found = planner::check(plan, &scenario.snapshot, &scenario.options, &scenario.policy);
            assert!(found.is_empty(), "{}: {found:?}", file.display());
        }
        let told = support::tell::told(&outcome);
        if told != expected {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            wrong.push(format!("== {name}\n{}", difference(expected, &told)));
            if update {
                std::fs::write(&file, format!("{given}{DIVIDER}{told}")).unwrap();
            }
        }
    }
    assert!(wrong.is_empty() || update, "{}", wrong.join("\n"));
}

/// The lines that only one of the two has.
fn difference(expected: &str, told: &str) -> String {
    let gone = expected
        .lines()
        .filter(|line| !told.lines().any(|other| other == *line));
    let new = told
        .lines()
        .filter(|line| !expected.lines().any(|other| other == *line));
    gone.map(|line| format!("- {line}"))
        .chain(new.map(|line| format!("+ {line}")))
        .collect::<Vec<_>>()
        .join("\n")
}
