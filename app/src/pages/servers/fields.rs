//! The fields that describe a server, for adding and for changing one.

use crate::components::field::{Area, Choice, Explained, Field, suggestions};
use crate::components::part::Any as _;
use crate::components::words;
use leptos::prelude::*;
use model::view::{ServerChoices, ServerFormPage, ServerValues};
use model::{Account, Criticality, Transport};

/// What the two kinds of account are, honestly.
pub(super) const ACCOUNTS: [(&str, &str, &str); 2] = [
    (
        Account::LookOnly.as_str(),
        "Look only",
        "May run one root-owned script by sudo, and nothing else. What it cannot see stays unknown; it can never change the server.",
    ),
    (
        Account::Operate.as_str(),
        "Operate",
        "Full root, directly or by sudo: needed later to apply updates and to reboot. Whoever holds this key is root on the server.",
    ),
];

/// All fields of a server, filled with what it is now, or with what most servers are.
pub(crate) fn server_fields(page: &ServerFormPage) -> AnyView {
    let now = page.server.as_ref();
    if now.is_some_and(|server| server.transport == Transport::Sim) {
        return view! {
            <p class="hint">"This server is simulated: how it is reached cannot be changed."</p>
            {name_field(now)}
            {hidden_connection(now)}
            {place_fields(&page.choices, now)}
        }
        .any();
    }
    let account = now.map_or(Account::LookOnly, |server| server.account).as_str();
    view! {
        {name_field(now)}
        <div class="fields">
            <Field label="Address" name="host" required=true placeholder="web-1.example.com or 10.0.0.5"
                value=now.map(|server| server.host.clone()).unwrap_or_default()/>
            <Field label="Port" name="port" kind="number" value=now.map_or(22, |server| server.port).to_string()/>
        </div>
        <div class="fields">
            <Field label="Account" name="user" placeholder="root" hint="The user that Drydock logs in as. Empty is root."
                value=now.map(|server| server.user.clone()).unwrap_or_default()/>
            <Choice label="Key" name="key" options=key_options(&page.choices)
                chosen=chosen_key(page)/>
        </div>
        <Explained label="What the account may do" name="account" options=ACCOUNTS.to_vec() chosen=account/>
        <Field label="Jump host" name="jump" list="jumps"
            hint="Only if the server is reached through another one: that server's name in Drydock."
            value=now.and_then(|server| server.jump.clone()).unwrap_or_default()/>
        {suggestions("jumps", &page.choices.jumps)}
        {place_fields(&page.choices, now)}
        <Area label="known_hosts lines" name="known_hosts" rows="3"
            hint="If you have lines of a known_hosts file for this server, its keys are compared with them and need no confirmation."/>
    }
    .any()
}

/// The fields that say where a server belongs.
fn place_fields(choices: &ServerChoices, now: Option<&ServerValues>) -> AnyView {
    let criticality = now.map_or(Criticality::Normal, |server| server.criticality);
    view! {
        <div class="fields">
            <Field label="Stack" name="stack" list="stacks" hint="One application in one environment. A new name makes a new stack."
                value=now.and_then(|server| server.stack.clone()).unwrap_or_default()/>
            <Field label="Group" name="group" list="groups" placeholder="web, worker, db" hint="Its role inside the stack."
                value=now.and_then(|server| server.group.clone()).unwrap_or_default()/>
            <Choice label="Criticality" name="criticality" options=criticalities() chosen=criticality.as_str()
                hint="How much its absence matters."/>
        </div>
        {place_suggestions(choices)}
    }
    .any()
}

/// Names of stacks and groups that there are, for fields that take new ones too.
pub(super) fn place_suggestions(choices: &ServerChoices) -> AnyView {
    let stacks: Vec<String> = choices.stacks.iter().map(|(name, _)| name.clone()).collect();
    let mut groups: Vec<String> = choices
        .stacks
        .iter()
        .flat_map(|(_, groups)| groups.clone())
        .collect();
    groups.sort();
    groups.dedup();
    (suggestions("stacks", &stacks), suggestions("groups", &groups)).into_any()
}

/// Every criticality, as options.
pub(crate) fn criticalities() -> Vec<(String, String)> {
    Criticality::ALL
        .iter()
        .map(|it| (it.as_str().to_owned(), words::criticality(*it).to_owned()))
        .collect()
}

/// Drydock's keys, as options.
pub(super) fn key_options(choices: &ServerChoices) -> Vec<(String, String)> {
    choices
        .keys
        .iter()
        .map(|key| (key.id.to_string(), key.name.clone()))
        .collect()
}

fn chosen_key(page: &ServerFormPage) -> String {
    page.server
        .as_ref()
        .and_then(|server| server.key)
        .map(|key| key.to_string())
        .unwrap_or_default()
}

fn name_field(now: Option<&ServerValues>) -> AnyView {
    view! {
        <Field label="Name" name="name" required=true placeholder="web-1" hint="As you call it. Letters, digits and . - _."
            value=now.map(|server| server.name.clone()).unwrap_or_default()/>
    }
    .any()
}

/// A simulated server's connection, sent as it is.
fn hidden_connection(now: Option<&ServerValues>) -> Option<AnyView> {
    now.map(|server| {
        view! {
            <input r#type="hidden" name="host" value=server.host.clone()/>
            <input r#type="hidden" name="port" value=server.port.to_string()/>
            <input r#type="hidden" name="user" value=server.user.clone()/>
            <input r#type="hidden" name="account" value=server.account.as_str()/>
        }
        .any()
    })
}
