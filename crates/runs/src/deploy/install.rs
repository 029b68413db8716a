//! The step *install*: exactly the planned packages, or nothing. Its script compares before and afterwards.

use super::act::Act;
use super::ended::Report;
use super::server::{Server, version};
use async_trait::async_trait;
use engine::{Said, StepError, Verdict};
use model::Work;
use model::deploy::{DEPLOY_VERSION, Installed, KeptConfig};
use model::plan::StepKind;
use remote::scan::installed;
use remote::work::exit;
use remote::work::precheck::Interrupted;

pub(super) struct Install;

#[async_trait]
impl Act for Install {
    fn kind(&self) -> StepKind {
        StepKind::Install
    }

    async fn verify(&self, server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
        let verdict = judged(server, report).await?;
        let kept = server.kept().await;
        Ok(with_result(verdict, kept))
    }
}

/// The verdict with the kept configuration as its result, whatever the verdict is.
fn with_result(verdict: Verdict, kept: Option<Vec<KeptConfig>>) -> Verdict {
    let installed = kept.map(|kept| Installed {
        v: DEPLOY_VERSION,
        kept,
    });
    let result = installed.and_then(|installed| serde_json::to_string(&installed).ok());
    let with = |said: Said| Said { result, ..said };
    match verdict {
        Verdict::Done(said) => Verdict::Done(with(said)),
        Verdict::Warned(said) => Verdict::Warned(with(said)),
        Verdict::Failed(said) => Verdict::Failed(with(said)),
    }
}

/// Whether everything is as planned.
async fn judged(server: &Server<'_>, report: Report) -> Result<Verdict, StepError> {
    let Some(Work::Install(planned)) = &server.params.step.work else {
        return Err(StepError::Failed(
            "The plan does not say what is installed; plan it again.".to_owned(),
        ));
    };
    let (None, Some(failure)) = (report.code, report.failure("the installation")) else {
        return Ok(match report.code {
            Some(code) if code != 0 && exit::sentence(code).is_none() => Verdict::Failed(Said::so(
                left_behind(code, &server.pre_check().await?.interrupted),
            )),
            _ => report.verdict("The installation"),
        });
    };
    // Its end was never seen. It is done when everything is as planned and nothing is left half done.
    let checked = server.pre_check().await?;
    let (document, facts) = server.look().await?;
    let Some(packages) = installed(&document) else {
        return Ok(Verdict::Failed(Said::so(failure)));
    };
    let native = &facts.machine.architecture;
    let wrong = planned
        .packages
        .iter()
        .find(|pinned| version(&packages, &pinned.package, native) != Some(pinned.to.as_str()))
        .map(|pinned| &pinned.package)
        .or_else(|| {
            let removals = planned.removals.iter();
            removals
                .into_iter()
                .find(|name| version(&packages, name, native).is_some())
        });
    Ok(if checked.interrupted.needs_repair() {
        Verdict::Failed(Said::so(format!(
            "{failure} It left packages half done; a new plan repairs them first."
        )))
    } else if let Some(name) = wrong {
        Verdict::Failed(Said::so(format!("{failure} {name} is not as planned.")))
    } else {
        Verdict::Done(Said::so("Every package is as planned."))
    })
}

/// What apt's own failure means, with what it has left half done.
fn left_behind(code: u32, interrupted: &Interrupted) -> String {
    const NAMED: usize = 3;
    if !interrupted.needs_repair() {
        return format!(
            "The installation ended with status {code} and left nothing half done. The log shows why; mend that, then preview again."
        );
    }
    let names: Vec<&str> = interrupted
        .packages
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    let what = match names.len() {
        0 => "dpkg's own work".to_owned(),
        1..=NAMED => names.join(", "),
        more => format!("{} and {} more packages", names[..NAMED].join(", "), more - NAMED),
    };
    format!(
        "The installation ended with status {code} and left {what} half done; the log shows why. Mend the cause, then \
         preview again: the plan finishes it first."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_was_left_half_done_is_named_with_what_to_do() {
        let left = |names: &[&str]| Interrupted {
            packages: names
                .iter()
                .map(|name| ((*name).to_owned(), "ok half-configured".to_owned()))
                .collect(),
            journal: true,
        };
        let said = left_behind(100, &left(&["nginx"]));
        assert!(said.contains("status 100 and left nginx half done"), "{said}");
        assert!(
            said.ends_with("preview again: the plan finishes it first."),
            "{said}"
        );
        let said = left_behind(100, &left(&["a", "b", "c", "d", "e"]));
        assert!(
            said.contains("left a, b, c and 2 more packages half done"),
            "{said}"
        );
        assert!(left_behind(100, &left(&[])).contains("left dpkg's own work half done"));
        let said = left_behind(1, &Interrupted::default());
        assert!(said.contains("left nothing half done"), "{said}");
    }

    #[test]
    fn dpkg_may_name_a_package_with_its_own_architecture() {
        let packages = BTreeMap::from([("libc6:amd64", "2"), ("libc6:i386", "1"), ("bash", "5")]);
        assert_eq!(version(&packages, "libc6", "amd64"), Some("2"));
        assert_eq!(version(&packages, "libc6:i386", "amd64"), Some("1"));
        assert_eq!(version(&packages, "bash", "amd64"), Some("5"));
        assert_eq!(version(&packages, "zsh", "amd64"), None);
    }
}
