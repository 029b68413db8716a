//! Text that is meant to be copied, with a button that does it.

use super::icon::{Icon, icon};
use super::part::Any as _;
use super::part::words;
use leptos::prelude::*;
use std::time::Duration;

/// A line or block to copy. The text can be selected by hand where there are no scripts.
pub(crate) fn copyable(what: &'static str, text: String) -> AnyView {
    let copied = RwSignal::new(false);
    let to_copy = text.clone();
    let copy = move |_| {
        let text = to_copy.clone();
        leptos::task::spawn_local(async move {
            let written = window().navigator().clipboard().write_text(&text);
            if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                copied.set(true);
                set_timeout(
                    move || {
                        copied.try_set(false);
                    },
                    Duration::from_secs(2),
                );
            }
        });
    };
    view! {
        <div class="copyable">
            <pre tabindex="0" aria-label=what><code>{text}</code></pre>
            <button type="button" class="btn btn-quiet btn-small needs-scripts" on:click=copy
                aria-label=format!("Copy {what}")>
                {icon(Icon::Copy)}
                <span aria-live="polite">{words(move || if copied.get() { "Copied" } else { "Copy" }.to_owned())}</span>
            </button>
        </div>
    }
    .any()
}
