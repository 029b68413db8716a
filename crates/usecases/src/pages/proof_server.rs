//! The proof of one server: pure, out of its plan and of what its steps saw.

use super::proof_misses::misses;
use super::proof_restarts::restarts;
use super::when;
use model::Status;
use model::deploy::{KeptConfig, Seen, SeenMore};
use model::facts::{Container, Known, OpenPort, RebootNeed, Unattended};
use model::plan::{ServerPlan, StepKind};
use model::view::{Beside, KeptFile, PackageProof, ProofStage, RebootProof, ServerProof};

/// What the steps of one server say.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// How it was before anything was done.
    pub(super) before: Option<Seen>,
    /// How it was after everything.
    pub(super) after: Option<Seen>,
    /// Configuration files that the installation kept; `None` where the server did not say.
    pub(super) kept: Option<Vec<KeptConfig>>,
    /// The first failure, a sentence.
    pub(super) failed: Option<String>,
    /// What was warned of.
    pub(super) warned: Vec<String>,
    /// Whether the planned services were restarted.
    pub(super) restarted: bool,
    /// What the reboot's step said.
    pub(super) reboot_said: Option<String>,
    /// Whether anything was done, or looked at.
    pub(super) begun: bool,
}

/// Sets planned, before and after beside each other.
pub(super) fn server_proof(plan: &ServerPlan, told: &Told, stage: ProofStage) -> ServerProof {
    let packages = packages(plan, told);
    let reboot = reboot(plan, told);
    let security = beside(told, |seen| more(seen, |more| more.security.clone()));
    let failed_units = beside(told, |seen| {
        known(seen.failed_units.clone(), "it could not be asked")
    });
    let restarts = restarts(plan, told, &reboot);
    // What was not looked at yet is no miss.
    let misses = match stage {
        ProofStage::Over => misses(plan, told, &packages, &reboot, &security, &restarts),
        ProofStage::NotBegun | ProofStage::UnderWay => Vec::new(),
    };
    let (status, said) = verdict(told, &misses, stage);
    ServerProof {
        server: plan.server,
        name: plan.name.clone(),
        stage,
        status,
        said,
        seen_before: told
            .before
            .as_ref()
            .and_then(|it| it.more.as_ref())
            .map(|it| when(it.at)),
        seen_after: told
            .after
            .as_ref()
            .and_then(|it| it.more.as_ref())
            .map(|it| when(it.at)),
        restarts,
        packages,
        security,
        failed_units,
        ports: beside(told, |seen| more(seen, |more| each(&more.ports, port))),
        containers: beside(told, |seen| more(seen, |more| each(&more.containers, container))),
        kernel: beside(told, |seen| Known::Known(seen.kernel.clone())),
        boot_id: beside(told, |seen| known(seen.boot_id.clone(), "it could not be asked")),
        unattended: beside(told, |seen| {
            more(seen, |more| match &more.unattended {
                Known::Known(unattended) => Known::Known(daily(unattended)),
                Known::Unknown(why) => Known::Unknown(why.clone()),
            })
        }),
        reboot,
        misses,
        kept: told.kept.iter().flatten().map(kept).collect(),
    }
}

fn kept(file: &KeptConfig) -> KeptFile {
    let mut difference = file.difference.clone();
    if let Known::Known(text) = &mut difference {
        if text.is_empty() {
            difference = Known::unknown("nothing differs");
        } else if file.more_lines > 0 {
            let more = file.more_lines;
            text.push_str(&format!(
                "… and {more} more lines; compare the two on the server.\n"
            ));
        }
    }
    KeptFile {
        path: file.path.clone(),
        new: Some(file.new.clone()),
        difference,
    }
}

fn beside<T>(told: &Told, of: impl Fn(&Seen) -> Known<T>) -> Beside<T> {
    let at = |seen: &Option<Seen>, why: &str| seen.as_ref().map_or_else(|| Known::unknown(why), &of);
    Beside {
        before: at(&told.before, "it was not seen before the run"),
        after: at(&told.after, "it was not seen after the run"),
    }
}

fn more<T>(seen: &Seen, of: impl Fn(&SeenMore) -> Known<T>) -> Known<T> {
    seen.more
        .as_deref()
        .map_or_else(|| Known::unknown("an older Drydock did not note it"), of)
}

fn known<T>(value: Option<T>, why: &str) -> Known<T> {
    value.map_or_else(|| Known::unknown(why), Known::Known)
}

fn each<T>(list: &Known<Vec<T>>, text: impl Fn(&T) -> String) -> Known<Vec<String>> {
    match list {
        Known::Known(list) => Known::Known(list.iter().map(text).collect()),
        Known::Unknown(why) => Known::Unknown(why.clone()),
    }
}

