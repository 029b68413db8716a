//! The step *pre-checks*: whether a package manager could work now. It changes nothing, and what it refuses was not
//! touched.

use super::act::Act;
use super::ended::Report;
use super::server::Server;
use async_trait::async_trait;
use engine::{Probe, Said, StepError, Verdict};
use model::deploy::StepParams;
use model::plan::StepKind;
use remote::work::precheck::{ARCHIVES, PreCheck};

pub(super) struct PreChecks;

#[async_trait]
impl Act for PreChecks {
    fn kind(&self) -> StepKind {
        StepKind::PreChecks
    }

    async fn probe(&self, server: &Server<'_>) -> Result<Probe, StepError> {
        let checked = server.pre_check().await?;
        Ok(match wrong(&server.params, &checked) {
            Some(why) => Probe::Refuse(Said::so(why)),
            None => Probe::Done(Said {
                sentence: locks(&checked),
                result: None,
            }),
        })
    }

    async fn verify(&self, _server: &Server<'_>, _report: Report) -> Result<Verdict, StepError> {
        Ok(Verdict::Done(Said::NOTHING))
    }
}

/// What speaks against beginning. Locks do not: the steps that need them wait for them, aloud.
fn wrong(params: &StepParams, checked: &PreCheck) -> Option<String> {
    if let Some(unit) = checked.running.first() {
        return Some(format!(
            "Another step of Drydock ({unit}) works on this server. Nothing was touched; try again when it has ended."
        ));
    }
    if checked.interrupted.needs_repair() && !params.repairs {
        return Some(
            "An installation was interrupted on this server since the plan was made. Nothing was touched; preview \
             again, and the plan finishes it first."
                .to_owned(),
        );
    }
    if params.needs_bytes == 0 {
        return None;
    }
    // The size of a new kernel's files is that of the present one's, and half as much again (`reliability.md`).
    let for_kernels = checked
        .kernel_bytes
        .saturating_mul(3)
        .saturating_mul(u64::from(params.new_kernels))
        / 2;
    checked.disks.iter().find_map(|disk| {
        let needed = match disk.place.as_str() {
            "/boot" => for_kernels,
            // A disk of its own, which holds nothing but what is downloaded.
            ARCHIVES if checked.disks.iter().all(|other| other == disk || other.mount != disk.mount) => {
                params.download_bytes
            }
            _ => params.needs_bytes,
        };
        (disk.free_bytes < needed).then(|| {
            format!(
                "It needs {} MB of free space on {} and has {} MB. Nothing was touched; make room and try again.",
                needed.div_ceil(1_000_000),
                disk.place,
                disk.free_bytes / 1_000_000
            )
        })
    })
}

fn locks(checked: &PreCheck) -> Option<String> {
    let lock = checked.locks.first()?;
    Some(format!(
        "“{}” (process {}) holds {}; it is waited for.",
        lock.command, lock.pid, lock.lock
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::StepId;
    use model::facts::Known;
    use model::plan::{Step, When};
    use remote::work::precheck::{Disk, Interrupted};

    fn params() -> StepParams {
        StepParams {
            step: Step {
                id: StepId::from_uuid(uuid::Uuid::nil()),
                position: 0,
                kind: StepKind::PreChecks,
                work: None,
                check: None,
                when: When::Always,
                deadline_secs: 60,
                what: String::new(),
            },
            settle_secs: 0,
            reboot_wait_secs: 60,
            before: None,
            repairs: false,
            needs_bytes: 1_000,
            download_bytes: 200,
            new_kernels: 1,
            packages: Vec::new(),
        }
    }

    fn disk(place: &str, free_bytes: u64) -> Disk {
        Disk {
            place: place.to_owned(),
            mount: place.to_owned(),
            free_bytes,
            total_bytes: 10_000,
        }
    }

    fn well() -> PreCheck {
        PreCheck {
            disks: vec![disk("/", 1_000), disk(ARCHIVES, 200), disk("/boot", 150)],
            kernel_bytes: 100,
            locks: Vec::new(),
            interrupted: Interrupted::default(),
            running: Vec::new(),
            system: Some("running".to_owned()),
            boot_id: None,
            kernel: String::new(),
            failed_units: Known::Known(Vec::new()),
        }
    }

    #[test]
    fn room_is_counted_on_every_place_by_itself() {
        assert_eq!(wrong(&params(), &well()), None);
        for (place, free) in [("/", 999), (ARCHIVES, 199), ("/boot", 149)] {
            let mut checked = well();
            for disk in checked.disks.iter_mut().filter(|disk| disk.place == place) {
                disk.free_bytes = free;
            }
            let why = wrong(&params(), &checked).unwrap_or_default();
            assert!(why.contains(&format!("free space on {place} ")), "{why}");
        }
    }

    #[test]
    fn an_interruption_that_the_plan_does_not_repair_stops_it() {
        let mut checked = well();
        checked.interrupted.journal = true;
        assert!(wrong(&params(), &checked).is_some_and(|why| why.contains("preview again")));
        let repairs = StepParams {
            repairs: true,
            ..params()
        };
        assert_eq!(wrong(&repairs, &checked), None);
    }

    #[test]
    fn another_step_on_the_server_stops_it() {
        let mut checked = well();
        checked.running = vec!["drydock-x.service".to_owned()];
        assert!(wrong(&params(), &checked).is_some_and(|why| why.contains("drydock-x.service")));
    }
}
