//! Proof: planned, before and after, per server.

use super::proof_server::{Told, server_proof};
use crate::deploy::asked::count;
use crate::deploy::run_plan;
use crate::{Actor, Error, Usecases};
use model::deploy::Installed;
use model::facts::Known;
use model::plan::{Plan, ServerPlan, StepKind};
use model::run::{RunState, StepOutcome, StepState};
use model::view::{KeptFile, ProofPage, ProofStage, ProofTotals, ServerProof};
use model::{ErrorCode, Right, RunId, ServerId, Status};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use store::LaneStep;

/// Servers on one page.
const PER_PAGE: u32 = 50;
/// How much of an installation's log is read for configuration files, in bytes.
const LOG_READ: u64 = 4 * 1024 * 1024;

impl Usecases {
    /// One page (from 1) of a run's proof. While the run goes on it is as far as the run is.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such run.
    pub async fn proof(&self, actor: &Actor, run: RunId, page: u32) -> Result<ProofPage, Error> {
        actor.needs(Right::Read)?;
        let record = self.run_record(run).await?;
        let plan = self.plan_of(record.plan).await?;
        let steps = self.store.step_results(run).await?;
        let mut lanes: HashMap<String, Vec<LaneStep>> = HashMap::new();
        for step in steps {
            lanes.entry(step.lane.clone()).or_default().push(step);
        }
        let is_over = record.state == RunState::Ended;
        let mut totals = ProofTotals::default();
        let mut proofs: Vec<ServerProof> = Vec::new();
        let mut told_of_files: HashSet<ServerId> = HashSet::new();
        for server in plan.servers() {
            let steps = lanes.remove(&server.server.to_string()).unwrap_or_default();
            let told = Told::of(&steps);
            let proof = server_proof(server, &told, stage(&steps, is_over));
            if told.kept.is_some() {
                told_of_files.insert(server.server);
            }
            totals.servers += 1;
            match proof.status {
                _ if proof.stage == ProofStage::NotBegun => totals.not_begun += 1,
                Status::Running => totals.under_way += 1,
                Status::Healthy => totals.as_planned += 1,
                Status::Attention => totals.attention += 1,
                Status::Failed => totals.failed += 1,
                _ => totals.unknown += 1,
            }
            proofs.push(proof);
        }
        let pages = totals.servers.div_ceil(PER_PAGE).max(1);
        let page = page.clamp(1, pages);
        let skip = usize::try_from((page - 1).saturating_mul(PER_PAGE)).unwrap_or(usize::MAX);
        let mut servers: Vec<ServerProof> = proofs.into_iter().skip(skip).take(50).collect();
        for (proof, server) in servers.iter_mut().zip(plan.servers().skip(skip)) {
            if !told_of_files.contains(&proof.server) {
                proof.kept = self.kept_files(run, server).await?;
            }
        }
        Ok(ProofPage {
            now: self.clock.now(),
            run,
            outcome: record.outcome,
            said: said(&totals, is_over),
            totals,
            servers,
            page,
            pages,
        })
    }

    async fn plan_of(&self, plan: Option<model::PlanId>) -> Result<Plan, Error> {
        let stored = match plan {
            Some(plan) => self.store.plan(plan).await?,
            None => None,
        };
        run_plan::read(&stored.ok_or_else(|| Error::code(ErrorCode::NotFound))?)
    }

    /// Configuration files that dpkg says it kept, out of the installation's log, where the server was not asked.
    async fn kept_files(&self, run: RunId, server: &ServerPlan) -> Result<Vec<KeptFile>, Error> {
        let Some(install) = server.steps.iter().find(|step| step.kind == StepKind::Install) else {
            return Ok(Vec::new());
        };
        let part = self.store.log_part(run, install.id, None, 0, LOG_READ).await?;
        Ok(part.map_or_else(Vec::new, |part| kept(&String::from_utf8_lossy(&part.bytes))))
    }
}

