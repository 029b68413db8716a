//! What both health checks share: the group's question as a command on the server, and a server's quiet.

use super::ended::Report;
use super::server::Server;
use engine::StepError;
use model::Work;
use model::deploy::Seen;
use model::options::{Ask, AskedFrom, HealthCheck};
use remote::work::precheck::PreCheck;
use std::time::{Duration, Instant};

/// Asks the command given as arguments until it ends with 0 or the time is over. One that does not answer is ended,
/// with everything it has started.
const ASK: &str = r#"limit=$1; wait=$2; shift 2
read -r up _ </proc/uptime; until=$((${up%.*} + wait))
while :; do
  timeout -k 5 "$limit" "$@" && exit 0
  status=$?
  case $status in 124 | 137) echo "drydock: No answer within $limit s." ;; esac
  read -r up _ </proc/uptime
  [ "${up%.*}" -lt "$until" ] || break
  echo "drydock: Not healthy yet (status $status); asking again."
  sleep 2
done
echo "drydock: Not healthy (status $status)."
case $status in
  124 | 137) exit 124 ;;
  126 | 127) exit 127 ;;
esac
exit 1"#;

/// [`ASK`] ends with it when the last answer was not a good one.
pub(super) const NOT_WELL: u32 = 1;
/// [`ASK`] ends with it when the last question was not answered in time.
pub(super) const NO_ANSWER: u32 = 124;
/// [`ASK`] ends with it when what asks is not there.
const CANNOT_ASK: u32 = 127;

/// Asks by HTTP on the server itself: address, and the status codes that mean healthy.
const GET: &str = r#"command -v curl >/dev/null || { echo "drydock: curl is not installed here, so this cannot be asked."; exit 127; }
code=$(curl -s -o /dev/null -w '%{http_code}' "$1")
case " $2 " in *" $code "*) echo "GET $1: $code"; exit 0 ;; esac
echo "GET $1: $code, which does not mean healthy."
exit 1"#;

/// How often a server is looked at while it is to be quiet.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// The first pauses before a server that is starting is asked again,
const ASK_FIRST: Duration = Duration::from_millis(100);
/// and the last ones.
const ASK_MOST: Duration = Duration::from_secs(2);

/// The question as a command on the server, or why it is none.
pub(super) fn work(check: &HealthCheck) -> Result<Work, String> {
    let question: Vec<String> = match &check.ask {
        Ask::Command { argv } => argv.clone(),
        Ask::Http {
            from: AskedFrom::Server,
            tls,
            host,
            port,
            path,
            accept,
        } => {
            let scheme = if *tls { "https" } else { "http" };
            let host = host.as_deref().unwrap_or("localhost");
            let codes: Vec<String> = accept.iter().map(u16::to_string).collect();
            let url = format!("{scheme}://{host}:{port}{path}");
            ["/bin/sh", "-c", GET, "drydock-get", &url, &codes.join(" ")]
                .map(str::to_owned)
                .to_vec()
        }
        Ask::Http {
            from: AskedFrom::Drydock,
            ..
        }
        | Ask::Named { .. } => {
            return Err("The server cannot ask this health check itself; plan it again.".to_owned());
        }
    };
    let (limit, wait) = (check.timeout_secs.max(1).to_string(), check.wait_secs.to_string());
    let mut argv: Vec<String> = ["/bin/sh", "-c", ASK, "drydock-health", &limit, &wait]
        .map(str::to_owned)
        .to_vec();
    argv.extend(question);
    Ok(Work::Command { argv })
}

