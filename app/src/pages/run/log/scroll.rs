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

/// Scrolls so that a line is where it was, once the lines around it are drawn.
pub(super) fn put_back_soon(line: u64, place: Option<i32>) {
    request_animation_frame(move || {
        if let (Some(list), Some(element), Some(place)) = (list(), element_of(line), place) {
            list.set_scroll_top(element.offset_top() - place);
        }
    });
}

/// Scrolls to the end, once it is drawn.
pub(super) fn to_end_soon() {
    request_animation_frame(|| {
        if let Some(list) = list() {
            list.set_scroll_top(list.scroll_height());
        }
    });
}

/// Follows the person's scrolling: the end is followed while it is in sight, and more lines come before they are needed.
pub(super) fn scrolled(log: Log) {
    let Some(list) = list() else { return };
    let above = list.scroll_top();
    let below = list.scroll_height() - list.client_height() - above;
    let follows = below < NEAR && log.look_at(super::Window::is_at_end);
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
        list.set_scroll_top(element.offset_top() - list.client_height() / 3);
    } else if line.is_none() && log.follows.try_get_untracked() == Some(true) {
        list.set_scroll_top(list.scroll_height());
    }
}
