//! The log of an attempt on a simulated server, as it grows.

use crate::connect::failure;
use crate::fault::Fault;
use crate::host::{HostState, boot_id};
use crate::shell::SimShell;
use crate::work::End as JobEnd;
use async_trait::async_trait;
use model::Reach;
use remote::work::Attempt;
use remote::work::follow::{End, FollowOp, Followed};
use std::time::Duration;
use world::{LogStream, ShellError, Target};

/// The most bytes that are sent at once.
const CHUNK: usize = 16 * 1_024;
/// How many bytes a server sends whose connections break in the middle of every answer.
const BEFORE_THE_CUT: u64 = 1_500;
/// How long nothing is looked at, at least and at most.
const REST: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(250));

/// Sends a log from a byte on, piece by piece, until the attempt has ended and every byte was sent.
pub(crate) struct SimStream {
    shell: SimShell,
    target: Target,
    attempt: Attempt,
    /// The next byte.
    at: u64,
    sent: u64,
    begun: bool,
}

/// What there is to see of an attempt's log.
struct Seen {
    is_up: bool,
    is_cut_off: bool,
    boot_id: String,
    /// Length of the log, its next bytes, and how far the attempt is; nothing when it has not started.
    log: Option<(u64, Vec<u8>, JobEnd)>,
    /// How long until there may be more.
    rest: Duration,
}

impl SimStream {
    pub(crate) fn new(shell: SimShell, target: Target, op: &FollowOp) -> Self {
        Self {
            shell,
            target,
            attempt: op.attempt,
            at: op.offset,
            sent: 0,
            begun: false,
        }
    }

    async fn look(&self) -> Result<Seen, ShellError> {
        let (host, attempt, at) = (self.target.host.clone(), self.attempt, self.at);
        let jumps: Vec<String> =
            std::iter::successors(self.target.jump.as_deref(), |jump| jump.jump.as_deref())
                .map(|jump| jump.host.clone())
                .collect();
        let seen = self.shell.with_world(&self.target, move |world| {
            let now = world.now();
            for jump in &jumps {
                if world.look(jump, |_, state| is_up(state))? != Some(true) {
                    return Ok(None);
                }
            }
            world.look(&host, |around, state| {
                let job = state.jobs.get(&attempt);
                let next = job.and_then(|job| job.next_after(state.at));
                let rest = next.map_or(REST.1, |next| {
                    let micros = around.pace.wall(next).micros() - now.micros();
                    Duration::from_micros(u64::try_from(micros).unwrap_or(0)).clamp(REST.0, REST.1)
                });
                Seen {
                    is_up: is_up(state),
                    is_cut_off: state.faults.contains(&Fault::CutOff),
                    boot_id: boot_id(around.seed, &around.spec.host, state.boots),
                    log: job.map(|job| {
                        let bytes = job.log_from(state.at, at, CHUNK);
                        (job.log_length(state.at), bytes, job.end)
                    }),
                    rest,
                }
            })
        });
        match seen.await?.filter(|seen| seen.is_up) {
            Some(seen) => Ok(seen),
            None => Err(self.lost()),
        }
    }

    fn lost(&self) -> ShellError {
        let said = format!("after byte {} of the log: the connection ended", self.at);
        failure(Reach::ConnectionLost, &self.target, &said)
    }
}

/// Whether a connection that was made goes on.
fn is_up(state: &HostState) -> bool {
    let is_gone = [Fault::Down, Fault::NoRoute];
    state.at >= state.down_until && !is_gone.iter().any(|fault| state.faults.contains(fault))
}

#[async_trait]
impl LogStream for SimStream {
    async fn next(&mut self) -> Result<Followed, ShellError> {
        loop {
            let seen = self.look().await?;
            if !self.begun {
                self.begun = true;
                return Ok(Followed::Begun {
                    boot_id: seen.boot_id,
                    length: seen.log.map_or(0, |(length, ..)| length),
                });
            }
            let Some((length, bytes, end)) = seen.log else {
                let (length, end) = (0, End::NotStarted);
                return Ok(Followed::Ended { length, end });
            };
            if length < self.at {
                let end = End::Shorter;
                return Ok(Followed::Ended { length, end });
            }
            if seen.is_cut_off && self.sent >= BEFORE_THE_CUT {
                return Err(self.lost());
            }
            if !bytes.is_empty() {
                self.at += bytes.len() as u64;
                self.sent += bytes.len() as u64;
                return Ok(Followed::Bytes(bytes));
            }
            let end = match end {
                JobEnd::Running => None,
                JobEnd::Ended(_, code) => Some(End::Ended { code }),
                JobEnd::Cut => Some(End::Gone),
            };
            if let Some(end) = end {
                return Ok(Followed::Ended { length, end });
            }
            tokio::time::sleep(seen.rest).await;
        }
    }
}
