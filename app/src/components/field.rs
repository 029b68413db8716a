//! Labelled inputs. They hold what the person typed themselves and are read when the form is sent.

use super::part::Any as _;
use super::part::maybe;
use super::post_form::FormState;
use leptos::prelude::*;

/// The ids of a field and the texts around it, and what was wrong with it.
struct Around {
    id: String,
    hint_id: String,
    error: Signal<Option<String>>,
}

fn around(name: &str) -> Around {
    let state = use_context::<FormState>();
    let id = format!("{}-{name}", state.map_or("form", |state| state.id));
    let name = name.to_owned();
    let error = Signal::derive(move || state?.error_of(&name));
    Around {
        hint_id: format!("{id}-hint"),
        id,
        error,
    }
}

impl Around {
    fn invalid(&self) -> Signal<Option<&'static str>> {
        let error = self.error;
        Signal::derive(move || error.get().map(|_| "true"))
    }

    fn wrap(self, label: &'static str, hint: &'static str, control: AnyView) -> AnyView {
        let error = self.error;
        view! {
            <div class="field">
                <label class="label" for=self.id>{label}</label>
                {control}
                {(!hint.is_empty()).then(|| view! { <p class="hint" id=self.hint_id>{hint}</p> }.any())}
                {said(error)}
            </div>
        }
        .any()
    }
}

/// What is wrong with a field, beside it.
fn said(error: Signal<Option<String>>) -> AnyView {
    maybe(move || {
        error
            .get()
            .map(|text| view! { <p class="field-error">{text}</p> }.any())
    })
}

/// One line of text.
#[component]
pub(crate) fn Field(
    label: &'static str,
    #[prop(into)] name: String,
    #[prop(optional, into)] value: String,
    #[prop(optional)] hint: &'static str,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional)] placeholder: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] min_length: Option<usize>,
    /// The id of a `<datalist>` of suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    let around = around(&name);
    let invalid = around.invalid();
    let control = view! {
        <input class="input" id=around.id.clone() name=name r#type=kind value=value required=required
            placeholder=placeholder autocomplete=autocomplete minlength=min_length list=list spellcheck="false"
            autocapitalize="none" aria-describedby=(!hint.is_empty()).then(|| around.hint_id.clone())
            aria-invalid=invalid/>
    }
    .any();
    around.wrap(label, hint, control)
}

/// Many lines of text.
#[component]
pub(crate) fn Area(
    label: &'static str,
    name: &'static str,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional)] placeholder: &'static str,
    #[prop(default = "4")] rows: &'static str,
) -> impl IntoView {
    let around = around(name);
    let invalid = around.invalid();
    let control = view! {
        <textarea class="input area" id=around.id.clone() name=name rows=rows required=required
            placeholder=placeholder autocomplete="off" spellcheck="false"
            aria-describedby=(!hint.is_empty()).then(|| around.hint_id.clone())
            aria-invalid=invalid></textarea>
    }
    .any();
    around.wrap(label, hint, control)
}

/// One of several values.
#[component]
pub(crate) fn Choice(
    label: &'static str,
    #[prop(into)] name: String,
    /// Values with the words shown for them.
    options: Vec<(String, String)>,
    #[prop(optional, into)] chosen: String,
    #[prop(optional)] hint: &'static str,
) -> impl IntoView {
    let around = around(&name);
    let invalid = around.invalid();
    let control = view! {
        <select class="input" id=around.id.clone() name=name
            aria-describedby=(!hint.is_empty()).then(|| around.hint_id.clone())
            aria-invalid=invalid>
            {select_options(options, &chosen)}
        </select>
    }
    .any();
    around.wrap(label, hint, control)
}

/// A box to tick, with one sentence that says what it does.
#[component]
pub(crate) fn Tick(
    label: &'static str,
    #[prop(into)] name: String,
    #[prop(optional)] ticked: bool,
    hint: &'static str,
) -> impl IntoView {
    let around = around(&name);
    let (invalid, error) = (around.invalid(), around.error);
    view! {
        <div class="tick">
            <input r#type="checkbox" id=around.id.clone() name=name value="on" checked=ticked
                aria-describedby=around.hint_id.clone() aria-invalid=invalid/>
            <div class="tick-words">
                <label class="strong" for=around.id>{label}</label>
                <p class="hint" id=around.hint_id>{hint}</p>
                {said(error)}
            </div>
        </div>
    }
    .any()
}

/// What is wrong with the whole of something that has no single control.
pub(crate) fn error_beside(name: &str) -> AnyView {
    said(around(name).error)
}

/// The options of a `<select>`.
pub(crate) fn select_options(options: Vec<(String, String)>, chosen: &str) -> AnyView {
    options
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }.any()
        })
        .collect_view()
        .into_any()
}

/// One of a few values that each need a sentence.
#[component]
pub(crate) fn Explained(
    label: &'static str,
    name: &'static str,
    /// Values, with their words and sentences.
    options: Vec<(&'static str, &'static str, &'static str)>,
    chosen: &'static str,
) -> impl IntoView {
    let radios = options
        .into_iter()
        .map(|(value, words, sentence)| {
            view! {
                <label class="explained">
                    <input r#type="radio" name=name value=value checked=value == chosen/>
                    <span><strong>{words}</strong><span class="hint">{sentence}</span></span>
                </label>
            }
            .any()
        })
        .collect_view();
    view! { <fieldset class="field"><legend class="label">{label}</legend>{radios}</fieldset> }.any()
}

/// Suggestions for fields that name `id` as their list.
pub(crate) fn suggestions(id: &'static str, values: &[String]) -> AnyView {
    let options = values
        .iter()
        .map(|value| view! { <option value=value.clone()></option> }.any())
        .collect_view();
    view! { <datalist id=id>{options}</datalist> }.any()
}
