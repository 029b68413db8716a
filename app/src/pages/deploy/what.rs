//! The tab *More options*: what is done on each server.

use crate::components::field::{Field, Tick, error_beside};
use crate::components::part::Any as _;
use crate::options_form::Fields;
use leptos::prelude::*;

/// The boxes in the original's words, packages, and waits.
pub(super) fn what(fields: &Fields) -> AnyView {
    let value = |name: &str| fields.get(name).to_owned();
    let by = |word: &'static str, words: &'static str, sentence: &'static str| {
        let chosen = match fields.get("all_by") {
            "" => word == "upgrade",
            by => by == word,
        };
        view! {
            <label class="explained">
                <input r#type="radio" name="all_by" value=word checked=chosen/>
                <span><strong>{words}</strong><span class="hint">{sentence}</span></span>
            </label>
        }
        .any()
    };
    view! {
        <fieldset class="form">
            <legend class="label">"What to do"</legend>
            <Tick label="Apply security upgrades" name="security" ticked=fields.ticked("security")
                hint="Installs the pending security updates now, exactly the versions in the plan. Also sets up unattended-upgrades, so that the server installs security updates by itself every day from then on; that never reboots it."/>
            <Tick label="Yes, reboot my servers if required" name="reboot" ticked=fields.ticked("reboot")
                hint="After the upgrades, a server that asks for a reboot is restarted once, and has to come back healthy. A server that does not ask is not rebooted; without this box, none is."/>
            <Tick label="Apply all upgrades" name="all" ticked=fields.ticked("all")
                hint="Installs everything that is pending, not the security updates alone."/>
            <fieldset class="all-by">
                <legend class="sr-only">"How to apply all upgrades"</legend>
                {by("upgrade", "upgrade", "Installs new packages where an update needs them, and removes nothing. What cannot be updated that way is kept back.")}
                {by("full_upgrade", "full-upgrade", "May also remove packages that are in the way. The plan names each of them.")}
            </fieldset>
            <Tick label="Restart services instead" name="restart_services" ticked=fields.ticked("restart_services")
                hint="Restarts services that still run old libraries, where that is enough to do without a reboot."/>
        </fieldset>
        <fieldset class="form">
            <legend class="label">"Which packages"</legend>
            <div class="fields">
                <Field label="Only these packages" name="picks.only" value=value("picks.only") placeholder="openssl nginx"
                    hint="Names with spaces between them; what they need comes along. Empty means all that are pending."/>
                <Field label="Never these packages" name="picks.exclude" value=value("picks.exclude") placeholder="postgresql-16"
                    hint="They stay as they are, and what needs them stays, too."/>
            </div>
        </fieldset>
        <fieldset class="form">
            <legend class="label">"How long to wait"</legend>
            <div class="fields">
                <Field label="For another program's lock" name="lock_wait_secs" value=value("lock_wait_secs")
                    hint="When apt or dpkg is busy on a server, the step waits this long before it fails."/>
                <Field label="For a reboot" name="reboot_wait_secs" value=value("reboot_wait_secs")
                    hint="A server that is not back after this long counts as failed."/>
                <Field label="Settle time" name="settle_secs" value=value("settle_secs")
                    hint="A server must be quiet this long before it counts as healthy and the next one begins."/>
            </div>
        </fieldset>
        {error_beside("v")}
    }
    .any()
}
