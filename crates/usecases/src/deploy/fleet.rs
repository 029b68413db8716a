//! What a plan is made from: the chosen servers with their facts and surveys, who else is in their groups, and what
//! the groups' settings demand.

use crate::{Error, Usecases};
use model::facts::{Facts, Known};
use model::plan::{SIMULATION_VERSION, Simulation};
use model::view::PreviewAsked;
use model::{GroupId, SURVEY_VERSION, ServerId, StackId, Survey, SurveyParams, Timestamp};
use planner::{GroupPolicy, Named, OwnHost, Policy, Snapshot, SnapshotServer};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use store::{Server, SurveyRecord};

/// Surveys that ended longer ago than this are not looked at, in seconds.
const SURVEYS_SECS: i64 = 86_400;
/// The word of a survey that has an answer.
const SIMULATED: &str = "simulated";

/// The fleet as it is known now.
pub(crate) struct Fleet {
    pub(crate) snapshot: Snapshot,
    pub(crate) policy: Policy,
    /// What the chosen servers were asked, and when the answer or its failure came.
    pub(crate) surveys: HashMap<ServerId, Vec<(SurveyParams, Timestamp)>>,
    /// When the last attempt to look at a chosen server ended.
    pub(crate) tried: HashMap<ServerId, Timestamp>,
}

impl Usecases {
    /// What is known of the servers that `asked` chooses. Servers that are not there any more are left out.
    pub(crate) async fn fleet(&self, asked: &PreviewAsked, now: Timestamp) -> Result<Fleet, Error> {
        let mut servers: BTreeMap<ServerId, Server> = BTreeMap::new();
        let chosen = self.chosen(asked, now, &mut servers).await?;
        let stacks: BTreeSet<StackId> = servers
            .values()
            .filter_map(|server| Some(server.stack.as_ref()?.0))
            .collect();
        for stack in &stacks {
            for server in self.store.servers_of_stack(*stack, now).await? {
                servers.insert(server.id, server);
            }
        }
        let groups: HashSet<GroupId> = servers
            .values()
            .filter(|server| chosen.contains(&server.id))
            .filter_map(|server| Some(server.group.as_ref()?.0))
            .collect();
        servers.retain(|id, server| {
            chosen.contains(id)
                || server
                    .group
                    .as_ref()
                    .is_some_and(|(group, _)| groups.contains(group))
        });
        self.add_jump_hosts(now, &mut servers).await?;
        let out: HashSet<ServerId> = self
            .store
            .out_of_service()
            .await?
            .into_iter()
            .map(|out| out.server)
            .collect();
        let mut facts = self.facts_of(&chosen, &servers, &stacks).await?;
        let mut surveys = self.surveys_for(&chosen, &servers, &stacks, now).await?;
        let own_machines = self.own_machines().await?;
        let mut fleet = Fleet {
            snapshot: Snapshot::default(),
            policy: self.policy(&stacks, &groups).await?,
            surveys: HashMap::new(),
            tried: HashMap::new(),
        };
        for (id, server) in servers {
            let found = surveys.remove(&id).unwrap_or_default();
            fleet.tried.extend(server.tried_at.map(|at| (id, at)));
            let mut known = snapshot_server(server, chosen.contains(&id), out.contains(&id));
            known.facts = facts.remove(&id);
            known.own = own(known.facts.as_ref(), &own_machines);
            for survey in found {
                let Some((params, simulation, kernel_bytes)) = read(survey) else {
                    continue;
                };
                let at = simulation.simulated_at;
                known.simulations.push(simulation);
                known.kernel_bytes = kernel_bytes.or(known.kernel_bytes);
                fleet.surveys.entry(id).or_default().push((params, at));
            }
            fleet.snapshot.servers.push(known);
        }
        Ok(fleet)
    }

    async fn chosen(
        &self,
        asked: &PreviewAsked,
        now: Timestamp,
        servers: &mut BTreeMap<ServerId, Server>,
    ) -> Result<HashSet<ServerId>, Error> {
        let named: HashSet<ServerId> = asked.servers.iter().copied().collect();
        if let Some(stack) = asked.stack {
            let of_stack = self.store.servers_of_stack(stack, now).await?;
            servers.extend(of_stack.into_iter().map(|server| (server.id, server)));
        } else {
            for id in &named {
                if let Some(server) = self.store.server(*id, now).await? {
                    servers.insert(*id, server);
                }
            }
        }
        let is_chosen = |id: &ServerId| named.is_empty() || named.contains(id);
        Ok(servers.keys().copied().filter(is_chosen).collect())
    }

    async fn add_jump_hosts(
        &self,
        now: Timestamp,
        servers: &mut BTreeMap<ServerId, Server>,
    ) -> Result<(), Error> {
        let mut next: Vec<ServerId> = servers.values().filter_map(|it| it.endpoint.jump).collect();
        while let Some(id) = next.pop() {
            if servers.contains_key(&id) {
                continue;
            }
            if let Some(server) = self.store.server(id, now).await? {
                next.extend(server.endpoint.jump);
                servers.insert(id, server);
            }
        }
        Ok(())
    }

