//! What came of the last form, above whatever page follows it; and the plain frame of the pages that stand outside
//! (log-in, first run, invitation).

use super::copy::copyable;
use super::error_box::error_box;
use super::icon::{Icon, icon};
use super::part::Any as _;
use super::part::{maybe, part};
use crate::api::{Flash, InPage, take_flash};
use crate::theme::ThemeSwitch;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::view::InviteLink;

/// What came of the last form.
#[derive(Clone, Copy)]
struct LastForm(RwSignal<Option<Flash>>);

/// Takes over what the server says about a form that was posted without scripts.
pub(crate) fn provide_flash() {
    let flash = SharedValue::<Option<Flash>, InPage>::new_with_encoding(take_flash).into_inner();
    provide_context(LastForm(RwSignal::new(flash)));
}

/// Where to put what came of a form.
pub(crate) fn use_flash() -> RwSignal<Option<Flash>> {
    expect_context::<LastForm>().0
}

/// Says what came of the last form, until the page is left.
#[component]
pub(crate) fn FlashBox() -> impl IntoView {
    let flash = use_flash();
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        if before.is_some_and(|before| before != path) {
            flash.set(None);
        }
        path
    });
    let shown = maybe(move || {
        flash.get().map(|flash| match flash.outcome {
            Err(error) => error_box(&error),
            Ok(done) => {
                let said = done.said.map(|said| {
                    view! { <p class="notice-line">{icon(Icon::Check)}<span>{said}</span></p> }.any()
                });
                let link = done.link.as_ref().map(invitation);
                view! { <div class="notice notice-healthy">{said}{link}</div> }.any()
            }
        })
    });
    view! { <div class="flash" role="status">{shown}</div> }.any()
}

/// An invitation, the only time it is shown.
fn invitation(link: &InviteLink) -> AnyView {
    // Only the browser knows under which address Drydock is reached.
    let origin = RwSignal::new(String::new());
    Effect::new(move |_| origin.set(window().location().origin().unwrap_or_default()));
    let path = link.path.clone();
    view! {
        <p class="notice-line">
            {icon(Icon::Check)}
            <span>
                {format!("{} is invited. Send this link; it works once, until {}, and is not shown again.", link.name, link.until.absolute)}
            </span>
        </p>
        {part(move || copyable("the invitation link", format!("{}{path}", origin.get())))}
    }
    .any()
}

/// The frame of a page that nobody needs to be logged in for.
#[component]
pub(crate) fn Outside(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <leptos_meta::Title text=title/>
        <div class="outside">
            <header class="outside-head">
                <span class="brand">{icon(Icon::Stack)}"Drydock"</span>
                <ThemeSwitch/>
            </header>
            <main class="outside-main card" id="main" tabindex="-1">
                <h1>{title}</h1>
                <FlashBox/>
                {children()}
            </main>
        </div>
    }
    .any()
}
