//! What happens by itself: due scans, plans whose last survey has ended, and retention. Time is an argument; one process at a time calls this, held by the
//! engine's schedule.

use crate::{Actor, Error, Usecases};
use model::{CheckKind, Right, ServerId, Timestamp};
use rand::RngExt as _;
use std::sync::atomic::{AtomicI64, Ordering};

/// Scans that one tick puts into the queue; the next tick goes on where this one stopped.
const DUE_AT_ONCE: u32 = 500;
/// Seconds between two rounds of retention.
const PRUNE_EVERY_SECS: i64 = 600;
/// Seconds between two counts of today's trends.
const TRENDS_EVERY_SECS: i64 = 60;
/// Steps' logs that one tick packs when their workers did not get to it.
const PACK_AT_ONCE: u32 = 20;
/// How long plans are kept that were never run, in seconds: two days.
const DRAFTS_SECS: i64 = 2 * 86_400;

/// The schedule's memory: only when it last pruned. A restart prunes once more, which does no harm.
#[derive(Debug)]
pub struct Automation {
    usecases: Usecases,
    pruned_at: AtomicI64,
    counted_at: AtomicI64,
}

impl Automation {
    /// The automation over these use-cases.
    pub const fn new(usecases: Usecases) -> Self {
        Self {
            usecases,
            pruned_at: AtomicI64::new(i64::MIN),
            counted_at: AtomicI64::new(i64::MIN),
        }
    }

    /// Does what is due at `now`.
    ///
    /// # Errors
    /// When the database cannot be used; the next tick tries again.
    pub async fn tick(&self, now: Timestamp) -> Result<(), Error> {
        if self.usecases.store.scheduler_off().await?.is_some() {
            return Ok(());
        }
        self.usecases.enqueue_due_scans(now).await?;
        self.usecases.advance_drafts(now).await?;
        self.record_trends(now).await?;
        self.usecases.store.pack_logs(PACK_AT_ONCE).await?;
        let pruned_at = Timestamp::from_micros(self.pruned_at.load(Ordering::Relaxed));
        if now.secs_since(pruned_at) >= PRUNE_EVERY_SECS {
            self.usecases.throttle.forget_old();
            let retention = self.usecases.store.retention().await?;
            let oldest_trend = crate::pages::day(now.plus_secs(-i64::from(retention.trends_days) * 86_400));
            let pruned = self.usecases.store.prune(&retention, &oldest_trend).await?;
            let drafts = now.plus_secs(-DRAFTS_SECS);
            let forgotten = self.usecases.store.forget_plans(drafts).await?;
            tracing::debug!(?pruned, forgotten, "retention");
            self.pruned_at.store(now.micros(), Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Usecases {
    /// Lets things happen on schedule again, after a restore for example.
    ///
    /// # Errors
    /// When the role does not allow it.
    pub async fn switch_schedule_on(&self, actor: &Actor) -> Result<(), Error> {
        actor.needs(Right::SwitchSchedule)?;
        let line = self.line(
            actor,
            "switch_schedule_on",
            "switched the schedule on".to_owned(),
            None,
        );
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.set_scheduler_off(None).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }
}

impl Automation {
    /// Today's row of every trend, brought up to date every few minutes.
    async fn record_trends(&self, now: Timestamp) -> Result<(), Error> {
        let counted_at = Timestamp::from_micros(self.counted_at.load(Ordering::Relaxed));
        if now.secs_since(counted_at) < TRENDS_EVERY_SECS {
            return Ok(());
        }
        let day = crate::pages::day(now);
        self.usecases
            .store
            .write::<_, Error, _>(move |tx| Box::pin(async move { Ok(tx.record_trends(&day).await?) }))
            .await?;
        self.counted_at.store(now.micros(), Ordering::Relaxed);
        Ok(())
    }
}

impl Usecases {
    async fn enqueue_due_scans(&self, now: Timestamp) -> Result<(), Error> {
        let due = self
            .store
            .due_servers(CheckKind::Scan.as_str(), now, DUE_AT_ONCE)
            .await?;
        if due.is_empty() {
            return Ok(());
        }
        let count = due.len();
        let usecases = self.clone();
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    for server in due {
                        tx.enqueue(&usecases.due_scan(server)).await?;
                        tx.set_next_scan(server, Some(usecases.next_scan(now))).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        tracing::debug!(servers = count, "scheduled scans are in the queue");
        Ok(())
    }

    fn due_scan(&self, server: ServerId) -> store::NewCheck {
        self.scan_of(server, self.settings.refresh_lists_after_secs, None, None)
    }

    /// When a server that is asked at `now` is due again: the interval, a tenth earlier or later, so that a fleet that
    /// was added in one minute is not scanned in one minute for ever.
    pub(crate) fn next_scan(&self, now: Timestamp) -> Timestamp {
        let every = i64::from(self.settings.scan_every_secs);
        now.plus_secs(every + rand::rng().random_range(-every / 10..=every / 10))
    }
}
