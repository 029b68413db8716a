//! What is said to a server, as values; the one renderer of these values to text; the strict parsers of the answers.
//! Pure: no I/O, no clock, no random source.

mod dpkg_version;
mod host_key;
mod op;
pub mod probe;
pub mod scan;
pub mod setup;
pub mod work;

pub use dpkg_version::compare_versions;
pub use host_key::{NotAHostKey, host_key};
pub use op::{NEVER_REFRESH, Op, Rendered, ScanOp, render};
