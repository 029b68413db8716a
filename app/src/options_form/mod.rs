//! Options as a form writes them: one text per field, read into [`model::options::Options`] by the same code in the
//! browser, before anything is sent, and on the server.

mod command_line;
mod lengths;
mod read;
mod write;

#[cfg(feature = "ssr")]
pub(crate) use read::care_of;
pub(crate) use read::options_of;

use leptos_router::location::Url;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A form's fields by name. A field that is not there is an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A field's text.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Whether a box is ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// Whether there is such a field at all.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Writes a field.
    pub(crate) fn set(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    /// All of them, in order of their names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The address of the form for `stack` with these fields and servers in it.
    pub(crate) fn address<'a>(&'a self, stack: &str, servers: impl Iterator<Item = &'a str>) -> String {
        let pairs: Vec<String> = self
            .iter()
            .chain(servers.map(|id| ("servers[]", id)))
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| format!("{}={}", Url::escape(name), Url::escape(text)))
            .collect();
        format!("/stacks/{}/deploy?{}", Url::escape(stack), pairs.join("&"))
    }
}

#[cfg(test)]
mod tests;
