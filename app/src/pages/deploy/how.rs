//! The tab *Deploy*: on which servers, how many at the same time, and what is done around the work.

use super::servers::which_servers;
use crate::components::care_fields::care_fields;
use crate::components::field::{Field, Tick, error_beside};
use crate::components::part::Any as _;
use crate::components::words::count;
use crate::options_form::Fields;
use leptos::prelude::*;
use model::view::DeployForm;

/// Which servers, in which order, and with what care.
pub(super) fn how(page: &DeployForm, fields: &Fields, chosen: &[String]) -> AnyView {
    let value = |name: &str| fields.get(name).to_owned();
    view! {
        {which_servers(page, fields, chosen)}
        {strategy(fields)}
        <fieldset class="form">
            <legend class="label">"Stop early"</legend>
            <Tick label="Canary first" name="canary" ticked=fields.ticked("canary")
                hint="One server alone first. The others begin only when it is healthy again."/>
            <div class="fields">
                <Field label="Failure budget" name="failure_budget" value=value("failure_budget")
                    hint="After so many failed servers nothing new is started. 1 stops at the first failure."/>
                <Field label="Pause between waves" name="pause_between_waves_secs" value=value("pause_between_waves_secs")
                    hint="Time to look at a wave before the next one begins."/>
            </div>
        </fieldset>
        {groups(page, fields)}
    }
    .any()
}

fn strategy(fields: &Fields) -> AnyView {
    let chosen = match fields.get("strategy") {
        "" => "serial",
        chosen => chosen,
    };
    let way = |word: &'static str, words: &'static str, sentence: &'static str, size: AnyView| {
        view! {
            <div class="explained way">
                <input r#type="radio" name="strategy" id=format!("strategy-{word}") value=word checked=word == chosen
                    aria-describedby=format!("strategy-{word}-hint")/>
                <div class="tick-words">
                    <label class="strong" for=format!("strategy-{word}")>{words}</label>
                    <p class="hint" id=format!("strategy-{word}-hint")>{sentence}</p>
                    {size}
                </div>
            </div>
        }
        .any()
    };
    let size = |label: &'static str, name: &'static str| {
        view! { <div class="way-size"><Field label name value=fields.get(name)/></div> }.any()
    };
    view! {
        <fieldset class="field">
            <legend class="label">"How many at the same time"</legend>
            {way("serial", "One after the other", "The next server begins when the one before it is healthy again. Slow, and safe.", ().into_any())}
            {way("servers", "In waves of so many servers", "The servers of a wave are worked on together; the next wave begins when this one is healthy.",
                size("Servers in a wave", "strategy.servers"))}
            {way("percent", "In waves of a share", "As above, with a share of all servers. It is rounded down, and at least one server.",
                size("Percent in a wave", "strategy.percent"))}
            {way("parallel", "All at the same time", "The quickest way. Where services restart, nothing serves in their place.", ().into_any())}
        </fieldset>
    }
    .any()
}

/// What a profile says about a group, for those who may use it and not change it.
fn as_they_are(at: &str, id: String, fields: &Fields) -> AnyView {
    let others = fields
        .iter()
        .filter(|(name, _)| {
            name.strip_prefix(at)
                .is_some_and(|rest| rest.starts_with('.') && rest != ".group")
        })
        .map(|(name, text)| {
            view! { <input r#type="hidden" name=name.to_owned() value=text.to_owned()/> }.any()
        })
        .collect_view();
    view! { <input r#type="hidden" name=format!("{at}.group") value=id/> {others} }.any()
}

/// Drain, restore and health check for this run alone, for those who may write commands.
fn groups(page: &DeployForm, fields: &Fields) -> AnyView {
    let said = page.groups.iter().enumerate().map(|(place, group)| {
        let at = format!("groups.{place}");
        let (id, name) = &group.group;
        let id = id.to_string();
        if !page.may_write_commands {
            return as_they_are(&at, id, fields);
        }
        let open = ["drain", "restore", "health", "settle_secs"]
            .iter()
            .any(|field| fields.ticked(&format!("{at}.{field}")));
        let needs = match group.min_in_service {
            Some(number) => format!(
                "{}; {number} must stay in service.",
                count(group.servers, "server")
            ),
            None => format!(
                "{}; nobody has said how many must stay in service.",
                count(group.servers, "server")
            ),
        };
        view! {
            <details class="care-of" open=open>
                <summary>{format!("Group {name}: drain, restore, health check")}</summary>
                <p class="hint">{needs}</p>
                <input r#type="hidden" name=format!("{at}.group") value=id/>
                {error_beside(&format!("{at}.group"))}
                {care_fields(&at, fields, "As the stack's settings say")}
            </details>
        }
        .any()
    });
    let said = said.collect_view();
    if !page.may_write_commands || page.groups.is_empty() {
        return said.into_any();
    }
    view! {
        <fieldset class="form">
            <legend class="label">"Around the work, for this run alone"</legend>
            <p class="hint">"What is left empty is as the stack's settings say."</p>
            {error_beside("groups")}
            {said}
        </fieldset>
    }
    .any()
}
