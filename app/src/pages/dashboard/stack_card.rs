//! One stack on the dashboard.

use crate::components::badge::status_badge;
use crate::components::part::Any as _;
use crate::components::sparkline::sparkline;
use crate::components::words::count;
use leptos::prelude::*;
use model::Criticality;
use model::view::StackCard;

/// A stack's state, its numbers, and where its security updates come from.
pub(super) fn stack_card(stack: &StackCard) -> AnyView {
    let high = (stack.criticality == Criticality::High)
        .then(|| view! { <span class="mark">"high criticality"</span> }.any());
    view! {
        <li class="card stack-card">
            <div class="card-head">
                <h3><a class="row-name" href=format!("/stacks/{}", stack.id)>{stack.name.clone()}</a></h3>
                <span class="hint">{stack.environment.clone()}</span>
                {high}
                {status_badge(stack.status)}
            </div>
            <p>{stack.reason.clone()}</p>
            <div class="stack-card-numbers">
                <span>{count(stack.servers, "server")}</span>
                <span>{format!("{} security", stack.security)}</span>
                <span>{count(stack.reboot, "reboot")}</span>
                {sparkline(&stack.trend)}
            </div>
        </li>
    }
    .any()
}
