//! *Deploy with options*: what changes something. Preview, run, control, profiles, care.

mod advance;
pub(crate) mod asked;
mod care;
mod control;
mod fleet;
mod making;
mod needs;
mod preview;
mod profiles;
pub(crate) mod run_plan;

use crate::Error;

/// A use-case whose body is not written yet.
pub(crate) fn not_yet<T>(what: &'static str) -> Result<T, Error> {
    Err(Error::internal(format!("{what} is not written yet")))
}
