//! Where the log is scrolled to. Only ever called in the browser.

use super::Log;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// As near to an end as counts for being there, in CSS pixels.
const NEAR: i32 = 40;
/// As near to an end as more lines are read, in CSS pixels.
const SOON: i32 = 400;

/// The id of a line's element; `line` is from 0.
pub(super) fn id_of(line: u64) -> String {
    format!("L{}", line + 1)
}

fn list() -> Option<Element> {
    document().get_element_by_id("log-lines")
}

fn element_of(line: u64) -> Option<HtmlElement> {
    document().get_element_by_id(&id_of(line))?.dyn_into().ok()
}

/// Where a line is on the screen, if it is drawn.
pub(super) fn place_of(line: u64) -> Option<i32> {
    Some(element_of(line)?.offset_top() - list()?.scroll_top())
}

/// Scrolls there, and keeps where that is: what is found elsewhere later was scrolled by the person.
fn scroll_to(log: Log, list: &Element, top: i32) {
    list.set_scroll_top(top);
    log.above.try_set_value(list.scroll_top());
}

/// Scrolls so that a line is where it was, once the lines around it are drawn.
pub(super) fn put_back_soon(log: Log, line: u64, place: Option<i32>) {
    request_animation_frame(move || {
        if let (Some(list), Some(element), Some(place)) = (list(), element_of(line), place) {
            scroll_to(log, &list, element.offset_top() - place);
        }
    });
}

/// Scrolls to the end, once it is drawn.
pub(super) fn to_end_soon(log: Log) {
    request_animation_frame(move || {
        if let Some(list) = list() {
            scroll_to(log, &list, list.scroll_height());
        }
    });
}

/// Whether the end is to stay in sight. `above` and `below` are how much is hidden at either end, `was_above` how much was
/// above when this was last looked at. A busy log grows between a scroll to its end and the word of it: a growing
/// distance from the end alone is nobody's wish to leave it, only going up is.
const fn follows(follows: bool, above: i32, was_above: i32, below: i32) -> bool {
    below < NEAR || (follows && above >= was_above)
}

/// Follows the person's scrolling: the end is followed while it is in sight, and more lines come before they are needed.
pub(super) fn scrolled(log: Log) {
    let Some(list) = list() else { return };
    let above = list.scroll_top();
    let below = list.scroll_height() - list.client_height() - above;
    let was_above = log.above.try_get_value().unwrap_or(above);
    log.above.try_set_value(above);
    let follows = log.look_at(super::Window::is_at_end)
        && follows(log.follows.get_untracked(), above, was_above, below);
    if log.follows.get_untracked() != follows {
        log.follows.set(follows);
    }
    if above < SOON {
        log.read_earlier();
    } else if below < SOON {
        log.read_later();
    }
}

/// Shows the line that the address names, or the end, whenever a log was opened or another line is named.
pub(super) fn follow_address(log: Log) {
    let line = Memo::new(move |_| log.address.look.with(|look| look.line));
    Effect::new(move |_| {
        let line = line.get();
        log.opened.track();
        log.step.track();
        request_animation_frame(move || show_line(log, line));
    });
}

fn show_line(log: Log, line: Option<u64>) {
    if let Ok(Some(before)) = document().query_selector(".log-line[data-here]") {
        let _ = before.remove_attribute("data-here");
    }
    let Some(list) = list() else { return };
    let element = line.and_then(|line| element_of(line - 1));
    if let Some(element) = element {
        let _ = element.set_attribute("data-here", "true");
        log.follows.try_set(false);
        scroll_to(log, &list, element.offset_top() - list.client_height() / 3);
    } else if line.is_none() && log.follows.try_get_untracked() == Some(true) {
        scroll_to(log, &list, list.scroll_height());
    }
}

#[cfg(test)]
mod tests {
    use super::{NEAR, follows};

    #[test]
    fn a_log_that_grows_is_followed_until_somebody_goes_up() {
        assert!(follows(true, 5_000, 5_000, 0));
        assert!(
            follows(true, 5_000, 5_000, 900),
            "it grew since it was scrolled to its end"
        );
        assert!(!follows(true, 4_900, 5_000, 100), "somebody went up");
        assert!(
            !follows(true, 4_900, 5_000, 1_000),
            "somebody went up while it grew"
        );
        assert!(
            follows(true, 4_990, 5_000, NEAR - 1),
            "hardly: the end is in sight"
        );
    }

    #[test]
    fn what_is_not_followed_is_followed_from_its_end_on() {
        assert!(!follows(false, 5_000, 5_000, 900));
        assert!(!follows(false, 5_200, 5_000, 700), "somebody goes down");
        assert!(follows(false, 5_890, 5_200, 10));
    }
}
