//! Steps on a server: how one is started, watched, asked about and tidied away, so that it outlives every connection
//! and is never done twice.
//!
//! An attempt of a step is a directory `/var/lib/drydock/runs/<step>.<attempt>/` and a unit of systemd with the same
//! name. [`start`] makes both; what is in the directory tells everything else, also after the machine was restarted.
//! Every answer but a log's is a document as [`crate::scan`] describes it, with other sections.

mod answer;
pub mod exit;
mod files;
mod quote;
pub(crate) mod send;
mod sound;
mod transaction;

pub mod follow;
pub mod kept;
pub mod precheck;
pub mod simulate;
pub mod start;
pub mod state;
pub mod stop;
pub mod tidy;

pub use answer::{ANSWER_MAX, AnswerError};
pub use files::{WorkFile, files, text};
pub use quote::quoted;
pub use send::SURROUNDINGS;
pub use sound::{Unsound, check};

use model::StepId;
use std::fmt;

/// How an operation asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Whether the account is root itself, so that no sudo is needed.
    pub is_root: bool,
    /// 32 lower-case hexadecimal digits, new for every call, that frame the answer.
    pub nonce: String,
}

/// One attempt of a step. A retry is another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attempt {
    /// The step.
    pub step: StepId,
    /// From 1.
    pub number: u32,
}

impl fmt::Display for Attempt {
    /// `<step>.<attempt>`, as its directory is called.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.step, self.number)
    }
}
