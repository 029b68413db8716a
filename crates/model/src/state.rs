//! The one vocabulary of states that every page uses, and how a server comes by its state.

use crate::facts::{Facts, Known, RebootNeed, reboot_need};
use crate::{Reach, Timestamp, words};

words! {
    /// A status as people see it: one word, one colour, one icon each (`interface.md`, Look).
    pub enum Status {
        /// Everything that was asked is well.
        Healthy = "healthy",
        /// Something wants a decision or an update.
        Attention = "attention",
        /// Failed, or did not come back.
        Failed = "failed",
        /// Work is going on.
        Running = "running",
        /// Not known, or never reported.
        Unknown = "unknown",
        /// Waits for a person.
        Waiting = "waiting",
    }
}

/// Facts older than this are not shown as the present: a scheduled scan every hour may be missed three times.
pub const FACTS_STALE_AFTER_SECS: i64 = 4 * 3_600;

/// A server's status with the reason in one sentence. `facts` are the last that were read, whenever that was.
pub fn server_status(reach: Reach, facts: Option<&Facts>, now: Timestamp) -> (Status, String) {
    match reach {
        Reach::NeverReported => return (Status::Unknown, reach.sentence().to_owned()),
        Reach::KeyUnconfirmed => return (Status::Waiting, reach.sentence().to_owned()),
        Reach::Reached | Reach::Unsupported => {}
        _ => return (Status::Failed, reach.sentence().to_owned()),
    }
    let Some(facts) = facts else {
        return (Status::Unknown, Reach::NeverReported.sentence().to_owned());
    };
    if reach == Reach::Unsupported {
        return (
            Status::Unknown,
            format!("{} is not supported yet.", facts.os.name),
        );
    }
    let age = now.secs_since(facts.seen_at);
    if age > FACTS_STALE_AFTER_SECS {
        return (
            Status::Unknown,
            format!("Last seen {} ago.", crate::short_duration(age)),
        );
    }
    let Some(updates) = facts.updates.get() else {
        let why = facts.updates.why_unknown().unwrap_or("it was not said why");
        return (Status::Unknown, format!("Pending updates are unknown: {why}."));
    };
    let doubt = match &facts.sources {
        Known::Known(sources) => sources.doubt(now),
        Known::Unknown(why) => Some(format!("the freshness of the package lists is not known ({why})")),
    };
    if let Some(doubt) = doubt {
        return (Status::Unknown, format!("Pending updates are unknown: {doubt}."));
    }
    let counts = updates.counts();
    let (need, _) = reboot_need(
        &facts.reboot,
        &facts.kernel,
        facts.machine.is_container,
        &facts.old_libraries,
    );
    let mut reasons = Vec::new();
    if facts
        .unfinished_packages
        .get()
        .is_some_and(|list| !list.is_empty())
    {
        reasons.push("a package installation was interrupted".to_owned());
    }
    if counts.all_security() > 0 {
        let pending = counts.all_security();
        let update = if pending == 1 { "update" } else { "updates" };
        reasons.push(format!("{pending} security {update}"));
    }
    if need == RebootNeed::Yes {
        reasons.push("needs a reboot".to_owned());
    }
    if let Some(failed) = facts.failed_units.get().filter(|units| !units.is_empty()) {
        let unit = if failed.len() == 1 { "unit" } else { "units" };
        reasons.push(format!("{} failed {unit}", failed.len()));
    }
    if reasons.is_empty() {
        (Status::Healthy, "Up to date.".to_owned())
    } else {
        (
            Status::Attention,
            format!("{}.", capitalised(&reasons.join(", "))),
        )
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
