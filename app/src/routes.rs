//! The list of pages, and what surrounds every one of them.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use crate::clock::provide_clock;
use crate::components::frame::AppFrame;
use crate::components::hydrated::MarkHydrated;
use crate::components::outside::provide_flash;
use crate::live::provide_live;
use crate::pages::activity::ActivityPage;
use crate::pages::dashboard::DashboardPage;
use crate::pages::deploy::DeployPage;
use crate::pages::entrance::{FirstRunPage, JoinPage, LogInPage};
use crate::pages::not_found::NotFound;
use crate::pages::plans::PlanDetailPage;
use crate::pages::server::{EditServerPage, ServerDetailPage};
use crate::pages::servers::{AddServerPage, ImportPage, ServersListPage};
use crate::pages::settings::{KeysSettingsPage, PeopleSettingsPage, SettingsPage};
use crate::pages::stacks::{StackDetailPage, StacksListPage};
use crate::pages::welcome::WelcomePage;

/// The whole interface: what `<body>` holds on the server and what the browser hydrates.
///
/// Every route renders in [`SsrMode::Async`]: the page arrives whole, with its final status, and can be read
/// without scripts.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_flash();
    provide_clock();
    provide_live();
    view! {
        <Title formatter=|page: String| if page.is_empty() { "Drydock".to_owned() } else { format!("{page} · Drydock") }/>
        <MarkHydrated/>
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/login") view=LogInPage ssr=SsrMode::Async/>
                <Route path=path!("/first-run") view=FirstRunPage ssr=SsrMode::Async/>
                <Route path=path!("/join/:token") view=JoinPage ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=AppFrame ssr=SsrMode::Async>
                    <Route path=path!("") view=DashboardPage ssr=SsrMode::Async/>
                    <Route path=path!("/welcome") view=WelcomePage ssr=SsrMode::Async/>
                    <Route path=path!("/stacks") view=StacksListPage ssr=SsrMode::Async/>
                    <Route path=path!("/stacks/:id") view=StackDetailPage ssr=SsrMode::Async/>
                    <Route path=path!("/stacks/:id/deploy") view=DeployPage ssr=SsrMode::Async/>
                    <Route path=path!("/plans/:id") view=PlanDetailPage ssr=SsrMode::Async/>
                    <Route path=path!("/servers") view=ServersListPage ssr=SsrMode::Async/>
                    <Route path=path!("/servers/add") view=AddServerPage ssr=SsrMode::Async/>
                    <Route path=path!("/servers/import") view=ImportPage ssr=SsrMode::Async/>
                    <Route path=path!("/servers/:id") view=ServerDetailPage ssr=SsrMode::Async/>
                    <Route path=path!("/servers/:id/edit") view=EditServerPage ssr=SsrMode::Async/>
                    <Route path=path!("/activity") view=ActivityPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/keys") view=KeysSettingsPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/people") view=PeopleSettingsPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
