//! A group's question that Drydock itself asks: the same times, tries and words as of one that is asked on the server.

use super::ended::Report;
use super::health::{self, NO_ANSWER, NOT_WELL};
use super::server::Server;
use engine::{Begun, Settled, StepError};
use model::options::{Ask, AskedFrom, HealthCheck};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use world::{Get, WebError};

/// How long after an answer that was not good the next one is asked for.
const AGAIN: Duration = Duration::from_secs(2);

/// What Drydock asks by itself, and the status codes that mean healthy; `None` when the server is to be asked.
fn question(check: &HealthCheck) -> Option<(Get, &[u16])> {
    match &check.ask {
        Ask::Http {
            from: AskedFrom::Drydock,
            tls,
            host,
            port,
            path,
            accept,
        } => Some((
            Get {
                tls: *tls,
                host: host.clone(),
                port: *port,
                path: path.clone(),
            },
            accept,
        )),
        _ => None,
    }
}

/// Asks from where the check is to be asked from.
pub(super) async fn begin(server: &Server<'_>, check: &HealthCheck) -> Result<Begun, StepError> {
    match question(check) {
        Some((get, accept)) => Ok(Begun::Over(ask(server, check, &get, accept).await?.to_text())),
        None => {
            server
                .start(health::work(check).map_err(StepError::Failed)?)
                .await
        }
    }
}

/// What became of the question. One that Drydock was asking when it died left nothing anywhere, and is asked anew.
pub(super) async fn settle(server: &Server<'_>) -> Result<Settled, StepError> {
    match server.params.step.check.as_ref().and_then(question) {
        Some(_) => Ok(Settled::NotStarted),
        None => server.settle().await,
    }
}

/// Asks until the answer is good or the time is over.
async fn ask(
    server: &Server<'_>,
    check: &HealthCheck,
    get: &Get,
    accept: &[u16],
) -> Result<Report, StepError> {
    let url = get.url(&server.target);
    let limit = check.timeout_secs.max(1);
    let until = Instant::now() + Duration::from_secs(u64::from(check.wait_secs));
    let step = server.step;
    if step.log_cursor().await > 0 {
        step.log(b"drydock: Drydock was interrupted here; asking anew.\n")
            .await?;
    }
    loop {
        step.note("Waiting for the health check's answer.").await;
        let limits = Duration::from_secs(u64::from(limit));
        let answer = server.desk.web.get(&server.target, get, limits).await;
        let (line, code) = match answer {
            Ok(code) if accept.contains(&code) => (format!("GET {url}: {code}"), 0),
            Ok(code) => (
                format!("GET {url}: {code}, which does not mean healthy."),
                NOT_WELL,
            ),
            Err(WebError::NoAnswer(why)) => (format!("GET {url}: {why}."), NOT_WELL),
            Err(WebError::Late) => (format!("GET {url}: No answer within {limit} s."), NO_ANSWER),
            Err(WebError::NotAllowed(why)) => {
                step.log(format!("{why}\n").as_bytes()).await?;
                return Err(StepError::Failed(why));
            }
        };
        step.alive();
        let over = code == 0 || Instant::now() >= until;
        let then = match (code, over) {
            (0, _) => "",
            (_, false) => "drydock: Not healthy yet; asking again.\n",
            (_, true) => "drydock: Not healthy.\n",
        };
        step.log(format!("{line}\n{then}").as_bytes()).await?;
        if over {
            return Ok(Report {
                code: Some(code),
                from_here: true,
                ..Report::default()
            });
        }
        step.note("Not healthy yet; asking again.").await;
        sleep(AGAIN).await;
    }
}
