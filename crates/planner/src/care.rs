//! What planning looks things up in.

use crate::{Policy, Snapshot, SnapshotServer};
use model::options::{Care, Options};
use model::{GroupId, ServerId, Timestamp};
use std::collections::HashMap;

/// Everything that the plan follows from, with the look-ups that every server needs.
pub(crate) struct Inputs<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) options: &'a Options,
    pub(crate) policy: &'a Policy,
    pub(crate) now: Timestamp,
    pub(crate) by_id: HashMap<ServerId, &'a SnapshotServer>,
    cares: HashMap<Option<GroupId>, &'a Care>,
    least: HashMap<GroupId, usize>,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        options: &'a Options,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Self {
        // What the options say of a group stands before what its stack's settings say.
        let settings = policy.groups.iter().map(|group| (group.group, &group.care));
        let chosen = options.groups.iter().map(|group| (group.group, &group.care));
        Self {
            snapshot,
            options,
            policy,
            now,
            by_id: snapshot
                .servers
                .iter()
                .map(|server| (server.id, server))
                .collect(),
            cares: settings.chain(chosen).collect(),
            least: policy
                .groups
                .iter()
                .filter_map(|group| {
                    let least = usize::try_from(group.min_in_service).ok()?;
                    (least > 0).then_some((group.group?, least))
                })
                .collect(),
        }
    }

    /// What is done around the work on a server of this group.
    pub(crate) fn care(&self, group: Option<GroupId>) -> Option<&'a Care> {
        self.cares.get(&group).copied()
    }

    /// How many servers of the group must stay in service; `None`: it does not matter.
    pub(crate) fn least(&self, group: Option<GroupId>) -> Option<usize> {
        self.least.get(&group?).copied()
    }

    /// How long a server of this group must be quiet before it counts as healthy again, in seconds.
    pub(crate) fn settle_secs(&self, group: Option<GroupId>) -> u32 {
        self.care(group)
            .and_then(|care| care.settle_secs)
            .unwrap_or(self.options.settle_secs)
    }
}
