//! What surrounds every page of a person who is logged in.

use super::icon::{Icon, icon};
use super::keyboard::Keyboard;
use super::live_pill::NewBuild;
use super::loaded::{Data, loaded};
use super::outside::FlashBox;
use super::part::Any as _;
use super::part::maybe;
use super::post_form::{PostForm, Submit};
use super::rail::Rail;
use super::topbar::Topbar;
use crate::api::{self, SwitchScheduleOn};
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::components::Outlet;
use model::Right;
use model::view::Frame;

/// The frame: rail, top bar, and the page inside.
#[component]
pub(crate) fn AppFrame() -> impl IntoView {
    let version = use_live().version(Interest::Frame);
    loaded(
        move || version.get().to_string(),
        api::frame,
        |frame| {
            provide_context(frame);
            use_live().open();
            view! {
                // Left to the browser, which moves the focus along; the router would only scroll.
                <a class="skip" href="#main" rel="external">"Skip to the page"</a>
                <Keyboard/>
                <div class="frame">
                    <Topbar frame/>
                    <Rail frame/>
                    <main class="page" id="main" tabindex="-1">
                        <NewBuild/>
                        {schedule_off(frame)}
                        <FlashBox/>
                        <Outlet/>
                    </main>
                </div>
            }
            .any()
        },
    )
}

/// Says on every page that nothing happens on schedule, and lets those who may switch it on.
fn schedule_off(frame: Data<Frame>) -> AnyView {
    let reason = frame.derive(|frame| frame.schedule_off.clone());
    maybe(move || {
        let reason = reason.get()?;
        Some(
            view! {
                <div class="notice notice-attention">
                    <p class="notice-line">
                        {icon(Icon::Attention)}
                        <span>{format!("Nothing happens on schedule: {reason} Servers are scanned only when somebody asks.")}</span>
                    </p>
                    {for_those_who(Right::SwitchSchedule, || view! {
                        <PostForm action=SwitchScheduleOn::PATH class="inline-form">
                            <Submit label="Switch the schedule on"/>
                        </PostForm>
                    }.any())}
                </div>
            }
            .any(),
        )
    })
}

/// Who is logged in.
pub(crate) fn use_frame() -> Data<Frame> {
    expect_context::<Data<Frame>>()
}

/// Whether the person's role has `right`. What it has not is left out of pages; the server decides all the same.
pub(crate) fn may(right: Right) -> Memo<bool> {
    use_frame().derive(move |frame| frame.me.role.may(right))
}

/// Shows `part` to those whose role has `right`.
pub(crate) fn for_those_who(right: Right, part: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let may = may(right);
    maybe(move || may.get().then(&part))
}
