//! Finds or makes the connection to a server, through its jump hosts if it has any.

use crate::algorithms::{of_keys, usable};
use crate::bounds::{Bounds, Settings, Turn};
use crate::budget::Budget;
use crate::connection::{Connection, open_tunnel};
use crate::dial::dial;
use crate::failure::{failure, key_changed};
use crate::handshake::{Shaken, shake};
use crate::log_in::log_in;
use crate::pool::{Key, Lease, Pool};
use crate::wire::Line;
use crate::witness::Check;
use futures::future::BoxFuture;
use model::Reach;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use tokio::net::TcpStream;
use world::{ShellError, Target};

/// The most jump hosts in a row.
const JUMPS_MAX: usize = 4;

/// The connections of one process.
pub(crate) struct Switchboard {
    pub(crate) settings: Settings,
    pub(crate) bounds: Bounds,
    pub(crate) pool: Arc<Pool>,
}

/// A connection, and whether it was there before.
pub(crate) struct Connected {
    pub(crate) lease: Lease,
    pub(crate) was_there: bool,
}

impl Switchboard {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            bounds: Bounds::new(&settings),
            pool: Pool::new(&settings),
            settings,
        }
    }

    /// The connection to `target`, made if there is none. While somebody makes it, the others wait; if that fails,
    /// it failed for all of them, so that a dead jump host is not waited for once per server behind it.
    pub(crate) fn connected<'a>(
        &'a self,
        target: &'a Target,
        budget: &'a mut Budget,
    ) -> BoxFuture<'a, Result<Connected, ShellError>> {
        Box::pin(async move {
            let slot = self.pool.slot(Key::of(target));
            let attempts_before = slot.attempts.load(Ordering::Acquire);
            let mut state = slot.state.lock().await;
            if let Some(connection) = state
                .connection
                .as_ref()
                .filter(|connection| connection.is_usable())
            {
                return Ok(Connected {
                    lease: self.pool.lease(Arc::clone(connection)),
                    was_there: true,
                });
            }
            if let Some(failure) = &state.failure
                && slot.attempts.load(Ordering::Acquire) > attempts_before
            {
                return Err(failure.clone());
            }
            state.connection = None;
            let way = state.way.take();
            let made = self.connect(target, way, budget).await;
            slot.attempts.fetch_add(1, Ordering::AcqRel);
            match made {
                Ok(connection) => {
                    state.failure = None;
                    state.connection = Some(Arc::clone(&connection));
                    Ok(Connected {
                        lease: self.pool.lease(connection),
                        was_there: false,
                    })
                }
                Err(failure) => {
                    state.failure = Some(failure.clone());
                    Err(failure)
                }
            }
        })
    }

    /// Forgets a connection that turned out to be dead.
    pub(crate) async fn forget(&self, target: &Target, dead: &Lease) {
        let slot = self.pool.slot(Key::of(target));
        let mut state = slot.state.lock().await;
        if state
            .connection
            .as_ref()
            .is_some_and(|connection| dead.is_of(connection))
        {
            state.connection = None;
        }
    }

    /// Forgets the connection to a server, dead or not; whoever uses it keeps it until they are done.
    pub(crate) async fn let_go(&self, target: &Target) {
        let slot = self.pool.slot(Key::of(target));
        let mut state = slot.state.lock().await;
        (state.connection, state.way) = (None, None);
    }

    /// Opens the way for the next connection to a server that is reached without a jump host.
    pub(crate) async fn knock(&self, target: &Target, budget: &mut Budget) -> Result<(), ShellError> {
        if target.jump.is_none() {
            let slot = self.pool.slot(Key::of(target));
            let mut state = slot.state.lock().await;
            state.way = Some(dial(&target.host, target.port, budget).await?);
        }
        Ok(())
    }

    async fn connect(
        &self,
        target: &Target,
        way: Option<TcpStream>,
        budget: &mut Budget,
    ) -> Result<Arc<Connection>, ShellError> {
        let pins = usable(&target.pinned);
        if pins.is_empty() {
            return Err(failure(
                Reach::KeyUnconfirmed,
                "no host key of this server is confirmed, so nothing was sent",
            ));
        }
        let Some(login) = &target.login else {
            return Err(failure(
                Reach::LoginRefused,
                "no account and key are chosen for this server",
            ));
        };
        let begun = Instant::now();
        let host_keys = of_keys(&pins);
        let (line, carrier, turn) = match way {
            Some(stream) => (Line::Tcp(stream), None, self.bounds.handshake(None).await),
            None => self.line(target, budget).await?,
        };
        let mut secured = match shake(line, Check::Pinned(pins), host_keys, &self.settings, budget).await? {
            Shaken::Secured(secured) => secured,
            Shaken::OtherKey { shown, kinds, detail } => {
                drop(turn);
                let offered = self
                    .add_keys(target, shown.into_iter().collect(), kinds, budget)
                    .await;
                return Err(key_changed(detail, offered));
            }
            Shaken::Noted(..) => return Err(failure(Reach::ConnectionLost, "the connection was given up")),
        };
        log_in(&mut secured, login, budget).await?;
        tracing::debug!(server = %target.name, took = ?begun.elapsed(), "connected");
        Ok(Connection::new(
            *secured,
            carrier,
            &self.settings,
            &self.pool.unused,
        ))
    }

    /// A line to the target's port: TCP, or a tunnel through its jump host, whose connection comes with it. The
    /// turn to shake hands is taken here, after the jump host is connected, so that nobody holds a turn while
    /// waiting for another.
    pub(crate) async fn line(
        &self,
        target: &Target,
        budget: &mut Budget,
    ) -> Result<(Line, Option<Lease>, Turn), ShellError> {
        let Some(jump) = &target.jump else {
            let turn = self.bounds.handshake(None).await;
            let stream = dial(&target.host, target.port, budget).await?;
            return Ok((Line::Tcp(stream), None, turn));
        };
        let mut last = None;
        // As for commands: a connection that was there and turns out to be dead is replaced once.
        for _ in 0..2 {
            let carrier = self
                .connected(jump, budget)
                .await
                .map_err(|error| through(jump, &error))?;
            let turn = self.bounds.handshake(Some(&carrier.lease.handshakes)).await;
            match open_tunnel(&carrier.lease, &jump.name, &target.host, target.port, budget).await {
                Ok(tunnel) => return Ok((Line::Tunnel(Box::new(tunnel)), Some(carrier.lease), turn)),
                Err(error) if carrier.was_there && !carrier.lease.is_usable() => {
                    self.forget(jump, &carrier.lease).await;
                    last = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| failure(Reach::JumpFailed, format!("jump host {}", jump.name))))
    }
}

/// Refuses a chain of jump hosts that is too long to be meant.
pub(crate) fn check_jumps(target: &Target) -> Result<(), ShellError> {
    let jumps = std::iter::successors(target.jump.as_deref(), |jump| jump.jump.as_deref()).count();
    if jumps > JUMPS_MAX {
        let detail = format!("{jumps} jump hosts in a row; Drydock follows at most {JUMPS_MAX}");
        return Err(failure(Reach::JumpFailed, detail));
    }
    Ok(())
}

fn through(jump: &Target, error: &ShellError) -> ShellError {
    let (name, sentence, detail) = (&jump.name, error.reach.sentence(), &error.detail);
    failure(
        Reach::JumpFailed,
        format!("jump host {name}: {sentence} {detail}"),
    )
}
