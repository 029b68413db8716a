//! What open pages are to read again.

mod feed;
mod hints;
mod progress;

pub(crate) use feed::Feed;
pub use hints::{Hint, Hints};
pub(crate) use hints::{STATEMENTS, newest};
pub(crate) use progress::Progress;
