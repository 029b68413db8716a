//! `GET /live`: one stream per visible tab, which says what to read again, and what moves in the run that is open there.

mod run;

use super::AppState;
use axum::extract::{Query, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use http::{HeaderMap, StatusCode};
use model::{ErrorCode, LiveCursor, LiveMessage, RunId};
use run::{FollowedRun, OpenLog};
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
pub(super) struct Asked {
    /// How far the tab is: a [`LiveCursor`].
    from: Option<String>,
    /// The run that is open in it.
    run: Option<RunId>,
    /// The log that is open in it, `<step>` or `<step>.<attempt>`.
    log: Option<String>,
}

impl Asked {
    /// How far the tab is. A browser that reconnects by itself says it in a header.
    fn cursor(&self, headers: &HeaderMap) -> Option<LiveCursor> {
        let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
        last.or(self.from.as_deref()).and_then(|text| text.parse().ok())
    }
}

/// Opens the stream for whoever is logged in.
pub(super) async fn live(
    State(state): State<AppState>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    session: Session,
    actor: Option<axum::Extension<Actor>>,
) -> Response {
    let Some(axum::Extension(actor)) = actor else {
        return (StatusCode::UNAUTHORIZED, ErrorCode::NotLoggedIn.sentence()).into_response();
    };
    let newest = state.usecases.hints();
    let cursor = asked.cursor(&headers).unwrap_or_else(|| LiveCursor {
        hint: *newest.borrow(),
        ..LiveCursor::default()
    });
    let run = asked.run.map(|run| {
        let log = asked.log.as_deref().and_then(OpenLog::read);
        FollowedRun::new(&state.usecases, run, cursor.seq, log, cursor.offset)
    });
    let mut heartbeat = tokio::time::interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let tab = Tab {
        state,
        session,
        actor,
        newest,
        hint: cursor.hint,
        run,
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
    /// Who looks, asked anew with every heartbeat.
    actor: Actor,
    newest: watch::Receiver<i64>,
    /// The number of the last hint the tab has seen.
    hint: i64,
    run: Option<FollowedRun>,
    heartbeat: Interval,
    phase: Phase,
}

fn messages(tab: Tab) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(tab, |mut tab| async move {
        let message = tab.next().await?;
        let event = Event::default()
            .id(tab.cursor().to_string())
            .data(message.to_string());
        Some((Ok(event), tab))
    })
}

impl Tab {
    fn cursor(&self) -> LiveCursor {
        LiveCursor {
            hint: self.hint,
            seq: self.run.as_ref().map_or(0, |run| run.seq),
            offset: self.run.as_ref().map_or(0, |run| run.offset),
        }
    }

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
            if *self.newest.borrow_and_update() != self.hint
                && let Some(message) = self.catch_up().await
            {
                return Some(message);
            }
            if let Some(run) = &mut self.run
                && let Some(message) = run.message(&self.state.usecases, &self.actor).await
            {
                return Some(message);
            }
            let run = async {
                match &mut self.run {
                    Some(run) => run.wakes().await,
                    None => std::future::pending().await,
                }
            };
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
                () = run => {}
            }
        }
    }

    /// What was touched since the cursor; `None` when that is nothing, or cannot be read right now.
    async fn catch_up(&mut self) -> Option<LiveMessage> {
        match self.state.usecases.hints_since(self.hint).await {
            Ok(Hints::TooOld(newest)) => {
                self.hint = newest;
                Some(LiveMessage::Resync)
            }
            Ok(Hints::Since(hints)) => {
                self.hint = hints.last()?.seq;
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
    async fn is_still_logged_in(&mut self) -> bool {
        match super::sessions::actor_now(&self.state, &self.session).await {
            Ok(Some(actor)) => {
                self.actor = actor;
                true
            }
            Ok(None) => false,
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
