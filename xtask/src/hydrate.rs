//! `hydrate`: the front end of a release, opened in a browser.
//!
//! Browser tests look at a development build. What a release does to the WebAssembly besides (see `unused.rs`) has once
//! left every page dead; a page that does not come alive is only seen in a browser.

use crate::build::{FRONT_END_STAGES, front_end};
use crate::places::{Places, Profile};
use crate::progress::Progress;
use crate::test::{play, skip};
use crate::{browser, variant};

/// One of every bundle, and the page on which the most moves.
const TESTS: [&str; 2] = ["tests/bundles.spec.ts", "tests/run.spec.ts"];

/// Builds the release front end and a server that writes pages for it, and runs some of the browser tests.
///
/// A whole release would take ten minutes more. What a page is made of differs in one thing only: without debug
/// assertions Leptos leaves out the marks by which it finds changed source, and a release's front end does not know them.
///
/// # Errors
/// When something does not build, or a test fails.
pub(crate) fn hydrate(places: &Places, lint: bool) -> anyhow::Result<()> {
    let Some(chromium) = browser::find() else {
        return skip("no Chromium, so nobody sees whether pages come alive: name it in DRYDOCK_CHROMIUM");
    };
    let mut progress = Progress::of("hydrate", FRONT_END_STAGES + 2);
    front_end(places, Profile::Release, false, &mut progress)?;
    let server = progress.stage("Server for it", "about 2 min", || {
        variant::server(places, "hydrate", lint, |build| {
            build
                .args([
                    "--bin",
                    "drydock",
                    "--config",
                    "profile.dev.package.leptos.debug-assertions=false",
                ])
                .env("DRYDOCK_SITE", places.site(Profile::Release));
        })
    })?;
    progress.stage("Browser tests", "", || {
        play(places, &server, chromium.as_ref(), &TESTS)
    })
}
