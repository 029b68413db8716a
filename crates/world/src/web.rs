//! The port for a question by HTTP that Drydock asks by itself.

use crate::Target;
use async_trait::async_trait;
use std::time::Duration;

/// A GET. Redirects are not followed; only the status code matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Get {
    /// Whether by TLS.
    pub tls: bool,
    /// DNS name or address to ask; `None`: the server that the question is about, at the address Drydock has of it.
    pub host: Option<String>,
    /// TCP port.
    pub port: u16,
    /// Path and query, beginning with `/`.
    pub path: String,
}

impl Get {
    /// The host that is asked when the question is about `target`.
    pub fn host<'a>(&'a self, target: &'a Target) -> &'a str {
        self.host.as_deref().unwrap_or(&target.host)
    }

    /// The same, where Drydock reaches it.
    ///
    /// # Errors
    /// [`WebError::NotAllowed`] for the own address of a server behind a jump host: it means something there, and perhaps
    /// somebody else here.
    pub fn host_from_here<'a>(&'a self, target: &'a Target) -> Result<&'a str, WebError> {
        match &target.jump {
            Some(jump) if self.host.is_none() => Err(WebError::NotAllowed(format!(
                "Drydock cannot ask it by HTTP: it is reached through {}. Let the server itself ask, or name a host \
                 that Drydock reaches.",
                jump.name
            ))),
            _ => Ok(self.host(target)),
        }
    }

    /// Host and port as a URL and the header `Host` have them.
    pub fn authority(&self, target: &Target) -> String {
        let host = self.host(target);
        if host.contains(':') {
            format!("[{host}]:{}", self.port)
        } else {
            format!("{host}:{}", self.port)
        }
    }

    /// The whole address, for people.
    pub fn url(&self, target: &Target) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}{}", self.authority(target), self.path)
    }
}

/// Why there is no status code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// The time was over.
    #[error("no answer in time")]
    Late,
    /// It must not be asked, or cannot be from here; asking again changes nothing. A sentence that says what to do.
    #[error("{0}")]
    NotAllowed(String),
    /// There was no answer by HTTP; what was seen instead, without control characters.
    #[error("{0}")]
    NoAnswer(String),
}

/// Asks by HTTP. Nothing is changed by asking, so that a question may be asked again at any time.
#[async_trait]
pub trait Web: Send + Sync + 'static {
    /// Asks once and returns the status code. `limit` is from the first packet to the end of the answer's headers.
    ///
    /// # Errors
    /// [`WebError`].
    async fn get(&self, target: &Target, get: &Get, limit: Duration) -> Result<u16, WebError>;
}
