//! One run: where it is in one sentence, its servers and steps as a matrix, and the log of the chosen cell beside it.

mod address;
mod chosen;
mod controls;
mod head;
mod log;
mod matrix;
mod proof;
mod proof_server;
mod state;
mod waves;

use crate::api;
use crate::components::loaded::loaded;
use crate::components::part::Any as _;
use crate::components::part::memo;
use crate::live::{Interest, use_live};
use address::Address;
use leptos::prelude::*;
use leptos_meta::Title;
use log::Log;
use state::{Again, Run};
use std::sync::{Arc, Mutex};

pub(crate) use proof::ProofDetailPage;

/// One run's page.
#[component]
pub(crate) fn RunDetailPage() -> impl IntoView {
    let address = Address::here();
    let live = use_live();
    let version = live.version(Interest::Nothing);
    let again = Again::new(version);
    // Made here and not inside the content: the server makes a page more than once while it waits for what is missing,
    // and what is read inside would be counted differently there and in the browser.
    let log = Log::new(address);
    let log_view = Arc::new(Mutex::new(Some(log::log_view(log))));
    let part = memo(move || {
        address
            .look
            .with(|look| (look.wave, look.page.unwrap_or(1).max(1)))
    });
    on_cleanup(move || live.unfollow());
    loaded(
        move || format!("{} {:?} {}", address.run.get(), part.get(), version.get()),
        move || {
            let (wave, page) = part.get_untracked();
            api::run(address.run.get_untracked(), wave, page)
        },
        move |page| {
            let log_view = log_view.lock().ok().and_then(|mut view| view.take());
            content(Run::new(page, address, again), log, log_view)
        },
    )
}

fn content(run: Run, log: Log, log_view: Option<AnyView>) -> AnyView {
    let (page, address) = (run.page, run.address);
    run.follow(log);
    let title = page.derive(|page| page.what.clone());
    let split = memo(move || address.look.with(|look| !look.step.is_empty()));
    let class = Signal::derive(move || {
        if split.get() {
            "run-body run-split"
        } else {
            "run-body"
        }
    });
    view! {
        <Title text=move || title.get()/>
        {head::head(run)}
        <div class=class>
            <section class="run-matrix" aria-labelledby="matrix-title">
                <h2 id="matrix-title">"Servers and steps"</h2>
                {waves::waves(run)}
                {matrix::matrix(run)}
            </section>
            <section class="run-log" id="log" aria-labelledby="log-title">
                <h2 id="log-title">"Log"</h2>
                {chosen::chosen(run)}
                {log_view}
                {chosen::later_steps(run)}
            </section>
        </div>
    }
    .any()
}
