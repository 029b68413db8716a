//! What a run has left: in the database, on the servers, in what people download. Two runs over copies of the same
//! beginning must leave the same.

mod compare;
mod starts;

use crate::prepared::{Copy, Prepared};
use anyhow::Context as _;
use compare::unlike;
use model::run::RunEvent;
use remote::work::Attempt;
use std::collections::{BTreeMap, HashMap};

/// A step's raw downloads, by step.
pub(crate) type Downloads = HashMap<model::StepId, Vec<u8>>;

/// How one step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
struct StepEvidence {
    state: String,
    outcome: Option<String>,
    said: Option<String>,
    attempt: u32,
    /// The stored log.
    log: Vec<u8>,
    /// Every transition, in order.
    moves: Vec<String>,
}

/// How one server is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ServerEvidence {
    /// Restarts since the run was asked for.
    boots: u32,
    dpkg_log: Vec<String>,
    unfinished: Vec<String>,
    versions: String,
    out_of_service: bool,
    held: bool,
    /// The attempts that were started here, with their exit statuses.
    attempts: BTreeMap<String, Option<u32>>,
}

/// What a run has left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// The number of the run's last event. It is not compared: who takes over is an event.
    events: i64,
    state: String,
    outcome: Option<String>,
    lanes_ended: u32,
    steps: BTreeMap<String, StepEvidence>,
    servers: BTreeMap<String, ServerEvidence>,
}

/// What was found to be wrong by itself, whatever it is compared with.
pub(crate) type Faults = Vec<String>;

impl Evidence {
    /// Collects it; on SQLite no Drydock may run. `downloads`: what was downloaded of the steps' logs.
    pub(crate) async fn collect(
        prepared: &Prepared,
        copy: &Copy,
        downloads: &Downloads,
    ) -> anyhow::Result<(Self, Faults)> {
        let mut faults = Vec::new();
        let store = copy.store().await?;
        let run = store.run(prepared.run).await?.context("the run is gone")?;
        let mut moves: HashMap<_, Vec<String>> = HashMap::new();
        let events = store.run_events(prepared.run, 0, 100_000).await?;
        for (at, event) in events.iter().enumerate() {
            if event.seq != i64::try_from(at)? + 1 {
                faults.push(format!("event {} stands in place {}", event.seq, at + 1));
                break;
            }
        }
        if events.last().map(|event| event.seq) != Some(run.seq) {
            faults.push("the run's last number is not its last event's".to_owned());
        }
        for event in events {
            if let (Some(step), Some(RunEvent::Step { state, attempt, .. })) = (event.step, event.event) {
                moves.entry(step).or_default().push(format!("{attempt} {state}"));
            }
        }
        let out: Vec<_> = store
            .out_of_service()
            .await?
            .into_iter()
            .map(|it| it.server)
            .collect();
        let world = copy.world()?;
        let mut evidence = Self {
            events: run.seq,
            state: run.state.to_string(),
            outcome: run.outcome.map(|outcome| outcome.to_string()),
            lanes_ended: run.lanes_ended,
            steps: BTreeMap::new(),
            servers: BTreeMap::new(),
        };
        for (place, server) in prepared.servers.iter().enumerate() {
            let past = world.past(&server.host)?.context("the server left the world")?;
            let mut attempts = BTreeMap::new();
            for step in &server.steps {
                let (_, record, _) = store.step(step.id).await?.context("a step is gone")?;
                let part = store
                    .log_part(prepared.run, step.id, None, 0, u64::MAX / 2)
                    .await?;
                let log = part.context("a log is gone")?.bytes;
                if log.len() as u64 != record.log_len {
                    faults.push(format!(
                        "{}: {} bytes of its log are stored, and {} are said to be",
                        step.name,
                        log.len(),
                        record.log_len
                    ));
                }
                let attempt = Attempt {
                    step: step.id,
                    number: record.attempt,
                };
                let file = past.attempts.get(&attempt);
                let on_server = file.map(|file| file.log.as_slice()).unwrap_or_default();
                if log != on_server {
                    faults.push(format!(
                        "{}: {}",
                        step.name,
                        unlike("the stored log", &log, "the server's file", on_server)
                    ));
                }
                if let Some(download) = downloads.get(&step.id)
                    && download.as_slice() != on_server
                {
                    faults.push(format!(
                        "{}: {}",
                        step.name,
                        unlike("the download", download, "the server's file", on_server)
                    ));
                }
                for (attempt, file) in past
                    .attempts
                    .iter()
                    .filter(|(attempt, _)| attempt.step == step.id)
                {
                    attempts.insert(format!("{} attempt {}", step.name, attempt.number), file.exit);
                }
                evidence.steps.insert(
                    step.name.clone(),
                    StepEvidence {
                        state: record.state.to_string(),
                        outcome: record.outcome.map(|outcome| outcome.to_string()),
                        said: record.said,
                        attempt: record.attempt,
                        log,
                        moves: moves.remove(&step.id).unwrap_or_default(),
                    },
                );
            }
            let boots = past.boots - prepared.boots[place];
            for action in doubles(&past.dpkg_log) {
                faults.push(format!("{}: dpkg did “{action}” twice", server.name));
            }
            let resource = format!("server:{}", server.id);
            evidence.servers.insert(
                server.name.clone(),
                ServerEvidence {
                    boots,
                    dpkg_log: past.dpkg_log,
                    unfinished: past.unfinished,
                    versions: past.versions,
                    out_of_service: out.contains(&server.id),
                    held: store.holder(&resource).await?.is_some(),
                    attempts,
                },
            );
        }
        store.close().await;
        Ok((evidence, faults))
    }

