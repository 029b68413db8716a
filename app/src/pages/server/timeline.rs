//! What happened to the server, newest first.

use crate::clock::{Now, ago};
use crate::components::badge::badge;
use crate::components::part::Any as _;
use leptos::prelude::*;
use model::Status;
use model::view::{ServerPage, TimelineRow};

/// The timeline. What happened without Drydock says so.
pub(super) fn timeline(page: &ServerPage, now: Now) -> AnyView {
    if page.timeline.is_empty() {
        return ().into_any();
    }
    let rows = page.timeline.iter().map(|it| row(it, now)).collect_view();
    view! {
        <section class="card" id="timeline" aria-labelledby="timeline-title">
            <h2 id="timeline-title">"Timeline"</h2>
            <ol class="timeline">{rows}</ol>
        </section>
    }
    .any()
}

fn row(it: &TimelineRow, now: Now) -> AnyView {
    let details = (!it.details.is_empty()).then(|| {
        let lines = it
            .details
            .iter()
            .map(|line| view! { <li>{line.clone()}</li> }.any())
            .collect_view();
        view! { <details><summary>"Details"</summary><ul class="evidence mono">{lines}</ul></details> }.any()
    });
    view! {
        <li>
            <span class="hint">{ago(&it.at, now)}</span>
            <div>
                <p>
                    {it.what.clone()}
                    {it.behind_our_back.then(|| view! { " " {badge(Status::Attention, "without Drydock")} }.any())}
                    {it.who.clone().map(|who| view! { <span class="hint">" by " {who}</span> }.any())}
                </p>
                {details}
            </div>
        </li>
    }
    .any()
}
