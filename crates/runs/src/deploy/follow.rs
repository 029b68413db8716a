//! Following an act's log, byte after byte, however often the connection ends.

use super::ended::Report;
use super::server::{Server, trouble};
use crate::look::{self, CONNECT};
use engine::StepError;
use remote::work::follow::{End, FollowOp, Followed};
use remote::work::state::State;

/// Stores the log until the act has ended, and returns its end.
pub(super) async fn to_the_end(server: &Server<'_>) -> Result<Report, StepError> {
    let lost = |why: &str| StepError::Lost(why.to_owned());
    match log(server).await? {
        End::Ended => {}
        End::Gone => return Err(lost("The step is gone from the server without an end.")),
        End::NotStarted => return Err(lost("The server says that the step has not started.")),
        End::Shorter | End::Interrupted => return Err(lost("The server stopped sending the log.")),
    }
    match server.state().await? {
        State::Ended(ended) => Ok(Report {
            code: Some(ended.code),
            ..Report::default()
        }),
        _ => Err(lost("The step's log has ended, and the step has not.")),
    }
}

/// Stores what is left of the log of an act that is gone.
pub(super) async fn what_is_left(server: &Server<'_>) -> Result<(), StepError> {
    log(server).await.map(drop)
}

async fn log(server: &Server<'_>) -> Result<End, StepError> {
    let step = server.step;
    loop {
        let op = FollowOp {
            asked: look::asked(&server.target),
            attempt: server.attempt(),
            offset: step.log_cursor().await,
        };
        let stream = server.desk.shell.follow(&server.target, &op, CONNECT).await;
        let mut stream = stream.map_err(|error| trouble(error.reach, &error.detail))?;
        let end = loop {
            let next = stream.next().await;
            match next.map_err(|error| trouble(error.reach, &error.detail))? {
                Followed::Begun { .. } => step.alive(),
                Followed::Bytes(bytes) => {
                    step.alive();
                    step.log(&bytes).await?;
                }
                Followed::Ended { end, .. } => break end,
            }
        };
        match end {
            End::Interrupted => {}
            End::Shorter => {
                let line = "drydock: The server lost the end of this log; what it kept follows.";
                step.restart_log(line).await?;
            }
            end => return Ok(end),
        }
    }
}
