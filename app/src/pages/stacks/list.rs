//! The list of stacks.

use super::fields::stack_fields;
use crate::api::{self, CreateStack};
use crate::components::badge::status_badge;
use crate::components::disclosure::Disclosure;
use crate::components::empty::empty;
use crate::components::frame::for_those_who;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use crate::components::table_frame::table_frame;
use crate::components::words::{self, count};
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use model::Right;
use model::view::{StackRow, StacksPage};

/// Every stack, worst first, and the form that makes one.
#[component]
pub(crate) fn StacksListPage() -> impl IntoView {
    let version = use_live().version(Interest::Fleet);
    view! {
        <Title text="Stacks"/>
        {loaded(move || version.get().to_string(), api::stacks, content)}
    }
    .any()
}

fn content(page: Data<StacksPage>) -> AnyView {
    view! {
        <header class="page-head">
            <h1>"Stacks"</h1>
            {for_those_who(Right::EditFleet, move || view! {
                <Disclosure label="New stack">
                    <PostForm action=CreateStack::PATH>
                        {page.peek(|page| stack_fields(None, None, &page.people))}
                        <Submit label="Make the stack"/>
                    </PostForm>
                </Disclosure>
            }.any())}
        </header>
        {page.show(list)}
    }
    .any()
}

fn list(page: &StacksPage) -> AnyView {
    let unassigned = (page.unassigned > 0).then(|| {
        view! { <p class="hint">{format!("{} in no stack.", count(page.unassigned, "server"))}</p> }.any()
    });
    if page.rows.is_empty() {
        let none = empty(
            "No stacks yet",
            "A stack is one application in one environment: its servers, grouped by what they do.",
            view! { <p class="hint">"Make one above, or name one when you add a server."</p> }.any(),
        );
        return (none, unassigned).into_any();
    }
    let rows = page.rows.iter().map(row).collect_view();
    view! {
        {table_frame("Stacks", view! {
            <table class="table cards">
                <thead><tr>
                    <th scope="col">"State"</th>
                    <th scope="col">"Stack"</th>
                    <th scope="col">"Environment"</th>
                    <th scope="col">"Owner"</th>
                    <th scope="col">"Criticality"</th>
                    <th scope="col" class="number">"Servers"</th>
                    <th scope="col" class="number">"Security"</th>
                    <th scope="col" class="number">"Other"</th>
                    <th scope="col" class="number">"Reboots"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }.any())}
        {unassigned}
    }
    .any()
}

fn row(stack: &StackRow) -> AnyView {
    view! {
        <tr>
            <td class="state" data-label="State">{status_badge(stack.status)}</td>
            <td data-label="Stack">
                <a class="row-name" href=format!("/stacks/{}", stack.id)>{stack.name.clone()}</a>
                <span class="hint reason">{stack.reason.clone()}</span>
            </td>
            <td data-label="Environment">{stack.environment.clone()}</td>
            <td data-label="Owner">{stack.owner.clone().unwrap_or_else(|| "nobody".to_owned())}</td>
            <td data-label="Criticality">{words::criticality(stack.criticality)}</td>
            <td class="number" data-label="Servers">{stack.servers}</td>
            <td class="number" data-label="Security" class:strong=stack.security != 0>{stack.security}</td>
            <td class="number" data-label="Other">{stack.other}</td>
            <td class="number" data-label="Reboots" class:strong=stack.reboot != 0>{stack.reboot}</td>
        </tr>
    }
    .any()
}