    /// What an undisturbed run must be for the others to be worth comparing with.
    pub(crate) fn is_as_planned(&self) -> Faults {
        let mut faults = Vec::new();
        if self.outcome.as_deref() != Some("succeeded") {
            faults.push(format!(
                "the undisturbed run is {} and {:?}",
                self.state, self.outcome
            ));
        }
        for (name, server) in &self.servers {
            if server.boots != 1 {
                faults.push(format!("{name} was restarted {} times", server.boots));
            }
            if server.dpkg_log.is_empty() {
                faults.push(format!("dpkg did nothing on {name}"));
            }
            if server.out_of_service || server.held || !server.unfinished.is_empty() {
                faults.push(format!("{name} is not as it should be: {server:?}"));
            }
        }
        for (name, step) in &self.steps {
            if step.outcome.is_none() {
                faults.push(format!("{name} has no outcome: {:?}", step.said));
            }
        }
        faults
    }

    /// How many bytes of logs, actions of dpkg and restarts are in it.
    pub(crate) fn sizes(&self) -> (usize, usize, u32) {
        let bytes = self.steps.values().map(|step| step.log.len()).sum();
        let actions = self.servers.values().map(|server| server.dpkg_log.len()).sum();
        (
            bytes,
            actions,
            self.servers.values().map(|server| server.boots).sum(),
        )
    }

    /// The number of the run's last event, and the length of a step's log.
    pub(crate) fn length_of(&self, prepared: &Prepared, step: model::StepId) -> (i64, u64) {
        let mut steps = prepared.servers.iter().flat_map(|server| &server.steps);
        let name = steps.find(|it| it.id == step).map(|it| &it.name);
        let log = name
            .and_then(|name| self.steps.get(name))
            .map(|step| step.log.len() as u64);
        (self.events, log.unwrap_or_default())
    }
}

fn doubles(actions: &[String]) -> Vec<&String> {
    let mut seen = std::collections::HashSet::new();
    actions.iter().filter(|action| !seen.insert(*action)).collect()
}

#[cfg(test)]
mod tests {
    use super::doubles;

    #[test]
    fn what_dpkg_did_twice_is_seen() {
        let actions = ["unpack a", "configure a", "unpack a"].map(str::to_owned);
        assert_eq!(doubles(&actions), ["unpack a"]);
    }
}
