//! A stack's servers as a grid of small cells, by group.

use crate::components::badge::{symbol, word};
use crate::components::icon::icon;
use crate::components::part::Any as _;
use crate::components::stacked_area::trend;
use crate::components::words::count;
use leptos::prelude::*;
use model::view::{GroupCells, ServerCell, StackPage};

/// The grid, and the stack's trend.
pub(super) fn overview(page: &StackPage) -> AnyView {
    if page.stack.servers == 0 {
        return view! {
            <p class="card quiet">"No server is in this stack yet. Name it when you add a server, or change a server that is there."</p>
        }
        .any();
    }
    let groups = page.groups.iter().map(group).collect_view();
    view! {
        <div class="groups">{groups}</div>
        <section class="card" aria-labelledby="trend-title">
            <h2 id="trend-title">"Pending updates, last 30 days"</h2>
            {trend(&page.trend)}
        </section>
    }
    .any()
}

fn group(group: &GroupCells) -> AnyView {
    let name = group
        .group
        .as_ref()
        .map_or_else(|| "no group".to_owned(), |(_, name)| name.clone());
    let servers = u32::try_from(group.servers.len()).unwrap_or(u32::MAX);
    let cells = group.servers.iter().map(cell).collect_view();
    view! {
        <section class="card group">
            <header class="card-head"><h2>{name}</h2><span class="hint">{count(servers, "server")}</span></header>
            <ul class="cells">{cells}</ul>
        </section>
    }
    .any()
}

fn cell(server: &ServerCell) -> AnyView {
    let class = format!("cell cell-{}", server.status.as_str());
    let title = format!("{}: {}", word(server.status), server.reason);
    view! {
        <li>
            <a class=class href=format!("/servers/{}", server.id) title=title>
                {icon(symbol(server.status))}
                <span>{server.name.clone()}</span>
                <span class="sr-only">{word(server.status)}</span>
            </a>
        </li>
    }
    .any()
}
