//! Keeping what is held: leases, and what somebody wants of a run.

use super::{Holding, Worker};
use crate::drive::Signal;
use crate::{Held, Overdue, Wants};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

impl Worker {
    /// Renews all leases, tells runs what somebody wants of them, and lets go of those that are lost.
    pub(super) async fn renew(&mut self) {
        let began = Instant::now();
        let (store, owner) = (Arc::clone(&self.store), self.owner.clone());
        let Some(renewed) = self
            .ask("renewal", store.renew(&owner, self.settings.lease))
            .await
        else {
            return;
        };
        self.pulse.beat(began);
        let epochs: HashMap<Uuid, &Held> = renewed.iter().map(|held| (held.id, held)).collect();
        for (id, holding) in &self.held {
            match epochs.get(id) {
                Some(held) if held.epoch == holding.epoch => tell(holding, held.wants),
                _ => {
                    holding.signal.send_replace(Signal::Lost);
                }
            }
        }
        // A claim whose answer got lost: the database says that we hold what we never heard of.
        let unheard = |held: &&Held| self.held.get(&held.id).is_none_or(|our| our.epoch != held.epoch);
        for held in renewed.iter().filter(unheard).copied().collect::<Vec<_>>() {
            tracing::warn!(run.id = %held.id, "giving back a run whose claim was never heard of");
            self.ask("release", store.release(held.id, held.epoch)).await;
        }
    }

    /// Looks whether somebody wants something of our runs, so that a cancel need not wait for the next renewal.
    pub(super) async fn heed(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let (store, owner) = (Arc::clone(&self.store), self.owner.clone());
        let Some(wanted) = self.ask("look", store.wanted(&owner)).await else {
            return;
        };
        for held in wanted {
            if let Some(holding) = self
                .held
                .get(&held.id)
                .filter(|holding| holding.epoch == held.epoch)
            {
                tell(holding, held.wants);
            }
        }
    }

    /// Ends light runs that there is no hope for, whosever they were.
    pub(super) async fn give_up(&mut self) {
        let overdue = Overdue {
            max_attempts: self.settings.max_attempts,
            queued_longer_than: self.settings.queued_at_most,
        };
        if !self.is_settled() {
            return;
        }
        let store = Arc::clone(&self.store);
        for id in self
            .ask("giving up", store.give_up(&overdue))
            .await
            .unwrap_or_default()
        {
            tracing::warn!(run.id = %id, "gave up on a run: every attempt lost its worker, or nobody took it");
        }
    }
}

/// Passes on what somebody wants, unless more was asked for already. Only a pause can be taken back.
fn tell(holding: &Holding, wants: Wants) {
    holding.signal.send_if_modified(|signal| {
        let next = match (*signal, wants) {
            (Signal::None | Signal::Pause, Wants::None) => Signal::None,
            (Signal::None | Signal::Pause, Wants::Pause) => Signal::Pause,
            (Signal::None | Signal::Pause | Signal::Cancel, Wants::Cancel) => Signal::Cancel,
            (Signal::None | Signal::Pause | Signal::Cancel, Wants::Abandon) => Signal::Abandon,
            (as_it_is, _) => as_it_is,
        };
        let news = *signal != next;
        *signal = next;
        news
    });
}
