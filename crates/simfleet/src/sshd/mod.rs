//! A fleet of SSH servers in one process, for tests of the SSH adapter and for measuring it. Each host has a port or
//! an address of its own and its own host keys; none runs anything. What a host answers is recorded, and how it
//! misbehaves is chosen by [`Behaviour`].

mod answer;
mod behaviour;
mod cut;
mod document;
mod forward;
mod host;
mod keys;
mod settings;
mod stats;
mod visit;

pub use behaviour::Behaviour;
pub use document::Document;
pub use host::Host;
pub use keys::KeyKind;
pub use settings::{Accepted, Addresses, FleetSettings, HostSettings};
pub use stats::Counts;

use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// A running fleet. Dropping it closes its ports; its open connections end with the runtime.
#[derive(Debug)]
pub struct Fleet {
    hosts: Vec<Arc<Host>>,
    listening: JoinSet<()>,
}

impl Fleet {
    /// Starts all hosts; they answer when this returns.
    ///
    /// # Errors
    /// When an address cannot be listened on.
    pub async fn start(settings: FleetSettings) -> io::Result<Self> {
        let FleetSettings {
            seed,
            hosts: wanted,
            accepted,
            document,
            delay,
        } = settings;
        let accepted = Arc::new(accepted);
        let document = Arc::new(document);
        let mut hosts = Vec::with_capacity(wanted.len());
        let mut listening = JoinSet::new();
        for host in wanted {
            let listener = TcpListener::bind(host.listen).await?;
            let host = Arc::new(Host::new(
                host,
                listener.local_addr()?,
                seed,
                Arc::clone(&accepted),
                Arc::clone(&document),
                delay,
            ));
            listening.spawn(host::listen(Arc::clone(&host), listener));
            hosts.push(host);
        }
        Ok(Self { hosts, listening })
    }

    /// The hosts, in the order of the settings.
    pub fn hosts(&self) -> &[Arc<Host>] {
        &self.hosts
    }

    /// Stops listening and ends every connection, as a power cut would.
    pub fn stop(&mut self) {
        self.listening.abort_all();
        self.hosts.iter().for_each(|host| host.end_connections());
    }
}
