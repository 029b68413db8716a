//! The waves in numbers, each a filter of the matrix.

use super::state::Run;
use crate::components::part::Any as _;
use leptos::prelude::*;
use model::view::{RunPage, RunWave};

/// Links to the waves. A run of one wave needs none.
pub(super) fn waves(run: Run) -> AnyView {
    run.page.show(|page| {
        if page.waves.len() < 2 {
            return ().into_any();
        }
        let all = {
            let here = page.wave.is_none().then_some("true");
            view! { <a class="chip" href="?" aria-current=here>"All waves"</a> }.any()
        };
        let waves: Vec<_> = page.waves.iter().map(|wave| link(page, wave)).collect();
        view! { <nav class="row run-waves" aria-label="Waves">{all}{waves}</nav> }.any()
    })
}

fn link(page: &RunPage, wave: &RunWave) -> AnyView {
    let here = (page.wave == Some(wave.wave)).then_some("true");
    let parts = [
        (wave.failed, "failed"),
        (wave.under_way, "under way"),
        (wave.pending, "pending"),
        (wave.done, "done"),
    ];
    let numbers: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    view! {
        <a class="chip" href=format!("?wave={}", wave.wave) aria-current=here>
            <strong>{format!("Wave {}", wave.wave)}</strong> " " {numbers.join(", ")}
        </a>
    }
    .any()
}
