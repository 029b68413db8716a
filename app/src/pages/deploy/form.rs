//! The form: two tabs, both sent together. The tabs are radio buttons, so that they work without scripts.

use super::how::how;
use super::live::{FORM, LiveForm};
use super::what::what;
use crate::api::{Preview, SaveProfile};
use crate::components::field::Field;
use crate::components::part::Any as _;
use crate::components::part::words;
use crate::components::post_form::Submit;
use crate::options_form::Fields;
use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::PublicError;
use model::view::DeployForm;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlFormElement;

/// The form, filled with `fields`; `chosen` are the ids of the servers that are ticked.
pub(super) fn form(page: &DeployForm, fields: &Fields, chosen: &[String], live: LiveForm) -> AnyView {
    let (stack, may_save) = (page.stack.0.to_string(), page.may_save_profiles);
    let profile = page.profile.map(|id| id.to_string()).unwrap_or_default();
    let daily = fields.get("daily").to_owned();
    let more = fields.get("tab") == "more";
    let on_input = move |event: Event| {
        let form = event
            .current_target()
            .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        if let Some(form) = form {
            live.changed(&form);
        }
    };
    let on_submit = move |event: SubmitEvent| live.submitted(&event);
    // On a tab that is not looked at, what is wrong is said on the tab itself.
    let wrong = move |on_more: bool| {
        words(move || match live.state.failed.get() {
            Some(failed) if is_wrong(&failed, on_more) => " (something is wrong here)".to_owned(),
            _ => String::new(),
        })
    };
    view! {
        <form class="form deploy-form" id=FORM method="post" action=Preview::PATH novalidate=true
            on:input=on_input on:submit=on_submit>
            <input r#type="hidden" name="stack" value=stack/>
            <input r#type="hidden" name="profile" value=profile/>
            <input r#type="hidden" name="daily" value=daily/>
            <fieldset class="tabs">
                <legend class="sr-only">"Part of the form"</legend>
                <label class="tab"><input class="sr-only" r#type="radio" name="tab" value="deploy" checked=!more/>"Deploy"{wrong(false)}</label>
                <label class="tab"><input class="sr-only" r#type="radio" name="tab" value="more" checked=more/>"More options"{wrong(true)}</label>
            </fieldset>
            <div class="form tab-deploy">{how(page, fields, chosen)}</div>
            <div class="form tab-more">{what(fields)}</div>
            <div class="row"><Submit label="Preview" class="btn btn-quiet"/></div>
            {may_save.then(|| view! {
                <details class="care-of">
                    <summary>"Save these deployment options"</summary>
                    <div class="row deploy-save">
                        <Field label="Name" name="profile_name" placeholder="nightly"
                            hint="It appears in the stack's Deploy menu."/>
                        <button class="btn btn-quiet" formaction=SaveProfile::PATH>"Save"</button>
                    </div>
                </details>
            }.any())}
        </form>
    }
    .any()
}

/// Whether a field of that tab is wrong.
fn is_wrong(failed: &PublicError, on_more: bool) -> bool {
    const MORE: [&str; 10] = [
        "security",
        "reboot",
        "all",
        "restart_services",
        "picks.only",
        "picks.exclude",
        "lock_wait_secs",
        "reboot_wait_secs",
        "settle_secs",
        "v",
    ];
    let fields = failed.fields.iter().map(|error| error.field.as_str());
    let mut all = fields.chain(failed.field.as_deref());
    all.any(|field| field != "profile_name" && MORE.contains(&field) == on_more)
}
