//! The stream itself, in the browser: one `EventSource` while the tab is visible, opened again at its cursor.

use super::{Followed, FollowedLog, Live, Pulse};
use leptos::prelude::*;
use model::{LiveCursor, LiveMessage, RunId};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent, VisibilityState};

/// A tab that nobody has looked at for this long gives its connection up; browsers allow six per site.
const HIDDEN_FOR: Duration = Duration::from_secs(30);
/// After this long without a connection the pill says "offline since". In milliseconds.
const OFFLINE_AFTER_MS: f64 = 15_000.0;
/// Waits before opening a stream that the browser has given up, in seconds; the last one repeats.
const RETRY_AFTER_S: [u64; 5] = [1, 2, 5, 10, 30];

/// The browser's objects. They live as long as the page, which is what the stream is for.
struct Stream {
    live: Live,
    source: RefCell<Option<Source>>,
    /// The id of the last message.
    cursor: Cell<Option<LiveCursor>>,
    /// The run and the log that the cursor tells of.
    follows: Cell<(Option<RunId>, Option<FollowedLog>)>,
    build: String,
    /// When contact was lost, by the browser's clock.
    lost_at: Cell<Option<f64>>,
    retries: Cell<usize>,
    /// Grows when a stream is opened or closed, so that timers of before know that they are of before.
    generation: Cell<u32>,
}

struct Source {
    events: EventSource,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut()>,
}

/// Opens the stream now, or when the tab is first looked at.
pub(super) fn open(live: Live) {
    let stream = Rc::new(Stream {
        live,
        source: RefCell::new(None),
        cursor: Cell::new(said_by_the_page("data-live-from").parse().ok()),
        follows: Cell::new((None, None)),
        build: said_by_the_page("data-build"),
        lost_at: Cell::new(None),
        retries: Cell::new(0),
        generation: Cell::new(0),
    });
    let on_visibility = {
        let stream = Rc::clone(&stream);
        Closure::<dyn FnMut()>::new(move || stream.follow_visibility())
    };
    // A document always takes listeners.
    let _ = document()
        .add_event_listener_with_callback("visibilitychange", on_visibility.as_ref().unchecked_ref());
    on_visibility.forget();
    // Opens the stream, and opens it again when another run or log is to be followed.
    {
        let stream = Rc::clone(&stream);
        Effect::new(move |before: Option<()>| {
            let moved = live.followed.with(|followed| stream.turn_to(followed.as_ref()));
            if before.is_none() {
                stream.follow_visibility();
            } else if moved && stream.source.borrow().is_some() {
                stream.connect();
            }
        });
    }
    watch_silence(&stream);
}

impl Stream {
    fn follow_visibility(self: &Rc<Self>) {
        if document().visibility_state() == VisibilityState::Visible {
            self.generation.set(self.generation.get() + 1);
            if self.is_closed() {
                self.connect();
            }
            return;
        }
        let (stream, generation) = (Rc::clone(self), self.generation.get());
        set_timeout(
            move || {
                if stream.generation.get() == generation {
                    stream.close();
                    stream.lost_at.set(None);
                    stream.live.pulse.set(Pulse::Idle);
                }
            },
            HIDDEN_FOR,
        );
    }

    /// Sets the cursor to the places of what is to be followed, and keeps those of what was followed already. Says
    /// whether the stream has to be another one.
    fn turn_to(&self, followed: Option<&Followed>) -> bool {
        let (run, log) = self.follows.get();
        let new_run = followed.map(|followed| followed.run);
        let new_log = followed.and_then(|followed| followed.log);
        let mut cursor = self.cursor.get().unwrap_or_default();
        let same_run = run == new_run;
        if let Some(followed) = followed.filter(|_| !same_run) {
            cursor.seq = followed.seq;
        }
        let same_log = match (log, new_log) {
            (Some(log), Some(new)) => same_run && log.is_of(&new),
            (None, None) => true,
            _ => false,
        };
        if let Some(log) = new_log.filter(|_| !same_log) {
            cursor.offset = log.offset;
        }
        if same_run && same_log {
            return false;
        }
        self.follows.set((new_run, new_log));
        if self.cursor.get().is_some() {
            self.cursor.set(Some(cursor));
        }
        // A log that is complete needs no other stream: nothing more comes of it.
        !(same_run && new_log.is_none())
    }

