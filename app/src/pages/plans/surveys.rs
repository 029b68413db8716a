//! How far the servers' answers are that a draft waits for.

use crate::clock::{Now, ago};
use crate::components::badge::badge;
use crate::components::icon::{Icon, icon};
use crate::components::loaded::Data;
use crate::components::part::Any as _;
use crate::components::words::count;
use leptos::prelude::*;
use model::Status;
use model::view::{PlanPage, SurveyProgress, SurveyRow, SurveyState};
use std::time::Duration;

/// How long after an answer a page that waits for servers asks again.
const AGAIN: Duration = Duration::from_millis(1_200);

/// So many of the servers that are waited for are named.
const NAMED: usize = 3;

/// Reads a plan again while its servers are being asked, and goes on to the plan that takes its place then. A plan that
/// was replaced long ago stays on the page: somebody wants to look at it.
pub(crate) fn follow(
    page: Data<PlanPage>,
    again: RwSignal<u32>,
    go_on: impl Fn(String) + Send + Sync + 'static,
) {
    let waits = page.derive(|page| Some((page.now, page.surveys.is_going_on())));
    let next = page.derive(|page| page.replaced_by.map(|id| id.to_string()));
    let waited = StoredValue::new(false);
    Effect::new(move |_| {
        let Some((_, waits)) = waits.get() else {
            return;
        };
        match next.get() {
            Some(next) if waited.get_value() => {
                waited.set_value(false);
                go_on(next);
            }
            _ if waits => {
                waited.set_value(true);
                set_timeout(
                    move || {
                        again.try_update(|again| *again += 1);
                    },
                    AGAIN,
                );
            }
            _ => {}
        }
    });
}

/// How many servers have answered, and which have not.
pub(super) fn surveys(page: &PlanPage) -> AnyView {
    let surveys = &page.surveys;
    if surveys.asked == 0 || page.replaced_by.is_some() {
        return ().into_any();
    }
    let now = Now::of(page.now);
    let rows = surveys.rows.iter().map(|row| asked(row, now)).collect_view();
    let list = (!surveys.rows.is_empty()).then(|| {
        view! {
            <details>
                <summary>"Which servers"</summary>
                <ul class="list">{rows}</ul>
            </details>
        }
        .any()
    });
    if surveys.is_going_on() {
        return view! {
            <div class="notice">
                <p class="notice-line" role="status">{icon(Icon::Running)}<span>{sentence(surveys)}</span></p>
                <progress aria-label="Servers that have answered" max=surveys.asked value=surveys.ended></progress>
                <p class="hint no-scripts"><a href=format!("/plans/{}", page.id)>"Look again"</a></p>
                {list}
            </div>
        }
        .any();
    }
    if surveys.failed == 0 {
        return ().into_any();
    }
    view! {
        <div class="notice notice-attention">
            <p class="notice-line">{icon(Icon::Attention)}<span>{format!("{} did not say what would be installed.", count(surveys.failed, "server"))}</span></p>
            {list}
        </div>
    }
    .any()
}

fn sentence(surveys: &SurveyProgress) -> String {
    let failed = match surveys.failed {
        0 => String::new(),
        failed => format!(", {failed} without success"),
    };
    let waits: Vec<&str> = surveys
        .rows
        .iter()
        .filter(|row| matches!(row.state, SurveyState::Queued | SurveyState::Running))
        .map(|row| row.name.as_str())
        .take(NAMED)
        .collect();
    let more = if surveys.asked.saturating_sub(surveys.ended) > 3 {
        " and others"
    } else {
        ""
    };
    let waits = if waits.is_empty() {
        String::new()
    } else {
        format!(" Waiting for {}{more}.", waits.join(", "))
    };
    format!(
        "The servers read their package lists anew and simulate the installation; nothing is changed. Answers so far: \
         {} of {}{failed}.{waits}",
        surveys.ended, surveys.asked,
    )
}

fn asked(row: &SurveyRow, now: Now) -> AnyView {
    let state = match row.state {
        SurveyState::Queued => badge(Status::Waiting, "queued"),
        SurveyState::Running => badge(Status::Running, "asked"),
        SurveyState::Ended => badge(Status::Healthy, "answered"),
        SurveyState::Failed => badge(Status::Failed, "no answer"),
    };
    let since = row.since.as_ref().map(|since| ago(since, now));
    view! {
        <li>
            {state}
            <div><span class="row-name">{row.name.clone()}</span> " " <span class="hint">{row.said.clone()}</span></div>
            <span class="hint">{since}</span>
        </li>
    }
    .any()
}
