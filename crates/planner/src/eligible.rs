//! Which chosen servers can be worked on at all.

use crate::SnapshotServer;
use crate::care::Inputs;
use model::facts::{Facts, Support};
use model::plan::LeftOutReason;
use model::{Account, Reach, short_duration};
use std::collections::HashMap;

/// Why a server is left out: the reason and its sentence.
pub(crate) type Left = (LeftOutReason, String);

/// The facts to plan from.
pub(crate) fn facts<'a>(inputs: &Inputs<'_>, server: &'a SnapshotServer) -> Result<&'a Facts, Left> {
    let because = |reason| {
        let sentence = format!("{} {}", server.reach.sentence(), server.reach.next());
        Err((reason, sentence))
    };
    match server.reach {
        Reach::Reached => {}
        Reach::NeverReported => return because(LeftOutReason::NeverReported),
        Reach::KeyUnconfirmed | Reach::KeyChanged => return because(LeftOutReason::HostKey),
        Reach::Unsupported => return because(LeftOutReason::Unsupported),
        _ => return because(LeftOutReason::Unreachable),
    }
    let Some(facts) = &server.facts else {
        let reach = Reach::NeverReported;
        let sentence = format!("{} {}", reach.sentence(), reach.next());
        return Err((LeftOutReason::NeverReported, sentence));
    };
    if facts.os.support != Support::Full {
        let sentence = format!(
            "{} is not supported yet: only its facts are shown.",
            facts.os.name
        );
        return Err((LeftOutReason::Unsupported, sentence));
    }
    if server.account == Account::LookOnly {
        let sentence = "Drydock's account on this server may only look. Give it an account that operates.";
        return Err((LeftOutReason::LookOnly, sentence.to_owned()));
    }
    if let Some(holder) = &server.held_by {
        let sentence = format!("It is held by {holder}. Preview again when that has ended.");
        return Err((LeftOutReason::Held, sentence));
    }
    let age = inputs.now.secs_since(facts.seen_at);
    if age > inputs.policy.facts_max_age_secs {
        let sentence = format!(
            "It was last seen {} ago. Scan it and preview again.",
            short_duration(age)
        );
        return Err((LeftOutReason::StaleFacts, sentence));
    }
    Ok(facts)
}

/// What tells one running machine from another. The machine id alone does not: copies of one image often share it.
pub(crate) fn machine(server: &SnapshotServer) -> Option<(&str, &str)> {
    let machine = &server.facts.as_ref()?.machine;
    Some((machine.machine_id.get()?, machine.boot_id.get()?))
}

/// Refuses a server that is one of `machines` under another name: its steps would run beside themselves.
pub(crate) fn machine_is_new(
    server: &SnapshotServer,
    machines: &HashMap<(&str, &str), &str>,
) -> Result<(), Left> {
    machine(server)
        .and_then(|machine| machines.get(&machine))
        .map_or(Ok(()), |other| {
            Err((
                LeftOutReason::SameMachine,
                format!("It is the same machine as {other}, which is in the plan. Remove one of the two."),
            ))
        })
}
