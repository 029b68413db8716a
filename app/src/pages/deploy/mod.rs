//! *Deploy with options*: the form, and the plan that grows beside it.

mod form;
mod how;
mod live;
mod panel;
mod profiles;
mod servers;
mod what;

use crate::api;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::{maybe, part};
use crate::live::{Interest, use_live};
use crate::options_form::Fields;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use live::LiveForm;
use model::GroupId;
use model::view::DeployForm;

/// The form for the stack that the address names, filled from the profile or the fields that the address names.
#[component]
pub(crate) fn DeployPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let profile = Memo::new(move |_| query.with(|query| query.get("profile")));
    let version = use_live().version(Signal::derive(move || Interest::Stack(id.get().parse().ok())));
    loaded(
        move || {
            format!(
                "{} {} {}",
                id.get(),
                profile.get().unwrap_or_default(),
                version.get()
            )
        },
        move || api::deploy_form(id.get_untracked(), profile.get_untracked()),
        content,
    )
}

fn content(page: Data<DeployForm>) -> AnyView {
    let query = use_query_map();
    let name = page.derive(|page| page.stack.1.clone());
    let may_run = page.derive(|page| page.may_run);
    // The form is made again for another profile, and not for news: half-filled it stays as it is.
    let profile = page.derive(|page| page.profile);
    let back = page.derive(|page| format!("/stacks/{}", page.stack.0));
    view! {
        <Title text=move || format!("Deploy {} with options", name.get())/>
        <header class="page-head">
            <div class="page-title">
                <h1>"Deploy with options"</h1>
                <p class="hint">"Stack " <a href=back>{name}</a> ". Nothing happens on a server before you press the button below the plan."</p>
            </div>
        </header>
        {page.show(profiles::profiles)}
        {maybe(move || {
            let gone = query.with(|query| query.get_str("profile").is_some_and(|id| !id.is_empty())) && profile.get().is_none();
            gone.then(|| view! { <p class="hint">"The profile in the address is not there any more."</p> }.any())
        })}
        {part(move || {
            if !may_run.get() {
                return view! {
                    <p class="card">"Your role may look at plans and not make them. Ask an operator or a lead."</p>
                }
                .any();
            }
            profile.track();
            let query = query.get();
            page.peek(|page| form_and_plan(page, &query)).into_any()
        })}
    }
    .any()
}

fn form_and_plan(page: &DeployForm, query: &ParamsMap) -> AnyView {
    let live = LiveForm::new();
    provide_context(live.state);
    let groups: Vec<Option<GroupId>> = page.groups.iter().map(|group| Some(group.group.0)).collect();
    let fields = if query.get("strategy").is_some() {
        from_address(query, &groups)
    } else {
        Fields::of(&page.options, &groups)
    };
    let chosen = query.get_all("servers[]").unwrap_or_default();
    live.refused_before(&fields, query.get("strategy").is_some());
    live.begin();
    view! {
        <div class="columns deploy">
            <div class="column">{form::form(page, &fields, &chosen, live)}</div>
            {panel::panel(live)}
        </div>
    }
    .any()
}

/// The fields as the address has them; groups at the places that this form gives them.
fn from_address(query: &ParamsMap, groups: &[Option<GroupId>]) -> Fields {
    let mut fields = Fields::default();
    let mut theirs: Vec<(&str, &str)> = Vec::new();
    for (name, text) in query.latest_values() {
        if let Some(place) = name
            .strip_prefix("groups.")
            .and_then(|rest| rest.strip_suffix(".group"))
        {
            theirs.push((place, text));
        } else if !name.starts_with("groups.") {
            fields.set(name.to_string(), text);
        }
    }
    for (place, group) in groups.iter().enumerate() {
        let id = group.map(|id| id.to_string()).unwrap_or_default();
        let from = theirs.iter().find(|(_, text)| *text == id);
        if let Some((from, _)) = from {
            let prefix = format!("groups.{from}.");
            for (name, text) in query.latest_values() {
                if let Some(rest) = name.strip_prefix(&prefix) {
                    fields.set(format!("groups.{place}.{rest}"), text);
                }
            }
        }
        fields.set(format!("groups.{place}.group"), id);
    }
    fields
}
