//! Drydock's user interface: pages, components and the calls they make.
//!
//! The same code renders on the server (feature `ssr`) and comes alive in the browser (feature `hydrate`). The
//! two features are never on in one build: `frontend` is built for WebAssembly on its own.

#![expect(
    unreachable_pub,
    reason = "Leptos's component macro writes `pub` functions into private modules"
)]

mod api;
mod clock;
mod components;
mod live;
mod options_form;
mod pages;
mod routes;
#[cfg(feature = "ssr")]
pub mod shell;
mod theme;

pub use routes::App;
