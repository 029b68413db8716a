//! The log of the chosen cell: opens at its end or at a line, grows as it is written, and holds a bounded part of it.

mod ansi;
mod lines;
mod scroll;
mod tools;
mod window;

use super::address::Address;
use crate::api::{self, LogOf, Packed, unpack};
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::{maybe, memo};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::StepId;
use model::view::{LogFrom, LogPart};
use window::{Heard, Window};

/// Lines that are shown when a log is opened, and fetched when somebody reads on.
const AT_ONCE: u32 = 400;
/// Lines shown before the line that an address names.
const BEFORE: u64 = 150;

/// The open log.
#[derive(Clone, Copy)]
pub(super) struct Log {
    address: Address,
    /// The log, and the line where it was opened, from 1; `None`: at its end.
    opened: Memo<(LogOf, Option<u64>)>,
    window: RwSignal<Option<Window>>,
    /// Whose log it is.
    step: RwSignal<Option<StepId>>,
    /// Whether the end stays in sight.
    follows: RwSignal<bool>,
    /// How much of the lines was hidden above when they were last scrolled, in CSS pixels.
    above: StoredValue<i32>,
    /// Whether a call is under way.
    reading: RwSignal<bool>,
    /// Grows when the log is to be opened again.
    again: RwSignal<u32>,
}

impl Log {
    /// The log that the address names.
    pub(super) fn new(address: Address) -> Self {
        let window = RwSignal::new(None::<Window>);
        let opened = Memo::new(move |before: Option<&(LogOf, Option<u64>)>| {
            let of = address.log();
            let line = address.look.with(|look| look.line);
            // A line that is here already needs no reading.
            let is_here = |line: u64| {
                window.with_untracked(|window| window.as_ref().is_some_and(|window| window.has(line - 1)))
            };
            match (before, line) {
                (Some(before), Some(line)) if before.0 == of && is_here(line) => before.clone(),
                _ => (of, line),
            }
        });
        Self {
            address,
            opened,
            window,
            step: RwSignal::new(None),
            follows: RwSignal::new(true),
            above: StoredValue::new(0),
            reading: RwSignal::new(false),
            again: RwSignal::new(0),
        }
    }

    /// Says at which attempt the step is: of a newer one the log is another one, unless an attempt was chosen.
    pub(super) fn step_is_at(self, step: StepId, attempt: u32) {
        let shown = self.look_at(|window| window.attempt);
        let chosen = self.address.look.with_untracked(|look| look.attempt.is_some());
        if self.step.get_untracked() == Some(step) && !chosen && shown > 0 && attempt > shown {
            self.again.update(|again| *again += 1);
        }
    }

    /// The log to follow: of which step, which attempt. `None` when there is none, or it is complete.
    pub(super) fn followed(self) -> Memo<Option<(StepId, u32)>> {
        memo(move || {
            let step = self.step.get()?;
            self.window.with(|window| {
                let window = window.as_ref().filter(|window| !window.ended)?;
                Some((step, window.attempt))
            })
        })
    }

    /// Where what follows begins, in bytes.
    pub(super) fn next(self) -> u64 {
        self.window
            .with_untracked(|window| window.as_ref().map_or(0, Window::next))
    }

    /// Takes in what was written.
    pub(super) fn hear(self, part: LogPart) {
        if self.step.get_untracked() != Some(part.step) {
            return;
        }
        let follows = self.follows.get_untracked();
        let heard = self
            .window
            .try_update(|window| window.as_mut().map(|window| window.hear(part, follows)));
        match heard.flatten() {
            Some(Heard::Missing) => self.read_missing(),
            Some(Heard::Here) if follows => scroll::to_end_soon(self),
            _ => {}
        }
    }

    /// Shows what was read when the log was opened.
    fn show(self, page: Data<Option<LogPart>>) {
        let part = page.peek(Clone::clone).flatten();
        let at_end = self.opened.with_untracked(|(_, line)| line.is_none());
        self.follows.set(at_end);
        self.above.set_value(0);
        self.step.set(part.as_ref().map(|part| part.step));
        self.window.set(part.map(|part| Window::of(part, at_end)));
    }

