//! Adding many servers: paste, review, confirm.

use super::add::{first_key, no_key_yet};
use super::review::review_table;
use crate::api;
use crate::components::error_box::error_box;
use crate::components::field::{Area, Choice};
use crate::components::frame::may;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::{maybe, part};
use crate::components::words;
use crate::live::{Interest, use_live};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use model::view::ServerFormPage;
use model::{PasteFormat, PublicError, Review, Right};
use wasm_bindgen::JsCast as _;
use web_sys::{FormData, HtmlFormElement};

const PLACEHOLDER: &str = "Host web-1\n  HostName 10.0.0.5\n  User deploy\n  ProxyJump bastion";

/// What has been read of the paste so far.
#[derive(Clone, Copy)]
struct Reading {
    review: RwSignal<Option<Review>>,
    failed: RwSignal<Option<PublicError>>,
    pending: RwSignal<bool>,
}

/// The three steps on one page. It needs scripts: a paste is too long to be carried from page to page.
#[component]
pub(crate) fn ImportPage() -> impl IntoView {
    let version = use_live().version(Interest::Settings);
    view! {
        <Title text="Import servers"/>
        <header class="page-head">
            <h1>"Import servers"</h1>
            <a class="btn btn-quiet" href="/servers/add">"Add a single one"</a>
        </header>
        {loaded(move || version.get().to_string(), || api::server_form(None), content)}
    }
    .any()
}

fn content(page: Data<ServerFormPage>) -> AnyView {
    let reading = Reading {
        review: RwSignal::new(None),
        failed: RwSignal::new(None),
        pending: RwSignal::new(false),
    };
    let has_key = page.derive(|page| !page.choices.keys.is_empty());
    let may_make_keys = may(Right::EditKeys);
    part(move || {
        match (has_key.get(), may_make_keys.get()) {
        (false, true) => first_key("servers"),
        (false, false) => no_key_yet(),
        (true, _) => view! {
            {paste_form(reading)}
            <div aria-live="polite">
                {maybe(move || reading.review.get().and_then(|review| page.peek(|page| review_table(&review, &page.choices))))}
            </div>
        }
        .any(),
    }
    })
}

fn paste_form(reading: Reading) -> AnyView {
    let read = move |event: SubmitEvent| {
        event.prevent_default();
        let form = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else {
            return;
        };
        let text = data.get("text").as_string().unwrap_or_default();
        let format = data
            .get("format")
            .as_string()
            .and_then(|format| format.parse().ok());
        reading.pending.set(true);
        spawn_local(async move {
            let review = api::review_paste(text, format).await;
            reading.pending.try_set(false);
            let review = review.and_then(|packed| Ok(api::unpack(&packed.into_bytes())?));
            let (review, failed) = match review {
                Ok(review) => (Some(review), None),
                Err(error) => (None, Some(error.0)),
            };
            reading.review.try_set(review);
            reading.failed.try_set(failed);
        });
    };
    let mut formats = vec![(String::new(), "recognise it".to_owned())];
    formats.extend(
        PasteFormat::ALL
            .iter()
            .map(|it| (it.as_str().to_owned(), words::format(*it).to_owned())),
    );
    view! {
        <form class="card form" method="post" on:submit=read>
            {maybe(move || reading.failed.get().map(|error| error_box(&error)))}
            <Area label="Paste here" name="text" rows="10" required=true placeholder=PLACEHOLDER
                hint="An ~/.ssh/config or an Ansible inventory (INI or YAML). Names, addresses, ports, users, groups and ProxyJump are read. Nothing in it is executed or opened; passwords are dropped before anything is stored."/>
            <Choice label="Format" name="format" options=formats/>
            <div class="row">
                <button class="btn needs-scripts" disabled=reading.pending>"Read it"</button>
                <noscript><p class="hint">"Importing needs scripts. Servers can be added one by one without."</p></noscript>
            </div>
        </form>
    }
    .any()
}
