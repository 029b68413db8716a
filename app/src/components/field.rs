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

fn around(name: &'static str) -> Around {
    let state = use_context::<FormState>();
    let id = format!("{}-{name}", state.map_or("form", |state| state.id));
    let error = Signal::derive(move || {
        let failed = state?.failed.get()?;
        (failed.field.as_deref() == Some(name)).then(|| failed.detail.unwrap_or_default())
    });
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
                {maybe(move || error.get().map(|text| view! { <p class="field-error">{text}</p> }.any()))}
            </div>
        }
        .any()
    }
}

/// One line of text.
#[component]
pub(crate) fn Field(
    label: &'static str,
    name: &'static str,
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
    let around = around(name);
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
    name: &'static str,
    /// Values with the words shown for them.
    options: Vec<(String, String)>,
    #[prop(optional, into)] chosen: String,
    #[prop(optional)] hint: &'static str,
) -> impl IntoView {
    let around = around(name);
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