/// Why the answer to `check` is not a good one, a sentence; `None` when it is.
pub(super) fn failure(check: &HealthCheck, report: &Report) -> Option<String> {
    let limit = check.timeout_secs.max(1);
    let asked = match check.wait_secs {
        0 => "asked once".to_owned(),
        wait => format!("asked again for {wait} s"),
    };
    match report.code {
        Some(NO_ANSWER) => Some(format!(
            "The health check gave no answer within {limit} s ({asked}). See on the server what it waits for; the \
             log shows every try."
        )),
        Some(CANNOT_ASK) => Some(
            "The health check cannot be asked: its program is not on the server, or cannot be started. The log \
             names it; install it, or change the check."
                .to_owned(),
        ),
        Some(NOT_WELL) => Some(format!(
            "The health check says that the server is not well ({asked}); the log shows its answers."
        )),
        _ => report.failure("The health check"),
    }
}

/// Waits until systemd is done with starting and the settle time has passed, by the short look, and returns the last
/// one. `checked` is one that was just taken.
pub(super) async fn quiet(
    server: &Server<'_>,
    settle: Duration,
    mut checked: PreCheck,
) -> Result<PreCheck, StepError> {
    let begun = Instant::now();
    loop {
        let starting = matches!(checked.system.as_deref(), Some("initializing" | "starting"));
        let left = settle.saturating_sub(begun.elapsed());
        if !starting && left.is_zero() {
            return Ok(checked);
        }
        server
            .step
            .note(if starting {
                "Waiting until the server has started all its units."
            } else {
                "Waiting for the settle time."
            })
            .await;
        let wait = if starting { pause(begun.elapsed()) } else { left };
        tokio::time::sleep(wait.min(LOOK_EVERY)).await;
        checked = server.pre_check().await?;
    }
}

/// How long to wait before a server that was waited for so long is asked again: a twentieth of that, so that the asking
/// itself hardly makes anything later, and no server is asked all the time.
pub(super) fn pause(waited: Duration) -> Duration {
    (waited / 20).clamp(ASK_FIRST, ASK_MOST)
}

/// How a server is, beside how it was before the run.
pub(super) async fn compared(server: &Server<'_>, seen: Seen) -> Result<Report, StepError> {
    let failed = server
        .before()
        .await?
        .map(|before| before.newly_failed(&seen))
        .unwrap_or_default();
    Ok(Report {
        code: Some(0),
        wrong: (!failed.is_empty()).then(|| {
            format!(
                "Units have failed that had not before: {}. Look at them on the server.",
                failed.join(", ")
            )
        }),
        said: Some("Running and quiet; no unit has newly failed.".to_owned()),
        seen: Some(seen),
        ..Report::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    fn check(ask: Ask) -> HealthCheck {
        HealthCheck {
            ask,
            timeout_secs: 5,
            wait_secs: 0,
        }
    }

    fn ends_with(argv: &[&str]) -> Option<i32> {
        let argv = argv.iter().map(|word| (*word).to_owned()).collect();
        let Ok(Work::Command { argv }) = work(&check(Ask::Command { argv })) else {
            panic!("it can be asked")
        };
        let status = Command::new(&argv[0]).args(&argv[1..]).output();
        status.ok().and_then(|output| output.status.code())
    }

    #[test]
    fn a_command_is_healthy_when_it_ends_with_0() {
        assert_eq!(ends_with(&["true"]), Some(0));
        assert_eq!(ends_with(&["sh", "-c", "exit 3"]), Some(1));
        assert_eq!(ends_with(&["test", "a b", "=", "a b"]), Some(0));
        assert_eq!(ends_with(&["test", "$HOME", "=", "$HOME"]), Some(0));
    }

    #[test]
    fn who_waits_long_asks_less_often_and_is_told_hardly_later() {
        let secs = Duration::from_secs;
        assert_eq!(pause(Duration::ZERO), Duration::from_millis(100));
        assert_eq!(pause(secs(10)), Duration::from_millis(500));
        assert_eq!(pause(secs(3_600)), secs(2));
    }

    #[test]
    fn what_is_no_question_to_the_server_is_none() {
        let named = check(Ask::Named {
            name: "smoke".to_owned(),
        });
        assert!(work(&named).is_err_and(|why| why.contains("plan it again")));
    }
}
