//! What came of refreshing the package lists.

use super::sources::Target;
use crate::scan::Document;
use crate::scan::document::shortened;
use model::facts::Source;
use std::collections::BTreeMap;

/// The status with which the script says that another process kept the lists locked.
const LOCKED: u8 = 75;

pub(super) enum Refresh<'a> {
    /// The lists were fresh enough, or nobody may refresh them.
    NotNeeded,
    Done,
    Locked(String),
    Failed {
        why: String,
        lines: Vec<&'a str>,
    },
}

impl<'a> Refresh<'a> {
    pub(super) fn read(document: &'a Document) -> Self {
        let Some(section) = document.section("refresh") else {
            return Self::NotNeeded;
        };
        let lines: Vec<&str> = document.output(section).collect();
        if section.exit == Some(0) && !section.cut {
            return Self::Done;
        }
        if section.exit == Some(LOCKED) {
            let get = |key: &str| {
                lines
                    .iter()
                    .find_map(|line| line.strip_prefix(key))
                    .map(str::trim)
            };
            return Self::Locked(match (get("holder_command="), get("holder=")) {
                (Some(command), Some(pid)) if !command.is_empty() => {
                    format!("“{}” (process {pid})", shortened(command))
                }
                _ => "another process".to_owned(),
            });
        }
        let first = lines
            .iter()
            .find(|line| line.starts_with("E:") || line.starts_with("Error:"))
            .or_else(|| lines.iter().find(|line| is_fetch_failure(line)));
        let why = match (first, section.exit) {
            (Some(line), _) => told(line),
            (None, Some(0)) => "apt-get update printed more than Drydock reads".to_owned(),
            (None, _) => document
                .failure(section, "apt-get update")
                .unwrap_or_else(|| "apt-get update failed".to_owned()),
        };
        Self::Failed { why, lines }
    }

    pub(super) fn error_of(&self, target: &Target<'_>) -> Option<String> {
        let Self::Failed { lines, .. } = self else {
            return None;
        };
        let named = |line: &&&str| target.is_named_in(line);
        lines
            .iter()
            .filter(|line| line.starts_with("E:") || line.starts_with("Error:"))
            .find(named)
            .or_else(|| lines.iter().filter(|line| is_fetch_failure(line)).find(named))
            .map(|line| told(line))
    }

    /// Sources that failed and that apt does not list: one that was never fetched is no target of its.
    pub(super) fn unlisted(&self, listed: &BTreeMap<String, Source>) -> BTreeMap<String, String> {
        let Self::Failed { lines, .. } = self else {
            return BTreeMap::new();
        };
        lines
            .iter()
            .enumerate()
            .filter_map(|(place, line)| {
                // `Err:5 http://… bookworm/main amd64 Packages`, and why in the next line.
                let mut words = line.strip_prefix("Err:")?.split(' ').skip(1);
                let (site, suite) = (words.next()?.trim_end_matches('/'), words.next()?);
                let release = suite
                    .split('/')
                    .next()
                    .filter(|release| !release.is_empty())
                    .unwrap_or(suite);
                let is_listed = listed
                    .keys()
                    .any(|name| name.starts_with(&format!("{site} {release}")));
                let why = lines.get(place + 1).filter(|why| why.starts_with(' '));
                (!is_listed).then(|| {
                    (
                        format!("{site} {}", suite.replacen('/', " ", 1)),
                        why.map_or_else(|| "it could not be fetched".to_owned(), |why| told(why)),
                    )
                })
            })
            .collect()
    }

    pub(super) fn failure(&self) -> Option<String> {
        match self {
            Self::Failed { why, .. } => Some(why.clone()),
            Self::NotNeeded | Self::Done | Self::Locked(_) => None,
        }
    }

    pub(super) fn note(&self) -> Option<String> {
        match self {
            Self::Locked(holder) => Some(format!(
                "The package lists were not refreshed: {holder} kept them locked for a minute. The next scan tries again."
            )),
            _ => None,
        }
    }
}

/// A line of apt's for people: without its mark, and without the address that it happened to reach.
fn told(line: &str) -> String {
    let line = ["E: ", "W: ", "Error: "]
        .iter()
        .find_map(|mark| line.strip_prefix(mark))
        .unwrap_or(line);
    let line = line.split(" [IP: ").next().unwrap_or(line);
    shortened(&line.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
}

fn is_fetch_failure(line: &str) -> bool {
    line.starts_with("Err:") || line.starts_with("W: Failed to fetch") || line.starts_with("W: GPG error")
}
