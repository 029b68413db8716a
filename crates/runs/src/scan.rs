//! The check *scan*: reads every fact of a server and writes down what differs.

use crate::desk::{Desk, NotBegun};
use crate::look::{self, Look};
use async_trait::async_trait;
use engine::{Ended, RunContext, RunKind, outcome};
use model::facts::Facts;
use model::{CheckKind, RunId, ScanParams, ServerId};
use remote::scan::{Document, Seen, changes, installed, reread};
use std::sync::Arc;
use std::time::Duration;
use store::{Attempt, NewChange, Recorded, ScanRecord};

/// The check *scan*.
pub(crate) struct Scan(pub(crate) Arc<Desk>);

#[async_trait]
impl RunKind for Scan {
    fn name(&self) -> &'static str {
        CheckKind::Scan.as_str()
    }

    fn version(&self) -> u32 {
        CheckKind::Scan.version()
    }

    fn deadline(&self) -> Duration {
        remote::scan::LONGEST.saturating_add(Duration::from_secs(120))
    }

    fn width(&self) -> usize {
        self.0.scans_at_once
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
        let desk = &self.0;
        let params: ScanParams = serde_json::from_str(&context.params).map_err(NotBegun::Parameters)?;
        let (stored, target) = desk.target(context).await?;
        let looked = look::scan(
            &*desk.shell,
            &*desk.clock,
            &target,
            stored.account,
            params.refresh_older_than_secs,
        );
        let looked = tokio::select! {
            looked = looked => looked,
            () = context.cancel.cancelled() => return Ok(Ended::plain(outcome::CANCELLED)),
        };
        let server = target.server;
        let (attempt, lines, said) = match looked {
            Look::Seen {
                reach,
                document,
                facts,
                more_host_keys,
            } => {
                let lines = self.differences(server, &document, &facts).await?;
                let document = document.as_text().as_bytes().to_vec();
                (
                    Attempt::Seen {
                        reach,
                        facts,
                        document,
                        more_host_keys,
                    },
                    lines,
                    reach.sentence().to_owned(),
                )
            }
            Look::Failed {
                reach,
                detail,
                answer,
                offered,
            } => {
                let said = format!("{} {detail}", reach.sentence());
                (
                    Attempt::Failed {
                        reach,
                        detail,
                        answer,
                        offered,
                    },
                    Vec::new(),
                    said,
                )
            }
        };
        let now = desk.clock.now();
        let failed = matches!(attempt, Attempt::Failed { .. });
        let record = ScanRecord {
            run: RunId::from_uuid(context.id),
            epoch: context.epoch,
            server,
            at: now,
            next_scan_at: Some(desk.next_scan(now)),
            attempt,
        };
        let recorded = desk.store.record_scan(record, move |_, _| lines).await?;
        Ok(match recorded {
            Recorded::Fenced => Ended::plain(outcome::CANCELLED),
            _ if failed => Ended::new(outcome::FAILED, said),
            Recorded::Changed(lines) if lines > 0 => {
                Ended::new("changed", format!("Done: {lines} changes noticed."))
            }
            _ => Ended::new("seen", "Done: nothing new.".to_owned()),
        })
    }

    /// What differs from the scan before. Nothing that Drydock does changes a server yet, so everything that differs
    /// was done by somebody else.
    async fn differences(
        &self,
        server: ServerId,
        document: &Document,
        facts: &Facts,
    ) -> Result<Vec<NewChange>, NotBegun> {
        let Some(before) = self.0.store.facts(server).await? else {
            return Ok(Vec::new());
        };
        let same_packages = before.facts.installed_digest == facts.installed_digest;
        let old = if same_packages {
            None
        } else {
            self.0.store.scan_document(server).await?
        };
        let old = old.and_then(|text| reread(&String::from_utf8_lossy(&text)).ok());
        let old_packages = old.as_ref().and_then(installed);
        let new_packages = if same_packages { None } else { installed(document) };
        let found = changes(
            Seen {
                facts: &before.facts,
                packages: old_packages.as_ref(),
            },
            Seen {
                facts,
                packages: new_packages.as_ref(),
            },
        );
        let line = |change: model::facts::Change| NewChange {
            what: format!("{}.", change.what),
            details: change.details,
            behind_our_back: true,
            who: None,
        };
        Ok(found.into_iter().map(line).collect())
    }
}
