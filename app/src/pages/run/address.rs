//! What the address of a run's page says: the wave, the page of the matrix, the cell and the line that are looked at.

use crate::api::LogOf;
use crate::components::part::memo;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::fmt::Write as _;

/// The address, part by part.
#[derive(Clone, Copy)]
pub(super) struct Address {
    /// The run.
    pub(super) run: Memo<String>,
    /// What is looked at.
    pub(super) look: Memo<Look>,
}

/// Everything after the question mark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// The wave, from 1; `None`: all.
    pub(super) wave: Option<u32>,
    /// The page of the matrix; `None`: the first.
    pub(super) page: Option<u32>,
    /// The step whose log is open; empty: none.
    pub(super) step: String,
    /// Its attempt; `None`: the last.
    pub(super) attempt: Option<u32>,
    /// The line, from 1.
    pub(super) line: Option<u64>,
}

impl Address {
    /// The address of the page that is being shown.
    pub(super) fn here() -> Self {
        let (params, query) = (use_params_map(), use_query_map());
        Self {
            run: memo(move || params.with(|params| params.get("id")).unwrap_or_default()),
            look: memo(move || {
                query.with(|query| Look {
                    wave: query.get("wave").and_then(|text| text.parse().ok()),
                    page: query.get("page").and_then(|text| text.parse().ok()),
                    step: query.get("step").unwrap_or_default(),
                    attempt: query.get("attempt").and_then(|text| text.parse().ok()),
                    line: query
                        .get("line")
                        .and_then(|text| text.parse().ok())
                        .filter(|line| *line > 0),
                })
            }),
        }
    }

    /// The log that is open.
    pub(super) fn log(self) -> LogOf {
        let look = self.look.get();
        LogOf {
            run: self.run.get(),
            step: look.step,
            attempt: look.attempt,
        }
    }
}

impl Look {
    /// As it stands in an address, from the question mark on.
    pub(super) fn query(&self) -> String {
        let mut text = String::from("?");
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let and = if text.len() > 1 { "&" } else { "" };
                // Writing to a string cannot fail.
                let _ = write!(text, "{and}{name}={value}");
            }
        };
        add("wave", self.wave.map(|wave| wave.to_string()));
        add("page", self.page.map(|page| page.to_string()));
        add("step", (!self.step.is_empty()).then(|| self.step.clone()));
        add("attempt", self.attempt.map(|attempt| attempt.to_string()));
        add("line", self.line.map(|line| line.to_string()));
        text
    }

    /// The same part of the matrix with another cell.
    pub(super) fn at_step(&self, step: String) -> Self {
        Self {
            wave: self.wave,
            page: self.page,
            step,
            ..Self::default()
        }
    }

    /// The same log at another line, from 1.
    pub(super) fn at_line(&self, line: Option<u64>) -> Self {
        Self { line, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::Look;

    #[test]
    fn an_address_holds_what_is_looked_at() {
        let look = Look {
            wave: Some(2),
            step: "a1".to_owned(),
            line: Some(7),
            ..Look::default()
        };
        assert_eq!(look.query(), "?wave=2&step=a1&line=7");
        assert_eq!(look.at_step("b2".to_owned()).query(), "?wave=2&step=b2");
        assert_eq!(Look::default().query(), "?");
    }
}
