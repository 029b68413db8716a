//! Proof beside what real machines did: restarts and reboots as predicted or not, and configuration that was kept.

use super::drydock::Drydock;
use super::options;
use crate::lab::lab;
use model::Status;
use model::facts::Known;
use model::options::{AllUpgrades, Options};
use model::plan::{RebootVerdict, RestartCause};
use model::run::RunOutcome;
use model::view::ServerProof;
use std::io::Write as _;

/// Where the plan's predictions of restarts and reboots missed, one line each, and what Proof itself says it misses.
pub(super) fn missed(server: &ServerProof) -> Vec<String> {
    let mut missed: Vec<String> = server
        .restarts
        .iter()
        .filter(|restart| {
            restart
                .happened
                .get()
                .is_some_and(|happened| *happened != restart.expected)
        })
        .map(|restart| {
            format!(
                "{}: predicted {}, happened {:?}",
                restart.unit, restart.expected, restart.happened
            )
        })
        .collect();
    let reboot = &server.reboot;
    let is_as_predicted = match reboot.predicted {
        RebootVerdict::Expected if reboot.planned => reboot.happened == Known::Known(true),
        RebootVerdict::Expected => reboot.still_asks == Known::Known(true),
        RebootVerdict::Possible => true,
        RebootVerdict::NotExpected => reboot.still_asks == Known::Known(false),
    };
    if !is_as_predicted {
        missed.push(format!("reboot: {reboot:?}"));
    }
    missed.extend(server.misses.clone());
    for line in &missed {
        // Shown also when the test passes: a miss is worth a look.
        let _ = writeln!(std::io::stderr(), "MISS on {}: {line}", server.name);
    }
    missed
}

fn restart<'a>(server: &'a ServerProof, unit: &str) -> (Option<RestartCause>, bool, &'a Known<bool>) {
    let restart = server.restarts.iter().find(|restart| restart.unit == unit);
    let restart = restart.unwrap_or_else(|| panic!("{unit}: {:?}", server.restarts));
    (restart.predicted, restart.expected, &restart.happened)
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_and_kept_configuration_stand_in_the_proof_of_an_upgrade_without_a_reboot() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let drydock = Drydock::start(lab, &[&host]).await;
    let security = Options {
        reboot: false,
        ..options()
    };
    let plan = drydock.plan(&security).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Succeeded), "{told}");
    let proof = drydock.proof(run.id).await;
    let server = &proof.servers[0];
    for unit in ["labweb.service", "labworker.service"] {
        let goes_on = (Some(RestartCause::UsesLibrary), false, &Known::Known(false));
        assert_eq!(restart(server, unit), goes_on);
    }
    assert_eq!(missed(server), Vec::<String>::new(), "{server:?}");
    assert_eq!(server.status, Status::Healthy, "{server:?}");
    assert_eq!(server.kept, []);

    // A package restarts its own service, a file that somebody has changed is kept, and somebody restarts what no
    // plan said.
    host.run(
        "apt-get -q -y install lab-conf=1.0-1 >/dev/null 2>&1
        echo 'mine = <yes>' >/etc/lab.conf
        echo 'DPkg::Post-Invoke { \"systemctl restart labworker\"; };' >/etc/apt/apt.conf.d/00restarts",
    );
    let upgrade = Options {
        security: false,
        all: Some(AllUpgrades::Upgrade),
        ..security
    };
    let plan = drydock.plan(&upgrade).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Succeeded), "{told}");
    let proof = drydock.proof(run.id).await;
    let server = &proof.servers[0];
    let ships = (Some(RestartCause::Ships), true, &Known::Known(true));
    assert_eq!(restart(server, "labweb.service"), ships);
    let missed = missed(server);
    assert!(
        missed
            .iter()
            .any(|line| line == "labworker.service: predicted false, happened Known(true)"),
        "{missed:?}"
    );
    assert!(
        server
            .misses
            .iter()
            .any(|miss| miss == "Restarted, which the plan did not foresee: labworker.service."),
        "{:?}",
        server.misses
    );
    assert_eq!(server.status, Status::Attention);
    let [kept] = &server.kept[..] else {
        panic!("{:?}", server.kept)
    };
    assert_eq!(kept.path, "/etc/lab.conf");
    assert_eq!(kept.new.as_deref(), Some("/etc/lab.conf.dpkg-dist"));
    assert_eq!(
        kept.difference.get().map(String::as_str),
        Some(
            "--- /etc/lab.conf\n+++ /etc/lab.conf.dpkg-dist\n@@ -1 +1 @@\n-mine = <yes>\n+version = 1.1-1\n"
        ),
        "{kept:?}"
    );

    drydock.worker.shutdown().await;
    drydock.store.close().await;
}
