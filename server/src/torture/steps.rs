//! Where runs with steps are written, with a gate after every transition that was committed.

use super::gate::Gate;
use async_trait::async_trait;
use engine::{
    Appended, Claim, ClaimedRun, LogAppend, Move, Park, RunOutcome, RunPlan, RunStoreError, StepRef,
    StepState, StepStore, Written,
};
use std::time::Duration;
use store::Store;
use uuid::Uuid;

/// The store behind gates. What a gate is told begins with `written`; before a claim it is told `ask claim`.
pub(crate) struct GatedSteps {
    store: Store,
    gate: Gate,
}

impl GatedSteps {
    pub(crate) fn around(store: &Store) -> Self {
        Self {
            store: store.clone(),
            gate: Gate::of_environment(),
        }
    }

    async fn written(&self, what: String) {
        self.gate.pass(format!("written {what}")).await;
    }

    /// As [`Self::written`], when it was.
    async fn written_if(&self, ours: bool, what: String) -> bool {
        if ours {
            self.written(what).await;
        }
        ours
    }
}

#[async_trait]
impl StepStore for GatedSteps {
    async fn claim_stepped(&self, claim: &Claim<'_>) -> Result<Vec<ClaimedRun>, RunStoreError> {
        self.gate.pass("ask claim".to_owned()).await;
        let claimed = self.store.claim_stepped(claim).await?;
        for run in &claimed {
            self.written(format!("claim {}", run.id)).await;
        }
        Ok(claimed)
    }

    async fn load(&self, run: Uuid, epoch: i64) -> Result<Option<RunPlan>, RunStoreError> {
        self.store.load(run, epoch).await
    }

    async fn arm(&self, step: StepRef) -> Result<Option<Duration>, RunStoreError> {
        self.store.arm(step).await
    }

    async fn move_step(&self, step: StepRef, from: StepState, to: &Move) -> Result<Written, RunStoreError> {
        let written = self.store.move_step(step, from, to).await?;
        if written == Written::Done {
            let state = to.to();
            self.written(format!("step {}.{} {state}", step.step, step.attempt))
                .await;
        }
        Ok(written)
    }

    async fn note(&self, step: StepRef, sentence: &str) -> Result<bool, RunStoreError> {
        self.store.note(step, sentence).await
    }

    async fn append_logs(&self, appends: Vec<LogAppend>) -> Result<Vec<Appended>, RunStoreError> {
        let steps: Vec<StepRef> = appends.iter().map(|append| append.step).collect();
        let appended = self.store.append_logs(appends).await?;
        for (step, appended) in steps.iter().zip(&appended) {
            let stored = *appended == Appended::Stored;
            self.written_if(stored, format!("log {}.{}", step.step, step.attempt))
                .await;
        }
        Ok(appended)
    }

    async fn alive(&self, run: Uuid, epoch: i64, steps: &[Uuid]) -> Result<(), RunStoreError> {
        self.store.alive(run, epoch, steps).await
    }

    async fn pack_log(&self, step: Uuid) -> Result<(), RunStoreError> {
        self.store.pack_log(step).await?;
        self.written(format!("pack {step}")).await;
        Ok(())
    }

    async fn open_wave(&self, run: Uuid, epoch: i64, wave: u32) -> Result<bool, RunStoreError> {
        let ours = self.store.open_wave(run, epoch, wave).await?;
        Ok(self.written_if(ours, format!("wave {wave}")).await)
    }

    async fn end_lane(
        &self,
        run: Uuid,
        epoch: i64,
        lane: &str,
        failed: bool,
        out: bool,
    ) -> Result<bool, RunStoreError> {
        let ours = self.store.end_lane(run, epoch, lane, failed, out).await?;
        Ok(self.written_if(ours, format!("lane {lane}")).await)
    }

    async fn park(&self, run: Uuid, epoch: i64, park: &Park) -> Result<bool, RunStoreError> {
        let ours = self.store.park(run, epoch, park).await?;
        Ok(self.written_if(ours, format!("park {run}")).await)
    }

    async fn end_run(&self, run: Uuid, epoch: i64, outcome: RunOutcome) -> Result<bool, RunStoreError> {
        let ours = self.store.end_run(run, epoch, outcome).await?;
        Ok(self.written_if(ours, format!("end {run}")).await)
    }
}
