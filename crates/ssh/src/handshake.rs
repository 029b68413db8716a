//! The key exchange: from a byte stream to a connection with a server that proved who it is.

use crate::algorithms::{config, kinds};
use crate::bounds::Settings;
use crate::budget::Budget;
use crate::failure::failure;
use crate::opening::{Heard, heard, host_key_algorithms};
use crate::wire::{CutOnDrop, Line, Wire};
use crate::witness::{Check, End, Ended, Seen, Witness, lost};
use model::{HostKey, Reach};
use russh::client::{Handle, connect_stream};
use russh::keys::{Algorithm, PublicKey};
use russh::{AlgorithmKind, Error};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;
use world::ShellError;

/// A connection whose server proved a pinned key; nobody is logged in yet.
pub(crate) struct Secured {
    pub(crate) handle: Handle<Witness>,
    pub(crate) seen: Arc<Seen>,
    pub(crate) announced: UnboundedReceiver<PublicKey>,
    pub(crate) cut: CutOnDrop,
}

/// What came of a key exchange.
pub(crate) enum Shaken {
    /// The server proved a pinned key.
    Secured(Box<Secured>),
    /// The key was noted; beside it, all kinds of key that the server has.
    Noted(HostKey, Vec<&'static str>),
    /// The server proved none of the pinned keys.
    OtherKey {
        /// The key that it showed, if it came to that.
        shown: Option<HostKey>,
        /// All kinds of key that it has.
        kinds: Vec<&'static str>,
        /// What was seen.
        detail: String,
    },
}

/// Exchanges keys over `line`, accepting `host_keys` only.
pub(crate) async fn shake(
    line: Line,
    check: Check,
    host_keys: Vec<Algorithm>,
    settings: &Settings,
    budget: &mut Budget,
) -> Result<Shaken, ShellError> {
    let (wire, cut, opening) = Wire::new(line);
    let (witness, seen, announced) = Witness::new(check);
    let connecting = Box::pin(connect_stream(config(host_keys, settings), wire, witness));
    let connected = budget.spend(connecting).await;
    let opening = opening.take();
    let error = match connected {
        Err(_) => return Err(out_of_time(&opening)),
        Ok(Ok(handle)) => {
            return Ok(Shaken::Secured(Box::new(Secured {
                handle,
                seen,
                announced,
                cut,
            })));
        }
        Ok(Err(Ended::Noted(Some(key)))) => {
            return Ok(Shaken::Noted(key, kinds(&host_key_algorithms(&opening))));
        }
        Ok(Err(Ended::OtherKey(shown))) => {
            let named = shown
                .as_ref()
                .map_or("a key that cannot be read", |key| key.fingerprint.as_str());
            return Ok(Shaken::OtherKey {
                detail: format!("the server showed {named}, which is none of its confirmed keys"),
                kinds: kinds(&host_key_algorithms(&opening)),
                shown,
            });
        }
        Ok(Err(Ended::Noted(None))) => {
            return Err(failure(
                Reach::ConnectionLost,
                "the server's host key cannot be read",
            ));
        }
        Ok(Err(Ended::Ssh(error))) => error,
    };
    match error {
        Error::NoCommonAlgo {
            kind: AlgorithmKind::Key,
            theirs,
            ours,
        } => Ok(Shaken::OtherKey {
            shown: None,
            kinds: kinds(&theirs),
            detail: format!(
                "the server has host keys for {}; Drydock asked for {}",
                theirs.join(", "),
                ours.join(", ")
            ),
        }),
        Error::NoCommonAlgo { kind, theirs, ours } => {
            let (theirs, ours) = (theirs.join(", "), ours.join(", "));
            let detail =
                format!("no common {kind:?} algorithm: the server has {theirs}; Drydock takes {ours}");
            Err(failure(Reach::ConnectionLost, detail))
        }
        Error::WrongServerSig | Error::Signature(_) => Ok(Shaken::OtherKey {
            shown: None,
            kinds: kinds(&host_key_algorithms(&opening)),
            detail: "the server could not prove that it has the key it showed".to_owned(),
        }),
        error => Err(broken_off(&error, &opening, &seen)),
    }
}

fn out_of_time(opening: &[u8]) -> ShellError {
    match heard(opening) {
        Heard::Nothing => failure(Reach::TimedOut, "connected, but no SSH banner came in time"),
        Heard::Ssh => failure(
            Reach::TimedOut,
            "the server began to speak SSH, but its key exchange did not end in time",
        ),
        Heard::Other(line) => failure(Reach::NotSsh, format!("it said: {line}")),
    }
}

fn broken_off(error: &Error, opening: &[u8], seen: &Seen) -> ShellError {
    match heard(opening) {
        Heard::Nothing => failure(
            Reach::ConnectionLost,
            "the server closed the connection without a word; sshd does that when too many others wait to log in \
             (MaxStartups) or when it shuts an address out",
        ),
        Heard::Other(line) => failure(Reach::NotSsh, format!("it said: {line}")),
        Heard::Ssh => {
            let why = match seen.end_now() {
                Some(End::Disconnected(words)) => format!("the server said: {words}"),
                _ => lost(error),
            };
            failure(
                Reach::ConnectionLost,
                format!("the key exchange broke off: {why}"),
            )
        }
    }
}
