//! A form that changes something.
//!
//! Without scripts the browser posts it and is sent to the next page, or back with a sentence. With scripts the same
//! fields go to the same address in the background. (Leptos's own `ActionForm` carries an error back in the address,
//! where anybody could write one, and compiles a decoder of its own for every form.)

use super::error_box::error_box;
use super::outside::use_flash;
use super::part::Any as _;
use super::part::{maybe, memo, words};
use crate::api::{Done, Flash, post};
use crate::bundle::use_go;
use crate::live::use_live;
use leptos::context::Provider;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::PublicError;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlFormElement;

/// What the fields of a form know of it.
#[derive(Clone, Copy)]
pub(crate) struct FormState {
    /// Distinguishes the ids of this form's fields.
    pub(super) id: &'static str,
    /// Why it was refused.
    pub(crate) failed: RwSignal<Option<PublicError>>,
    /// Whether an answer is being waited for.
    pub(crate) pending: RwSignal<bool>,
}

impl FormState {
    /// Of a form whose fields' ids begin with `id`.
    pub(crate) fn new(id: &'static str) -> Self {
        Self {
            id,
            failed: RwSignal::new(None),
            pending: RwSignal::new(false),
        }
    }

    /// What is wrong with the field of that name.
    pub(super) fn error_of(self, name: &str) -> Option<String> {
        let failed = self.failed.get()?;
        if failed.field.as_deref() == Some(name) {
            return failed.detail;
        }
        let also = failed.fields.into_iter().find(|error| error.field == name)?;
        Some(also.sentence)
    }
}

/// A form that is posted to `action`, the address of a server function that gives [`Done`].
#[component]
pub(crate) fn PostForm(
    action: &'static str,
    #[prop(default = "form")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let state = FormState::new(action.rsplit('/').next().unwrap_or(action));
    let (live, flash, go) = (use_live(), use_flash(), use_go());
    let on_submit = move |event: SubmitEvent| {
        let form = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form.filter(|_| !event.default_prevented()) else {
            return;
        };
        event.prevent_default();
        if state.pending.get_untracked() {
            return;
        }
        state.pending.set(true);
        let go = go.clone();
        spawn_local(async move {
            let outcome = post(action, &form).await;
            // The form may be gone by now: then nothing is left to tell it.
            state.pending.try_set(false);
            match outcome {
                Err(error) => {
                    state.failed.try_set(Some(error));
                }
                Ok(Done {
                    to: Some(path),
                    afresh: true,
                    ..
                }) => {
                    let _ = window().location().assign(&path);
                }
                Ok(done) => {
                    state.failed.try_set(None);
                    form.reset();
                    if let Ok(Some(panel)) = form.closest("details.disclosure") {
                        let _ = panel.remove_attribute("open");
                    }
                    if let Some(path) = &done.to {
                        go(path);
                    } else {
                        live.refresh();
                    }
                    flash.set((done.said.is_some() || done.link.is_some()).then(|| Flash {
                        form: action.to_owned(),
                        outcome: Ok(done),
                    }));
                }
            }
        });
    };
    view! {
        <form method="post" action=action class=class on:submit=on_submit>
            {maybe(move || state.failed.get().map(|error| error_box(&error)))}
            <Provider value=state>{children()}</Provider>
        </form>
    }
    .any()
}

/// The button that sends the form. It says so while it waits for the answer.
#[component]
pub(crate) fn Submit(
    #[prop(into)] label: Signal<String>,
    #[prop(default = "btn")] class: &'static str,
    /// Why the person may not press it.
    #[prop(optional)]
    refused: Option<&'static str>,
) -> impl IntoView {
    let pending = use_context::<FormState>().map(|state| state.pending);
    let waits = memo(move || pending.is_some_and(|pending| pending.get()));
    let off = Signal::derive(move || refused.is_some() || waits.get());
    let busy = Signal::derive(move || waits.get().then_some("true"));
    view! {
        <button class=class disabled=off title=refused aria-busy=busy>
            {label}
            {words(move || if waits.get() { "…".to_owned() } else { String::new() })}
        </button>
    }
    .any()
}
