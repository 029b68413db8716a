//! Scanning a simulated server.

use crate::answer::{Asked, document};
use crate::connect::{Met, failure};
use crate::fault::Fault;
use crate::host::Sight;
use crate::pace::SECOND;
use crate::shell::SimShell;
use model::{Account, Reach};
use remote::NEVER_REFRESH;
use remote::scan::ScanOp;
use world::{Limits, ShellError, Target};

/// How often the look-only script refreshes the lists, in seconds.
const LOOK_ONLY_REFRESH_SECS: u32 = 43_200;

impl SimShell {
    /// Answers a scan, in the time that one takes.
    pub(crate) async fn scan(
        &self,
        target: &Target,
        op: &ScanOp,
        limits: Limits,
        met: &Met,
    ) -> Result<Vec<u8>, ShellError> {
        let began = self.world.now();
        let older_than = match op.account {
            Account::Operate => op.refresh_older_than_secs,
            Account::LookOnly => LOOK_ONLY_REFRESH_SECS,
        };
        let refreshes = refresh_is_due(&met.sight, older_than);
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

/// The lists age with the world: in one that runs faster, scans refresh them sooner.
pub(crate) fn refresh_is_due(sight: &Sight, older_than: u32) -> bool {
    if older_than == NEVER_REFRESH || sight.lists.is_empty() {
        return false;
    }
    let limit = i64::from(older_than) * SECOND;
    let refreshed = sight.state.refreshed;
    refreshed.is_none_or(|refreshed| sight.state.at.since(refreshed) >= limit)
}

/// The document with what a faulty server's shell adds to it.
pub(crate) fn garnished(sight: &Sight, document: &str) -> String {
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