    async fn facts_of(
        &self,
        chosen: &HashSet<ServerId>,
        servers: &BTreeMap<ServerId, Server>,
        stacks: &BTreeSet<StackId>,
    ) -> Result<HashMap<ServerId, Facts>, Error> {
        let mut facts = HashMap::new();
        for stack in stacks {
            let found = self.store.facts_of_stack(*stack, chosen).await?;
            facts.extend(found.into_iter().map(|(id, stored)| (id, stored.facts)));
        }
        for id in stackless(chosen, servers) {
            facts.extend(self.store.facts(id).await?.map(|stored| (id, stored.facts)));
        }
        Ok(facts)
    }

    async fn surveys_for(
        &self,
        chosen: &HashSet<ServerId>,
        servers: &BTreeMap<ServerId, Server>,
        stacks: &BTreeSet<StackId>,
        now: Timestamp,
    ) -> Result<HashMap<ServerId, Vec<SurveyRecord>>, Error> {
        let since = now.plus_secs(-SURVEYS_SECS);
        let mut found = Vec::new();
        for stack in stacks {
            found.extend(self.store.surveys_of_stack(*stack, since).await?);
        }
        for id in stackless(chosen, servers) {
            found.extend(self.store.surveys_of(id, since).await?);
        }
        let mut surveys: HashMap<ServerId, Vec<SurveyRecord>> = HashMap::new();
        for survey in found.into_iter().filter(|it| chosen.contains(&it.server)) {
            surveys.entry(survey.server).or_default().push(survey);
        }
        for of_server in surveys.values_mut() {
            of_server.sort_by_key(|survey| survey.ended_at);
        }
        Ok(surveys)
    }

    /// What the settings of these groups demand. Other groups' settings decide nothing, so that changing them voids no
    /// plan.
    async fn policy(&self, stacks: &BTreeSet<StackId>, groups: &HashSet<GroupId>) -> Result<Policy, Error> {
        let mut policy = Policy::default();
        for stack in stacks {
            for settings in self.store.group_settings(*stack).await? {
                if groups.contains(&settings.group) {
                    policy.groups.push(GroupPolicy {
                        group: Some(settings.group),
                        min_in_service: settings.min_in_service.unwrap_or(0),
                        care: settings.care,
                    });
                }
            }
        }
        policy.groups.sort_by_key(|group| group.group);
        Ok(policy)
    }
}

fn stackless<'a>(
    chosen: &'a HashSet<ServerId>,
    servers: &'a BTreeMap<ServerId, Server>,
) -> impl Iterator<Item = ServerId> + 'a {
    let has_none = |id: &&ServerId| servers.get(id).is_some_and(|server| server.stack.is_none());
    chosen.iter().filter(has_none).copied()
}

/// Whether Drydock itself runs on the server, going by its machine id.
fn own(facts: Option<&Facts>, own_machines: &[String]) -> Option<OwnHost> {
    let machine = facts?.machine.machine_id.get()?;
    own_machines.contains(machine).then_some(OwnHost::Drydock)
}

fn snapshot_server(server: Server, chosen: bool, out_of_service: bool) -> SnapshotServer {
    SnapshotServer {
        id: server.id,
        name: server.name,
        chosen,
        stack: server.stack.map(|(id, name)| Named { id, name }),
        group: server.group.map(|(id, name)| Named { id, name }),
        criticality: server.criticality,
        account: server.account,
        reach: server.reach,
        own: None,
        jump: server.endpoint.jump,
        out_of_service,
        // A run that works on it now does not keep a new one from being planned: that one queues behind it.
        held_by: None,
        facts: None,
        simulations: Vec::new(),
        kernel_bytes: None,
    }
}

/// A survey as the planner's simulation. One without an answer is a simulation that found nothing out.
fn read(record: SurveyRecord) -> Option<(SurveyParams, Simulation, Option<u64>)> {
    let params: SurveyParams = serde_json::from_str(&record.params).ok()?;
    if record.outcome == SIMULATED {
        let survey: Survey = serde_json::from_str(&record.result?).ok()?;
        return (survey.v <= SURVEY_VERSION).then_some((params, survey.simulation, survey.kernel_bytes));
    }
    let said = record
        .result
        .unwrap_or_else(|| format!("the question ended without an answer ({})", record.outcome));
    let simulation = Simulation {
        v: SIMULATION_VERSION,
        upgrade: params.upgrade,
        picks: params.picks.clone(),
        simulated_at: record.ended_at,
        transaction: Known::unknown(said.trim_end_matches('.')),
    };
    Some((params, simulation, None))
}
