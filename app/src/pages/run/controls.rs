//! What can be asked of a run. Every button says what it will do to how many servers.

use super::state::Run;
use crate::api::{AskRun, RetryFailed};
use crate::components::disclosure::Disclosure;
use crate::components::part::Any as _;
use crate::components::part::{maybe, memo};
use crate::components::post_form::{PostForm, Submit};
use crate::components::words::count;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::run::RunState;
use model::view::{RunAsk, RunButtons};

/// Numbers that the buttons' words need.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Numbers {
    /// Servers that are not done with.
    left: u32,
    failed: u32,
    between_waves: bool,
}

/// The buttons that the person has.
pub(super) fn controls(run: Run) -> AnyView {
    let buttons = run.of_head(|head| head.buttons);
    let numbers = run.of_head(|head| Numbers {
        left: head.servers.saturating_sub(head.servers_ended),
        failed: head.servers_failed,
        between_waves: head.state == RunState::Waiting,
    });
    let has = move |which: fn(&RunButtons) -> bool| memo(move || which(&buttons.get()));
    let (pause, resume, cancel) = (
        has(|buttons| buttons.pause),
        has(|buttons| buttons.resume),
        has(|buttons| buttons.cancel),
    );
    let (abandon, retry) = (
        has(|buttons| buttons.abandon),
        has(|buttons| buttons.retry_failed),
    );
    let left = move || count(numbers.get().left, "server");
    view! {
        <div class="run-controls">
            {maybe(move || resume.get().then(|| {
                let label = move || if numbers.get().between_waves {
                    "Go on with the next wave".to_owned()
                } else {
                    format!("Resume: {} to go", left())
                };
                ask(run, RunAsk::Resume, Signal::derive(label), "btn")
            }))}
            {maybe(move || pause.get().then(|| view! {
                <Disclosure label="Pause…">
                    <p>"What must not be interrupted is finished first; then nothing new is started until you resume. The run keeps its servers."</p>
                    {ask(run, RunAsk::Pause, Signal::derive(move || format!("Pause with {} to go", left())), "btn")}
                </Disclosure>
            }.into_any()))}
            {maybe(move || cancel.get().then(|| view! {
                <Disclosure label="Cancel…">
                    <p>"The run ends at the next safe point. A server under way finishes its package manager's call and is put back into service if its check passes; what was not begun is not started."</p>
                    {ask(run, RunAsk::Cancel, Signal::derive(move || format!("Cancel with {} not done", left())), "btn btn-danger")}
                </Disclosure>
            }.into_any()))}
            {maybe(move || retry.get().then(|| view! {
                <Disclosure label="Retry what failed…">
                    <p>"Plans the same options anew for the servers that failed or were not reached. Nothing is done before you have seen that plan and run it."</p>
                    <PostForm action=RetryFailed::PATH>
                        {run_id(run)}
                        <Submit label=Signal::derive(move || match numbers.get().failed {
                            0 => "Plan again what was not reached".to_owned(),
                            failed => format!("Plan again, {} failed", count(failed, "server")),
                        })/>
                    </PostForm>
                </Disclosure>
            }.into_any()))}
            {maybe(move || abandon.get().then(|| view! {
                <Disclosure label="Let go of it…" danger=true>
                    <p>
                        "Dangerous. Drydock stops looking at once, wherever each server is. What runs on a server goes on \
                         there unwatched; a server that was taken out of service stays out; nothing is checked afterwards. \
                         Every server under way is marked as needing inspection. Cancel is the safe way."
                    </p>
                    {ask(run, RunAsk::Abandon, Signal::derive(move || format!("Let go of it, with {} not done", left())), "btn btn-danger")}
                </Disclosure>
            }.into_any()))}
        </div>
    }
    .any()
}

fn ask(run: Run, what: RunAsk, label: Signal<String>, class: &'static str) -> AnyView {
    view! {
        <PostForm action=AskRun::PATH class="inline-form">
            {run_id(run)}
            <input r#type="hidden" name="wanted" value=what.as_str()/>
            <Submit label class/>
        </PostForm>
    }
    .into_any()
}

/// The field that names the run.
pub(super) fn run_id(run: Run) -> AnyView {
    view! { <input r#type="hidden" name="run" value=run.address.run/> }.any()
}
