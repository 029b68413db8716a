//! What is kept with a plan about how it came about, and options in a few words.

use crate::Error;
use model::options::{AllUpgrades, Options};
use model::plan::Plan;
use model::view::PreviewAsked;
use model::{RunId, Timestamp};
use serde::{Deserialize, Serialize};
use store::Preview;

/// The version of [`Asked`] that this build writes.
const ASKED_VERSION: u16 = 1;
/// What a look before and after the work takes on one server, in seconds: an estimate for people.
const LOOKS_SECS: u32 = 30;

/// How a plan came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) v: u16,
    /// What was asked.
    pub(crate) asked: PreviewAsked,
    /// When; what is younger than that was found out for this plan.
    pub(crate) at: Timestamp,
    /// The profile's name, while the options were exactly its.
    pub(crate) profile: Option<String>,
    /// The run of which this does again what failed.
    pub(crate) parent: Option<RunId>,
    /// Whether the plan before it could not be run because the fleet had changed.
    pub(crate) fleet_changed: bool,
    /// How long each wave is expected to take, in seconds.
    pub(crate) wave_secs: Vec<u32>,
}

impl Asked {
    pub(crate) const fn new(asked: PreviewAsked, at: Timestamp) -> Self {
        Self {
            v: ASKED_VERSION,
            asked,
            at,
            profile: None,
            parent: None,
            fleet_changed: false,
            wave_secs: Vec::new(),
        }
    }

    /// With the estimates of `plan`.
    pub(crate) fn estimated(mut self, plan: &Plan) -> Self {
        self.wave_secs = plan
            .waves
            .iter()
            .map(|wave| {
                let longest = wave.servers.iter().map(|server| server.out_secs).max();
                longest.unwrap_or(0).saturating_add(LOOKS_SECS)
            })
            .collect();
        let pause = self.asked.options.pause_between_waves_secs;
        for secs in self.wave_secs.iter_mut().skip(1) {
            *secs = secs.saturating_add(pause);
        }
        self
    }

    /// What a stored plan was asked for with; `None`: nothing was noted.
    pub(crate) fn read(preview: &Preview) -> Result<Option<Self>, Error> {
        let Some(text) = &preview.asked else {
            return Ok(None);
        };
        let asked: Self = serde_json::from_str(text).map_err(Error::internal)?;
        if asked.v > ASKED_VERSION {
            return Err(Error::internal("a plan was asked for by a newer Drydock"));
        }
        Ok(Some(asked))
    }
}

/// What options tick, in a few words: `Security upgrades, reboot if required`.
pub(crate) fn ticks(options: &Options) -> String {
    let mut parts = Vec::new();
    match (options.all, options.security) {
        (Some(AllUpgrades::Upgrade), _) => parts.push("all upgrades"),
        (Some(AllUpgrades::FullUpgrade), _) => parts.push("full upgrade"),
        (None, true) => parts.push("security upgrades"),
        (None, false) => {}
    }
    if options.restart_services {
        parts.push("restart services");
    }
    if options.reboot {
        parts.push("reboot if required");
    }
    capitalised(&parts.join(", "))
}

pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `1 server`, `2 servers`.
pub(crate) fn count(number: u32, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_said_in_a_few_words() {
        let mut options = Options {
            security: true,
            reboot: true,
            ..Options::default()
        };
        assert_eq!(ticks(&options), "Security upgrades, reboot if required");
        options.all = Some(AllUpgrades::FullUpgrade);
        assert_eq!(ticks(&options), "Full upgrade, reboot if required");
        let restart = Options {
            restart_services: true,
            ..Options::default()
        };
        assert_eq!(ticks(&restart), "Restart services");
    }
}
