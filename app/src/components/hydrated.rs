//! Tells the page, its style sheet and the browser tests that the scripts have taken over.

use leptos::prelude::*;

/// Sets `data-hydrated` on `<html>` once the page is interactive.
///
/// Effects run in the browser only, after hydration, so the attribute is never in the server's HTML.
#[component]
pub(crate) fn MarkHydrated() -> impl IntoView {
    Effect::new(|_| {
        if let Some(root) = document().document_element() {
            // Setting a plain attribute on an element that exists cannot fail.
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
}
