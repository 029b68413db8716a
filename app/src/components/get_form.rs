//! A form that asks for a page: its fields become the page's address.

use super::part::Any as _;
use crate::bundle::use_go;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{FormData, HtmlFormElement, UrlSearchParams};

/// A form that is sent by GET to `action`. With scripts the page is only changed, and what was left empty does not
/// appear in its address.
#[component]
pub(crate) fn GetForm(
    action: &'static str,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    let go = use_go();
    let on_submit = move |event: SubmitEvent| {
        let form = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        if let Some(address) = form.and_then(|form| address_of(action, &form)) {
            event.prevent_default();
            go(&address);
        }
    };
    view! { <form method="get" action=action class=class on:submit=on_submit>{children()}</form> }.any()
}

/// The address of `action` with what is filled in of `form`.
pub(crate) fn address_of(action: &str, form: &HtmlFormElement) -> Option<String> {
    let fields = FormData::new_with_form(form).ok()?;
    let all = UrlSearchParams::new_with_str_sequence_sequence(&fields)
        .ok()?
        .to_string()
        .as_string()?;
    let filled: Vec<&str> = all.split('&').filter(|pair| !pair.ends_with('=')).collect();
    Some(if filled.is_empty() {
        action.to_owned()
    } else {
        format!("{action}?{}", filled.join("&"))
    })
}
