//! *Deploy ▾*: what can be run on the stack.

use crate::components::part::Any as _;
use leptos::prelude::*;
use model::view::StackPage;

/// *Deploy with options…*, and options that were saved under a name.
pub(super) fn deploy_menu(page: &StackPage) -> AnyView {
    let form = format!("/stacks/{}/deploy", page.stack.id);
    let profiles = page
        .profiles
        .iter()
        .map(|profile| {
            view! {
                <li>
                    <a href=format!("{form}?profile={}", profile.id)>{profile.name.clone()}</a>
                    <span class="hint">{profile.ticks.clone()}</span>
                </li>
            }
            .any()
        })
        .collect_view();
    view! {
        <details class="disclosure menu">
            <summary class="btn">"Deploy ▾"</summary>
            <ul class="menu-list card">
                <li><a href=form.clone()>"Deploy with options…"</a><span class="hint">"Choose, see the plan, then run it."</span></li>
                {profiles}
            </ul>
        </details>
    }
    .any()
}
