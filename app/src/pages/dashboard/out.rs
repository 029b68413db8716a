//! Servers that a run took out of service and nobody put back.

use crate::clock::{Now, ago};
use crate::components::badge::badge;
use crate::components::in_service::mark_in_service;
use crate::components::part::Any as _;
use leptos::prelude::*;
use model::Status;
use model::view::OutRow;

/// The list, with what to do; nothing when all are in service.
pub(super) fn out_of_service(rows: &[OutRow], now: Now) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let rows: Vec<_> = rows.iter().map(|row| out(row, now)).collect();
    view! { <h2>"Out of service"</h2><ul class="list card">{rows}</ul> }.into_any()
}

fn out(row: &OutRow, now: Now) -> AnyView {
    let status = if row.under_way {
        Status::Running
    } else {
        Status::Waiting
    };
    let form = (!row.under_way).then(|| mark_in_service(row.id));
    view! {
        <li>
            {badge(status, "out of service")}
            <div>
                <a class="row-name" href=format!("/servers/{}", row.id)>{row.name.clone()}</a>
                <p>{row.said.clone()} " " <a href=format!("/runs/{}", row.run)>"The run"</a></p>
                {form}
            </div>
            <span class="hint">"since " {ago(&row.since, now)}</span>
        </li>
    }
    .any()
}
