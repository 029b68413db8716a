//! Activity: the audit trail and the checks.

use super::when;
use crate::{Actor, Error, Usecases};
use model::Right;
use model::Survey;
use model::view::{ActivityPage, ActivityRow, CheckRow};
use store::{AuditRecord, CheckRecord};

/// Rows of each kind per page.
const PER_PAGE: u32 = 50;

impl Usecases {
    /// One page of both, newest first; `page` from 1.
    ///
    /// # Errors
    /// When the role does not allow it, or the database cannot be read.
    pub async fn activity(&self, actor: &Actor, page: u32) -> Result<ActivityPage, Error> {
        actor.needs(Right::Read)?;
        let page = page.max(1);
        let audit = self.store.audit_page(page, PER_PAGE).await?;
        let checks = self.store.checks_page(page, PER_PAGE).await?;
        let more = self.store.audit_page(page + 1, PER_PAGE).await?.len()
            + self.store.checks_page(page + 1, PER_PAGE).await?.len()
            > 0;
        Ok(ActivityPage {
            now: self.clock.now(),
            audit: audit.into_iter().map(audit_row).collect(),
            checks: checks.into_iter().map(check_row).collect(),
            page,
            more,
        })
    }
}

fn audit_row(line: AuditRecord) -> ActivityRow {
    let AuditRecord { id, entry: line } = line;
    ActivityRow {
        id,
        at: when(line.at),
        who: line.who,
        what: line.what,
        from: line.from,
        done: line.done,
    }
}

fn check_row(check: CheckRecord) -> CheckRow {
    let took = check
        .started_at
        .zip(check.ended_at)
        .map(|(start, end)| (end.micros() - start.micros()) / 1000);
    CheckRow {
        id: check.id,
        kind: check.kind,
        server: check.server,
        state: check.state.as_str().to_owned(),
        outcome: check.outcome.map(|word| outcome_sentence(&word, check.result)),
        asked: when(check.asked_at),
        took_ms: took,
    }
}

/// How a check ended, in a sentence: the kind's own result, or what the engine's word means.
fn outcome_sentence(word: &str, result: Option<String>) -> String {
    match word {
        "timed_out" => "It took longer than its limit.".to_owned(),
        "cancelled" => "It was cancelled.".to_owned(),
        "gave_up" => "Every attempt lost its worker; it was given up.".to_owned(),
        "restored" => "It was open when a backup was restored.".to_owned(),
        "simulated" => result
            .and_then(|result| serde_json::from_str::<Survey>(&result).ok())
            .map_or_else(|| "The updates were simulated.".to_owned(), |survey| survey.said),
        word => result.unwrap_or_else(|| word.to_owned()),
    }
}
