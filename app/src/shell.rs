//! The HTML document around the interface, which only the server renders.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use serde::Deserialize;
use std::sync::Arc;
use usecases::Usecases;

use crate::bundle::Bundle;
use crate::routes::App;
use crate::theme::Theme;

/// The addresses of the built front end, as the generated manifest lists them.
///
/// Names carry the hash of their content, so that browsers may keep them for ever. The default (all empty) is
/// a page without style and scripts: what a server shows whose front end was not built.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct SiteFiles {
    /// The style sheet.
    pub css: String,
    /// The code of the bundle *fleet*.
    pub fleet: Code,
    /// The code of the bundle *deploy*.
    pub deploy: Code,
    /// The code of the bundle *runs*.
    pub runs: Code,
    /// The code of the bundle *settings*.
    pub settings: Code,
    /// The font of all running text, worth fetching before the style sheet asks for it.
    pub text_font: String,
    /// The icon in the browser's tab.
    pub icon: String,
    /// Names this build of the whole front end. The first message of a live stream must carry the same name, else the
    /// page offers to load itself again.
    pub build: String,
}

/// The addresses of one bundle.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Code {
    /// The module that loads the WebAssembly.
    pub js: String,
    /// The WebAssembly.
    pub wasm: String,
}

impl SiteFiles {
    /// The code that takes over the page at `path`.
    fn code(&self, path: &str) -> &Code {
        match Bundle::of(path) {
            Bundle::Fleet => &self.fleet,
            Bundle::Deploy => &self.deploy,
            Bundle::Runs => &self.runs,
            Bundle::Settings => &self.settings,
        }
    }
}

/// The whole document for one request.
///
/// Takes the theme from the request's cookie and the nonce from Leptos, so that the policy the server sends
/// allows exactly the scripts written here.
pub fn shell(site: SiteFiles) -> impl IntoView {
    let request = use_context::<http::request::Parts>();
    let theme = request.as_ref().and_then(|parts| {
        parts
            .headers
            .get(http::header::COOKIE)?
            .to_str()
            .ok()
            .and_then(Theme::from_cookies)
    });
    let code = site
        .code(request.as_ref().map_or("", |parts| parts.uri.path()))
        .clone();
    // Read before any page reads its data: what changes in between is told by the stream.
    let live_from = use_context::<Arc<Usecases>>().map(|usecases| usecases.live_cursor());
    let build = site.build.clone();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.map(Theme::as_str) data-build=build data-live-from=live_from>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <Site site code/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// Links to the built files, and the script that starts hydration.
///
/// Leptos's own `HydrationScripts` reads a file beside the executable at run time; here everything is in the
/// manifest.
#[component]
fn Site(site: SiteFiles, code: Code) -> impl IntoView {
    let built = !code.js.is_empty();
    built.then(|| {
        let nonce = use_nonce();
        let start = format!(
            "import init, {{ hydrate }} from {:?}; await init({{ module_or_path: {:?} }}); hydrate();",
            code.js, code.wasm
        );
        view! {
            <link rel="icon" href=site.icon r#type="image/svg+xml"/>
            <link rel="preload" href=site.text_font r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
            <link rel="stylesheet" href=site.css/>
            <link rel="modulepreload" href=code.js nonce=nonce.clone()/>
            <link rel="preload" href=code.wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script r#type="module" nonce=nonce>{start}</script>
        }
    })
}
