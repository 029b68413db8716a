//! What a request brings along before anybody is known.

use crate::Error;
use async_trait::async_trait;
use model::UserId;
use std::net::IpAddr;

/// Where a request came from, for use-cases that nobody needs to be logged in for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caller {
    /// The address of the person's machine.
    pub from: Option<IpAddr>,
}

/// The session of the request at hand.
#[async_trait]
pub trait SessionPort: Send + Sync {
    /// Begins a session for `user` under a new id.
    ///
    /// # Errors
    /// When the session cannot be stored.
    async fn start(&self, user: UserId) -> Result<(), Error>;

    /// Ends the session.
    ///
    /// # Errors
    /// When the session cannot be removed.
    async fn end(&self) -> Result<(), Error>;
}
