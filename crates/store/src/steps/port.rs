//! The engine's port to runs with steps.

use crate::Store;
use crate::runs::failed;
use async_trait::async_trait;
use engine::{
    Appended, Claim, ClaimedRun, LogAppend, Move, Park, RunOutcome, RunPlan, RunStoreError, StepRef,
    StepState, StepStore, Written,
};
use model::{RunId, StepId};
use std::time::Duration;
use uuid::Uuid;

#[async_trait]
impl StepStore for Store {
    async fn claim_stepped(&self, claim: &Claim<'_>) -> Result<Vec<ClaimedRun>, RunStoreError> {
        self.claim_with_steps(claim).await.map_err(failed)
    }

    async fn load(&self, run: Uuid, epoch: i64) -> Result<Option<RunPlan>, RunStoreError> {
        self.load_run(run, epoch).await.map_err(failed)
    }

    async fn arm(&self, step: StepRef) -> Result<Option<Duration>, RunStoreError> {
        self.arm_step(step).await.map_err(failed)
    }

    async fn move_step(&self, step: StepRef, from: StepState, to: &Move) -> Result<Written, RunStoreError> {
        self.write_move(step, from, to).await.map_err(failed)
    }

    async fn note(&self, step: StepRef, sentence: &str) -> Result<bool, RunStoreError> {
        self.write_note(step, sentence).await.map_err(failed)
    }

    async fn append_logs(&self, appends: Vec<LogAppend>) -> Result<Vec<Appended>, RunStoreError> {
        self.write_logs(appends).await.map_err(failed)
    }

    async fn alive(&self, run: Uuid, epoch: i64, steps: &[Uuid]) -> Result<(), RunStoreError> {
        self.write_alive(run, epoch, steps.to_vec()).await.map_err(failed)
    }

    async fn pack_log(&self, step: Uuid) -> Result<(), RunStoreError> {
        self.pack_step_log(StepId::from_uuid(step)).await.map_err(failed)
    }

    async fn open_wave(&self, run: Uuid, epoch: i64, wave: u32) -> Result<bool, RunStoreError> {
        self.write_open(RunId::from_uuid(run), epoch, wave)
            .await
            .map_err(failed)
    }

    async fn end_lane(
        &self,
        run: Uuid,
        epoch: i64,
        lane: &str,
        has_failed: bool,
        out: bool,
    ) -> Result<bool, RunStoreError> {
        self.write_lane_end(RunId::from_uuid(run), epoch, lane, has_failed, out)
            .await
            .map_err(failed)
    }

    async fn park(&self, run: Uuid, epoch: i64, park: &Park) -> Result<bool, RunStoreError> {
        self.write_park(RunId::from_uuid(run), epoch, park)
            .await
            .map_err(failed)
    }

    async fn end_run(&self, run: Uuid, epoch: i64, outcome: RunOutcome) -> Result<bool, RunStoreError> {
        self.write_run_end(RunId::from_uuid(run), epoch, outcome)
            .await
            .map_err(failed)
    }
}
