//! Options under a name.

use super::{FieldError, Options};
use crate::is_name;
use serde::{Deserialize, Serialize};

/// The version of [`Profile`] that this build writes.
pub const PROFILE_VERSION: u16 = 1;

/// Options that were saved under a name; they appear in a stack's Deploy menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// [`PROFILE_VERSION`] of the build that wrote it.
    pub v: u16,
    /// Its name, unique in its stack; see [`is_name`].
    pub name: String,
    /// What it ticks.
    pub options: Options,
}

impl Profile {
    /// Checks name and options.
    ///
    /// # Errors
    /// Every field that is not accepted; those of the options begin with `options.`.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        if !is_name(&self.name) {
            errors.push(FieldError::new(
                "name",
                "A profile's name has 1 to 64 letters, digits and . - _, and starts with a letter or digit.",
            ));
        }
        for error in self.options.validate().err().into_iter().flatten() {
            errors.push(FieldError::new(
                format!("options.{}", error.field),
                error.sentence,
            ));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}
