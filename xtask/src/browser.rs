//! The browser that tests drive: the system's Chromium.

use std::path::PathBuf;

/// Where people and distributions install it.
const NAMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// `DRYDOCK_CHROMIUM`, else the first that is there.
pub(crate) fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("DRYDOCK_CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let places = NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places.into_iter().find(|place| place.exists())
}
