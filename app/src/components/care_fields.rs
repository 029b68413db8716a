//! The fields of what is done around the work on each server of a group: drain, restore, health check, settle time.

use super::field::{Choice, Field, Tick};
use super::part::Any as _;
use crate::options_form::Fields;
use leptos::prelude::*;

/// Fields whose names begin with `at`, filled with `fields`. What they leave open is as `unsaid` says; which of them
/// belong to the chosen kind of health check, the style sheet knows.
pub(crate) fn care_fields(at: &str, fields: &Fields, unsaid: &'static str) -> AnyView {
    let name = |field: &str| format!("{at}.{field}");
    let value = |field: &str| fields.get(&name(field)).to_owned();
    // A named command cannot be started yet: it is shown where it was chosen, and not offered.
    let named = value("health") == "named";
    let kinds = [
        ("", unsaid),
        ("http_server", "HTTP, asked on the server itself"),
        ("http_drydock", "HTTP, asked by Drydock"),
        ("command", "A command on the server"),
        ("named", "A command on Drydock's host"),
    ];
    let kinds = kinds
        .into_iter()
        .filter(|(kind, _)| *kind != "named" || named)
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .collect();
    view! {
        <div class="care">
            <div class="fields">
                <Field label="Drain command" name=name("drain") value=value("drain") placeholder="/usr/local/bin/lb out"
                    hint="Runs on the server as root before the work, and takes it out of the load balancer."/>
                <Field label="Restore command" name=name("restore") value=value("restore") placeholder="/usr/local/bin/lb in"
                    hint="Runs after the work, also when it failed, and puts the server back."/>
                <Field label="Time for either" name=name("balancer_timeout_secs") value=value("balancer_timeout_secs")
                    placeholder="2 min" hint="A command that takes longer has failed."/>
            </div>
            <div class="fields">
                <Choice label="Health check" name=name("health") options=kinds chosen=value("health")
                    hint="Asked before and after the work. A server that is not healthy before is not touched; one that is not healthy afterwards has failed."/>
                <Field label="Settle time" name=name("settle_secs") value=value("settle_secs") placeholder="60 s"
                    hint="How long a server must be quiet before it counts as healthy again."/>
            </div>
            <div class="fields care-http">
                <Field label="Host" name=name("health.host") value=value("health.host") placeholder="the server itself"
                    hint="A name or an address, without a port."/>
                <Field label="Port" name=name("health.port") value=value("health.port") placeholder="80"/>
                <Field label="Path" name=name("health.path") value=value("health.path") placeholder="/health"/>
                <Field label="Healthy answers" name=name("health.accept") value=value("health.accept") placeholder="200"
                    hint="HTTP status codes."/>
                <Tick label="By TLS" name=name("health.tls") ticked=fields.ticked(&name("health.tls")) hint="Asks by https."/>
            </div>
            <div class="fields care-command">
                <Field label="Command" name=name("health.argv") value=value("health.argv") placeholder="/usr/local/bin/check-shop"
                    hint="Runs on the server as root. Exit 0 means healthy."/>
            </div>
            <div class="fields care-named">
                <Field label="Name of the command" name=name("health.name") value=value("health.name") placeholder="shop"
                    hint="A command that Drydock's configuration file defines."/>
            </div>
            <div class="fields care-asked">
                <Field label="Time for one answer" name=name("health.timeout_secs") value=value("health.timeout_secs") placeholder="10 s"/>
                <Field label="Ask again for" name=name("health.wait_secs") value=value("health.wait_secs") placeholder="2 min"
                    hint="A service needs a moment to start. 0 asks once."/>
            </div>
        </div>
    }
    .any()
}
