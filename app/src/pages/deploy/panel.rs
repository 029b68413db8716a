//! The plan beside the form.

use super::live::{LiveForm, Stage};
use crate::api;
use crate::clock::waiting_since;
use crate::components::error_box::error_box;
use crate::components::icon::{Icon, icon};
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::{maybe, memo, words};
use crate::pages::plans::{follow, plan_parts};
use leptos::prelude::*;
use model::view::PlanPage;

/// What stands beside the form: the plan, or why there is none.
pub(super) fn panel(live: LiveForm) -> AnyView {
    let stage = move || live.stage.get();
    let said = maybe(move || {
        Some(match stage() {
            Stage::Empty => view! {
                <p class="quiet">"Tick what is to be done under More options. The plan appears here: every server, every package, every reboot."</p>
            }
            .any(),
            Stage::Asking => {
                let waited = waiting_since();
                let waits = words(move || match waited() {
                    None => "Making the plan of what is ticked now…".to_owned(),
                    Some(since) => format!("Still waiting for Drydock to make the plan, for {since}."),
                });
                view! { <p class="notice-line" role="status">{icon(Icon::Running)}<span>{waits}</span></p> }.any()
            }
            Stage::Refused => {
                let failed = live.state.failed.get()?;
                if failed.field.is_some() {
                    view! { <p class="quiet">"No plan: something in the form is not accepted. It says so beside the field."</p> }.any()
                } else {
                    error_box(&failed)
                }
            }
            Stage::Shown => return None,
        })
    });
    let there = memo(move || live.plan.get().is_some() && matches!(stage(), Stage::Asking | Stage::Shown));
    let old = memo(move || stage() != Stage::Shown);
    let class = Signal::derive(move || if old.get() { "plan plan-old" } else { "plan" });
    let plan = maybe(move || {
        there.get().then(|| {
            view! { <div class=class aria-busy=Signal::derive(move || old.get().then_some("true"))>{plan_of(live, old)}</div> }.any()
        })
    });
    view! {
        <section class="column card plan-panel" aria-labelledby="plan-title">
            <h2 id="plan-title">"Plan"</h2>
            <p class="hint no-scripts">"Press Preview to see the plan."</p>
            <div aria-live="polite">{said}</div>
            {plan}
        </section>
    }
    .any()
}

/// The newest plan; its button is there once it is of what is ticked now.
fn plan_of(live: LiveForm, old: Memo<bool>) -> AnyView {
    let again = RwSignal::new(0_u32);
    loaded(
        move || format!("{} {}", live.plan.get().unwrap_or_default(), again.get()),
        move || api::plan(live.plan.get_untracked().unwrap_or_default(), 1),
        move |page: Data<PlanPage>| {
            follow(page, again, move |next| live.plan.set(Some(next)));
            // Until the newest plan has been read, the one before it stands here and must not be run.
            let here = page.derive(|page| Some(page.id.to_string()));
            let old = memo(move || old.get() || here.get() != live.plan.get());
            plan_parts(page, Some(old))
        },
    )
}
