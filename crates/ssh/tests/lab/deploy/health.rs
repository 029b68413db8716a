//! Health checks that never answer: the server fails by its deadline, with a sentence, and nothing waits for ever.

use super::drydock::Drydock;
use super::{of_kind, options, versions};
use crate::host::{Host, eventually};
use crate::lab::lab;
use model::options::{Ask, AskedFrom, Balancer, Care, GroupCare, HealthCheck, Options};
use model::plan::StepKind;
use model::run::{RunOutcome, StepOutcome};

/// Accepts every connection; answers as long as `/run/answers` is there.
const SERVICE: &str = "cat >/usr/local/bin/mute <<'PYTHON'
import http.server, os, signal
class Mute(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        while not os.path.exists('/run/answers'):
            signal.pause()
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(('', 8099), Mute).serve_forever()
PYTHON
systemd-run --quiet --unit=mute python3 /usr/local/bin/mute";

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn asking(ask: Ask) -> Options {
    let health = HealthCheck {
        ask,
        timeout_secs: 2,
        wait_secs: 3,
    };
    let balancer = Balancer {
        drain: words(&["touch", "/run/drained"]),
        restore: words(&["rm", "/run/drained"]),
        timeout_secs: 20,
    };
    Options {
        reboot: false,
        groups: vec![GroupCare {
            group: None,
            care: Care {
                balancer: Some(balancer),
                health: Some(health),
                settle_secs: None,
            },
        }],
        ..options()
    }
}

async fn serve(host: &Host) {
    host.run(&format!("touch /run/answers; {SERVICE}"));
    eventually("it answers", || {
        host.holds("curl -sf -m 5 http://localhost:8099/ready")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_health_check_that_never_answers_fails_the_server_in_time_and_leaves_it_out_of_service() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    serve(&host).await;
    let drydock = Drydock::start(lab, &[&host]).await;
    let http = asking(Ask::Http {
        from: AskedFrom::Server,
        tls: false,
        host: None,
        port: 8099,
        path: "/ready".to_owned(),
        accept: vec![200],
    });

    // It is mute before anything was done: nothing is touched.
    host.run("rm /run/answers");
    let before = versions(&host);
    let plan = drydock.plan(&http).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let lanes = drydock.lanes(run.id).await;
    let asked = of_kind(&lanes[0], StepKind::HealthBefore);
    let said = asked.said.clone().unwrap();
    assert!(
        said.starts_with(
            "The health check gave no answer within 2 s (asked again for 3 s). See on the server"
        ),
        "{said}"
    );
    let took = asked.ended_at.unwrap().secs_since(asked.started_at.unwrap());
    assert!(took < 30, "{took} s: {told}");
    assert_eq!(versions(&host), before);
    assert!(
        host.holds("test ! -e /run/drained"),
        "it was not taken out of service"
    );
    assert!(told.contains("drydock: No answer within 2 s."), "{told}");

    // It falls mute while packages change hands: it stays out of service, and is looked at once more.
    host.run(
        "touch /run/answers
        echo 'DPkg::Post-Invoke { \"rm -f /run/answers\"; };' >/etc/apt/apt.conf.d/00mute",
    );
    let plan = drydock.plan(&http).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    assert_eq!(run.outcome, Some(RunOutcome::Failed), "{told}");
    let lanes = drydock.lanes(run.id).await;
    let said = of_kind(&lanes[0], StepKind::HealthAfter).said.clone().unwrap();
    assert!(
        said.starts_with("The health check gave no answer within 2 s"),
        "{said}"
    );
    let restore = of_kind(&lanes[0], StepKind::Restore);
    assert_eq!(restore.outcome, Some(StepOutcome::Skipped), "{told}");
    assert!(host.holds("test -e /run/drained"), "it stays out of service");
    let rescan = of_kind(&lanes[0], StepKind::Rescan);
    assert_eq!(rescan.outcome, Some(StepOutcome::Changed), "{told}");

    // A command that does not even listen to being told to end.
    let deaf = asking(Ask::Command {
        argv: words(&["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]),
    });
    let mut deaf = Options {
        all: Some(model::options::AllUpgrades::Upgrade),
        ..deaf
    };
    deaf.security = false;
    let plan = drydock.plan(&deaf).await;
    let run = drydock.run(&plan).await;
    let told = drydock.told(run.id).await;
    let lanes = drydock.lanes(run.id).await;
    let asked = of_kind(&lanes[0], StepKind::HealthBefore);
    assert_eq!(asked.outcome, Some(StepOutcome::Failed), "{told}");
    let said = asked.said.clone().unwrap();
    assert!(
        said.starts_with("The health check gave no answer within 2 s"),
        "{said}"
    );
    assert!(
        host.holds("! pgrep -f \"[t]rap '' TERM; while\""),
        "nothing of it is left running"
    );
    drydock.worker.shutdown().await;
    drydock.store.close().await;
}
