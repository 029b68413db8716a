//! `GET /live`: one stream per visible tab, which says what to read again.

use super::AppState;
use axum::extract::{Query, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use http::StatusCode;
use model::{ErrorCode, LiveMessage};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;
use store::{Hint, Hints};
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tower_sessions::Session;
use usecases::Actor;

/// How often the stream proves that it lives and that its session still does.
const HEARTBEAT: Duration = Duration::from_secs(10);

#[derive(Debug, Deserialize)]
pub(super) struct From {
    /// The number of the last hint the tab has seen.
    from: Option<i64>,
}

/// Opens the stream for whoever is logged in.
pub(super) async fn live(
    State(state): State<AppState>,
    Query(from): Query<From>,
    session: Session,
    actor: Option<axum::Extension<Actor>>,
) -> Response {
    if actor.is_none() {
        return (StatusCode::UNAUTHORIZED, ErrorCode::NotLoggedIn.sentence()).into_response();
    }
    let newest = state.usecases.hints();
    let cursor = from.from.unwrap_or_else(|| *newest.borrow());
    let mut heartbeat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let tab = Tab {
        state,
        session,
        newest,
        cursor,
        heartbeat,
        phase: Phase::New,
    };
    // Proxies that buffer would hold every message back.
    ([("x-accel-buffering", "no")], Sse::new(messages(tab))).into_response()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Open,
    Over,
}

/// One stream's state.
struct Tab {
    state: AppState,
    session: Session,
    newest: watch::Receiver<i64>,
    cursor: i64,
    heartbeat: Interval,
    phase: Phase,
}

fn messages(tab: Tab) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(tab, |mut tab| async move {
        let message = tab.next().await?;
        let event = Event::default()
            .id(tab.cursor.to_string())
            .data(message.to_string());
        Some((Ok(event), tab))
    })
}

impl Tab {
    async fn next(&mut self) -> Option<LiveMessage> {
        match self.phase {
            Phase::Over => return None,
            Phase::New => {
                self.phase = Phase::Open;
                return Some(LiveMessage::Hello {
                    build: self.state.build.to_string(),
                });
            }
            Phase::Open => {}
        }
        loop {
            if *self.newest.borrow_and_update() != self.cursor
                && let Some(message) = self.catch_up().await
            {
                return Some(message);
            }
            tokio::select! {
                () = self.state.stopping.cancelled() => return Some(self.bye("Drydock is stopping")),
                _ = self.heartbeat.tick() => {
                    return Some(match self.is_still_logged_in().await {
                        true => LiveMessage::Heartbeat,
                        false => self.bye("your session has ended"),
                    });
                }
                changed = self.newest.changed() => {
                    if changed.is_err() {
                        return Some(self.bye("Drydock is stopping"));
                    }
                }
            }
        }
    }

    /// What was touched since the cursor; `None` when that is nothing, or cannot be read right now.
    async fn catch_up(&mut self) -> Option<LiveMessage> {
        match self.state.usecases.hints_since(self.cursor).await {
            Ok(Hints::TooOld(newest)) => {
                self.cursor = newest;
                Some(LiveMessage::Resync)
            }
            Ok(Hints::Since(hints)) => {
                self.cursor = hints.last()?.seq;
                let topics: BTreeSet<_> = hints.into_iter().flat_map(|hint: Hint| hint.topics).collect();
                Some(LiveMessage::Changed {
                    topics: topics.into_iter().collect(),
                })
            }
            Err(error) => {
                tracing::debug!(%error, "hints cannot be read");
                None
            }
        }
    }

    /// Whether the session is stored, belongs to somebody, and that account is switched on.
    async fn is_still_logged_in(&self) -> bool {
        match super::sessions::actor_now(&self.state, &self.session).await {
            Ok(actor) => actor.is_some(),
            // The database is away: not a reason to send people to the log-in page.
            Err(_) => true,
        }
    }

    fn bye(&mut self, reason: &str) -> LiveMessage {
        self.phase = Phase::Over;
        LiveMessage::Bye {
            reason: reason.to_owned(),
        }
    }
}
