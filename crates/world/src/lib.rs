//! The outside world as Drydock sees it: traits, and the data they exchange. Adapters (`ssh`, `simfleet`) implement
//! them; nothing above this crate knows which one answers.

mod clock;
#[cfg(feature = "contract")]
pub mod contract;
mod keys;
mod shell;
mod stream;
mod web;

pub use clock::{Clock, SystemClock};
pub use keys::{KeyError, KeyPair, KeyTool};
pub use model::KeyAlgorithm;
pub use shell::{Answer, Limits, Login, Shell, ShellError, Target};
pub use stream::LogStream;
pub use web::{Get, Web, WebError};
