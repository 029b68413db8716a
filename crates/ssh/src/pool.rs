//! The connections that are kept: one per server and way to reach it, leased out, dropped when unused.

use crate::bounds::Settings;
use crate::connection::Connection;
use crate::failure::lock;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use world::{ShellError, Target};

/// Everything that makes a connection the right one for a target. A target that was edited (address, account, key,
/// pins, jump host) has another key, so that the old connection is not used for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn of(target: &Target) -> Self {
        let mut hash = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        };
        field(target.server.uuid().as_bytes());
        field(target.host.as_bytes());
        field(&target.port.to_be_bytes());
        if let Some(login) = &target.login {
            field(login.user.as_bytes());
            field(login.private_key.expose_secret().as_bytes());
        }
        let mut pins: Vec<&str> = target.pinned.iter().map(|pin| pin.base64.as_str()).collect();
        pins.sort_unstable();
        pins.into_iter().for_each(|pin| field(pin.as_bytes()));
        if let Some(jump) = &target.jump {
            field(&Self::of(jump).0);
        }
        Self(hash.finalize().into())
    }
}

/// The place of one connection. Whoever holds `state` may connect; the others wait and share what comes of it.
#[derive(Default)]
pub(crate) struct Slot {
    /// How many attempts to connect have ended.
    pub(crate) attempts: AtomicU64,
    pub(crate) state: tokio::sync::Mutex<State>,
}

/// What a place holds.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) connection: Option<Arc<Connection>>,
    /// The way that the next connection takes, where one was opened before.
    pub(crate) way: Option<TcpStream>,
    /// What came of the last attempt, if it failed.
    pub(crate) failure: Option<ShellError>,
}

/// All places.
pub(crate) struct Pool {
    slots: Mutex<HashMap<Key, Arc<Slot>>>,
    idle: Duration,
    idle_connections: usize,
    /// How many connections are unused.
    pub(crate) unused: Arc<AtomicUsize>,
    sweeping: AtomicBool,
}

impl Pool {
    pub(crate) fn new(settings: &Settings) -> Arc<Self> {
        Arc::new(Self {
            slots: Mutex::default(),
            idle: settings.idle,
            idle_connections: settings.idle_connections,
            unused: Arc::default(),
            sweeping: AtomicBool::new(false),
        })
    }

    /// The place for a target's connection.
    pub(crate) fn slot(self: &Arc<Self>, key: Key) -> Arc<Slot> {
        if !self.sweeping.swap(true, Ordering::Relaxed) {
            self.keep_sweeping();
        }
        Arc::clone(lock(&self.slots).entry(key).or_default())
    }

    /// Leases out a connection.
    pub(crate) fn lease(self: &Arc<Self>, connection: Arc<Connection>) -> Lease {
        connection.begin_use();
        Lease {
            connection,
            pool: Arc::clone(self),
        }
    }

    fn keep_sweeping(self: &Arc<Self>) {
        let pool = Arc::downgrade(self);
        let pause = (self.idle / 4).clamp(Duration::from_millis(10), Duration::from_secs(5));
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(pause).await;
                let Some(pool) = pool.upgrade() else {
                    return;
                };
                pool.sweep();
            }
        });
    }

    /// Drops the connections that were unused for too long or have ended, and places without one.
    fn sweep(&self) {
        let mut gone = Vec::new();
        lock(&self.slots).retain(|_, slot| {
            // Somebody is about to use the place, or is connecting.
            if Arc::strong_count(slot) > 1 {
                return true;
            }
            let Ok(mut state) = slot.state.try_lock() else {
                return true;
            };
            let keep = state.connection.as_ref().is_some_and(|connection| {
                connection
                    .unused_since()
                    .is_none_or(|since| connection.is_usable() && since.elapsed() < self.idle)
            });
            if !keep {
                gone.extend(state.connection.take());
            }
            keep
        });
        // Outside the lock: a connection gives its carrier back, which asks for the lock.
        drop(gone);
    }

    /// Drops the longest unused connections: an eighth more than needed, so that this is not done every time.
    fn make_room(&self) {
        let slots = lock(&self.slots);
        let mut unused: Vec<_> = slots
            .values()
            .filter_map(|slot| {
                let state = slot.state.try_lock().ok()?;
                Some((state.connection.as_ref()?.unused_since()?, Arc::clone(slot)))
            })
            .collect();
        drop(slots);
        let excess = unused
            .len()
            .saturating_sub(self.idle_connections - self.idle_connections / 8);
        unused.sort_unstable_by_key(|(since, _)| *since);
        for (_, slot) in unused.into_iter().take(excess) {
            let gone = slot.state.try_lock().ok().and_then(|mut state| {
                state.connection.as_ref()?.unused_since()?;
                state.connection.take()
            });
            drop(gone);
        }
    }
}

/// A connection in use.
pub(crate) struct Lease {
    connection: Arc<Connection>,
    pool: Arc<Pool>,
}

impl Lease {
    /// Whether both are leases of the same connection.
    pub(crate) fn is_of(&self, connection: &Arc<Connection>) -> bool {
        Arc::ptr_eq(&self.connection, connection)
    }
}

impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Clone for Lease {
    fn clone(&self) -> Self {
        self.pool.lease(Arc::clone(&self.connection))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self
            .connection
            .end_use()
            .is_some_and(|unused| unused > self.pool.idle_connections)
        {
            self.pool.make_room();
        }
    }
}
