//! Whether a server needs a reboot, and everything that says so.

use super::badge::badge;
use super::part::Any as _;
use super::words;
use crate::clock::{Now, ago};
use leptos::prelude::*;
use model::view::EvidenceCard;

/// The verdict with its evidence: a bare flag would have to be believed.
pub(crate) fn evidence_card(evidence: &EvidenceCard, now: Now) -> AnyView {
    let list = |items: &[String]| {
        items
            .iter()
            .map(|item| view! { <li><code>{item.clone()}</code></li> }.any())
            .collect_view()
    };
    let said = evidence
        .said
        .iter()
        .map(|sentence| view! { <li>{sentence.clone()}</li> }.any())
        .collect_view();
    let packages = (!evidence.packages.is_empty()).then(|| {
        view! { <h3>"Packages behind it"</h3><ul class="chips">{list(&evidence.packages)}</ul> }.any()
    });
    let services = (!evidence.services.is_empty()).then(|| {
        view! { <h3>"Services that run old libraries"</h3><ul class="chips">{list(&evidence.services)}</ul> }.any()
    });
    view! {
        <section class="card" id="reboot" aria-labelledby="reboot-title">
            <header class="card-head">
                <h2 id="reboot-title">"Reboot"</h2>
                {badge(words::reboot_status(evidence.need), words::reboot(evidence.need))}
                {evidence.since.as_ref().map(|since| view! { <span class="hint">"asked for " {ago(since, now)}</span> }.any())}
            </header>
            <ul class="evidence">{said}</ul>
            {packages}
            {services}
        </section>
    }
    .any()
}
