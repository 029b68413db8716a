//! What is done around the work on each group's servers, and how many of them must stay in service.

use crate::api::SetCare;
use crate::components::care_fields::care_fields;
use crate::components::field::Field;
use crate::components::frame::for_those_who;
use crate::components::loaded::Data;
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use crate::components::words::count;
use crate::options_form::Fields;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::Right;
use model::view::{DeployGroup, StackPage};

/// A form per group, for those who may write commands.
pub(super) fn care(page: Data<StackPage>) -> AnyView {
    for_those_who(Right::WriteCommands, move || {
        let forms = page.peek(|page| {
            let forms = page.care.iter().enumerate();
            forms
                .map(|(place, group)| form(place, group))
                .collect_view()
                .into_any()
        });
        let none = page.peek(|page| page.care.is_empty()).unwrap_or_default().then(|| {
            view! { <p class="card quiet">"This stack has no groups yet. Name a group when you add or change a server."</p> }.any()
        });
        view! {
            <p class="hint">"Every plan for this stack follows these settings. The commands run as root on the group's servers."</p>
            {none}
            {forms}
        }
        .any()
    })
}

fn form(place: usize, group: &DeployGroup) -> AnyView {
    let at = format!("groups.{place}");
    let mut fields = Fields::default();
    fields.set_care(&at, &group.care);
    let (id, name) = (group.group.0.to_string(), group.group.1.clone());
    let least = group
        .min_in_service
        .map(|number| number.to_string())
        .unwrap_or_default();
    view! {
        <section class="card">
            <header class="card-head"><h2>"Group " {name}</h2><span class="hint">{count(group.servers, "server")}</span></header>
            <PostForm action=SetCare::PATH>
                <input r#type="hidden" name="group" value=id/>
                <input r#type="hidden" name="at" value=at.clone()/>
                <div class="fields">
                    <Field label="Must stay in service" name=format!("{at}.min_in_service") value=least
                        hint="So many servers at any time, counted over all runs. Waves become smaller until it holds. Empty: nobody has said."/>
                </div>
                {care_fields(&at, &fields, "None")}
                <Submit label="Save"/>
            </PostForm>
        </section>
    }
    .any()
}
