//! What is done on a server, step by step, with the exact command behind each.

use super::waves::Asked;
use crate::api;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use leptos::prelude::*;
use model::plan::{ServerPlan, Step, When};
use model::view::{PlanPage, StepFile, StepText};

/// The steps in order.
pub(super) fn steps(page: &PlanPage, plan: &ServerPlan, (server, asked): &Asked) -> AnyView {
    let named = |id: String, asked: &Option<String>| asked.as_ref() == Some(&id);
    let rows = plan
        .steps
        .iter()
        .map(|step| row(page, step, named(step.id.to_string(), asked)))
        .collect_view();
    let open = named(plan.server.to_string(), server)
        || plan.steps.iter().any(|step| named(step.id.to_string(), asked));
    view! {
        <details open=open>
            <summary>"Steps, in order"</summary>
            <ol class="steps">{rows}</ol>
        </details>
    }
    .any()
}

fn row(page: &PlanPage, step: &Step, shown: bool) -> AnyView {
    let id = step.id.to_string();
    let maybe = (step.when == When::IfRequired)
        .then(|| view! { <span class="hint">" Only if it is required then."</span> }.any());
    // The text is long and there is one per step, so it is read when somebody asks for it; its address works without
    // scripts, too.
    let command = step.work.is_some().then(|| {
        let href = format!("/plans/{}?page={}&step={id}#step-{id}", page.id, page.page);
        view! { " " <a class="hint" href=href>"Exact command"</a> }.any()
    });
    let text = shown.then(|| {
        let (plan, step) = (page.id.to_string(), id.clone());
        let key = format!("{plan} {step}");
        loaded(
            move || key.clone(),
            move || api::step_text(plan.clone(), step.clone()),
            |text: Data<StepText>| text.show(files),
        )
    });
    view! { <li id=format!("step-{id}")>{step.what.clone()}{maybe}{command}{text}</li> }.any()
}

fn files(text: &StepText) -> AnyView {
    if text.files.is_empty() {
        return view! { <p class="hint">"This step only looks; it starts nothing on the server."</p> }.any();
    }
    text.files.iter().map(file).collect_view().into_any()
}

fn file(file: &StepFile) -> AnyView {
    let open = file.name == "work";
    let name = file.name.clone();
    view! {
        <details open=open>
            <summary><code>{name.clone()}</code></summary>
            <pre class="said said-long" tabindex="0" role="region" aria-label=name>{file.text.clone()}</pre>
        </details>
    }
    .any()
}
