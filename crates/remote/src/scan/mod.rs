//! The scan: a script, the document it prints, and the facts in it.

mod changes;
mod compose;
mod document;
mod facts;
mod failure;
mod parse;
pub(crate) mod script;

pub use crate::op::ScanOp;
pub use changes::{Seen, changes};
pub use compose::Composer;
pub(crate) use document::shortened;
pub use document::{DOCUMENT_VERSION, Document, Section};
pub(crate) use facts::services::failed_units;
pub use facts::{active_units, facts, installed};
pub(crate) use failure::last_line;
pub use failure::{ScanFailure, failure, read};
pub use parse::{ANSWER_MAX, DocumentError, parse, reread};
pub use script::{INSTALLED_PATH, installed_script, installed_sha256};

use std::time::Duration;

/// How long the script takes at most: after eight minutes it asks nothing more, and what runs then ends by itself.
pub const LONGEST: Duration = Duration::from_secs(9 * 60);
