//! Writing what came of one scan: one transaction, in the name of one run.

use super::attempt::{Attempt, Recorded, ScanRecord};
use super::pack::{Packed, pack};
use crate::changes::NewChange;
use crate::sql::{Row, statements, values};
use crate::zipped::squeeze;
use crate::{Store, StoreError, Tx};
use model::facts::Component;
use model::{GroupId, HostKey, HostKeyState, Reach, ServerId, StackId, Summary, Timestamp};

statements! {
    SEEN = "UPDATE servers SET reach = $2, reach_detail = NULL, tried_at = $3, next_scan_at = $4, seen_at = $5,
            status = $6, reason = $7, trusted_until = $8, security = $9, other = $10, held = $11, kept_back = $12,
            phased = $13, security_not_ready = $14, reboot = $15, reboot_since = $16, os = $17, kernel = $18,
            open_ports = $19
        WHERE id = $1 AND EXISTS (SELECT 1 FROM runs WHERE id = $20 AND epoch = $21 AND state = 'running')
        RETURNING stack_id, group_id,
            EXISTS (SELECT 1 FROM failed_answers f WHERE f.server_id = servers.id) AS failed_before";
    FAILED = "UPDATE servers SET reach = $2, reach_detail = $3, tried_at = $4, next_scan_at = $5, status = $6,
            reason = $7, trusted_until = NULL
        WHERE id = $1 AND EXISTS (SELECT 1 FROM runs WHERE id = $8 AND epoch = $9 AND state = 'running')
        RETURNING stack_id, group_id";
    SAME = "UPDATE facts SET moment = $3 WHERE server_id = $1 AND hash = $2";
    PUT = "INSERT INTO facts (server_id, v, hash, body, moment, document, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (server_id) DO UPDATE SET v = excluded.v, hash = excluded.hash, body = excluded.body,
            moment = excluded.moment, document = excluded.document, changed_at = excluded.changed_at";
    FORGET_FAILED = "DELETE FROM failed_answers WHERE server_id = $1";
    PUT_FAILED = "INSERT INTO failed_answers (server_id, at, document) VALUES ($1, $2, $3)
        ON CONFLICT (server_id) DO UPDATE SET at = excluded.at, document = excluded.document";
    PIN_MORE = "INSERT INTO host_keys (server_id, algorithm, base64, fingerprint, state, seen_at)
        VALUES ($1, $2, $3, $4, 'pinned', $5) ON CONFLICT (server_id, base64) DO NOTHING";
}

/// What is written about facts, made ready before the transaction.
struct Prepared {
    record: ScanRecord,
    reach: Reach,
    summary: Summary,
    components: Vec<Component>,
    seen_at: Timestamp,
    more_host_keys: Vec<HostKey>,
    packed: Packed,
    /// The document, and lines for the timeline, when the facts are others than before.
    news: Option<(Vec<u8>, Vec<NewChange>)>,
    first: bool,
}

impl Store {
    /// Writes what came of one scan. `lines` go on the timeline when something lasting differs from the scan before.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub async fn record_scan(
        &self,
        mut record: ScanRecord,
        lines: Vec<NewChange>,
    ) -> Result<Recorded, StoreError> {
        let failed = Attempt::Failed {
            reach: Reach::Reached,
            detail: String::new(),
            answer: None,
            offered: vec![],
        };
        match std::mem::replace(&mut record.attempt, failed) {
            Attempt::Failed {
                reach,
                detail,
                answer,
                offered,
            } => {
                let answer = answer.as_deref().map(squeeze).transpose()?;
                self.write(move |tx| {
                    Box::pin(async move { tx.record_failed(&record, reach, detail, answer, &offered).await })
                })
                .await
            }
            Attempt::Seen {
                reach,
                facts,
                document,
                more_host_keys,
            } => {
                let summary = Summary::of(reach, Some(&facts), record.at);
                let packed = pack(&facts)?;
                let before = self.facts_hash(record.server).await?;
                let news = if before.as_ref() == Some(&packed.hash) {
                    None
                } else {
                    Some((squeeze(&document)?, lines))
                };
                let prepared = Prepared {
                    record,
                    reach,
                    summary,
                    components: chosen(facts.components),
                    seen_at: facts.seen_at,
                    more_host_keys,
                    packed,
                    news,
                    first: before.is_none(),
                };
                self.write(move |tx| Box::pin(async move { tx.record_seen(prepared).await }))
                    .await
            }
        }
    }
}

