//! A plan in a few short sentences.

use crate::components::words::{bytes, count};
use model::plan::WaveKind;
use model::view::{PlanTotals, PlanWave};

/// What the run does, in numbers; `reboots` says whether rebooting is ticked.
pub(super) fn summary(totals: &PlanTotals, waves: &[PlanWave], reboots: bool) -> String {
    let number = u32::try_from(waves.len()).unwrap_or(u32::MAX);
    let canary = waves.first().is_some_and(|wave| wave.kind == WaveKind::Canary);
    let mut said = vec![match number {
        0 | 1 if totals.servers > 1 => {
            format!("Works on {} at the same time.", count(totals.servers, "server"))
        }
        0 | 1 => format!("Works on {}.", count(totals.servers, "server")),
        all if all == totals.servers => {
            format!("Works on {}, one after the other.", count(all, "server"))
        }
        all => format!(
            "Works on {} in {}{}.",
            count(totals.servers, "server"),
            count(all, "wave"),
            if canary { ", one server first" } else { "" },
        ),
    }];
    let mut also = |sentence: Option<String>| said.extend(sentence);
    let some =
        |number: u32, one: &str, verb: &str| (number > 0).then(|| format!("{verb} {}.", count(number, one)));
    let security = match totals.security {
        0 => String::new(),
        all if all == totals.installs => ", all for security".to_owned(),
        some => format!(", {some} of them for security"),
    };
    also((totals.installs > 0).then(|| format!("Installs {}{security}.", count(totals.installs, "update"))));
    also(some(totals.removals, "package", "Removes"));
    also(some(totals.restarts, "server", "Restarts services on"));
    if reboots {
        also(some(totals.reboots, "server", "Reboots"));
        also(match (totals.reboots, totals.reboots_possible) {
            (0, 0) => Some("No server is expected to need a reboot.".to_owned()),
            (_, 0) => None,
            (0, some) => Some(format!("{} may have to be rebooted.", count(some, "server"))),
            (_, some) => Some(format!("{some} more may have to be rebooted.")),
        });
    }
    also((totals.download_bytes > 0).then(|| format!("Downloads {}.", bytes(totals.download_bytes))));
    said.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waves(kinds: &[WaveKind]) -> Vec<PlanWave> {
        (0..)
            .zip(kinds)
            .map(|(position, kind)| PlanWave {
                position,
                kind: *kind,
                servers: 1,
            })
            .collect()
    }

    #[test]
    fn a_plan_is_said_in_numbers() {
        let totals = PlanTotals {
            servers: 3,
            installs: 8,
            security: 8,
            reboots: 2,
            reboots_possible: 1,
            download_bytes: 12_300_000,
            ..PlanTotals::default()
        };
        let one_by_one = waves(&[WaveKind::Ordinary; 3]);
        assert_eq!(
            summary(&totals, &one_by_one, true),
            "Works on 3 servers, one after the other. Installs 8 updates, all for security. Reboots 2 servers. 1 more \
             may have to be rebooted. Downloads 12 MB."
        );
        assert_eq!(
            summary(&totals, &waves(&[WaveKind::Canary, WaveKind::Ordinary]), false),
            "Works on 3 servers in 2 waves, one server first. Installs 8 updates, all for security. Downloads 12 MB."
        );
        let nothing = PlanTotals {
            servers: 2,
            ..PlanTotals::default()
        };
        assert_eq!(
            summary(&nothing, &waves(&[WaveKind::Ordinary]), true),
            "Works on 2 servers at the same time. No server is expected to need a reboot."
        );
    }
}