/// `Configuration file '/etc/x'` followed by dpkg's word that the present one stays.
fn kept(log: &str) -> Vec<KeptFile> {
    let mut files: Vec<KeptFile> = Vec::new();
    let mut asked: Option<&str> = None;
    for line in log.lines().map(str::trim) {
        if let Some(path) = line
            .strip_prefix("Configuration file '")
            .and_then(|rest| rest.strip_suffix('\''))
        {
            asked = Some(path);
        } else if line.starts_with("==> Using current old file")
            || line.starts_with("==> Keeping old config file")
        {
            files.extend(asked.take().map(|path| KeptFile {
                path: path.to_owned(),
                new: Some(format!("{path}.dpkg-dist")),
                difference: Known::unknown("what differs was not looked at"),
            }));
        }
    }
    files.dedup();
    files
}

fn said(totals: &ProofTotals, is_over: bool) -> String {
    let servers = count(totals.servers, "server");
    if !is_over {
        let mut so_far = format!("{} of {servers} proved so far", totals.as_planned);
        for (number, what) in [
            (totals.under_way, "under way"),
            (totals.not_begun, "not begun yet"),
        ] {
            if number > 0 {
                so_far.push_str(&format!(", {number} {what}"));
            }
        }
        return format!("{so_far}; the run goes on.");
    }
    if totals.as_planned == totals.servers {
        return format!("Everything is as planned on {servers}.");
    }
    let mut parts = vec![format!("{} of {servers} as planned", totals.as_planned)];
    for (number, what) in [
        (totals.attention, "need a look"),
        (totals.failed, "failed"),
        (totals.unknown, "were not seen since"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {what}"));
        }
    }
    format!("{}.", parts.join(", "))
}

/// How far the run is on the server of these steps.
pub(super) fn stage(steps: &[LaneStep], is_over: bool) -> ProofStage {
    let are_all = |state| steps.iter().all(|one| one.step.state == state);
    if is_over || are_all(StepState::Ended) {
        ProofStage::Over
    } else if are_all(StepState::Pending) {
        ProofStage::NotBegun
    } else {
        ProofStage::UnderWay
    }
}

impl Told {
    /// What the steps of one server say.
    pub(super) fn of(steps: &[LaneStep]) -> Self {
        let mut told = Self::default();
        for one in steps {
            let kind: Option<StepKind> = one.step.kind.parse().ok();
            match kind {
                Some(StepKind::HealthBefore) => told.before = result(one),
                Some(StepKind::Rescan) => told.after = result(one),
                Some(StepKind::Install) => {
                    told.kept = result(one).map(|installed: Installed| installed.kept);
                }
                Some(StepKind::RestartServices) => {
                    told.restarted = one.step.outcome.is_some_and(is_done);
                }
                Some(StepKind::Reboot) => told.reboot_said.clone_from(&one.step.said),
                _ => {}
            }
            if one.step.outcome.is_some_and(StepOutcome::is_failure) && told.failed.is_none() {
                let what = one.step.kind.replace('_', " ");
                let said = one
                    .step
                    .said
                    .clone()
                    .unwrap_or_else(|| "its log shows why".to_owned());
                told.failed = Some(format!("The step {what} failed: {said}"));
            }
            if one.step.outcome == Some(StepOutcome::Warned) {
                told.warned.extend(one.step.said.clone());
            }
            told.begun |= one
                .step
                .outcome
                .is_some_and(|outcome| outcome != StepOutcome::Skipped);
        }
        told
    }
}

/// What a step left, where it left that.
fn result<T: DeserializeOwned>(step: &LaneStep) -> Option<T> {
    serde_json::from_str(step.result.as_deref()?).ok()
}

const fn is_done(outcome: StepOutcome) -> bool {
    matches!(
        outcome,
        StepOutcome::Changed | StepOutcome::FoundDone | StepOutcome::TookOver | StepOutcome::Warned
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_file_that_dpkg_kept_is_found_in_its_words() {
        let log = "Setting up nginx\r\n\r\nConfiguration file '/etc/nginx/nginx.conf'\n ==> Modified (by you or by a \
                   script) since installation.\n ==> Package distributor has shipped an updated version.\n ==> Using \
                   current old file as you requested.\nConfiguration file '/etc/b'\n ==> Using new file as you \
                   requested.\n";
        let files = kept(log);
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].path, "/etc/nginx/nginx.conf");
        assert_eq!(files[0].new.as_deref(), Some("/etc/nginx/nginx.conf.dpkg-dist"));
    }
}
