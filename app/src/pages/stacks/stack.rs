//! One stack's page.

use super::deploy_menu::deploy_menu;
use super::fields::stack_fields;
use super::overview::overview;
use crate::api::{self, EditStack, RemoveStack};
use crate::clock::Now;
use crate::components::badge::status_badge;
use crate::components::disclosure::Disclosure;
use crate::components::frame::for_those_who;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::part;
use crate::components::post_form::{PostForm, Submit};
use crate::components::run_rows::run_table;
use crate::components::server_table::server_table;
use crate::components::words::{self, count};
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::Right;
use model::view::StackPage;

/// The stack that the address names, on the tab that it names.
#[component]
pub(crate) fn StackDetailPage() -> impl IntoView {
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
    let query = use_query_map();
    let tab = Memo::new(move |_| query.with(|query| query.get("tab")).unwrap_or_default());
    let name = page.derive(|page| page.stack.name.clone());
    let link = move |to: &'static str, words: &'static str| {
        let href = if to.is_empty() {
            "?".to_owned()
        } else {
            format!("?tab={to}")
        };
        let here = Signal::derive(move || (tab.get() == to).then_some("page"));
        view! { <a class="tab" href=href aria-current=here>{words}</a> }.any()
    };
    view! {
        <Title text=move || name.get()/>
        <header class="page-head">
            <div class="page-title">{page.show(title)}</div>
            {for_those_who(Right::Run, move || page.show(deploy_menu))}
        </header>
        <nav class="tabs" aria-label="Parts of the stack">
            {link("", "Overview")}
            {link("servers", "Servers")}
            {link("runs", "Runs")}
            {for_those_who(Right::WriteCommands, move || page.show(|page| {
                let href = format!("/stacks/{}/care", page.stack.id);
                view! { <a class="tab" href=href>"Around the work"</a> }.any()
            }))}
            {for_those_who(Right::EditFleet, move || link("change", "Change").into_any())}
        </nav>
        {part(move || match tab.get().as_str() {
            "servers" => page.show(servers),
            "runs" => page.show(runs),
            "change" => change(page),
            _ => page.show(overview),
        })}
    }
    .any()
}

fn title(page: &StackPage) -> AnyView {
    let stack = &page.stack;
    let owner = stack.owner.as_ref().map(|owner| format!(" · owner {owner}"));
    view! {
        <h1>{stack.name.clone()}</h1>
        <p class="hint">
            {format!("{} · {} · criticality {}", stack.environment, count(stack.servers, "server"), words::criticality(stack.criticality))}
            {owner}
        </p>
        <div class="row" aria-live="polite">
            {status_badge(stack.status)}
            <span>{stack.reason.clone()}</span>
            <span class="hint">{format!("{}, {}, {}", count(stack.security, "security update"), count(stack.other, "other update"), count(stack.reboot, "reboot"))}</span>
        </div>
    }
    .any()
}

/// The newest runs, and the way to all of them.
fn runs(page: &StackPage) -> AnyView {
    let runs = if page.runs.is_empty() {
        view! { <p class="card quiet">"Nothing was run on this stack yet. Runs begin with Deploy, above."</p> }.any()
    } else {
        run_table(&page.runs, Now::of(page.now))
    };
    view! {
        {runs}
        <p><a href=format!("/runs?stack={}", page.stack.id)>"All runs of this stack"</a></p>
    }
    .into_any()
}

fn servers(page: &StackPage) -> AnyView {
    let shown = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
    let all = (shown < page.stack.servers).then(|| {
        view! { <p class="hint">{format!("The first {shown} of {}.", page.stack.servers)}</p> }.any()
    });
    view! {
        {server_table(&page.rows, Now::of(page.now), false)}
        {all}
        <p><a href=format!("/servers?stack={}", page.stack.id)>"Filter these servers"</a></p>
    }
    .any()
}

fn change(page: Data<StackPage>) -> AnyView {
    let id = page.derive(|page| page.stack.id.to_string());
    for_those_who(Right::EditFleet, move || {
        view! {
            <section class="card">
                <PostForm action=EditStack::PATH>
                    <input r#type="hidden" name="id" value=id/>
                    {page.peek(|page| stack_fields(Some(&page.stack), page.owner, &page.people))}
                    <Submit label="Save"/>
                </PostForm>
            </section>
            <Disclosure label="Remove this stack…" danger=true>
                <p>"Only a stack without servers can be removed. Move its servers to another stack, or remove them, first."</p>
                <PostForm action=RemoveStack::PATH>
                    <input r#type="hidden" name="id" value=id/>
                    <Submit label="Remove the stack" class="btn btn-danger"/>
                </PostForm>
            </Disclosure>
        }
        .any()
    })
}
