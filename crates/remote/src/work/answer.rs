//! Answers as documents, and why one cannot be used.

use crate::scan::{Document, DocumentError, failure, last_line, parse};
use model::{Account, Reach};
use std::str::FromStr;

pub use crate::scan::ANSWER_MAX;

/// Why an operation that ran gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", reach.as_str())]
pub struct AnswerError {
    /// The state to show.
    pub reach: Reach,
    /// What exactly was seen, a sentence.
    pub detail: String,
}

pub(super) fn unreadable(detail: impl Into<String>) -> AnswerError {
    AnswerError {
        reach: Reach::Unreadable,
        detail: detail.into(),
    }
}

/// The whole document of an answer.
pub(super) fn document(
    asked: &super::Asked,
    stdout: &[u8],
    stderr: &[u8],
    exit: Option<u32>,
) -> Result<Document, AnswerError> {
    let error = match parse(stdout, &asked.nonce) {
        Ok(document) => return Ok(document),
        Err(error) => error,
    };
    let reach = match &error {
        DocumentError::NoDocument(_) => {
            failure(Account::Operate, asked.is_root, exit, stderr).unwrap_or(Reach::Unreadable)
        }
        DocumentError::TooLarge(_) => Reach::TooMuchOutput,
        DocumentError::Truncated(_) if exit != Some(0) => Reach::ConnectionLost,
        _ => Reach::Unreadable,
    };
    let said = last_line(stderr).map_or_else(String::new, |said| format!(" The server said: {said}"));
    Err(AnswerError {
        reach,
        detail: format!("{error}{said}"),
    })
}

/// A section made of `key=value` lines, each key once.
pub(super) struct Values<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Values<'a> {
    /// The lines of a section that is there and ended well.
    pub(super) fn of(document: &'a Document, section: &str) -> Result<Self, AnswerError> {
        let mut values: Vec<(&str, &str)> = Vec::new();
        for line in lines(document, section)? {
            let pair = line
                .split_once('=')
                .filter(|(key, _)| values.iter().all(|(known, _)| known != key))
                .ok_or_else(|| foreign(section, line))?;
            values.push(pair);
        }
        Ok(Self(values))
    }

    /// A value that is there and not empty.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| *value)
            .filter(|value| !value.is_empty())
    }

    /// A number; `None` when the value is empty or not there.
    pub(super) fn number<T: FromStr>(&self, key: &str) -> Result<Option<T>, AnswerError> {
        self.get(key).map(|value| number(key, value)).transpose()
    }

    /// `yes` or `no`.
    pub(super) fn is(&self, key: &str) -> Result<bool, AnswerError> {
        match self.get(key) {
            Some("yes") => Ok(true),
            Some("no") => Ok(false),
            other => Err(unreadable(format!(
                "The server said neither yes nor no to “{key}”, but “{}”.",
                crate::scan::shortened(other.unwrap_or_default())
            ))),
        }
    }
}

pub(super) fn number<T: FromStr>(what: &str, text: &str) -> Result<T, AnswerError> {
    // `parse` would also take a sign.
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| {
        unreadable(format!(
            "The server said “{}” for {what}, which is not a number.",
            crate::scan::shortened(text)
        ))
    })
}

/// The output of a section that is there, whole, and ended well.
pub(super) fn lines<'a>(
    document: &'a Document,
    section: &str,
) -> Result<impl Iterator<Item = &'a str> + use<'a>, AnswerError> {
    document
        .answer(section, section)
        .map_err(|why| unreadable(format!("{why}.")))
}

/// What a section's command said on standard error, on one line.
pub(super) fn errors(document: &Document, section: &str) -> String {
    let Some(section) = document.section(section) else {
        return String::new();
    };
    let said: Vec<&str> = document.errors(section).map(str::trim).collect();
    let mut said = said.join(" ");
    said.truncate(said.floor_char_boundary(1_000));
    said
}

pub(super) fn foreign(section: &str, line: &str) -> AnswerError {
    unreadable(format!(
        "The server's answer about “{section}” holds a line that Drydock does not understand: {}.",
        crate::scan::shortened(line)
    ))
}
