//! What open pages are to read again.

mod feed;
mod hints;

pub(crate) use feed::Feed;
pub use hints::{Hint, Hints};
pub(crate) use hints::{STATEMENTS, newest};
