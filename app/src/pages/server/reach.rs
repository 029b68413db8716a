//! What came of the last attempt, when it did not end with facts.

use crate::clock::{Now, ago_or_never};
use crate::components::badge::symbol;
use crate::components::icon::icon;
use crate::components::part::Any as _;
use leptos::prelude::*;
use model::Reach;
use model::view::ServerPage;

/// What happened, what to do next, and what exactly was said. Nothing when the last scan succeeded.
pub(super) fn reach_panel(page: &ServerPage) -> AnyView {
    let tone = match page.reach {
        Reach::Reached => return ().into_any(),
        // The panel of the host keys says what to do.
        Reach::KeyUnconfirmed | Reach::KeyChanged if !page.host_keys.is_empty() => return ().into_any(),
        Reach::NeverReported | Reach::KeyUnconfirmed | Reach::Unsupported => "notice",
        _ => "notice notice-failed",
    };
    let old = (page.seen.is_some() && !page.reach.is_current()).then(|| {
        view! { <p class="hint">"What stands below was seen " {ago_or_never(page.seen.as_ref(), Now::of(page.now))} " and may no longer be true."</p> }.any()
    });
    let detail = page
        .reach_detail
        .clone()
        .map(|detail| view! { <pre class="said"><code>{detail}</code></pre> }.any());
    let raw = page.raw_answer.clone().map(|raw| {
        view! { <details><summary>"The raw answer"</summary><pre class="said said-long" tabindex="0"><code>{raw}</code></pre></details> }.any()
    });
    view! {
        <section class=tone aria-label="What came of the last attempt" data-reach=page.reach.as_str()>
            <p class="notice-line">
                {icon(symbol(page.status))}
                <span><strong>{page.reach.sentence()}</strong> " " {page.reach.next()}</span>
            </p>
            {detail}
            {raw}
            {old}
            {page.tried.as_ref().map(|_| view! { <p class="hint">"Last tried " {ago_or_never(page.tried.as_ref(), Now::of(page.now))}</p> }.any())}
        </section>
    }
    .any()
}
