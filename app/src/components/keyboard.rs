//! Keys that work on every page, and where the focus goes when a page is left by a link.

use leptos::ev::keydown;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// `/` and Ctrl-K go to the search; a new page takes the focus, so that reading starts there.
#[component]
pub(crate) fn Keyboard() -> impl IntoView {
    Effect::new(move |_| {
        let keys = window_event_listener(keydown, |event| {
            let slash = event.key() == "/" && !types_text();
            if slash || (event.key() == "k" && (event.ctrl_key() || event.meta_key())) {
                event.prevent_default();
                focus("search");
            }
        });
        on_cleanup(move || keys.remove());
    });
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            focus("main");
        }
        path
    });
}

fn types_text() -> bool {
    document()
        .active_element()
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn focus(id: &str) {
    if let Some(element) = document()
        .get_element_by_id(id)
        .and_then(|e| e.dyn_into::<HtmlElement>().ok())
    {
        let _ = element.focus();
    }
}
