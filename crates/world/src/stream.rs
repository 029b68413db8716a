//! A log that comes as it is written.

use crate::ShellError;
use async_trait::async_trait;
use remote::work::follow::Followed;

/// The log of a step's attempt, as it grows. At most 256 KiB that nobody has taken are held; beyond that the server
/// waits. What waits holds up everything else on the same connection: who cannot take a log for long drops the stream
/// and follows again from the first byte that was not stored.
#[async_trait]
pub trait LogStream: Send {
    /// What comes next: [`Followed::Begun`] first, then bytes, then [`Followed::Ended`], after which nothing comes and
    /// this must not be called again. It waits for as long as the step is silent. Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`ShellError`] when the connection ended or said something else. Every byte before was good: follow again from
    /// the next one.
    async fn next(&mut self) -> Result<Followed, ShellError>;
}
