//! The check *probe*: tests the log-in and what the account may do. When it may what it must, a scan follows; when
//! not, the server's page says what is missing.

use crate::desk::{Desk, NotBegun};
use crate::look;
use async_trait::async_trait;
use engine::{Ended, RunContext, RunKind, outcome};
use model::{CheckKind, HostKey, Reach, RunId, ScanParams};
use remote::Op;
use std::sync::Arc;
use std::time::Duration;
use store::{Attempt, NewCheck, Recorded, ScanRecord};

/// The check *probe*.
pub(crate) struct Probe(pub(crate) Arc<Desk>);

#[async_trait]
impl RunKind for Probe {
    fn name(&self) -> &'static str {
        CheckKind::Probe.as_str()
    }

    fn version(&self) -> u32 {
        CheckKind::Probe.version()
    }

    fn deadline(&self) -> Duration {
        Duration::from_secs(120)
    }

    fn width(&self) -> usize {
        32
    }

    async fn run(&self, context: RunContext) -> Ended {
        match self.probe(&context).await {
            Ok(ended) => ended,
            Err(error) => error.end(&context),
        }
    }
}

/// Why the account cannot do what it must.
struct Missing {
    reach: Reach,
    detail: String,
    offered: Vec<HostKey>,
}

impl Probe {
    async fn probe(&self, context: &RunContext) -> Result<Ended, NotBegun> {
        let desk = &self.0;
        let (stored, target) = desk.target(context).await?;
        if target.pinned.is_empty() {
            return Ok(Ended::new(
                outcome::FAILED,
                Reach::KeyUnconfirmed.sentence().to_owned(),
            ));
        }
        let is_root = look::is_root(&target);
        let op = Op::Probe {
            account: stored.account,
            is_root,
        };
        let answer = tokio::select! {
            answer = desk.shell.exec(&target, &op, look::SHORT) => answer,
            () = context.cancel.cancelled() => return Ok(Ended::plain(outcome::CANCELLED)),
        };
        let verdict = match answer {
            Err(error) => Err(Missing {
                reach: error.reach,
                detail: error.detail,
                offered: error.offered,
            }),
            Ok(answer) => remote::probe::Probe::read(
                stored.account,
                is_root,
                &answer.stdout,
                &answer.stderr,
                answer.exit,
            )
            .and_then(|probe| probe.verdict(stored.account))
            .map_err(|failure| Missing {
                reach: failure.reach,
                detail: failure.detail,
                offered: Vec::new(),
            }),
        };
        match verdict {
            Ok(notes) => {
                let check = NewCheck {
                    kind: CheckKind::Scan.as_str().to_owned(),
                    v: CheckKind::Scan.version(),
                    server: Some(target.server),
                    params: serde_json::to_string(&ScanParams {
                        refresh_older_than_secs: desk.refresh_lists_after_secs,
                    })
                    .map_err(NotBegun::Parameters)?,
                    priority: 10,
                    not_before: None,
                    asked_by: None,
                };
                desk.store.enqueue(vec![check]).await?;
                let mut said = "The account can do what it must.".to_owned();
                for note in notes {
                    said.push(' ');
                    said.push_str(&note);
                }
                Ok(Ended::new("seen", said))
            }
            Err(missing) => {
                let said = format!("{} {}", missing.reach.sentence(), missing.detail);
                let now = desk.clock.now();
                let record = ScanRecord {
                    run: RunId::from_uuid(context.id),
                    epoch: context.epoch,
                    server: target.server,
                    at: now,
                    next_scan_at: Some(desk.next_scan(now)),
                    attempt: Attempt::Failed {
                        reach: missing.reach,
                        detail: missing.detail,
                        answer: None,
                        offered: missing.offered,
                    },
                };
                let recorded = desk.store.record_scan(record, Vec::new()).await?;
                Ok(match recorded {
                    Recorded::Fenced => Ended::plain(outcome::CANCELLED),
                    _ => Ended::new(outcome::FAILED, said),
                })
            }
        }
    }
}