/// The components that a team chooses the version of, which are the ones that can drift.
fn chosen(components: Vec<Component>) -> Vec<Component> {
    components
        .into_iter()
        .filter(|component| !component.is_base_system())
        .collect()
}

impl Tx {
    async fn record_seen(&mut self, prepared: Prepared) -> Result<Recorded, StoreError> {
        let Prepared {
            record,
            reach,
            summary,
            components,
            seen_at,
            more_host_keys,
            packed,
            news,
            first,
        } = prepared;
        let server = record.server;
        let counts = summary.counts;
        let values = values![
            server,
            reach,
            record.at,
            record.next_scan_at,
            seen_at,
            summary.status,
            summary.reason,
            summary.trusted_until,
            counts.map(|counts| counts.security),
            counts.map(|counts| counts.other),
            counts.map(|counts| counts.held),
            counts.map(|counts| counts.kept_back),
            counts.map(|counts| counts.phased),
            counts.map(|counts| counts.security_not_ready),
            summary.reboot,
            summary.reboot_since,
            summary.os,
            summary.kernel,
            summary.open_ports,
            record.run,
            record.epoch,
        ];
        let Some(row) = self.first(&SEEN, values).await? else {
            return Ok(Recorded::Fenced);
        };
        let (_, group) = self.place_touched(server, &row)?;
        if row.get("failed_before")? {
            self.run(&FORGET_FAILED, values![server]).await?;
        }
        for key in more_host_keys {
            self.pin_more(server, key, record.at).await?;
        }
        let Some((document, lines)) = news else {
            self.run(&SAME, values![server, packed.hash, packed.moment])
                .await?;
            return Ok(Recorded::Same);
        };
        let values = values![
            server,
            packed.v,
            packed.hash,
            packed.body,
            packed.moment,
            document,
            record.at
        ];
        self.run(&PUT, values).await?;
        if self.set_components(server, &components, first).await?
            && let Some(group) = group
        {
            self.judge_drift(group);
        }
        for line in &lines {
            self.add_change(server, record.at, line).await?;
        }
        Ok(if first {
            Recorded::First
        } else {
            Recorded::Changed(lines.len())
        })
    }

    async fn record_failed(
        &mut self,
        record: &ScanRecord,
        reach: Reach,
        detail: String,
        answer: Option<Vec<u8>>,
        offered: &[HostKey],
    ) -> Result<Recorded, StoreError> {
        let server = record.server;
        let (status, reason) = model::server_status(reach, None, record.at);
        let values = values![
            server,
            reach,
            detail,
            record.at,
            record.next_scan_at,
            status,
            reason,
            record.run,
            record.epoch,
        ];
        let Some(row) = self.first(&FAILED, values).await? else {
            return Ok(Recorded::Fenced);
        };
        self.place_touched(server, &row)?;
        if let Some(answer) = answer {
            self.run(&PUT_FAILED, values![server, record.at, answer]).await?;
        }
        for key in offered {
            self.put_host_key(server, key, HostKeyState::Conflicting, None, record.at)
                .await?;
        }
        Ok(Recorded::Failed)
    }

    /// Pins a key that was proven over a connection that a pinned key had authenticated, and says so.
    async fn pin_more(&mut self, server: ServerId, key: HostKey, at: Timestamp) -> Result<(), StoreError> {
        let values = values![server, &key.algorithm, &key.base64, &key.fingerprint, at];
        if self.run(&PIN_MORE, values).await? == 0 {
            return Ok(());
        }
        let line = NewChange {
            what: format!(
                "The server showed another host key of its own ({}).",
                key.algorithm
            ),
            details: vec![key.fingerprint],
            behind_our_back: true,
            who: None,
        };
        self.add_change(server, at, &line).await.map(drop)
    }

    fn place_touched(
        &mut self,
        server: ServerId,
        row: &Row,
    ) -> Result<(Option<StackId>, Option<GroupId>), StoreError> {
        let (stack, group) = (row.get("stack_id")?, row.get("group_id")?);
        self.touch_place(server, stack);
        Ok((stack, group))
    }
}
