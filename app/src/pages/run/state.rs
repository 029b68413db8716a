//! What is known of the run that is shown: as the page was read, and what was heard since.

use super::address::Address;
use super::log::Log;
use crate::api::unpack_line;
use crate::clock::Now;
use crate::components::loaded::Data;
use crate::components::part::memo;
use crate::live::{Followed, FollowedLog, use_live};
use leptos::prelude::*;
use model::LiveMessage;
use model::view::{RunHead, RunLane, RunNews, RunPage};
use std::sync::Arc;
use std::time::Duration;

/// A page whose servers end one after the other reads itself again at most this often, for the order of its rows and
/// the numbers of its waves.
const AGAIN_EVERY: Duration = Duration::from_secs(3);

/// The head as it is known, with the clock it is told by.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Head {
    seq: i64,
    pub(super) now: Now,
    pub(super) head: RunHead,
}

/// The run that is shown.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub(super) page: Data<RunPage>,
    pub(super) address: Address,
    pub(super) head: Memo<Option<Head>>,
    /// One signal per row, so that a cell that moves draws its own row alone.
    pub(super) rows: Memo<Vec<RwSignal<RunLane>>>,
    /// The server of the chosen cell, if it is on this page.
    pub(super) chosen: Memo<Option<RunLane>>,
    news: RwSignal<Option<Head>>,
    again: Again,
}

/// Asks for the page to be read again, not too often.
#[derive(Clone, Copy)]
pub(super) struct Again {
    version: RwSignal<u32>,
    waits: StoredValue<bool>,
}

impl Again {
    pub(super) fn new(version: RwSignal<u32>) -> Self {
        Self {
            version,
            waits: StoredValue::new(false),
        }
    }

    fn soon(self) {
        if self.waits.try_get_value() != Some(false) {
            return;
        }
        self.waits.set_value(true);
        set_timeout(
            move || {
                // The page may have been left.
                self.waits.try_set_value(false);
                self.version.try_update(|version| *version += 1);
            },
            AGAIN_EVERY,
        );
    }
}

impl Run {
    pub(super) fn new(page: Data<RunPage>, address: Address, again: Again) -> Self {
        let news = RwSignal::new(None::<Head>);
        let read = page.derive(|page| {
            Some(Head {
                seq: page.seq,
                now: Now::of(page.now),
                head: page.head.clone(),
            })
        });
        let head = memo(move || {
            let (read, heard) = (read.get()?, news.get());
            let is_newer = |heard: &Head| heard.head.id == read.head.id && heard.seq >= read.seq;
            heard.filter(is_newer).or(Some(read))
        });
        let rows = page.derive(|page| page.rows.iter().cloned().map(RwSignal::new).collect::<Vec<_>>());
        let chosen = memo(move || {
            let step = address.look.with(|look| look.step.parse().ok())?;
            rows.get()
                .into_iter()
                .filter_map(|row| row.try_get())
                .find(|lane| lane.cells.iter().any(|cell| cell.step == step))
        });
        Self {
            page,
            address,
            head,
            rows,
            chosen,
            news,
            again,
        }
    }

    /// A value that follows the head. `default` is never seen: there is a head once there is a page.
    pub(super) fn of_head<V: Default + PartialEq + Send + Sync + 'static>(
        self,
        value: impl Fn(&RunHead) -> V + Send + Sync + 'static,
    ) -> Memo<V> {
        memo(move || {
            self.head
                .with(|head| head.as_ref().map(|head| value(&head.head)).unwrap_or_default())
        })
    }

    /// Follows the run and its open log by the live stream.
    pub(super) fn follow(self, log: Log) {
        let live = use_live();
        let which = self.page.derive(|page| Some(page.head.id));
        let open_log = log.followed();
        let attempt = memo(move || {
            let step = self.address.look.with(|look| look.step.parse().ok())?;
            self.chosen.with(|lane| {
                let cell = lane.as_ref()?.cells.iter().find(|cell| cell.step == step)?;
                Some((step, cell.attempt))
            })
        });
        Effect::new(move |_| {
            if let Some((step, attempt)) = attempt.get() {
                log.step_is_at(step, attempt);
            }
        });
        Effect::new(move |_| {
            let Some(run) = which.get() else { return };
            let log_followed = open_log.get().map(|(step, attempt)| FollowedLog {
                step,
                attempt,
                offset: log.next(),
            });
            live.follow(Followed {
                run,
                seq: self.page.peek(|page| page.seq).unwrap_or_default(),
                log: log_followed,
                hear: Arc::new(move |message| match message {
                    LiveMessage::Run { packed } => {
                        if let Ok(news) = unpack_line::<RunNews>(packed) {
                            self.hear(news);
                        }
                    }
                    LiveMessage::Log { packed } => {
                        if let Ok(part) = unpack_line(packed) {
                            log.hear(part);
                        }
                    }
                    _ => {}
                }),
            });
        });
    }

    /// Takes in what moved. What is older than the page says nothing new.
    fn hear(self, news: RunNews) {
        let known = self.page.peek(|page| (page.head.id, page.seq));
        if known.is_none_or(|(run, seq)| run != news.head.id || news.seq < seq) {
            return;
        }
        for row in self.rows.get_untracked() {
            let moved: Vec<_> = row.with_untracked(|lane| {
                news.cells
                    .iter()
                    .filter(|cell| {
                        cell.server == lane.server
                            && lane
                                .cells
                                .iter()
                                .any(|mine| mine.step == cell.step && mine != *cell)
                    })
                    .cloned()
                    .collect()
            });
            if moved.is_empty() {
                continue;
            }
            row.update(|lane| {
                for cell in moved {
                    if let Some(mine) = lane.cells.iter_mut().find(|mine| mine.step == cell.step) {
                        *mine = cell;
                    }
                }
            });
        }
        let done = |head: &RunHead| (head.servers_ended, head.servers_failed, head.state);
        let before = self
            .head
            .with_untracked(|head| head.as_ref().map(|head| done(&head.head)));
        if news.read_again || before != Some(done(&news.head)) {
            self.again.soon();
        }
        self.news.set(Some(Head {
            seq: news.seq,
            now: Now::of(news.now),
            head: news.head,
        }));
    }
}
