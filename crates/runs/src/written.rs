//! Writing down what a look saw: facts, and what differs from the look before.

use crate::desk::Desk;
use crate::look::Look;
use model::facts::Facts;
use model::{RunId, ServerId};
use remote::scan::{Document, Seen, changes, installed, reread};
use store::{Attempt, NewChange, Recorded, ScanRecord, StoreError};

/// What was written of one look.
pub(crate) struct Written {
    pub(crate) recorded: Recorded,
    /// Whether the look failed.
    pub(crate) failed: bool,
    /// What it came to, a sentence.
    pub(crate) said: String,
}

impl Desk {
    /// Writes a look in the name of a run. `behind_our_back`: whatever differs was done by somebody else.
    pub(crate) async fn write_look(
        &self,
        run: RunId,
        epoch: i64,
        server: ServerId,
        looked: Look,
        behind_our_back: bool,
    ) -> Result<Written, StoreError> {
        let (attempt, lines, said) = match looked {
            Look::Seen {
                reach,
                document,
                facts,
                more_host_keys,
            } => {
                let lines = self
                    .differences(server, &document, &facts, behind_our_back)
                    .await?;
                let document = document.as_text().as_bytes().to_vec();
                let attempt = Attempt::Seen {
                    reach,
                    facts,
                    document,
                    more_host_keys,
                };
                (attempt, lines, reach.sentence().to_owned())
            }
            Look::Failed {
                reach,
                detail,
                answer,
                offered,
            } => {
                let said = format!("{} {detail}", reach.sentence());
                let attempt = Attempt::Failed {
                    reach,
                    detail,
                    answer,
                    offered,
                };
                (attempt, Vec::new(), said)
            }
        };
        let now = self.clock.now();
        let failed = matches!(attempt, Attempt::Failed { .. });
        let record = ScanRecord {
            run,
            epoch,
            server,
            at: now,
            next_scan_at: Some(self.next_scan(now)),
            attempt,
        };
        let recorded = self.store.record_scan(record, lines).await?;
        Ok(Written {
            recorded,
            failed,
            said,
        })
    }

    /// What differs from the look before.
    async fn differences(
        &self,
        server: ServerId,
        document: &Document,
        facts: &Facts,
        behind_our_back: bool,
    ) -> Result<Vec<NewChange>, StoreError> {
        let Some(before) = self.store.facts(server).await? else {
            return Ok(Vec::new());
        };
        let same_packages = before.facts.installed_digest == facts.installed_digest;
        let old = if same_packages {
            None
        } else {
            self.store.scan_document(server).await?
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
            behind_our_back,
            who: None,
        };
        Ok(found.into_iter().map(line).collect())
    }
}
