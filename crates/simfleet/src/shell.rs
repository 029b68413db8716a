//! The simulated fleet behind [`world::Shell`]: it acts on the operation's value and never reads text.

use crate::connect::failure;
use crate::fault::Fault;
use crate::follow::SimStream;
use crate::host::Sight;
use crate::journal::WorldError;
use crate::steps::asked;
use crate::world::SimWorld;
use async_trait::async_trait;
use model::{Account, HostKey, Reach};
use remote::Op;
use remote::scan::{INSTALLED_PATH, installed_sha256};
use remote::work::follow::FollowOp;
use std::sync::Arc;
use std::time::Duration;
use world::{Answer, Limits, LogStream, Shell, ShellError, Target};

/// Speaks to the servers of a simulated world, with the delays that real ones have.
#[derive(Debug, Clone)]
pub struct SimShell {
    pub(crate) world: Arc<SimWorld>,
}

impl SimShell {
    /// Speaks to the servers of `world`.
    pub const fn new(world: Arc<SimWorld>) -> Self {
        Self { world }
    }

    /// Lets time pass: so much of the world's, and no more than `most` of the wall's. Says whether it was enough.
    pub(crate) async fn pass(&self, millis: u64, most: Duration) -> bool {
        let wanted = Duration::from_millis(millis).div_f64(self.world.speed());
        tokio::time::sleep(wanted.min(most)).await;
        wanted <= most
    }

    /// Lets a limit run out, faster in a faster world.
    pub(crate) async fn run_out(&self, limit: Duration) {
        tokio::time::sleep(limit.div_f64(self.world.speed().max(1.0))).await;
    }

    /// Uses the world, which may wait for its disk.
    pub(crate) async fn with_world<T: Send + 'static>(
        &self,
        target: &Target,
        work: impl FnOnce(&SimWorld) -> Result<T, WorldError> + Send + 'static,
    ) -> Result<T, ShellError> {
        let world = Arc::clone(&self.world);
        match tokio::task::spawn_blocking(move || work(&world)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(failure(Reach::ConnectionLost, target, &error.to_string())),
            Err(error) => Err(failure(Reach::ConnectionLost, target, &error.to_string())),
        }
    }
}

#[async_trait]
impl Shell for SimShell {
    async fn exec(&self, target: &Target, op: &Op, limits: Limits) -> Result<Answer, ShellError> {
        if target.pinned.is_empty() {
            return Err(unconfirmed(target));
        }
        let met = self.meet(target, limits).await?;
        let used = met.confirmed_key(target)?;
        met.log_in(target)?;
        let (account, is_root) = match op {
            Op::Scan(scan) => (scan.account, scan.is_root),
            Op::Probe { account, is_root } => (*account, *is_root),
            // Steps need an account that may do everything.
            _ => (Account::Operate, asked(op).is_some_and(|asked| asked.is_root)),
        };
        let refusal = match op {
            // The probe of a look-only account runs as the account itself.
            Op::Probe {
                account: Account::LookOnly,
                ..
            } => None,
            _ => refusal(&met.sight, account, is_root),
        };
        let (stdout, stderr, exit) = match (op, refusal) {
            (_, Some(said)) => (Vec::new(), said.into_bytes(), 1),
            (Op::Scan(scan), None) => (self.scan(target, scan, limits, &met).await?, Vec::new(), 0),
            (Op::Probe { .. }, None) => {
                self.pass(150 * met.slowness(), limits.answer).await;
                (probe(&met.sight, account, is_root).into_bytes(), Vec::new(), 0)
            }
            (Op::Follow(_), None) => {
                let said = "a log is followed, and not asked for";
                return Err(failure(Reach::Unsupported, target, said));
            }
            (op, None) => (self.step(target, op, limits, &met).await?, Vec::new(), 0),
        };
        if stdout.len() > limits.stdout_bytes {
            return Err(failure(
                Reach::TooMuchOutput,
                target,
                &format!("there was more after {} bytes", limits.stdout_bytes),
            ));
        }
        Ok(Answer {
            stdout,
            stderr,
            exit: Some(exit),
            more_host_keys: met.keys.iter().filter(|key| **key != used).cloned().collect(),
        })
    }

    async fn follow(
        &self,
        target: &Target,
        op: &FollowOp,
        connect: Duration,
    ) -> Result<Box<dyn LogStream>, ShellError> {
        if target.pinned.is_empty() {
            return Err(unconfirmed(target));
        }
        let limits = Limits {
            connect,
            answer: connect,
            stdout_bytes: usize::MAX,
        };
        let met = self.meet(target, limits).await?;
        met.confirmed_key(target)?;
        met.log_in(target)?;
        if let Some(said) = refusal(&met.sight, Account::Operate, op.asked.is_root) {
            let said = format!("the server did not send the log; it said: {said}");
            return Err(failure(Reach::ConnectionLost, target, &said));
        }
        Ok(Box::new(SimStream::new(self.clone(), target.clone(), op)))
    }

    async fn offered_keys(&self, target: &Target, limits: Limits) -> Result<Vec<HostKey>, ShellError> {
        Ok(self.meet(target, limits).await?.keys)
    }

    /// Nothing is kept between two operations.
    async fn let_go(&self, _target: &Target) {}

    async fn knock(&self, _target: &Target, _within: Duration) -> Result<(), ShellError> {
        Ok(())
    }
}

fn unconfirmed(target: &Target) -> ShellError {
    failure(
        Reach::KeyUnconfirmed,
        target,
        "no host key is confirmed, so nothing was sent",
    )
}

/// What sudo says when it does not let the account do what the operation needs.
fn refusal(sight: &Sight, account: Account, is_root: bool) -> Option<String> {
    let password = || Some("sudo: a password is required\n".to_owned());
    let missing = || Some(format!("sudo: {INSTALLED_PATH}: command not found\n"));
    match account {
        _ if sight.has(Fault::SudoBroken) && !is_root => password(),
        Account::Operate if sight.spec.account == Account::LookOnly => password(),
        Account::LookOnly if !has_script(sight) => missing(),
        _ => None,
    }
}

fn has_script(sight: &Sight) -> bool {
    sight.spec.account == Account::LookOnly && !sight.has(Fault::NoScript)
}

/// What `probe.sh` prints.
fn probe(sight: &Sight, account: Account, is_root: bool) -> String {
    let kernel = &sight.spec.distro.tables().kernels[sight.spec.flavour];
    let as_root = is_root || account == Account::Operate;
    let mut text = format!(
        "\nDRYDOCK-PROBE v1 BEGIN\nuid={}\nsystem=Linux\nkernel={}\n",
        if as_root { 0 } else { 1_001 },
        kernel.fill(kernel.running, sight.state.running)
    );
    if has_script(sight) {
        text.push_str(&format!(
            "script_sha256={}\nscript_owner=0 755\n",
            installed_sha256()
        ));
    }
    if !as_root {
        let sudo = !sight.has(Fault::SudoBroken);
        let yes = |answer| if answer { "yes" } else { "no" };
        text.push_str(&format!(
            "sudo_script={}\nsudo_anything={}\n",
            yes(sudo && has_script(sight)),
            yes(sudo && sight.spec.account == Account::Operate)
        ));
    }
    text + "DRYDOCK-PROBE v1 END\n"
}
