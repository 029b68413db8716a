//! The plan grows as somebody ticks: what stands in the form is checked here, sent a moment after the last change, and
//! the plan that comes back is shown beside it. The fields go to the address that the form itself has, so that the
//! button *Preview* does the same without scripts.

use crate::api::{self, Flash, Preview, SaveProfile};
use crate::components::get_form::address_of;
use crate::components::outside::use_flash;
use crate::components::post_form::FormState;
use crate::live::{Live, use_live};
use crate::options_form::{Fields, options_of};
use js_sys::Array;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos::task::spawn_local;
use model::options::FieldError;
use model::{ErrorCode, PublicError};
use std::time::Duration;
use wasm_bindgen::JsCast as _;
use web_sys::{FormData, HtmlFormElement};

/// The id of the form.
pub(super) const FORM: &str = "options";
/// How long nobody must have changed anything before a preview is asked for.
const QUIET: Duration = Duration::from_millis(600);

/// What stands beside the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing is ticked.
    Empty,
    /// A field is not accepted, or the server refused.
    Refused,
    /// A plan is being made of what is ticked now.
    Asking,
    /// The plan is of what is ticked now.
    Shown,
}

/// The form and the plan beside it.
#[derive(Clone, Copy)]
pub(super) struct LiveForm {
    /// What the fields know of their form.
    pub(super) state: FormState,
    /// What stands beside it.
    pub(super) stage: RwSignal<Stage>,
    /// The id of the last plan that was made.
    pub(super) plan: RwSignal<Option<String>>,
    /// Counts changes: only the answer to the last one is shown.
    changes: StoredValue<u32>,
    flash: RwSignal<Option<Flash>>,
    news: Live,
}

impl LiveForm {
    pub(super) fn new() -> Self {
        Self {
            state: FormState::new(FORM),
            stage: RwSignal::new(Stage::Empty),
            plan: RwSignal::new(None),
            changes: StoredValue::new(0),
            flash: use_flash(),
            news: use_live(),
        }
    }

    /// Fields that came back from the server because they were refused: what is wrong stands beside them, also without
    /// scripts.
    pub(super) fn refused_before(self, fields: &Fields, came_back: bool) {
        if came_back && let Err(errors) = options_of(fields) {
            self.state.failed.set(Some(PublicError::fields(errors)));
            self.stage.set(Stage::Refused);
        }
    }

    /// Looks at the form as it stands, in the browser, when the page has come alive.
    pub(super) fn begin(self) {
        Effect::new(move |_| {
            let form = document()
                .get_element_by_id(FORM)
                .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
            if let Some(form) = form {
                self.changed(&form);
            }
        });
    }

    /// Something in the form was changed.
    pub(super) fn changed(self, form: &HtmlFormElement) {
        let change = self.changes.get_value().wrapping_add(1);
        self.changes.set_value(change);
        let mut errors = wrong_with(form);
        let nothing = errors.iter().any(|error| error.field == "security");
        // That nothing is ticked is how every form begins, and no mistake.
        errors.retain(|error| error.field != "security");
        if !errors.is_empty() {
            self.state.failed.set(Some(PublicError::fields(errors)));
            self.stage.set(Stage::Refused);
            return;
        }
        self.state.failed.set(None);
        if nothing {
            self.stage.set(Stage::Empty);
            return;
        }
        self.stage.set(Stage::Asking);
        let form = form.clone();
        set_timeout(
            move || {
                if self.changes.try_get_value() == Some(change) {
                    self.ask(form, change);
                }
            },
            QUIET,
        );
    }

    /// A button of the form was pressed: *Preview*, or the one that saves.
    pub(super) fn submitted(self, event: &SubmitEvent) {
        let form = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form else {
            return;
        };
        event.prevent_default();
        let saves = event
            .submitter()
            .is_some_and(|button| button.has_attribute("formaction"));
        let errors = wrong_with(&form);
        if !errors.is_empty() {
            self.state.failed.set(Some(PublicError::fields(errors)));
            self.stage.set(Stage::Refused);
        } else if saves {
            self.save(form);
        } else {
            let change = self.changes.get_value().wrapping_add(1);
            self.changes.set_value(change);
            self.stage.set(Stage::Asking);
            self.ask(form, change);
        }
    }

    fn ask(self, form: HtmlFormElement, change: u32) {
        remember(&form);
        spawn_local(async move {
            let outcome = api::post(Preview::PATH, &form).await;
            // Something else is ticked by now, or the page was left.
            if self.changes.try_get_value() != Some(change) {
                return;
            }
            let asked = outcome.and_then(|done| {
                done.to
                    .as_deref()
                    .and_then(|page| page.strip_prefix("/plans/"))
                    .map(str::to_owned)
                    .ok_or_else(|| PublicError::new(ErrorCode::OtherBuild))
            });
            match asked {
                Ok(plan) => {
                    self.state.failed.set(None);
                    self.plan.set(Some(plan));
                    self.stage.set(Stage::Shown);
                }
                Err(error) => {
                    self.state.failed.set(Some(error));
                    self.stage.set(Stage::Refused);
                }
            }
        });
    }

    fn save(self, form: HtmlFormElement) {
        if self.state.pending.get_untracked() {
            return;
        }
        self.state.pending.set(true);
        let (flash, news) = (self.flash, self.news);
        spawn_local(async move {
            let outcome = api::post(SaveProfile::PATH, &form).await;
            self.state.pending.try_set(false);
            match outcome {
                Ok(done) => {
                    flash.set(Some(Flash {
                        form: SaveProfile::PATH.to_owned(),
                        outcome: Ok(done),
                    }));
                    news.refresh();
                }
                Err(error) if error.field.is_none() => flash.set(Some(Flash {
                    form: SaveProfile::PATH.to_owned(),
                    outcome: Err(error),
                })),
                Err(error) => {
                    self.state.failed.try_set(Some(error));
                }
            }
        });
    }
}

/// Writes what is ticked into the page's address, so that a reload and the way back from a plan find it again.
fn remember(form: &HtmlFormElement) {
    let written = window().location().pathname().and_then(|page| {
        let history = window().history()?;
        let address = address_of(&page, form);
        history.replace_state_with_url(&history.state()?, "", address.as_deref())
    });
    // A browser that refuses it has only less to come back to.
    drop(written);
}

/// What is wrong with the form as it stands.
fn wrong_with(form: &HtmlFormElement) -> Vec<FieldError> {
    let fields = fields_of(form);
    let mut errors = options_of(&fields).err().unwrap_or_default();
    if fields.get("which") == "some" && !fields.has("servers[]") {
        errors.push(FieldError::new(
            "servers",
            "Tick at least one server, or choose all of them.",
        ));
    }
    errors
}

fn fields_of(form: &HtmlFormElement) -> Fields {
    let mut fields = Fields::default();
    let entries = FormData::new_with_form(form)
        .ok()
        .and_then(|data| js_sys::try_iter(&data).ok().flatten());
    for entry in entries.into_iter().flatten().flatten() {
        let pair: Array = entry.unchecked_into();
        if let (Some(name), Some(text)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
            fields.set(name, text);
        }
    }
    fields
}