    fn read_missing(self) {
        let next = self.next();
        self.read(LogFrom::Byte(next), move |part| self.hear(part));
    }

    /// Reads lines before the window.
    fn read_earlier(self) {
        let first = self.look_at(Window::first_line);
        if first == 0 {
            return;
        }
        let from = LogFrom::Line(first.saturating_sub(u64::from(AT_ONCE)));
        self.read(from, move |part| {
            self.keep_in_place(first, move |window| window.add_earlier(part));
        });
    }

    /// Reads lines after the window.
    fn read_later(self) {
        if self.look_at(Window::is_at_end) {
            return;
        }
        let last = self.look_at(Window::end_line).saturating_sub(1);
        let from = LogFrom::Line(self.look_at(Window::later_from));
        self.read(from, move |part| {
            self.keep_in_place(last, move |window| window.add_later(part));
        });
    }

    /// Goes to the end, and stays there.
    fn go_to_end(self) {
        self.follows.set(true);
        if self.look_at(Window::is_at_end) {
            scroll::to_end_soon(self);
        } else {
            self.read(LogFrom::Tail(AT_ONCE), move |part| {
                self.window.set(Some(Window::of(part, true)));
                scroll::to_end_soon(self);
            });
        }
    }

    fn look_at<V: Default>(self, look: impl FnOnce(&Window) -> V) -> V {
        self.window
            .with_untracked(|window| window.as_ref().map(look))
            .unwrap_or_default()
    }

    /// Changes the window so that `line` stays where it is on the screen.
    fn keep_in_place(self, line: u64, change: impl FnOnce(&mut Window)) {
        let before = scroll::place_of(line);
        self.window.try_update(|window| window.as_mut().map(change));
        scroll::put_back_soon(self, line, before);
    }

    /// Reads a part of the same log, one at a time.
    fn read(self, from: LogFrom, then: impl FnOnce(LogPart) + 'static) {
        if self.reading.get_untracked() {
            return;
        }
        self.reading.set(true);
        let of = self.opened.with_untracked(|(of, _)| of.clone());
        spawn_local(async move {
            let answer = api::log_part(of.clone(), from).await.map(Packed::into_bytes);
            // The page may have been left, or another log been opened.
            if self.reading.try_set(false).is_some() || self.opened.with_untracked(|(now, _)| *now != of) {
                return;
            }
            // What cannot be read now is asked for again by the next scroll or message.
            if let Ok(Ok(Some(part))) = answer.map(|bytes| unpack::<Option<LogPart>>(&bytes)) {
                then(part);
            }
        });
    }
}

/// The lines with what can be done with them.
pub(super) fn log_view(log: Log) -> AnyView {
    loaded(
        move || {
            let (of, line) = log.opened.get();
            format!(
                "{} {} {:?} {line:?} {}",
                of.run,
                of.step,
                of.attempt,
                log.again.get()
            )
        },
        move || {
            let (of, line) = log.opened.get_untracked();
            let from = match line {
                Some(line) => LogFrom::Line((line - 1).saturating_sub(BEFORE)),
                None => LogFrom::Tail(AT_ONCE),
            };
            api::log_part(of, from)
        },
        move |page| content(log, page),
    )
}

fn content(log: Log, page: Data<Option<LogPart>>) -> AnyView {
    log.show(page);
    let which = page.derive(|part| part.as_ref().map(|part| (part.step, part.attempt, part.now)));
    Effect::new(move |before: Option<()>| {
        which.get();
        if before.is_some() {
            log.show(page);
        }
    });
    scroll::follow_address(log);
    let is_open = memo(move || log.window.with(Option::is_some));
    let none_chosen = memo(move || log.address.look.with(|look| look.step.is_empty()));
    maybe(move || {
        if is_open.get() {
            return Some(view! { {tools::tools(log)}{lines::lines(log)} }.into_any());
        }
        (!none_chosen.get())
            .then(|| view! { <p class="quiet">"There is no such step in this run."</p> }.any())
    })
}
