//! Asking for a run with steps.

use super::claim::server_resource;
use crate::runs::micros;
use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use engine::{Gate, NewStep, NewWave, step_id};
use model::run::{RunEvent, RunState};
use model::{PlanId, RunId, StackId, Timestamp, Topic};
use std::collections::{BTreeMap, BTreeSet};

statements! {
    RUN = "INSERT INTO runs (id, kind, v, light, params, subject, state, wants, epoch, attempt, seq, priority,
            not_before, asked_at, asked_by, parent_id, plan_id, fence, failure_budget, lanes)
        VALUES ($1, $2, $3, FALSE, $4, NULL, 'queued', 'none', 0, 0, 1, 0, COALESCE($5, (SELECT now FROM clock)),
            (SELECT now FROM clock), $6, $7, $8, 0, $9, $10)";
    STACK = "INSERT INTO run_stacks (run_id, stack_id) VALUES ($1, $2) ON CONFLICT (run_id, stack_id) DO NOTHING";
    WAVE = "INSERT INTO waves (run_id, wave, width, gate, gate_us) VALUES ($1, $2, $3, $4, $5)";
    STEP = "INSERT INTO steps (id, run_id, wave, lane, ord, kind, v, params, role, state, attempt, began, gone,
            timeout_us, log_len, log_base, log_lines, log_cr)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', 1, FALSE, FALSE, $10, 0, 0, 0, FALSE)";
    NEED = "INSERT INTO run_resources (run_id, resource) VALUES ($1, $2)";
}

/// A run to do. Its lanes are servers' ids; each is held under `server:<id>` until it has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// The kind's name.
    pub kind: String,
    /// The version of `params`.
    pub v: u32,
    /// The kind's parameters, versioned JSON.
    pub params: String,
    /// The plan that it does, which is done once.
    pub plan: PlanId,
    /// The stacks in whose history it is shown.
    pub stacks: Vec<StackId>,
    /// What it needs for itself alone besides its servers, such as `stack:<id>`.
    pub resources: Vec<String>,
    /// How many servers may fail before nothing new is started.
    pub failure_budget: u32,
    /// The waves, from the first.
    pub waves: Vec<NewWave>,
    /// The steps in the plan's order. A server is in one wave alone.
    pub steps: Vec<NewStep>,
    /// Not before this point; `None` is now.
    pub not_before: Option<Timestamp>,
    /// The name of who asked; `None` is the schedule.
    pub asked_by: Option<String>,
    /// The run of which this one does again what failed.
    pub parent: Option<RunId>,
}

impl NewRun {
    /// The wave of each lane.
    fn lanes(&self) -> Result<BTreeMap<&str, u32>, StoreError> {
        let mut lanes = BTreeMap::new();
        for step in &self.steps {
            let known = usize::try_from(step.wave).is_ok_and(|wave| (1..=self.waves.len()).contains(&wave));
            if !known || *lanes.entry(step.lane.as_str()).or_insert(step.wave) != step.wave {
                return Err(StoreError::internal(format!(
                    "the plan puts the server {} into wave {}, which cannot be",
                    step.lane, step.wave
                )));
            }
        }
        Ok(lanes)
    }
}

impl Tx {
    /// Asks for a run.
    ///
    /// # Errors
    /// [`crate::Conflict::Rule`] when the plan has a run already; [`crate::Conflict::Reference`] when it is not
    /// there.
    pub async fn enqueue_run(&mut self, new: &NewRun) -> Result<RunId, StoreError> {
        let lanes = new.lanes()?;
        let id = RunId::from_uuid(uuid::Uuid::now_v7());
        let values = values![
            id,
            &new.kind,
            new.v,
            &new.params,
            new.not_before,
            new.asked_by.clone(),
            new.parent,
            new.plan,
            new.failure_budget,
            lanes.len() as u64,
        ];
        self.run(&RUN, values).await?;
        for stack in &new.stacks {
            self.run(&STACK, values![id, *stack]).await?;
            self.touch(Topic::Stack(*stack));
        }
        for (wave, number) in new.waves.iter().zip(1u32..) {
            let (gate, time) = match wave.gate {
                None => ("none", None),
                Some(Gate::Person) => ("person", None),
                Some(Gate::After(time)) => ("after", Some(micros(time))),
            };
            self.run(&WAVE, values![id, number, wave.width.max(1), gate, time])
                .await?;
        }
        for (step, ord) in new.steps.iter().zip(0u32..) {
            let values = values![
                step_id(new.plan.uuid(), ord),
                id,
                step.wave,
                &step.lane,
                ord,
                &step.kind,
                step.v,
                &step.params,
                step.role.as_str(),
                micros(step.timeout().get()),
            ];
            self.run(&STEP, values).await?;
        }
        let servers = lanes.keys().map(|lane| server_resource(lane));
        let needs: BTreeSet<String> = servers.chain(new.resources.iter().cloned()).collect();
        for resource in needs {
            self.run(&NEED, values![id, resource]).await?;
        }
        let event = RunEvent::Run {
            state: RunState::Queued,
            outcome: None,
            why: None,
        };
        self.insert_event(id, 1, None, &event).await?;
        self.touch(Topic::Runs);
        self.wake();
        Ok(id)
    }
}

impl Store {
    /// Asks for a run in a transaction of its own.
    ///
    /// # Errors
    /// As [`Tx::enqueue_run`]; then there is no run.
    pub async fn enqueue_run(&self, new: NewRun) -> Result<RunId, StoreError> {
        self.write(move |tx| Box::pin(async move { tx.enqueue_run(&new).await }))
            .await
    }
}
