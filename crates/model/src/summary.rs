//! What lists, tiles and filters need to know of a server's facts: a few plain columns derived from them once per
//! scan, so that a list of 5,000 servers never opens a fact document.

use crate::facts::{Counts, Facts, RebootNeed, Sources, reboot_need};
use crate::{Reach, Status, Timestamp, server_status};

/// The columns derived from one scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Status at the time of the scan.
    pub status: Status,
    /// Its reason, one sentence.
    pub reason: String,
    /// After this point the status is *unknown*, whatever it was: the facts or the lists are too old by then.
    pub trusted_until: Option<Timestamp>,
    /// Pending updates; `None` when they are unknown.
    pub counts: Option<Counts>,
    /// The reboot verdict.
    pub reboot: RebootNeed,
    /// Since when the flag asks for a reboot.
    pub reboot_since: Option<Timestamp>,
    /// The operating system for people.
    pub os: Option<String>,
    /// The running kernel.
    pub kernel: Option<String>,
    /// Number of ports that listen on every address.
    pub open_ports: Option<u32>,
}

impl Summary {
    /// The summary of an attempt. `facts` are the last that were ever read; they keep their columns when the attempt
    /// failed, but the status is the attempt's.
    pub fn of(reach: Reach, facts: Option<&Facts>, now: Timestamp) -> Self {
        let (status, reason) = server_status(reach, facts, now);
        let Some(facts) = facts else {
            return Self {
                status,
                reason,
                trusted_until: None,
                counts: None,
                reboot: RebootNeed::Unknown,
                reboot_since: None,
                os: None,
                kernel: None,
                open_ports: None,
            };
        };
        let (need, _) = reboot_need(
            &facts.reboot,
            &facts.kernel,
            facts.machine.is_container,
            &facts.old_libraries,
        );
        Self {
            status,
            reason,
            trusted_until: reach.is_current().then(|| trusted_until(facts)),
            counts: facts.updates.get().map(crate::facts::Updates::counts),
            reboot: need,
            reboot_since: facts.reboot.flag_since,
            os: Some(facts.os.name.clone()),
            kernel: Some(facts.kernel.running.clone()),
            open_ports: facts.open_ports.get().map(|ports| {
                u32::try_from(ports.iter().filter(|port| port.is_open_to_anywhere()).count())
                    .unwrap_or(u32::MAX)
            }),
        }
    }
}

fn trusted_until(facts: &Facts) -> Timestamp {
    let mut until = facts.seen_at.plus_secs(crate::FACTS_STALE_AFTER_SECS);
    if let Some(sources) = facts.sources.get() {
        if let Some(success) = sources.last_success {
            until = until.min(success.plus_secs(Sources::STALE_AFTER_SECS));
        }
        for valid in sources.sources.iter().filter_map(|source| source.valid_until) {
            until = until.min(valid);
        }
    }
    until
}

/// What a stored status and reason are worth at `now`: after `trusted_until` they are unknown, and the reason says how
/// old they are.
pub fn status_at(
    status: Status,
    reason: String,
    trusted_until: Option<Timestamp>,
    seen_at: Option<Timestamp>,
    now: Timestamp,
) -> (Status, String) {
    if trusted_until.is_none_or(|until| until >= now) {
        return (status, reason);
    }
    let age = seen_at.map_or(i64::MAX, |seen| now.secs_since(seen));
    let reason = if age > crate::FACTS_STALE_AFTER_SECS {
        format!("Last seen {} ago.", crate::short_duration(age))
    } else {
        "Pending updates are unknown: the package lists are too old.".to_owned()
    };
    (Status::Unknown, reason)
}
