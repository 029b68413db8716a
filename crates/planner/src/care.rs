//! What planning looks things up in.

use crate::{Policy, Snapshot, SnapshotServer};
use model::options::{Balancer, Care, HealthCheck, Options};
use model::{GroupId, ServerId, Timestamp};
use std::collections::HashMap;

/// What is done around the work on a server of one group.
#[derive(Default, Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) balancer: Option<&'a Balancer>,
    pub(crate) health: Option<&'a HealthCheck>,
    pub(crate) settle_secs: Option<u32>,
}

impl<'a> Around<'a> {
    /// What `care` says stands before what was said so far; what it does not say stays.
    fn put(&mut self, care: &'a Care) {
        self.balancer = care.balancer.as_ref().or(self.balancer);
        self.health = care.health.as_ref().or(self.health);
        self.settle_secs = care.settle_secs.or(self.settle_secs);
    }
}

/// Everything that the plan follows from, with the look-ups that every server needs.
pub(crate) struct Inputs<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) options: &'a Options,
    pub(crate) policy: &'a Policy,
    pub(crate) now: Timestamp,
    pub(crate) by_id: HashMap<ServerId, &'a SnapshotServer>,
    cares: HashMap<Option<GroupId>, Around<'a>>,
    least: HashMap<GroupId, usize>,
}

impl<'a> Inputs<'a> {
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        options: &'a Options,
        policy: &'a Policy,
        now: Timestamp,
    ) -> Self {
        let settings = policy.groups.iter().map(|group| (group.group, &group.care));
        let chosen = options.groups.iter().map(|group| (group.group, &group.care));
        let mut cares: HashMap<Option<GroupId>, Around<'a>> = HashMap::new();
        for (group, care) in settings.chain(chosen) {
            cares.entry(group).or_default().put(care);
        }
        Self {
            cares,
            snapshot,
            options,
            policy,
            now,
            by_id: snapshot
                .servers
                .iter()
                .map(|server| (server.id, server))
                .collect(),
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
    pub(crate) fn care(&self, group: Option<GroupId>) -> Around<'a> {
        self.cares.get(&group).copied().unwrap_or_default()
    }

    /// How many servers of the group must stay in service; `None`: it does not matter.
    pub(crate) fn least(&self, group: Option<GroupId>) -> Option<usize> {
        self.least.get(&group?).copied()
    }

    /// How long a server of this group must be quiet before it counts as healthy again, in seconds.
    pub(crate) fn settle_secs(&self, group: Option<GroupId>) -> u32 {
        self.care(group).settle_secs.unwrap_or(self.options.settle_secs)
    }
}
