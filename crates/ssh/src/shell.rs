//! The port's implementation.

use crate::bounds::Settings;
use crate::budget::Budget;
use crate::connection::{Session, open_session};
use crate::exec::run;
use crate::failure::failure;
use crate::follow::Follower;
use crate::switchboard::{Connected, Switchboard, check_jumps};
use crate::witness::lost;
use async_trait::async_trait;
use model::{HostKey, Reach};
use remote::work::follow::FollowOp;
use remote::{Op, render};
use russh::{ChannelOpenFailure, Error};
use std::sync::Arc;
use std::time::Duration;
use world::{Answer, Limits, LogStream, Shell, ShellError, Target};

/// Speaks to servers over SSH. Clones share their connections. Needs a Tokio runtime with timers and I/O.
#[derive(Clone)]
pub struct SshShell {
    board: Arc<Switchboard>,
}

impl SshShell {
    /// A shell within the given bounds.
    pub fn new(settings: Settings) -> Self {
        Self {
            board: Arc::new(Switchboard::new(settings)),
        }
    }

    /// An open channel for a command. A connection that was there and turns out to be dead is replaced once: nothing
    /// was sent over it, so that nothing is done twice.
    async fn session(&self, target: &Target, budget: &mut Budget) -> Result<Session, ShellError> {
        let mut may_replace = true;
        loop {
            let Connected { lease, was_there } = self.board.connected(target, budget).await?;
            let turn = lease.turn().await;
            // An old connection to a server that went away says nothing; time is kept for a new one.
            let most = if was_there && may_replace {
                budget.left() / 2
            } else {
                budget.left()
            };
            let opened = budget
                .spend_at_most(most, open_session(lease.clone(), turn))
                .await;
            let error = match opened {
                Ok(Ok(session)) => return Ok(session),
                Ok(Err(Error::ChannelOpenFailure(refusal))) => return Err(refused(&refusal)),
                Ok(Err(error)) => failure(Reach::ConnectionLost, lost(&error)),
                Err(_) => failure(
                    Reach::TimedOut,
                    "connected and logged in, but no channel opened in time",
                ),
            };
            if !(was_there && may_replace) {
                return Err(error);
            }
            may_replace = false;
            self.board.forget(target, &lease).await;
        }
    }
}

impl Default for SshShell {
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

fn refused(refusal: &ChannelOpenFailure) -> ShellError {
    failure(
        Reach::ConnectionLost,
        format!(
            "logged in, but the server opened no session ({}); sshd's MaxSessions may be too low",
            refusal.description()
        ),
    )
}

#[async_trait]
impl Shell for SshShell {
    async fn exec(&self, target: &Target, op: &Op, limits: Limits) -> Result<Answer, ShellError> {
        check_jumps(target)?;
        let rendered = render(op);
        let _turn = self.board.bounds.session().await;
        let mut budget = Budget::new(limits.connect);
        let session = self.session(target, &mut budget).await?;
        run(session, rendered, limits).await
    }

    async fn follow(
        &self,
        target: &Target,
        op: &FollowOp,
        connect: Duration,
    ) -> Result<Box<dyn LogStream>, ShellError> {
        check_jumps(target)?;
        let rendered = render(&Op::Follow(op.clone()));
        // The turn is given back when the log comes: logs are followed for hours, and what must be asked meanwhile
        // must not wait for them.
        let _turn = self.board.bounds.session().await;
        let mut budget = Budget::new(connect);
        let session = self.session(target, &mut budget).await?;
        match budget.spend(Follower::begin(session, op, rendered)).await {
            Ok(follower) => Ok(Box::new(follower?)),
            Err(_) => Err(failure(
                Reach::TimedOut,
                "connected and logged in, but the command was not taken in time",
            )),
        }
    }

    async fn offered_keys(&self, target: &Target, limits: Limits) -> Result<Vec<HostKey>, ShellError> {
        check_jumps(target)?;
        let _turn = self.board.bounds.session().await;
        let mut budget = Budget::new(limits.connect);
        self.board.gather(target, &mut budget).await
    }

    async fn let_go(&self, target: &Target) {
        self.board.let_go(target).await;
    }

    async fn knock(&self, target: &Target, within: Duration) -> Result<(), ShellError> {
        self.board.knock(target, &mut Budget::new(within)).await
    }
}
