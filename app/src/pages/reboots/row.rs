//! One server that needs a reboot, with what says so.

use crate::clock::{Now, ago, ago_or_never};
use crate::components::badge::{badge, status_badge};
use crate::components::part::Any as _;
use crate::components::table_frame::table_frame;
use crate::components::words;
use leptos::prelude::*;
use model::facts::RebootNeed;
use model::view::RebootRow;
use model::{Criticality, StackId, Status};

/// A box per stack of these rows, which ticks all of its servers; they need scripts, the servers' own boxes do not.
pub(super) fn stack_boxes(rows: &[RebootRow]) -> AnyView {
    let mut stacks: Vec<&(StackId, String)> = rows.iter().filter_map(|row| row.stack.as_ref()).collect();
    stacks.sort_by(|one, other| one.1.cmp(&other.1));
    stacks.dedup();
    let every = std::iter::once(("*".to_owned(), "all on this page".to_owned()));
    let boxes: Vec<_> = every
        .chain(stacks.into_iter().map(|(id, name)| (id.to_string(), format!("all of {name}"))))
        .map(|(id, words)| {
            view! { <label class="chip"><input r#type="checkbox" data-all-of=id autocomplete="off"/>{words}</label> }.any()
        })
        .collect();
    view! { <fieldset class="row needs-scripts"><legend class="sr-only">"Choose many"</legend>{boxes}</fieldset> }.any()
}

/// The table.
pub(super) fn table(rows: &[RebootRow], now: Now, choose: bool) -> AnyView {
    let rows: Vec<_> = rows.iter().map(|server| row(server, now, choose)).collect();
    table_frame("Servers that need a reboot", view! {
        <table class="table cards reboots-table">
            <thead><tr>
                {choose.then(|| view! { <th scope="col" class="choose"><span class="sr-only">"Choose"</span></th> }.any())}
                <th scope="col">"Needs"</th>
                <th scope="col">"Server"</th>
                <th scope="col">"Stack"</th>
                <th scope="col">"Evidence"</th>
                <th scope="col">"Since"</th>
                <th scope="col">"Last seen"</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }.any())
}

fn row(server: &RebootRow, now: Now, choose: bool) -> AnyView {
    let id = server.id.to_string();
    let name = server.name.clone();
    let stack_id = server.stack.as_ref().map(|(id, _)| id.to_string());
    let stack = server.stack.as_ref().map(|(id, name)| {
        let group = server.group.as_ref().map(|group| format!(" / {group}"));
        view! { <a href=format!("/stacks/{id}")>{name.clone()}</a>{group} }.into_any()
    });
    let owner = server.owner.as_ref().map(|owner| format!("owner {owner}"));
    let ticked = choose.then(|| {
        let label = format!("Choose {name}");
        // A server that a run works on is planned again only on purpose.
        view! {
            <td class="choose"><input r#type="checkbox" name="ids[]" value=id.clone() data-stack=stack_id aria-label=label autocomplete="off"/></td>
        }
        .any()
    });
    let need = if server.need == RebootNeed::RestartServices {
        "restarts"
    } else {
        "reboot"
    };
    view! {
        <tr id=format!("server-{id}")>
            {ticked}
            <td class="state" data-label="Needs">{badge(words::reboot_status(server.need), need)}</td>
            <td data-label="Server">
                <a class="row-name" href=format!("/servers/{id}")>{name}</a>
                {(server.criticality == Criticality::High).then(|| view! { <span class="mark">"high criticality"</span> }.any())}
                {marks(server, now)}
            </td>
            <td data-label="Stack">{stack}<span class="hint">{owner}</span></td>
            <td data-label="Evidence">{evidence(server)}</td>
            <td data-label="Since">{server.since.as_ref().map(|since| ago(since, now))}</td>
            <td data-label="Last seen">{ago_or_never(server.seen.as_ref(), now)}</td>
        </tr>
    }
    .any()
}

/// What else a person must know before choosing it.
fn marks(server: &RebootRow, now: Now) -> AnyView {
    let exposed = server.open_ports.filter(|ports| *ports > 0).map(|ports| {
        view! { <span class="hint">{format!("exposed: {} open to anywhere", words::count(ports, "port"))}</span> }.any()
    });
    let out = server.out_since.as_ref().map(|since| {
        view! { <span class="hint">"out of the balancer since " {ago(since, now)}</span> }.any()
    });
    let run = server.run.map(|run| {
        view! { <span class="hint"><a href=format!("/runs/{run}")>"a run works on it, or will"</a></span> }.any()
    });
    let status = matches!(server.status, Status::Failed | Status::Unknown).then(|| {
        view! { <span class="hint">{status_badge(server.status)} " " {server.reason.clone()}</span> }.any()
    });
    view! { {exposed}{out}{run}{status} }.into_any()
}

fn evidence(server: &RebootRow) -> AnyView {
    let said: Vec<_> = server
        .said
        .iter()
        .map(|sentence| view! { <li>{sentence.clone()}</li> }.any())
        .collect();
    let kernels = server.kernel.as_ref().zip(server.newest_kernel.as_ref()).and_then(|(kernel, newest)| {
        (kernel != newest).then(|| {
            view! { <p class="hint">"Kernel " <code>{kernel.clone()}</code> " → " <code>{newest.clone()}</code></p> }.any()
        })
    });
    let list = |title: &'static str, items: &[String]| {
        (!items.is_empty())
            .then(|| view! { <p class="hint">{title} " " <code>{items.join(", ")}</code></p> }.any())
    };
    view! {
        <ul class="evidence">{said}</ul>
        {kernels}
        {list("Packages:", &server.packages)}
        {list("Services:", &server.services)}
    }
    .into_any()
}
