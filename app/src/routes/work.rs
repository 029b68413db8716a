//! The pages of the bundle *work*: what is done on servers, and what is set and added for it.

use super::page;
use crate::pages::deploy::DeployPage;
use crate::pages::plans::PlanDetailPage;
use crate::pages::reboots::RebootsListPage;
use crate::pages::run::{ProofDetailPage, RunDetailPage};
use crate::pages::runs::RunsListPage;
use crate::pages::server::EditServerPage;
use crate::pages::servers::{AddServerPage, ImportPage};
use crate::pages::settings::{KeysSettingsPage, PeopleSettingsPage, SettingsPage};
use crate::pages::stacks::CarePage;
use leptos_router::{MatchNestedRoutes, PossibleRouteMatch as _, path};

/// Makes of one list what the router takes, and the question whether a path is of the list.
macro_rules! pages {
    ($($path:tt => $page:ident,)+) => {
        /// Pages inside the frame.
        pub(super) fn pages() -> impl MatchNestedRoutes + Clone {
            ($(page(path!($path), $page),)+)
        }

        /// Whether the page at `path` is one of this list, as the router would judge.
        pub(crate) fn is_work(path: &str) -> bool {
            $(path!($path).test(path).is_some_and(|tested| tested.is_complete()))||+
        }
    };
}

pages! {
    "/runs" => RunsListPage,
    "/runs/:id" => RunDetailPage,
    "/runs/:id/proof" => ProofDetailPage,
    "/reboots" => RebootsListPage,
    "/stacks/:id/deploy" => DeployPage,
    "/stacks/:id/care" => CarePage,
    "/plans/:id" => PlanDetailPage,
    "/servers/add" => AddServerPage,
    "/servers/import" => ImportPage,
    "/servers/:id/edit" => EditServerPage,
    "/settings" => SettingsPage,
    "/settings/keys" => KeysSettingsPage,
    "/settings/people" => PeopleSettingsPage,
}
