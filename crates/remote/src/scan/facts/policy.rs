//! What `apt-cache policy` prints: the releases behind the sources, and every version of the pending packages.

use crate::dpkg_version::compare_versions;
use std::cmp::Ordering;
use std::collections::HashMap;

/// The release that a package index belongs to, by the line that names the index.
#[derive(Debug, Default)]
pub(super) struct Releases<'a>(HashMap<&'a str, Release<'a>>);

#[derive(Debug, Default, Clone, Copy)]
struct Release<'a> {
    archive: &'a str,
    codename: &'a str,
    label: &'a str,
    version: &'a str,
}

impl<'a> Releases<'a> {
    /// Reads `apt-cache policy` without arguments.
    pub(super) fn read(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut releases = HashMap::new();
        let mut index = None;
        for line in lines {
            if let Some(fields) = line.trim_start().strip_prefix("release ") {
                if let Some(index) = index.take() {
                    releases.insert(index, Release::read(fields));
                }
            } else if line.starts_with("Pinned packages") {
                break;
            } else if let Some((_, name)) = priority_and_rest(line) {
                index = Some(name);
            }
        }
        Self(releases)
    }

    /// Whether an index comes from where security updates come from: Debian's label, or an archive or codename that
    /// ends in `-security` (Debian's, Ubuntu's, and the `-infra-security` and `-apps-security` of Ubuntu Pro).
    fn is_security(&self, index: &str) -> bool {
        self.0.get(index).is_some_and(|release| {
            release.label == "Debian-Security"
                || release.archive.ends_with("-security")
                || release.codename.ends_with("-security")
        })
    }

    /// The origin as `apt-get -s` writes it: `Debian-Security:12/oldstable-security`.
    fn origin(&self, index: &str) -> Option<String> {
        let release = self.0.get(index)?;
        let place = match (release.version, release.archive) {
            ("", "") => "unknown".to_owned(),
            ("", archive) => archive.to_owned(),
            (version, "") => version.to_owned(),
            (version, archive) => format!("{version}/{archive}"),
        };
        Some(match release.label {
            "" => place,
            label => format!("{label}:{place}"),
        })
    }
}

impl<'a> Release<'a> {
    /// `v=12,o=Debian,a=oldstable-security,n=bookworm-security,l=Debian-Security,c=main,b=amd64`. A label may hold
    /// commas itself: a field ends where the next one begins.
    fn read(fields: &'a str) -> Self {
        let mut release = Self::default();
        let mut rest = fields;
        while let Some((key, after)) = rest.split_once('=') {
            let end = next_field(after);
            let value = after.get(..end).unwrap_or(after);
            match key {
                "a" => release.archive = value,
                "n" => release.codename = value,
                "l" => release.label = value,
                "v" => release.version = value,
                _ => {}
            }
            rest = after.get(end + 1..).unwrap_or_default();
        }
        release
    }
}

/// Where the value ends: before a comma that is followed by one letter and an equals sign, or at the end.
fn next_field(text: &str) -> usize {
    text.match_indices(',')
        .map(|(place, _)| place)
        .find(|place| {
            let next = text.as_bytes().get(place + 1..).unwrap_or_default();
            matches!(next, [letter, b'=', ..] if letter.is_ascii_lowercase())
        })
        .unwrap_or(text.len())
}

/// `        500 http://… bookworm/main amd64 Packages`
fn priority_and_rest(line: &str) -> Option<(i32, &str)> {
    let (priority, rest) = line.trim_start().split_once(' ')?;
    Some((priority.parse().ok()?, rest.trim()))
}

/// The versions of packages, from `apt-cache policy NAME…`.
#[derive(Debug, Default)]
pub(super) struct Policies<'a>(HashMap<&'a str, Vec<Version<'a>>>);

#[derive(Debug)]
struct Version<'a> {
    version: &'a str,
    /// `(phased 30%)`: given to that share of the machines so far.
    phased: Option<u8>,
    indexes: Vec<&'a str>,
}

impl<'a> Policies<'a> {
    pub(super) fn read(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut policies: HashMap<&'a str, Vec<Version<'a>>> = HashMap::new();
        let mut package = None;
        let mut in_table = false;
        for line in lines {
            if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
                package = Some(name);
                in_table = false;
                policies.entry(name).or_default();
            } else if line.trim() == "Version table:" {
                in_table = true;
            } else if let Some(versions) = package
                .and_then(|name| policies.get_mut(name))
                .filter(|_| in_table)
            {
                // A version stands in the fifth column, after ` *** ` when it is the installed one; its indexes,
                // with their priority right-aligned, begin further right.
                let at_version = line
                    .strip_prefix(" *** ")
                    .or_else(|| line.strip_prefix("     "))
                    .filter(|rest| !rest.starts_with(' '));
                if let Some(rest) = at_version {
                    versions.push(Version::read(rest));
                } else if let (Some(version), Some((_, index))) =
                    (versions.last_mut(), priority_and_rest(line))
                {
                    version.indexes.push(index);
                }
            }
        }
        Self(policies)
    }

    pub(super) fn knows(&self, package: &str) -> bool {
        self.0.get(package).is_some_and(|versions| !versions.is_empty())
    }

    /// Whether any version newer than the installed one has a security origin (`product.md`, B2).
    pub(super) fn is_security(&self, package: &str, installed: &str, releases: &Releases<'_>) -> bool {
        self.0.get(package).is_some_and(|versions| {
            versions
                .iter()
                .filter(|version| compare_versions(version.version, installed) == Ordering::Greater)
                .any(|version| version.indexes.iter().any(|index| releases.is_security(index)))
        })
    }

    /// Where a version comes from, as `apt-get -s` writes it.
    pub(super) fn origin(&self, package: &str, version: &str, releases: &Releases<'_>) -> Option<String> {
        let mut origins: Vec<String> = self
            .version(package, version)?
            .indexes
            .iter()
            .filter(|index| !index.starts_with('/'))
            .filter_map(|index| releases.origin(index))
            .collect();
        origins.dedup();
        (!origins.is_empty()).then(|| origins.join(", "))
    }

    /// Whether the version is given to a share of the machines only.
    pub(super) fn is_phased(&self, package: &str, version: &str) -> bool {
        self.version(package, version)
            .and_then(|version| version.phased)
            .is_some_and(|percent| percent < 100)
    }

    fn version(&self, package: &str, version: &str) -> Option<&Version<'a>> {
        self.0.get(package)?.iter().find(|one| one.version == version)
    }
}

impl<'a> Version<'a> {
    /// `1.1-1 500 (phased 0%)`
    fn read(line: &'a str) -> Self {
        let phased = line
            .split_once("(phased ")
            .and_then(|(_, rest)| rest.split_once('%'))
            .and_then(|(percent, _)| percent.parse().ok());
        Self {
            version: line.split(' ').next().unwrap_or_default(),
            phased,
            indexes: Vec::new(),
        }
    }
}
