//! Facts: what the last scan of each server saw, kept once however often it is seen again.

mod attempt;
mod moment;
mod pack;
mod read;
mod record;

pub use attempt::{Attempt, Recorded, ScanRecord};
pub(crate) use read::STATEMENTS as READ_STATEMENTS;
pub use read::StoredFacts;
pub(crate) use record::STATEMENTS as RECORD_STATEMENTS;
