//! A draft on its way: the next question where one was answered, and the plan that takes its place when all are.
//!
//! This happens when somebody looks at the draft and, for those that nobody looks at, with the schedule. Every step is one
//! transaction that does nothing when another process was first.

use super::asked::Asked;
use super::making::make;
use super::needs::need;
use crate::{Error, Usecases};
use model::view::PreviewAsked;
use model::{CheckKind, ErrorCode, PlanId, ServerId, Timestamp};
use std::collections::{HashMap, HashSet};
use store::{Awaited, NewCheck, Preview};

/// After so many checks of one server it is planned from what is known.
const TRIES_MAX: u32 = 4;
/// How old a draft may be that the schedule still brings on, in seconds. Its checks have ended long before.
const LEFT_ALONE_SECS: i64 = 3600;
/// Drafts that one tick of the schedule brings on.
const LEFT_ALONE_AT_ONCE: u32 = 20;

/// A question that follows an answer.
struct Next {
    server: ServerId,
    ended: model::RunId,
    check: NewCheck,
}

impl Usecases {
    /// Brings on the drafts that nobody may be looking at. One that cannot be brought on does not stop the others.
    pub(crate) async fn advance_drafts(&self, now: Timestamp) -> Result<(), Error> {
        let since = now.plus_secs(-LEFT_ALONE_SECS);
        for (draft, made_by) in self.store.open_drafts(since, LEFT_ALONE_AT_ONCE).await? {
            let Some(preview) = self.store.preview(draft).await? else {
                continue;
            };
            if let Err(error) = self.advance(draft, &preview, made_by.as_deref()).await {
                tracing::warn!(%draft, error = %error, "a draft could not be brought on");
            }
        }
        Ok(())
    }

    /// Brings a draft as far as it can be. Returns the checks it waits, or waited, for, and the plan that took its
    /// place, if one did.
    pub(crate) async fn advance(
        &self,
        draft: PlanId,
        preview: &Preview,
        made_by: Option<&str>,
    ) -> Result<(Vec<Awaited>, Option<PlanId>), Error> {
        let awaited = self.store.awaited(draft).await?;
        if awaited.is_empty() || preview.replaced_by.is_some() {
            return Ok((awaited, preview.replaced_by));
        }
        let Some(asked) = Asked::read(preview)? else {
            return Ok((awaited, None));
        };
        let all_over = awaited.iter().all(Awaited::is_over);
        let next = self.next_checks(&asked, &awaited, all_over, made_by).await?;
        if !next.is_empty() {
            self.ask_next(draft, next).await?;
            return Ok((self.store.awaited(draft).await?, None));
        }
        if !all_over {
            return Ok((awaited, None));
        }
        let by = self.replace(draft, preview, asked, made_by).await?;
        Ok((awaited, Some(by)))
    }

    /// What follows the answers that are there: after a scan, a survey.
    async fn next_checks(
        &self,
        asked: &Asked,
        awaited: &[Awaited],
        all_over: bool,
        by: Option<&str>,
    ) -> Result<Vec<Next>, Error> {
        let over: HashMap<ServerId, &Awaited> = awaited
            .iter()
            .filter(|it| it.is_over() && it.tries < TRIES_MAX)
            .filter(|it| all_over || it.kind.as_deref() == Some(CheckKind::Scan.as_str()))
            .map(|it| (it.server, it))
            .collect();
        if over.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let of_those = PreviewAsked {
            stack: None,
            servers: over.keys().copied().collect(),
            ..asked.asked.clone()
        };
        let fleet = self.fleet(&of_those, now).await?;
        let mut next = Vec::new();
        for server in &fleet.snapshot.servers {
            let need = need(&fleet, server, &asked.asked.options, asked.at, now);
            if let (Some(need), Some(ended)) = (need, over.get(&server.id)) {
                next.push(Next {
                    server: server.id,
                    ended: ended.check,
                    check: self.check_for(server.id, &need, by),
                });
            }
        }
        next.sort_by(|a, b| (&a.check.kind, a.server).cmp(&(&b.check.kind, b.server)));
        Ok(next)
    }

    async fn ask_next(&self, draft: PlanId, next: Vec<Next>) -> Result<(), Error> {
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    for one in next {
                        let check = tx.enqueue(&one.check).await?.id();
                        // Where another process was first, this joined its check.
                        tx.await_next_check(draft, one.server, one.ended, check).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Makes the plan that takes a draft's place, unless another process did.
    async fn replace(
        &self,
        draft: PlanId,
        preview: &Preview,
        asked: Asked,
        made_by: Option<&str>,
    ) -> Result<PlanId, Error> {
        let now = self.clock.now();
        let fleet = self.fleet(&asked.asked, now).await?;
        let made = make(fleet, &asked.asked.options.clone(), &HashSet::new(), now)?;
        let id = made.plan.id;
        // What the fleet has changed from is more to a person than the draft in between.
        let before = if asked.fleet_changed {
            preview.before
        } else {
            Some(draft)
        };
        let keep = made.to_keep(asked, before, made_by)?;
        let is_first = self
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let is_first = tx.replace_plan(draft, id).await?;
                    if is_first {
                        keep.write(tx, now).await?;
                    }
                    Ok(is_first)
                })
            })
            .await?;
        if is_first {
            return Ok(id);
        }
        let first = self.store.preview(draft).await?;
        first
            .and_then(|preview| preview.replaced_by)
            .ok_or_else(|| Error::code(ErrorCode::Conflict))
    }
}
