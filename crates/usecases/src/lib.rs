//! What can be done with Drydock, whoever asks: authorise, check, load, persist and enqueue, audit. Pages call this;
//! the API and the command line will.
//!
//! Every method takes the [`Actor`] first and refuses before it reads anything, except those that a person calls who
//! is not known yet.

mod access;
mod actor;
mod audit;
mod automation;
mod deploy;
mod deployment;
mod error;
mod fleet;
mod pages;
mod session;

pub use access::{FirstRunToken, Hasher, Throttle};
pub use actor::Actor;
pub use automation::Automation;
pub use deployment::{NotRunnable, ParametersError, deployment};
pub use error::Error;
pub use fleet::{SeedServer, SeedStack};
pub use pages::LogFile;
pub use session::{Caller, SessionPort};

use std::sync::Arc;
use store::{Hints, Store};
use tokio::sync::watch;
use world::{Clock, KeyTool};

/// What the use-cases need to know of the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether this is the demo, whose servers are simulated.
    pub demo: bool,
    /// Drydock's version.
    pub version: String,
    /// Seconds between two scheduled scans of a server.
    pub scan_every_secs: u32,
    /// Age in seconds after which a scan refreshes a server's package lists.
    pub refresh_lists_after_secs: u32,
}

/// All use-cases. Cheap to clone.
#[derive(Clone)]
pub struct Usecases {
    store: Store,
    clock: Arc<dyn Clock>,
    keys: Arc<dyn KeyTool>,
    hasher: Hasher,
    throttle: Arc<Throttle>,
    first_run: FirstRunToken,
    settings: Arc<Settings>,
}

impl std::fmt::Debug for Usecases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Usecases")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Usecases {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When the system's random source fails.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        keys: Arc<dyn KeyTool>,
        settings: Settings,
    ) -> Result<Self, Error> {
        Ok(Self {
            store,
            clock,
            keys,
            hasher: Hasher::new()?,
            throttle: Arc::new(Throttle::default()),
            first_run: FirstRunToken::default(),
            settings: Arc::new(settings),
        })
    }

    /// The number of the newest hint, now and whenever it grows.
    pub fn hints(&self) -> watch::Receiver<i64> {
        self.store.hints()
    }

    /// The cursor that a page's live stream starts at.
    pub fn live_cursor(&self) -> String {
        self.store.hints().borrow().to_string()
    }

    /// What was touched after a hint.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn hints_since(&self, cursor: i64) -> Result<Hints, Error> {
        Ok(self.store.hints_since(cursor).await?)
    }
}
