//! Whether this page follows what happens.

use super::part::Any as _;
use super::part::{maybe, words};
use crate::live::{Pulse, use_live};
use leptos::prelude::*;

/// *live*, *reconnecting* or *offline since*. There is nothing to say before the scripts run.
#[component]
pub(crate) fn LivePill() -> impl IntoView {
    let live = use_live();
    let state = Signal::derive(move || match live.pulse() {
        Pulse::Idle => "connecting",
        Pulse::Live => "live",
        Pulse::Reconnecting => "reconnecting",
        Pulse::Offline(_) => "offline",
    });
    let words = words(move || match live.pulse() {
        Pulse::Offline(since) => format!("offline since {}", time_of_day(since)),
        _ => state.get().to_owned(),
    });
    let why = Signal::derive(move || match live.farewell() {
        Some(reason) => format!("Not following any more: {reason}"),
        None => "Whether this page follows what happens".to_owned(),
    });
    view! {
        <span class="pill needs-scripts" data-live=state role="status" title=why>
            {words}
        </span>
    }
    .any()
}

/// Offers to load the page again after an update of Drydock.
#[component]
pub(crate) fn NewBuild() -> impl IntoView {
    let live = use_live();
    let reload = |_| {
        let _ = window().location().reload();
    };
    view! {
        <div role="status">
            {maybe(move || live.new_build().then(|| view! {
                <p class="notice">
                    "Drydock was updated since this page was loaded. "
                    <button type="button" class="btn btn-quiet btn-small" on:click=reload>"Reload"</button>
                </p>
            }.any()))}
        </div>
    }
    .any()
}

/// `14:05`, by the browser's clock. Only ever called in the browser.
fn time_of_day(at_ms: f64) -> String {
    let date = js_sys::Date::new(&at_ms.into());
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}
