//! What is done around the work on each group's servers, and how many of them must stay in service.

use crate::api::{self, SetCare};
use crate::components::care_fields::care_fields;
use crate::components::field::Field;
use crate::components::frame::may;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::part;
use crate::components::post_form::{PostForm, Submit};
use crate::components::words::count;
use crate::live::{Interest, use_live};
use crate::options_form::Fields;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::Right;
use model::view::{DeployGroup, StackPage};

/// A form per group of the stack that the address names, for those who may write commands.
#[component]
pub(crate) fn CarePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    let version = use_live().version(Signal::derive(move || Interest::Stack(id.get().parse().ok())));
    loaded(
        move || format!("{} {}", id.get(), version.get()),
        move || api::stack(id.get_untracked()),
        content,
    )
}

fn content(page: Data<StackPage>) -> AnyView {
    let name = page.derive(|page| page.stack.name.clone());
    let stack = page.derive(|page| format!("/stacks/{}", page.stack.id));
    view! {
        <Title text=move || format!("Around the work on {}", name.get())/>
        <header class="page-head">
            <div class="page-title">
                <h1>"Around the work"</h1>
                <p class="hint">
                    "Stack " <a href=stack>{name}</a>
                    ". What is done before and after the work on each server, and how many must stay in service. Every plan follows it."
                </p>
            </div>
        </header>
        {forms(page)}
    }
    .any()
}

fn forms(page: Data<StackPage>) -> AnyView {
    let may = may(Right::WriteCommands);
    part(move || {
        if !may.get() {
            return view! { <p class="card">"Commands run as root on servers, so only leads and admins write them."</p> }.any();
        }
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
        (none, forms).into_any()
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
                <div class="least">
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
