//! Servers as rows of a table that becomes cards on a phone.

use super::badge::{server_badge, simulated_mark};
use super::part::Any as _;
use super::table_frame::table_frame;
use super::words;
use crate::clock::{Now, ago_or_never};
use leptos::prelude::*;
use model::facts::RebootNeed;
use model::view::ServerRow;

/// The table of `rows`; with `choose` every row has a box for what is done to many at once.
pub(crate) fn server_table(rows: &[ServerRow], now: Now, choose: bool) -> AnyView {
    let rows = rows.iter().map(|server| row(server, now, choose)).collect_view();
    table_frame("Servers", view! {
            <table class="table cards servers-table">
                <thead><tr>
                    {choose.then(|| view! { <th scope="col" class="choose"><span class="sr-only">"Choose"</span></th> }.any())}
                    <th scope="col">"State"</th>
                    <th scope="col">"Server"</th>
                    <th scope="col">"Stack"</th>
                    <th scope="col">"System"</th>
                    <th scope="col" class="number">"Security"</th>
                    <th scope="col" class="number">"Other"</th>
                    <th scope="col" class="number">"Held"</th>
                    <th scope="col">"Reboot"</th>
                    <th scope="col">"Last seen"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }.any())
}

fn row(server: &ServerRow, now: Now, choose: bool) -> AnyView {
    let id = server.id.to_string();
    let name = server.name.clone();
    let stack = server.stack.as_ref().map(|(id, name)| {
        let group = server.group.as_ref().map(|group| format!(" / {group}"));
        view! { <a href=format!("/stacks/{id}")>{name.clone()}</a>{group} }.any()
    });
    let counts = server.counts;
    let number = move |value: Option<u32>| match value {
        Some(value) => value.to_string(),
        None => "?".to_owned(),
    };
    let reboot = match server.reboot {
        RebootNeed::Yes => "needed",
        RebootNeed::RestartServices => "restart services",
        RebootNeed::No => "no",
        RebootNeed::Unknown => "?",
    };
    view! {
        <tr id=format!("server-{id}")>
            {choose.then(|| view! {
                <td class="choose"><input r#type="checkbox" name="ids[]" value=id.clone() aria-label=format!("Choose {name}")/></td>
            }.any())}
            <td class="state" data-label="State">{server_badge(server)}</td>
            <td data-label="Server">
                <a class="row-name" href=format!("/servers/{id}")>{name.clone()}</a>
                {simulated_mark(server.transport)}
                <span class="hint mono">{server.address.clone()}</span>
                <span class="hint reason">{server.reason.clone()}</span>
            </td>
            <td data-label="Stack">{stack}</td>
            <td data-label="System">
                {server.os.clone()}
                <span class="hint mono">{server.kernel.clone()}</span>
            </td>
            <td class="number" data-label="Security" class:strong=counts.is_some_and(|counts| counts.all_security() > 0)>
                {number(counts.map(|counts| counts.all_security()))}
            </td>
            <td class="number" data-label="Other">{number(counts.map(|counts| counts.other))}</td>
            <td class="number" data-label="Held">{number(counts.map(|counts| counts.held + counts.kept_back + counts.phased))}</td>
            <td data-label="Reboot" class:strong=server.reboot == RebootNeed::Yes title=words::reboot(server.reboot)>{reboot}</td>
            <td data-label="Last seen">{ago_or_never(server.seen.as_ref(), now)}</td>
        </tr>
    }
    .any()
}
