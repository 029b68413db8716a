//! Relative times that stay true. There is no clock on the server's side of a page: a view brings the time it was
//! read at, the first render formats against that, and afterwards the seconds on this page are added.

use crate::components::part::words;
use leptos::prelude::*;
use model::view::When;
use model::{Timestamp, short_duration};
use std::time::Duration;

/// Seconds since this page came alive; 0 on the server and at the first render.
#[derive(Clone, Copy)]
struct Tick(RwSignal<i64>);

/// Starts the page's clock.
pub(crate) fn provide_clock() {
    let tick = RwSignal::new(0);
    provide_context(Tick(tick));
    Effect::new(move |_| {
        let start = js_sys::Date::now();
        let every = set_interval_with_handle(
            move || tick.set(((js_sys::Date::now() - start) / 1_000.0) as i64),
            Duration::from_secs(1),
        );
        if let Ok(handle) = every {
            on_cleanup(move || handle.clear());
        }
    });
}

/// The present, as far as a view that was read a while ago can tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Now {
    read_at: Timestamp,
    tick: RwSignal<i64>,
    tick_then: i64,
}

impl Now {
    /// The present, for a view that has just arrived and was read at `read_at`.
    pub(crate) fn of(read_at: Timestamp) -> Self {
        let tick = use_context::<Tick>().map_or_else(|| RwSignal::new(0), |tick| tick.0);
        Self {
            read_at,
            tick,
            tick_then: tick.get_untracked(),
        }
    }

    /// The present; whoever asks follows it.
    pub(crate) fn get(self) -> Timestamp {
        self.read_at.plus_secs(self.tick.get() - self.tick_then)
    }
}

/// "3 min ago" or "in 2 h", with the absolute time and its zone on hover.
pub(crate) fn ago(when: &When, now: Now) -> AnyView {
    let at = when.at;
    let text = words(move || {
        let secs = now.get().secs_since(at);
        if secs >= 0 {
            format!("{} ago", short_duration(secs))
        } else {
            format!("in {}", short_duration(-secs))
        }
    });
    view! { <time class="ago" title=when.absolute.clone()>{text}</time> }.into_any()
}

/// As [`ago`], or "never".
pub(crate) fn ago_or_never(when: Option<&When>, now: Now) -> AnyView {
    match when {
        Some(when) => ago(when, now),
        None => "never".into_any(),
    }
}

/// How long something has been waited for, once that is long enough to say: 10 s.
pub(crate) fn waiting_since() -> impl Fn() -> Option<String> + Clone {
    let tick = use_context::<Tick>().map_or_else(|| RwSignal::new(0), |tick| tick.0);
    let start = tick.get_untracked();
    move || {
        let waited = tick.get() - start;
        (waited >= 10).then(|| short_duration(waited))
    }
}
