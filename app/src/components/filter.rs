//! A choice in the filters of a list.

use super::part::Any as _;
use super::part::part;
use leptos::ev::Event;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlSelectElement;

/// Values and their words.
pub(crate) type Options = Vec<(String, String)>;

/// One value with its words.
pub(crate) fn option(value: &str, words: &str) -> (String, String) {
    (value.to_owned(), words.to_owned())
}

/// One choice, which is followed at once where scripts run; `none` is the word for leaving it open.
pub(crate) fn select(
    label: &'static str,
    name: &'static str,
    none: &'static str,
    options: Signal<Options>,
    chosen: Memo<String>,
) -> AnyView {
    let options = part(move || {
        let options = options.get().into_iter().map(|(value, words)| {
            let selected = chosen.with_untracked(|chosen| *chosen == value);
            view! { <option value=value selected=selected>{words}</option> }.any()
        });
        options.collect_view().into_any()
    });
    view! {
        <label class="filter">
            <span class="label">{label}</span>
            <select class="input" name=name on:change=follow prop:value=chosen>
                <option value="" selected=chosen.with_untracked(String::is_empty)>{none}</option>
                {options}
            </select>
        </label>
    }
    .any()
}

/// Sends the form that the changed choice belongs to.
fn follow(event: Event) {
    let select = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
    if let Some(form) = select.and_then(|select| select.form()) {
        let _ = form.request_submit();
    }
}
