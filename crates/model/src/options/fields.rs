//! What is wrong with one field, and the collector of such errors.

use serde::{Deserialize, Serialize};

/// A field that is not accepted, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Its address, such as `strategy.percent` or `groups.0.health.path`.
    pub field: String,
    /// A sentence for the person who filled it in.
    pub sentence: String,
}

impl FieldError {
    /// An error in `field`.
    pub fn new(field: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            sentence: sentence.into(),
        }
    }
}

/// Collects errors in the order of the form.
#[derive(Default)]
pub(super) struct Errors(Vec<FieldError>);

impl Errors {
    /// Notes `sentence` about `field` unless `accepted`.
    pub(super) fn unless(&mut self, accepted: bool, field: impl Into<String>, sentence: impl Into<String>) {
        if !accepted {
            self.0.push(FieldError::new(field, sentence));
        }
    }

    pub(super) fn result(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