fn port(port: &OpenPort) -> String {
    let process = port.process.as_deref().map(|name| format!(" {name}"));
    format!(
        "{} {} on {}{}",
        port.protocol,
        port.port,
        port.address,
        process.unwrap_or_default()
    )
}

fn container(container: &Container) -> String {
    format!("{} ({}) {}", container.name, container.image, container.state)
}

fn daily(unattended: &Unattended) -> String {
    if !unattended.works() {
        return "Installs no updates by itself.".to_owned();
    }
    let what = if unattended.security_only {
        "security updates"
    } else {
        "updates"
    };
    let reboots = if unattended.automatic_reboot {
        ", and reboots by itself"
    } else {
        ", never reboots"
    };
    match unattended.every_days {
        1 => format!("Installs {what} every day{reboots}."),
        days => format!("Installs {what} every {days} days{reboots}."),
    }
}

fn packages(plan: &ServerPlan, told: &Told) -> Vec<PackageProof> {
    let now = |name: &str| -> Known<Option<String>> {
        let Some(after) = &told.after else {
            return Known::unknown("it was not seen after the run");
        };
        more(after, |more| match &more.packages {
            Known::Known(packages) => packages
                .get(name)
                .cloned()
                .map_or_else(|| Known::unknown("it was not looked at"), Known::Known),
            Known::Unknown(why) => Known::Unknown(why.clone()),
        })
    };
    let installs = plan.packages.iter().map(|package| {
        (
            &package.package,
            package.from.clone(),
            Some(package.to.clone()),
            Some(package.part),
        )
    });
    let removals = plan
        .removals
        .iter()
        .map(|removal| (&removal.package, Some(removal.version.clone()), None, None));
    installs
        .chain(removals)
        .map(|(name, from, planned, part)| {
            let now = now(name);
            PackageProof {
                package: name.clone(),
                as_planned: now.get().map(|now| *now == planned),
                from,
                planned,
                now,
                part,
            }
        })
        .collect()
}

fn reboot(plan: &ServerPlan, told: &Told) -> RebootProof {
    let planned = plan.steps.iter().any(|step| step.kind == StepKind::Reboot);
    let boots = (
        told.before.as_ref().and_then(|seen| seen.boot_id.as_ref()),
        told.after.as_ref().and_then(|seen| seen.boot_id.as_ref()),
    );
    let happened = match boots {
        (Some(before), Some(after)) => Known::Known(before != after),
        _ => Known::unknown("its boot id was not seen both before and after"),
    };
    let still_asks = told.after.as_ref().map_or_else(
        || Known::unknown("it was not seen after the run"),
        |after| {
            more(after, |more| match more.reboot {
                RebootNeed::Yes => Known::Known(true),
                RebootNeed::No | RebootNeed::RestartServices => Known::Known(false),
                RebootNeed::Unknown => Known::unknown(more.reboot_said.join(" ")),
            })
        },
    );
    use model::plan::RebootVerdict::{Expected, NotExpected, Possible};
    let predicted = match plan.reboot.verdict {
        Expected => "A reboot was expected",
        Possible => "A reboot was possible",
        NotExpected => "No reboot was expected",
    };
    let came = match (&happened, planned) {
        (Known::Known(true), true) => "and it was rebooted",
        (Known::Known(true), false) => "and it was rebooted, though not by this run",
        (Known::Known(false), _) => "and it was not rebooted",
        (Known::Unknown(_), _) => "and whether it was rebooted is not known",
    };
    let said = match &told.reboot_said {
        Some(said) => format!("{predicted}, {came}. {said}"),
        None => format!("{predicted}, {came}."),
    };
    RebootProof {
        predicted: plan.reboot.verdict,
        planned,
        happened,
        still_asks,
        said,
    }
}

fn verdict(told: &Told, misses: &[String], stage: ProofStage) -> (Status, String) {
    if let Some(failed) = &told.failed {
        return (Status::Failed, failed.clone());
    }
    match stage {
        ProofStage::NotBegun => return (Status::Unknown, "Not begun yet.".to_owned()),
        ProofStage::UnderWay => {
            let said = "It is under way: its proof follows when the run is done with it.";
            return (Status::Running, said.to_owned());
        }
        ProofStage::Over => {}
    }
    if told.after.is_none() {
        let said = if told.begun {
            "It was not seen after the run, so nothing is proved. Scan it."
        } else {
            "Nothing was done on it."
        };
        return (Status::Unknown, said.to_owned());
    }
    match misses {
        [] => (Status::Healthy, "Everything is as planned.".to_owned()),
        [one] => (Status::Attention, one.clone()),
        [first, more @ ..] => (Status::Attention, format!("{first} And {} more.", more.len())),
    }
}
