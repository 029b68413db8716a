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
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::memo;
use crate::live::{Interest, use_live};
use address::Address;
use leptos::prelude::*;
use leptos_meta::Title;
use log::Log;
use model::view::RunPage;
use state::{Again, Run};

pub(crate) use proof::ProofDetailPage;

/// One run's page.
#[component]
pub(crate) fn RunDetailPage() -> impl IntoView {
    let address = Address::here();
    let live = use_live();
    let version = live.version(Interest::Nothing);
    let again = Again::new(version);
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
        move |page| content(page, address, again),
    )
}

fn content(page: Data<RunPage>, address: Address, again: Again) -> AnyView {
    let run = Run::new(page, address, again);
    let log = Log::new(address, move || {
        let step = address.look.with(|look| look.step.parse().ok())?;
        run.chosen.with(|lane| {
            let cell = lane.as_ref()?.cells.iter().find(|cell| cell.step == step)?;
            Some(cell.attempt).filter(|attempt| *attempt > 0)
        })
    });
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
                {log::log_view(log)}
                {chosen::later_steps(run)}
            </section>
        </div>
    }
    .any()
}
