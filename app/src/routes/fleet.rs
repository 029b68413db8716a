//! The pages of the bundle *fleet*: the way in, and what is known of stacks and servers.

use super::page;
use crate::pages::activity::ActivityPage;
use crate::pages::dashboard::DashboardPage;
use crate::pages::entrance::{FirstRunPage, JoinPage, LogInPage};
use crate::pages::server::ServerDetailPage;
use crate::pages::servers::ServersListPage;
use crate::pages::stacks::{StackDetailPage, StacksListPage};
use crate::pages::welcome::WelcomePage;
use leptos_router::{MatchNestedRoutes, path};

/// Pages that nobody needs to be logged in for.
pub(super) fn outside() -> impl MatchNestedRoutes + Clone {
    (
        page(path!("/login"), LogInPage),
        page(path!("/first-run"), FirstRunPage),
        page(path!("/join/:token"), JoinPage),
    )
}

/// Pages inside the frame.
pub(super) fn pages() -> impl MatchNestedRoutes + Clone {
    (
        page(path!(""), DashboardPage),
        page(path!("/welcome"), WelcomePage),
        page(path!("/stacks"), StacksListPage),
        page(path!("/stacks/:id"), StackDetailPage),
        page(path!("/servers"), ServersListPage),
        page(path!("/servers/:id"), ServerDetailPage),
        page(path!("/activity"), ActivityPage),
    )
}
