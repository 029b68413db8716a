//! Light and dark: the cookie that remembers a choice, and the switch that makes it.

use crate::components::icon::{Icon, icon};
use crate::components::part::Any as _;
use leptos::prelude::*;

/// Remembers the theme for a year. Holds `light` or `dark`; without it the page follows the system.
pub(crate) const COOKIE: &str = "theme";

/// A theme somebody chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

impl Theme {
    /// The value of the cookie and of `data-theme`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Reads the choice from a `Cookie` header; anything but the two known values is no choice.
    #[cfg(any(feature = "ssr", test))]
    pub(crate) fn from_cookies(header: &str) -> Option<Theme> {
        let value = header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == COOKIE)?
            .1;
        [Theme::Light, Theme::Dark]
            .into_iter()
            .find(|theme| theme.as_str() == value)
    }
}

/// Switches between light and dark and remembers it. Shown once scripts run, because it does nothing without.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let switch = move |_| {
        let next = if shown_now() == Theme::Dark {
            Theme::Light
        } else {
            Theme::Dark
        };
        show(next);
    };
    view! {
        <button type="button" class="btn btn-quiet theme-switch needs-scripts" on:click=switch
            aria-label="Switch between light and dark" title="Switch between light and dark">
            {icon(Icon::Sun)}
            {icon(Icon::Moon)}
        </button>
    }
    .any()
}

/// The theme on screen: the chosen one, else the system's.
fn shown_now() -> Theme {
    let chosen = document()
        .document_element()
        .and_then(|root| root.get_attribute("data-theme"));
    match chosen.as_deref() {
        Some("dark") => Theme::Dark,
        Some(_) => Theme::Light,
        None => {
            let system = window()
                .match_media("(prefers-color-scheme: dark)")
                .ok()
                .flatten();
            if system.is_some_and(|query| query.matches()) {
                Theme::Dark
            } else {
                Theme::Light
            }
        }
    }
}

fn show(theme: Theme) {
    use wasm_bindgen::JsCast;
    let document = document();
    if let Some(root) = document.document_element() {
        // Setting a plain attribute on an element that exists cannot fail.
        let _ = root.set_attribute("data-theme", theme.as_str());
    }
    if let Ok(document) = document.dyn_into::<web_sys::HtmlDocument>() {
        let cookie = format!(
            "{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
            theme.as_str()
        );
        // Where cookies are refused the theme still holds for this page.
        let _ = document.set_cookie(&cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn reads_only_the_two_known_values() {
        assert_eq!(Theme::from_cookies("a=b; theme=dark; c=d"), Some(Theme::Dark));
        assert_eq!(Theme::from_cookies("theme=light"), Some(Theme::Light));
        assert_eq!(Theme::from_cookies("theme=\"><script>"), None);
        assert_eq!(Theme::from_cookies("mytheme=dark"), None);
        assert_eq!(Theme::from_cookies(""), None);
    }
}
