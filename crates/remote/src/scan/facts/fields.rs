//! Sections made of `key=value` lines.

use crate::scan::Document;

pub(super) struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    /// The section's lines, or none when it is missing or failed: what it holds is then unknown.
    pub(super) fn of(document: &'a Document, section: &str) -> Self {
        Self(
            document
                .answer(section, "the server")
                .map(|lines| lines.filter_map(|line| line.split_once('=')).collect())
                .unwrap_or_default(),
        )
    }

    /// The first value of a key, unless it is empty.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        self.all(key).next().filter(|value| !value.is_empty())
    }

    pub(super) fn number<T: std::str::FromStr>(&self, key: &str) -> Option<T> {
        self.get(key).and_then(|value| value.parse().ok())
    }

    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(name, _)| *name == key)
            .map(|(_, value)| *value)
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().copied()
    }
}