    fn connect(self: &Rc<Self>) {
        self.close();
        let mut address = match self.cursor.get() {
            None => "/live?".to_owned(),
            Some(cursor) => format!("/live?from={cursor}"),
        };
        let (run, log) = self.follows.get();
        if let Some(run) = run {
            address.push_str(&format!("&run={run}"));
        }
        if let Some(log) = log {
            address.push_str(&format!("&log={}.{}", log.step, log.attempt));
        }
        let Ok(events) = EventSource::new(&address) else {
            return;
        };
        let on_open = {
            let stream = Rc::clone(self);
            Closure::<dyn FnMut()>::new(move || {
                stream.lost_at.set(None);
                stream.retries.set(0);
                stream.live.pulse.set(Pulse::Live);
            })
        };
        let on_message = {
            let stream = Rc::clone(self);
            Closure::<dyn FnMut(_)>::new(move |event: MessageEvent| {
                if let Ok(cursor) = event.last_event_id().parse() {
                    stream.cursor.set(Some(cursor));
                }
                let text = event.data().as_string().unwrap_or_default();
                // A message of a newer build may be unknown here; its `Hello` has offered to reload.
                if let Ok(message) = text.parse::<LiveMessage>() {
                    stream.live.hear(&message, &stream.build);
                }
            })
        };
        let on_error = {
            let stream = Rc::clone(self);
            Closure::<dyn FnMut()>::new(move || stream.lost())
        };
        events.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        events.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        events.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        self.source.replace(Some(Source {
            events,
            _on_open: on_open,
            _on_message: on_message,
            _on_error: on_error,
        }));
    }

    /// The connection is gone. The browser opens it again by itself, unless the server refused it.
    fn lost(self: &Rc<Self>) {
        if self.lost_at.get().is_none() {
            self.lost_at.set(Some(js_sys::Date::now()));
            self.live.pulse.set(Pulse::Reconnecting);
        }
        if !self.is_closed() {
            return;
        }
        let retry = self.retries.get().min(RETRY_AFTER_S.len() - 1);
        self.retries.set(self.retries.get() + 1);
        let (stream, generation) = (Rc::clone(self), self.generation.get());
        set_timeout(
            move || {
                if stream.generation.get() == generation {
                    stream.connect();
                }
            },
            Duration::from_secs(RETRY_AFTER_S[retry]),
        );
    }

    /// Whether there is no stream, or the browser has given it up.
    fn is_closed(&self) -> bool {
        let source = self.source.borrow();
        source
            .as_ref()
            .is_none_or(|source| source.events.ready_state() == EventSource::CLOSED)
    }

    /// Closes the stream. Its closures are dropped later: one of them may be running.
    fn close(&self) {
        if let Some(source) = self.source.take() {
            source.events.close();
            set_timeout(move || drop(source), Duration::ZERO);
        }
    }
}

/// Turns "reconnecting" into "offline since" when it takes too long.
fn watch_silence(stream: &Rc<Stream>) {
    let stream = Rc::clone(stream);
    set_interval(
        move || {
            if let Some(since) = stream.lost_at.get()
                && js_sys::Date::now() - since > OFFLINE_AFTER_MS
                && stream.live.pulse.get_untracked() == Pulse::Reconnecting
            {
                stream.live.pulse.set(Pulse::Offline(since));
            }
        },
        Duration::from_secs(5),
    );
}

/// An attribute of `<html>`, which the server wrote.
fn said_by_the_page(attribute: &str) -> String {
    document()
        .document_element()
        .and_then(|root| root.get_attribute(attribute))
        .unwrap_or_default()
}
