//! The lines, drawn chunk by chunk.

use super::ansi::spans;
use super::window::{Chunk, MOST};
use super::{Log, scroll};
use crate::components::part::Any as _;
use crate::components::part::{maybe, memo};
use crate::pages::run::address::Look;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

/// The window's lines, with the ways on at both ends.
pub(super) fn lines(log: Log) -> AnyView {
    let chunks = move || {
        log.window
            .with(|window| window.as_ref().map(super::Window::chunks).unwrap_or_default())
    };
    let draw = move |chunk: std::sync::Arc<Chunk>| {
        let look = log.address.look.get_untracked();
        draw_chunk(log, &chunk, &look)
    };
    view! {
        <div id="log-lines" class="log-lines" tabindex="0" role="region" aria-label="Lines of the log"
            on:scroll=move |_| scroll::scrolled(log)>
            {earlier(log)}
            <For each=chunks key=|chunk| chunk.serial children=draw/>
            {later(log)}
        </div>
    }
    .any()
}

fn draw_chunk(log: Log, chunk: &Chunk, look: &Look) -> AnyView {
    let lines: Vec<_> = (chunk.first..)
        .zip(&chunk.lines)
        .map(|(index, line)| {
            let at = log.look_at(|window| window.time_of(index).map(str::to_owned));
            draw_line(index + 1, line, at, look)
        })
        .collect();
    view! { <div class="log-chunk">{lines}</div> }.any()
}

/// One line; `number` is from 1, `at` is such as `2026-11-21 09:03:19 UTC`. The time is the number's attribute, which is shown
/// when that is asked for: it is no part of the text that somebody copies.
fn draw_line(number: u64, line: &str, at: Option<String>, look: &Look) -> AnyView {
    let text: Vec<_> = spans(line)
        .into_iter()
        .map(|span| {
            if span.class.is_empty() {
                span.text.into_any()
            } else {
                view! { <span class=span.class>{span.text}</span> }.any()
            }
        })
        .collect();
    let id = scroll::id_of(number - 1);
    let href = format!("{}#{id}", look.at_line(Some(number)).query());
    let here = (look.line == Some(number)).then_some("true");
    let clock = at.as_deref().and_then(|at| at.get(11..19)).map(str::to_owned);
    let title = at.map(|at| format!("Drydock received this line at {at}"));
    view! {
        <div class="log-line" id=id data-here=here>
            <a class="log-number" href=href tabindex="-1" data-noscroll="" data-at=clock title=title>{number}</a>
            <span class="log-text">{text}</span>
        </div>
    }
    .any()
}

/// The way to earlier lines: a link that leads there without scripts, too.
fn earlier(log: Log) -> AnyView {
    let first = memo(move || {
        log.window
            .with(|window| window.as_ref().map_or(0, super::Window::first_line))
    });
    maybe(move || {
        let first = first.get();
        let line = first.saturating_sub(u64::from(super::AT_ONCE)) + 1;
        (first > 0).then(|| {
            let read = move |event: MouseEvent| {
                event.prevent_default();
                log.read_earlier();
            };
            view! {
                <a class="log-more" href=log.address.look.get_untracked().at_line(Some(line)).query() on:click=read>
                    {format!("Earlier lines ({first} before this one)")}
                </a>
            }
            .any()
        })
    })
}

/// The way to later lines, or what there is to say at the end.
fn later(log: Log) -> AnyView {
    let state = memo(move || {
        log.window.with(|window| {
            window.as_ref().map(|window| {
                let beyond = (window.len > window.kept).then_some((window.kept >> 20, window.len >> 20));
                (
                    window.is_at_end(),
                    window.ended,
                    window.is_empty(),
                    window.end_line(),
                    beyond,
                )
            })
        })
    });
    maybe(move || {
        let (at_end, ended, empty, end, beyond) = state.get()?;
        if !at_end {
            let read = move |event: MouseEvent| {
                event.prevent_default();
                log.read_later();
            };
            let href = log.address.look.get_untracked().at_line(Some(end)).query();
            return Some(view! { <a class="log-more" href=href on:click=read>"Later lines"</a> }.any());
        }
        let cut = beyond.map(|(kept, len)| {
            view! { <p class="log-end">{format!("The first {kept} MiB are kept; the server printed {len} MiB.")}</p> }.any()
        });
        let said = match (ended, empty) {
            (true, true) => "This step printed nothing.",
            (true, false) => "End of the log.",
            (false, true) => "Nothing was printed yet.",
            (false, false) => return cut,
        };
        Some(view! { {cut}<p class="log-end">{said}</p> }.into_any())
    })
}

/// A window that is as large as it may be drops lines at the other end.
const _: () = assert!(MOST > 2 * super::AT_ONCE as usize);
