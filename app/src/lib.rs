//! Drydock's user interface: pages, components and the calls they make.
//!
//! The same code renders on the server (feature `ssr`) and comes alive in the browser (feature `hydrate`). The
//! two features are never on in one build: `frontend` is built for WebAssembly on its own. There a
//! feature per bundle chooses whose pages are in it (see [`Bundle`]); the server has `every` one.

#![expect(
    unreachable_pub,
    reason = "Leptos's component macro writes `pub` functions into private modules"
)]
// The build with all pages finds what nobody uses; one of a single bundle leaves the rest to the linker.
#![cfg_attr(not(feature = "every"), allow(dead_code))]

mod api;
mod bundle;
mod clock;
mod components;
mod live;
mod options_form;
mod pages;
mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
mod theme;

#[cfg(feature = "ssr")]
pub use api::{pack, packed_line, unpack};
pub use bundle::{Bundle, leave_other_bundles_to_the_browser};
pub use routes::App;
