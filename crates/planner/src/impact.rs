//! What the run means for each group: how many of its servers stay in service, and for how long none does.

use crate::SnapshotServer;
use crate::care::Inputs;
use crate::server::takes_out;
use crate::words::{about, count};
use model::GroupId;
use model::plan::{Impact, Wave};
use std::collections::{BTreeMap, HashMap};

#[derive(Default)]
struct Tally {
    name: String,
    servers: usize,
    in_service: usize,
    planned: usize,
    most_out: usize,
    downtime_secs: u32,
}

/// The impact on every group of which a server is worked on, sorted by name; servers in no group come last.
pub(crate) fn of(inputs: &Inputs<'_>, waves: &[Wave]) -> Vec<Impact> {
    let mut tallies: HashMap<Option<GroupId>, Tally> = HashMap::new();
    for server in waves.iter().flat_map(|wave| &wave.servers) {
        tallies.entry(server.group).or_default().planned += 1;
    }
    for server in &inputs.snapshot.servers {
        // Servers in no group have nothing in common: only those of the plan are counted.
        if server.group.is_none() && !server.chosen {
            continue;
        }
        if let Some(tally) = tallies.get_mut(&server.group_id()) {
            if tally.servers == 0 {
                tally.name = name(server);
            }
            tally.servers += 1;
            tally.in_service += usize::from(server.in_service());
        }
    }
    for wave in waves {
        count_wave(inputs, wave, &mut tallies);
    }
    let mut impact: Vec<Impact> = tallies
        .into_iter()
        .map(|(group, tally)| finished(group, tally))
        .collect();
    impact.sort_by(|a, b| (a.group.is_none(), &a.name, a.group).cmp(&(b.group.is_none(), &b.name, b.group)));
    impact
}

fn name(server: &SnapshotServer) -> String {
    match (&server.stack, &server.group) {
        (Some(stack), Some(group)) => format!("{}/{}", stack.name, group.name),
        (None, Some(group)) => group.name.clone(),
        (_, None) => "no group".to_owned(),
    }
}

fn count_wave(inputs: &Inputs<'_>, wave: &Wave, tallies: &mut HashMap<Option<GroupId>, Tally>) {
    let mut out: BTreeMap<Option<GroupId>, (usize, u32)> = BTreeMap::new();
    for server in &wave.servers {
        let serves = inputs
            .by_id
            .get(&server.server)
            .is_some_and(|server| server.in_service());
        if serves && takes_out(server) {
            let (number, secs) = out.entry(server.group).or_default();
            *number += 1;
            *secs = server.out_secs.max(*secs);
        }
    }
    for (group, (number, secs)) in out {
        if let Some(tally) = tallies.get_mut(&group) {
            tally.most_out = number.max(tally.most_out);
            // Of servers in no group each is alone with what it does.
            if group.is_none() || number >= tally.in_service {
                tally.downtime_secs = tally.downtime_secs.saturating_add(secs);
            }
        }
    }
}

fn finished(group: Option<GroupId>, tally: Tally) -> Impact {
    let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let fewest = tally.in_service.saturating_sub(tally.most_out);
    let sentence = if tally.in_service == 0 {
        "None of its servers is in service now.".to_owned()
    } else if tally.most_out == 0 {
        "Nothing is interrupted.".to_owned()
    } else if group.is_none() && tally.downtime_secs > 0 {
        "Each of these servers is away while it is worked on.".to_owned()
    } else if group.is_none() {
        "Each of these servers is worked on; no restart is expected.".to_owned()
    } else if tally.downtime_secs > 0 {
        format!("No server is in service for {}.", about(tally.downtime_secs))
    } else if fewest == 0 {
        let who = if tally.in_service == 1 {
            "Its only server in service is worked on"
        } else {
            "All its servers are worked on at the same time"
        };
        format!("{who}; no restart is expected.")
    } else {
        format!(
            "At least {fewest} of {} stay in service.",
            count(tally.in_service, "server")
        )
    };
    Impact {
        group,
        name: tally.name,
        servers: number(tally.servers),
        in_service: number(tally.in_service),
        planned: number(tally.planned),
        fewest_in_service: number(fewest),
        downtime_secs: tally.downtime_secs,
        sentence,
    }
}
