//! The simulated fleet behind [`world::Shell`]: it acts on the operation's value and never reads text.

use crate::answer::{Asked, document};
use crate::connect::{Met, failure};
use crate::fault::Fault;
use crate::host::Sight;
use crate::journal::WorldError;
use crate::pace::SECOND;
use crate::world::SimWorld;
use async_trait::async_trait;
use model::{Account, HostKey, Reach};
use remote::scan::{INSTALLED_PATH, ScanOp, installed_sha256};
use remote::work::follow::FollowOp;
use remote::{NEVER_REFRESH, Op};
use std::sync::Arc;
use std::time::Duration;
use world::{Answer, Limits, LogStream, Shell, ShellError, Target};

/// How often the look-only script refreshes the lists, in seconds.
const LOOK_ONLY_REFRESH_SECS: u32 = 43_200;

const NO_STEPS: &str = "simulated servers carry out no steps yet";

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

    async fn scan(
        &self,
        target: &Target,
        op: &ScanOp,
        limits: Limits,
        met: &Met,
    ) -> Result<Vec<u8>, ShellError> {
        let began = self.world.now();
        let refreshes = refresh_is_due(&met.sight, op);
        let build = met.sight.spec.build(met.sight.seed);
        let usual = build.scan_ms + if refreshes { build.refresh_ms } else { 0 };
        let millis = usual * met.slowness();
        if met.sight.has(Fault::Hangs) {
            self.run_out(limits.answer).await;
            return Err(failure(
                Reach::ScanTimedOut,
                target,
                "the scan did not end within its limit",
            ));
        }
        if met.sight.has(Fault::CutOff) || met.has_mishap() {
            self.pass(millis / 2, limits.answer).await;
            return Err(failure(
                Reach::ConnectionLost,
                target,
                "the connection was closed in the middle of the answer",
            ));
        }
        if !self.pass(millis, limits.answer).await {
            return Err(failure(
                Reach::ScanTimedOut,
                target,
                "the scan did not end within its limit",
            ));
        }
        let (nonce, account, host) = (op.nonce.clone(), op.account, target.host.clone());
        let text = self
            .with_world(target, move |world| {
                if refreshes {
                    world.refresh(&host)?;
                }
                let Some((sight, _)) = world.sight(&host)? else {
                    return Ok(None);
                };
                let asked = Asked {
                    nonce: &nonce,
                    account,
                    refreshed: refreshes,
                    began,
                    ended: world.now(),
                };
                let is_away = sight.state.at < sight.state.down_until;
                Ok((!is_away).then(|| garnished(&sight, &document(&sight, &asked))))
            })
            .await?;
        let Some(text) = text else {
            return Err(failure(
                Reach::ConnectionLost,
                target,
                "the server restarted in the middle of the answer",
            ));
        };
        if met.sight.has(Fault::Flood) {
            return Err(failure(
                Reach::TooMuchOutput,
                target,
                &format!("there was no end after {} bytes", limits.stdout_bytes),
            ));
        }
        Ok(text.into_bytes())
    }
}

#[async_trait]
impl Shell for SimShell {
    async fn exec(&self, target: &Target, op: &Op, limits: Limits) -> Result<Answer, ShellError> {
        if target.pinned.is_empty() {
            return Err(failure(
                Reach::KeyUnconfirmed,
                target,
                "no host key is confirmed, so nothing was sent",
            ));
        }
        let met = self.meet(target, limits).await?;
        let used = met.confirmed_key(target)?;
        met.log_in(target)?;
        let (account, is_root) = match op {
            Op::Scan(scan) => (scan.account, scan.is_root),
            Op::Probe { account, is_root } => (*account, *is_root),
            _ => return Err(failure(Reach::Unsupported, target, NO_STEPS)),
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
            _ => return Err(failure(Reach::Unsupported, target, NO_STEPS)),
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
        _op: &FollowOp,
        _connect: Duration,
    ) -> Result<Box<dyn LogStream>, ShellError> {
        Err(failure(Reach::Unsupported, target, NO_STEPS))
    }

    async fn offered_keys(&self, target: &Target, limits: Limits) -> Result<Vec<HostKey>, ShellError> {
        Ok(self.meet(target, limits).await?.keys)
    }
}

/// The lists age with the world: in one that runs faster, scans refresh them sooner.
fn refresh_is_due(sight: &Sight, op: &ScanOp) -> bool {
    let older_than = match op.account {
        Account::Operate => op.refresh_older_than_secs,
        Account::LookOnly => LOOK_ONLY_REFRESH_SECS,
    };
    if older_than == NEVER_REFRESH || sight.lists.is_empty() {
        return false;
    }
    let limit = i64::from(older_than) * SECOND;
    let refreshed = sight.state.refreshed;
    refreshed.is_none_or(|refreshed| sight.state.at.since(refreshed) >= limit)
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

/// The document with what a faulty server's shell adds to it.
fn garnished(sight: &Sight, document: &str) -> String {
    let mut text = format!("\n{document}");
    if sight.has(Fault::Garbled) {
        // Behind the document's first line.
        let place = text.match_indices('\n').nth(1).map_or(0, |(place, _)| place + 1);
        text.insert_str(place, "bash: warning: setlocale: LC_ALL: cannot change locale\n");
    }
    if sight.has(Fault::Noisy) {
        let greeting = "  *** Welcome. Unauthorised use is prohibited. ***\n";
        text = format!("{greeting}You have new mail.\n{text}logout\n");
    }
    text
}
