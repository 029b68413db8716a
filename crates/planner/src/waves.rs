//! Which servers are worked on at the same time. A group's servers are spread over the waves, so that as few of them as
//! possible share one; a group never gives more than its `min_in_service` allows.

use crate::care::Inputs;
use crate::refusal::{Refusal, RefusalKind};
use crate::server::Drafted;
use crate::words::{count, name_order};
use model::plan::{Wave, WaveKind};
use model::{GroupId, ServerId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet, VecDeque};

/// Longer chains of jump hosts are a mistake, and a circle of them is one too.
const JUMPS_MAX: usize = 16;

/// The groups from which no server can be taken, each as a refusal.
pub(crate) fn impossible(inputs: &Inputs<'_>, drafted: &[Drafted<'_>]) -> Vec<Refusal> {
    let room = room(inputs);
    let mut seen = HashSet::new();
    drafted
        .iter()
        .filter(|draft| draft.leaves_service())
        .filter_map(|draft| draft.server.group.as_ref())
        .filter(|group| room.get(&group.id).is_some_and(|room| room.free == 0) && seen.insert(group.id))
        .map(|group| {
            let room = &room[&group.id];
            let sentence = format!(
                "Group {} must keep {} in service and has {} now: none can be taken out. Bring one back, add one, \
                 or lower the limit.",
                group.name,
                count(room.least, "server"),
                count(room.in_service, "server"),
            );
            Refusal {
                group: Some(group.id),
                ..Refusal::new(RefusalKind::MinInService, sentence)
            }
        })
        .collect()
}

struct Room {
    least: usize,
    in_service: usize,
    /// How many may be out at the same time.
    free: usize,
}

/// The groups with a `min_in_service`.
fn room(inputs: &Inputs<'_>) -> HashMap<GroupId, Room> {
    let mut rooms = HashMap::new();
    for server in &inputs.snapshot.servers {
        let Some(group) = server.group_id() else { continue };
        let Some(least) = inputs.least(Some(group)) else {
            continue;
        };
        let room = rooms.entry(group).or_insert(Room {
            least,
            in_service: 0,
            free: 0,
        });
        room.in_service += usize::from(server.in_service());
        room.free = room.in_service.saturating_sub(room.least);
    }
    rooms
}

/// Puts every server into a wave.
pub(crate) fn arrange(inputs: &Inputs<'_>, drafted: Vec<Drafted<'_>>) -> Vec<Wave> {
    let width = inputs.options.strategy.width(drafted.len());
    let room = room(inputs);
    let depths = depths(inputs, &drafted);
    let several = drafted.len() > 1;
    let mut own = Vec::new();
    let mut sections: BTreeMap<usize, Vec<Drafted<'_>>> = BTreeMap::new();
    for draft in drafted {
        if draft.server.own.is_some() {
            own.push(draft);
        } else {
            let depth = depths.get(&draft.server.id).copied().unwrap_or(0);
            sections.entry(depth).or_default().push(draft);
        }
    }
    let mut waves = Vec::new();
    if let Some(section) = sections
        .values_mut()
        .next()
        .filter(|_| inputs.options.canary && several)
    {
        let place = (0..section.len()).min_by(|a, b| order(&section[*a], &section[*b]));
        waves.extend(place.map(|place| (WaveKind::Canary, vec![section.remove(place)])));
    }
    for (depth, section) in sections {
        let kind = if depth == 0 {
            WaveKind::Ordinary
        } else {
            WaveKind::JumpHosts
        };
        waves.extend(fill(section, width, &room).into_iter().map(|wave| (kind, wave)));
    }
    own.sort_by(|a, b| a.server.own.cmp(&b.server.own).then_with(|| order(a, b)));
    waves.extend(own.into_iter().map(|draft| (WaveKind::Own, vec![draft])));
    (0..)
        .zip(waves)
        .map(|(position, (kind, servers))| Wave {
            position,
            kind,
            servers: servers.into_iter().map(|draft| draft.plan).collect(),
        })
        .collect()
}

/// Less critical servers first, then by name.
fn order(a: &Drafted<'_>, b: &Drafted<'_>) -> std::cmp::Ordering {
    a.server
        .criticality
        .cmp(&b.server.criticality)
        .then_with(|| name_order(&a.server.name, &b.server.name))
        .then_with(|| a.server.id.cmp(&b.server.id))
}

/// How many planned servers lie, at most, in a row behind each server that others are reached through.
fn depths(inputs: &Inputs<'_>, drafted: &[Drafted<'_>]) -> HashMap<ServerId, usize> {
    let planned: HashSet<ServerId> = drafted.iter().map(|draft| draft.server.id).collect();
    let mut depths: HashMap<ServerId, usize> = HashMap::new();
    for draft in drafted {
        let mut behind = 0;
        let mut jump = draft.server.jump;
        for _ in 0..JUMPS_MAX {
            let Some(id) = jump.filter(|id| *id != draft.server.id) else {
                break;
            };
            if planned.contains(&id) {
                behind += 1;
                let depth = depths.entry(id).or_default();
                *depth = behind.max(*depth);
            }
            jump = inputs.by_id.get(&id).and_then(|server| server.jump);
        }
    }
    depths
}

/// Fills waves of at most `width` servers. Every group has a queue; the queue whose head is furthest behind its share
/// goes next, and a group that has given all it may waits for the next wave.
fn fill<'a>(section: Vec<Drafted<'a>>, width: usize, room: &HashMap<GroupId, Room>) -> Vec<Vec<Drafted<'a>>> {
    let mut queues: BTreeMap<Option<GroupId>, VecDeque<Drafted<'a>>> = BTreeMap::new();
    for draft in section {
        queues.entry(draft.plan.group).or_default().push_back(draft);
    }
    let mut next = BinaryHeap::new();
    let mut lengths = HashMap::new();
    for (group, queue) in &mut queues {
        queue.make_contiguous().sort_by(order);
        lengths.insert(*group, queue.len());
        next.push(Reverse((share(0, queue.len()), *group)));
    }
    let mut waves = Vec::new();
    while !next.is_empty() {
        let mut wave = Vec::new();
        let mut taken: HashMap<Option<GroupId>, usize> = HashMap::new();
        let mut waiting = Vec::new();
        while wave.len() < width
            && let Some(Reverse((at, group))) = next.pop()
        {
            let given = taken.entry(group).or_default();
            let may_give = group
                .and_then(|group| room.get(&group))
                .map_or(usize::MAX, |room| room.free.max(1));
            let Some(queue) = queues.get_mut(&group) else {
                continue;
            };
            if *given >= may_give {
                waiting.push(Reverse((at, group)));
                continue;
            }
            let Some(draft) = queue.pop_front() else { continue };
            *given += usize::from(draft.leaves_service());
            wave.push(draft);
            if !queue.is_empty() {
                let length = lengths.get(&group).copied().unwrap_or(1);
                next.push(Reverse((share(length - queue.len(), length), group)));
            }
        }
        next.extend(waiting);
        waves.push(wave);
    }
    waves
}

/// Where the server at `place` of `length` belongs in the whole, as a fraction of 2^32.
fn share(place: usize, length: usize) -> u64 {
    let (place, length) = (
        u64::try_from(place).unwrap_or(u64::MAX >> 34),
        u64::try_from(length).unwrap_or(u64::MAX >> 34),
    );
    ((2 * place + 1) << 32) / (2 * length.max(1))
}
