//! The form of the list's filters. It is sent by GET, so that every view of the list has an address.

use super::address::query_of;
use crate::components::badge;
use crate::components::filter::{option, select};
use crate::components::get_form::GetForm;
use crate::components::loaded::Data;
use crate::components::part::Any as _;
use crate::components::part::{maybe, memo};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Status;
use model::view::{ServersPage, ServersQuery, Sort, Tile};

/// The filters. A changed choice is followed at once where scripts run; the button does it everywhere.
pub(super) fn filters(page: Data<ServersPage>) -> AnyView {
    let params = use_query_map();
    let query = memo(move || query_of(&params.get()));
    let name = memo(move || query.with(|query| query.q.clone().unwrap_or_default()));
    let group = memo(move || query.with(|query| query.group.clone()));
    let filtered = memo(move || query.with(|query| *query != ServersQuery::default()));
    let stacks = page.derive(|page| {
        page.stacks
            .iter()
            .map(|(id, name)| (id.to_string(), name.clone()))
            .collect()
    });
    let tiles = Tile::ALL
        .iter()
        .map(|tile| option(tile.as_str(), tile.caption()))
        .collect();
    let states = Status::ALL
        .iter()
        .map(|status| option(status.as_str(), badge::word(*status)))
        .collect();
    let orders = vec![
        option(Sort::Name.as_str(), "name"),
        option(Sort::Security.as_str(), "most security updates"),
        option(Sort::Seen.as_str(), "longest unseen"),
    ];
    let chosen =
        move |value: fn(&ServersQuery) -> Option<String>| memo(move || query.with(value).unwrap_or_default());
    view! {
        <GetForm action="/servers" class="filters">
            <label class="filter">
                <span class="label">"Name or address"</span>
                <input class="input" r#type="search" name="q" autocomplete="off" value=name.get_untracked() prop:value=name/>
            </label>
            {select("Tile", "tile", "all", Signal::stored(tiles), chosen(|query| query.tile.map(|it| it.to_string())))}
            {select("State", "status", "any", Signal::stored(states), chosen(|query| query.status.map(|it| it.to_string())))}
            {select("Stack", "stack", "all", stacks.into(), chosen(|query| query.stack.map(|it| it.to_string())))}
            {select("Order", "sort", "worst first", Signal::stored(orders), chosen(|query| query.sort.map(|it| it.to_string())))}
            {maybe(move || group.get().map(|group| view! { <input r#type="hidden" name="group" value=group/> }.any()))}
            <button class="btn btn-quiet">"Filter"</button>
            {maybe(move || filtered.get().then(|| view! { <a class="hint" href="/servers">"All servers"</a> }.any()))}
        </GetForm>
    }
    .any()
}
