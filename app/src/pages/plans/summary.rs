//! A plan in one sentence.

use crate::components::words::{bytes, count};
use model::plan::WaveKind;
use model::view::PlanPage;

/// What the run does, in numbers.
pub(super) fn summary(page: &PlanPage) -> String {
    let totals = &page.totals;
    let waves = u32::try_from(page.waves.len()).unwrap_or(u32::MAX);
    let mut said = format!("Works on {}", count(totals.servers, "server"));
    if waves == totals.servers && waves > 1 {
        said.push_str(", one after the other");
    } else if waves > 1 {
        said.push_str(&format!(" in {}", count(waves, "wave")));
        if page
            .waves
            .first()
            .is_some_and(|wave| wave.kind == WaveKind::Canary)
        {
            said.push_str(", one server first");
        }
    } else if totals.servers > 1 {
        said.push_str(", all at the same time");
    }
    said.push('.');
    let mut also = |number: u32, sentence: String| {
        if number > 0 {
            said.push(' ');
            said.push_str(&sentence);
        }
    };
    also(
        totals.removals,
        format!("Removes {}.", count(totals.removals, "package")),
    );
    also(
        totals.restarts,
        format!("Restarts services on {}.", count(totals.restarts, "server")),
    );
    if page.options().reboot {
        also(
            totals.reboots,
            format!("Reboots {}.", count(totals.reboots, "server")),
        );
        also(
            totals.reboots_possible,
            format!("{} more may have to be rebooted.", totals.reboots_possible),
        );
        also(
            u32::from(totals.reboots + totals.reboots_possible == 0),
            "No server is expected to need a reboot.".to_owned(),
        );
    }
    if totals.download_bytes > 0 {
        said.push_str(&format!(" Downloads {}.", bytes(totals.download_bytes)));
    }
    said
}
