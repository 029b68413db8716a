//! What a run has left: in the database, on the servers, in what people download. Two runs over copies of the same
//! beginning must leave the same.

use crate::prepared::{Copy, Prepared};
use anyhow::Context as _;
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

    /// How it differs from the undisturbed run, in sentences.
    pub(crate) fn differs(&self, whole: &Self) -> Faults {
        let mut faults = Vec::new();
        let mut compare = |name: &str, is: String, was: String| {
            if is != was {
                faults.push(format!(
                    "{name}: {} instead of {}",
                    shortened(&is),
                    shortened(&was)
                ));
            }
        };
        compare("state", self.state.clone(), whole.state.clone());
        compare("outcome", said(&self.outcome), said(&whole.outcome));
        compare(
            "servers done",
            self.lanes_ended.to_string(),
            whole.lanes_ended.to_string(),
        );
        for (name, was) in &whole.steps {
            let Some(is) = self.steps.get(name) else { continue };
            compare(
                name,
                format!("{} {:?}", is.state, is.outcome),
                format!("{} {:?}", was.state, was.outcome),
            );
            compare(&format!("{name}, what is said"), said(&is.said), said(&was.said));
            compare(
                &format!("{name}, attempt"),
                is.attempt.to_string(),
                was.attempt.to_string(),
            );
            compare(
                &format!("{name}, transitions"),
                is.moves.join(", "),
                was.moves.join(", "),
            );
            let (log, undisturbed) = (timeless(&is.log), timeless(&was.log));
            if log != undisturbed {
                compare(
                    &format!("{name}, log"),
                    unlike("it", &log, "undisturbed", &undisturbed),
                    String::new(),
                );
            }
        }
        for (name, was) in &whole.servers {
            let Some(is) = self.servers.get(name) else {
                continue;
            };
            compare(
                &format!("{name}, restarts"),
                is.boots.to_string(),
                was.boots.to_string(),
            );
            compare(
                &format!("{name}, dpkg.log"),
                is.dpkg_log.join(", "),
                was.dpkg_log.join(", "),
            );
            compare(
                &format!("{name}, left unconfigured"),
                is.unfinished.join(", "),
                was.unfinished.join(", "),
            );
            compare(
                &format!("{name}, versions"),
                is.versions.clone(),
                was.versions.clone(),
            );
            compare(
                &format!("{name}, out of service"),
                is.out_of_service.to_string(),
                was.out_of_service.to_string(),
            );
            compare(
                &format!("{name}, held"),
                is.held.to_string(),
                was.held.to_string(),
            );
            compare(
                &format!("{name}, attempts"),
                format!("{:?}", is.attempts),
                format!("{:?}", was.attempts),
            );
        }
        faults
    }
}

/// A log without the figures of lines that name a time of day: two runs do not print them at the same second.
fn timeless(log: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(log.len());
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        if !line.windows(4).any(|at| at == b" UTC") {
            kept.extend_from_slice(line);
            continue;
        }
        for byte in line {
            match byte {
                b'0'..=b'9' if kept.last() == Some(&b'#') => {}
                b'0'..=b'9' => kept.push(b'#'),
                other => kept.push(*other),
            }
        }
    }
    kept
}

fn said(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

fn doubles(actions: &[String]) -> Vec<&String> {
    let mut seen = std::collections::HashSet::new();
    actions.iter().filter(|action| !seen.insert(*action)).collect()
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 300 {
        return format!("“{text}”");
    }
    let head: String = text.chars().take(300).collect();
    format!("“{head}…” ({} bytes)", text.len())
}

/// Where two logs begin to differ.
fn unlike(one: &str, is: &[u8], other: &str, was: &[u8]) -> String {
    let at = is
        .iter()
        .zip(was)
        .position(|(a, b)| a != b)
        .unwrap_or_else(|| is.len().min(was.len()));
    let around = |bytes: &[u8]| {
        let from = at.saturating_sub(40);
        String::from_utf8_lossy(bytes.get(from..bytes.len().min(at + 40)).unwrap_or_default()).into_owned()
    };
    format!(
        "{one} ({} bytes) and {other} ({} bytes) differ from byte {at} on: {:?} and {:?}",
        is.len(),
        was.len(),
        around(is),
        around(was)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_at_which_two_logs_part_is_found() {
        assert!(unlike("a", b"abc", "b", b"abd").contains("from byte 2 on"));
        assert!(unlike("a", b"abc", "b", b"abcd").contains("from byte 3 on"));
    }

    #[test]
    fn only_lines_with_a_time_of_day_lose_their_figures() {
        let log = timeless(b"Get:1 x 12 kB\n2026-11-22 03:55:38 UTC 8h left\n");
        assert_eq!(
            String::from_utf8_lossy(&log),
            "Get:1 x 12 kB\n#-#-# #:#:# UTC #h left\n"
        );
    }

    #[test]
    fn what_dpkg_did_twice_is_seen() {
        let actions = ["unpack a", "configure a", "unpack a"].map(str::to_owned);
        assert_eq!(doubles(&actions), ["unpack a"]);
    }
}
