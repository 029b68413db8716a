//! The check *scan*: reads every fact of a server and writes down what differs.

use crate::desk::{Desk, NotBegun};
use crate::look;
use async_trait::async_trait;
use engine::{Ended, RunContext, RunKind, outcome};
use model::{CheckKind, RunId, ScanParams};
use std::sync::Arc;
use std::time::Duration;
use store::Recorded;
use tokio::sync::Semaphore;

/// The check *scan*.
pub(crate) struct Scan {
    desk: Arc<Desk>,
    /// Who has one looks at a server. Writing what was seen needs none, so that the next look begins meanwhile.
    turns: Semaphore,
}

impl Scan {
    pub(crate) fn new(desk: Arc<Desk>) -> Self {
        Self {
            turns: Semaphore::new(desk.scans_at_once),
            desk,
        }
    }
}

#[async_trait]
impl RunKind for Scan {
    fn name(&self) -> &'static str {
        CheckKind::Scan.as_str()
    }

    fn version(&self) -> u32 {
        CheckKind::Scan.version()
    }

    fn deadline(&self) -> Duration {
        // Twice the longest: once for the look whose turn this one waits for.
        remote::scan::LONGEST
            .saturating_mul(2)
            .saturating_add(Duration::from_secs(120))
    }

    fn width(&self) -> usize {
        self.desk
            .scans_at_once
            .saturating_add(self.desk.scans_at_once / 4)
    }

    async fn run(&self, context: RunContext) -> Ended {
        match self.scan(&context).await {
            Ok(ended) => ended,
            Err(error) => error.end(&context),
        }
    }
}

impl Scan {
    async fn scan(&self, context: &RunContext) -> Result<Ended, NotBegun> {
        let desk = &self.desk;
        let params: ScanParams = serde_json::from_str(&context.params).map_err(NotBegun::Parameters)?;
        let (stored, target) = desk.target(context).await?;
        let looked = async {
            // It is never closed; without a turn the look would be one too many, and nothing worse.
            let _turn = self.turns.acquire().await;
            look::scan(
                &*desk.shell,
                &*desk.clock,
                &target,
                stored.account,
                params.refresh_older_than_secs,
            )
            .await
        };
        let looked = tokio::select! {
            looked = looked => looked,
            () = context.cancel.cancelled() => return Ok(Ended::plain(outcome::CANCELLED)),
        };
        let written = desk
            .write_look(
                RunId::from_uuid(context.id),
                context.epoch,
                target.server,
                looked,
                true,
            )
            .await?;
        let failed = written.failed;
        Ok(match written.recorded {
            Recorded::Fenced => Ended::plain(outcome::CANCELLED),
            _ if failed => Ended::new(outcome::FAILED, written.said),
            Recorded::Changed(lines) if lines > 0 => {
                Ended::new("changed", format!("Done: {lines} changes noticed."))
            }
            _ => Ended::new("seen", "Done: nothing new.".to_owned()),
        })
    }
}
