//! What stands above a log: search, next error, follow, wrap, timestamps, download, attempts.

use super::Log;
use crate::api::{self, Packed, unpack};
use crate::bundle::use_go;
use crate::components::icon::{Icon, icon};
use crate::components::part::Any as _;
use crate::components::part::{maybe, memo, words};
use crate::pages::run::address::Look;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::view::{LogFind, LogFound};
use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;

/// The bar above the lines.
pub(super) fn tools(log: Log) -> AnyView {
    let download = memo(move || {
        let (of, _) = log.opened.get();
        let attempt = of
            .attempt
            .map(|attempt| format!("?attempt={attempt}"))
            .unwrap_or_default();
        format!("/runs/{}/steps/{}/log{attempt}", of.run, of.step)
    });
    let follows = log.follows;
    let ended = memo(move || {
        log.window
            .with(|window| window.as_ref().is_some_and(|window| window.ended))
    });
    let follow = move |_| {
        if follows.get_untracked() {
            follows.set(false);
        } else {
            log.go_to_end();
        }
    };
    let label = move || match (ended.get(), follows.get()) {
        (true, _) => "To the end",
        (false, true) => "Following",
        (false, false) => "Follow",
    };
    let pressed = Signal::derive(move || (!ended.get()).then(|| follows.get().to_string()));
    view! {
        <div class="log-tools">
            {search(log)}
            <div class="row">
                <button type="button" class="btn btn-quiet btn-small needs-scripts" aria-pressed=pressed on:click=follow>
                    {words(move || label().to_owned())}
                </button>
                <label class="log-wrap"><input r#type="checkbox" id="log-wrap" checked/> "Wrap"</label>
                <label class="log-wrap" title="When Drydock received each line, in UTC">
                    <input r#type="checkbox" id="log-times"/> "Timestamps"
                </label>
                <a class="btn btn-quiet btn-small" href=download rel="external" download="">"Download"</a>
                {attempts(log)}
            </div>
        </div>
    }
    .any()
}

/// Links to the logs of all attempts, where there is more than one.
fn attempts(log: Log) -> AnyView {
    let known = memo(move || {
        log.window.with(|window| {
            window
                .as_ref()
                .map_or((0, 0), |window| (window.attempt, window.attempts))
        })
    });
    maybe(move || {
        let (shown, last) = known.get();
        (last > 1).then(|| {
            let look = log.address.look.get_untracked();
            let links: Vec<_> = (1..=last)
                .map(|attempt| {
                    let there = Look {
                        attempt: Some(attempt),
                        line: None,
                        ..look.clone()
                    };
                    let here = (attempt == shown).then_some("true");
                    view! {
                        <a class="chip" href=there.query() aria-current=here data-noscroll="">{format!("Attempt {attempt}")}</a>
                    }
                    .any()
                })
                .collect();
            view! { <nav class="row" aria-label="Attempts">{links}</nav> }.any()
        })
    })
}

/// Search over the whole log, on the server. What is found becomes the address's line.
fn search(log: Log) -> AnyView {
    let said = RwSignal::new("");
    let go = use_go();
    let find = move |text: Option<String>, backwards: bool| {
        let here = log.address.look.with_untracked(|look| look.line);
        let line = match (here, backwards) {
            // A line is from 1 in the address and from 0 in the log.
            (Some(line), false) => line,
            (Some(1), true) => {
                said.set("This is the first line.");
                return;
            }
            (Some(line), true) => line - 2,
            (None, false) => 0,
            (None, true) => u64::MAX >> 1,
        };
        let of = log.opened.with_untracked(|(of, _)| of.clone());
        let go = go.clone();
        said.set("Searching…");
        spawn_local(async move {
            let answer = api::find_in_log(
                of,
                LogFind {
                    text,
                    line,
                    backwards,
                },
            )
            .await;
            let found = answer
                .map(Packed::into_bytes)
                .map(|bytes| unpack::<LogFound>(&bytes));
            match found {
                Ok(Ok(LogFound { line: Some(line), .. })) => {
                    said.try_set("");
                    if let Some(look) = log.address.look.try_get_untracked() {
                        go(&format!(
                            "/runs/{}{}#log",
                            log.address.run.get_untracked(),
                            look.at_line(Some(line + 1)).query()
                        ));
                    }
                }
                Ok(Ok(_)) => {
                    said.try_set(if backwards {
                        "Nothing before this line."
                    } else {
                        "Nothing after this line."
                    });
                }
                _ => {
                    said.try_set("The search could not be made. Try again.");
                }
            }
        });
    };
    let find_text = {
        let find = find.clone();
        move |backwards: bool| {
            let text = search_text();
            if text.is_empty() {
                said.set("Type what to look for.");
            } else {
                find(Some(text), backwards);
            }
        }
    };
    let previous = find_text.clone();
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        find_text(false);
    };
    view! {
        <form class="row needs-scripts" role="search" on:submit=on_submit>
            <label class="sr-only" for="log-search">"Search this log"</label>
            <input class="input log-search" id="log-search" r#type="search" placeholder="Search this log" autocomplete="off" spellcheck="false"/>
            <button class="btn btn-quiet btn-small">{icon(Icon::Search)}"Next"</button>
            <button type="button" class="btn btn-quiet btn-small" on:click=move |_| previous(true)>"Previous"</button>
            <button type="button" class="btn btn-quiet btn-small" on:click=move |_| find(None, false)>"Next error"</button>
            <span class="hint" role="status">{words(move || said.get().to_owned())}</span>
        </form>
    }
    .any()
}

fn search_text() -> String {
    document()
        .get_element_by_id("log-search")
        .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
        .map(|input| input.value().trim().to_owned())
        .unwrap_or_default()
}
