//! What runs in the browser: takes over the page that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the script in the page's head.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::leave_other_bundles_to_the_browser();
    leptos::mount::hydrate_body(app::App);
}
