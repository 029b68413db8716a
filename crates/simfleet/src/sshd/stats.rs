//! What a host saw, for tests to look at.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A host's counts so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// TCP connections and tunnels accepted.
    pub connections: usize,
    /// Connections that are open now.
    pub open_connections: usize,
    /// The most connections that were open at once and had not logged in.
    pub most_handshakes: usize,
    /// Log-ins that succeeded.
    pub logins: usize,
    /// Commands asked for.
    pub commands: usize,
    /// Commands that are being answered now.
    pub open_commands: usize,
    /// The most commands that were answered at once.
    pub most_commands: usize,
    /// Commands whose asker closed the channel before the answer was given.
    pub abandoned: usize,
    /// Connections forwarded.
    pub tunnels: usize,
    /// Bytes of standard output that were handed to the network.
    pub bytes: usize,
}

macro_rules! counters {
    ($($name:ident),*) => {
        /// The counters behind [`Counts`].
        #[derive(Debug, Default)]
        pub(super) struct Stats { $(pub(super) $name: AtomicUsize),*, pub(super) handshakes: AtomicUsize }

        impl Stats {
            pub(super) fn counts(&self) -> Counts {
                Counts { $($name: self.$name.load(Ordering::SeqCst)),* }
            }
        }
    };
}

counters!(
    connections,
    open_connections,
    most_handshakes,
    logins,
    commands,
    open_commands,
    most_commands,
    abandoned,
    tunnels,
    bytes
);

/// Adds one.
pub(super) fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::SeqCst);
}

/// Counts something that goes on until [`done`]; `most` keeps the highest number at once.
pub(super) fn open(now: &AtomicUsize, most: Option<&AtomicUsize>) {
    let now = now.fetch_add(1, Ordering::SeqCst) + 1;
    if let Some(most) = most {
        most.fetch_max(now, Ordering::SeqCst);
    }
}

/// The end of something that [`open`] counted.
pub(super) fn done(now: &AtomicUsize) {
    now.fetch_sub(1, Ordering::SeqCst);
}
