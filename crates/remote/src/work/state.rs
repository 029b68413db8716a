//! What became of an attempt: the truth is on the server.

use super::answer::{AnswerError, Values, document, foreign, lines, number, unreadable};
use super::{Asked, Attempt};
use std::time::Duration;

/// How long the answer takes at most.
pub const LONGEST: Duration = Duration::from_secs(60);

/// Ask what became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateOp {
    /// How to ask.
    pub asked: Asked,
    /// Which attempt.
    pub attempt: Attempt,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It has not started, and may be started.
    NotStarted,
    /// It runs.
    Running(Running),
    /// It has ended by itself.
    Ended(Ended),
    /// It was started, does not run, and said nothing of its end. Only this needs a judgement.
    Gone(Gone),
}

/// A running attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Since when, in seconds since 1970 by the server's clock; `None` in its first moment.
    pub since_secs: Option<i64>,
    /// How long its log has and has not grown.
    pub log: Log,
    /// The processor time that it has used with all its children, in nanoseconds, where systemd counts it.
    pub cpu_nanos: Option<u64>,
    /// Its processes, by id.
    pub processes: Vec<Process>,
}

/// The log of an attempt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Log {
    /// Its length in bytes.
    pub bytes: u64,
    /// How long ago it last grew, in seconds by the server's clock.
    pub idle_secs: Option<u64>,
    /// How many bytes were printed beyond the log's limit, and are not kept.
    pub dropped_bytes: u64,
}

/// One process of a running attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its parent's.
    pub parent: u32,
    /// One letter: `R` runs, `S` sleeps, `D` waits for a device, `T` is stopped, `Z` has ended.
    pub state: char,
    /// The kernel's function that it sleeps in, where the kernel says so.
    pub waits_in: Option<String>,
    /// Since when it runs, in seconds since 1970 by the server's clock.
    pub since_secs: Option<i64>,
    /// Its command line, cut at 400 bytes, without control characters.
    pub command: String,
}

/// An attempt that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit status, 128 and more for a signal.
    pub code: u32,
    /// What systemd says of the end; `None` after a restart of the machine, or where there is no systemd.
    pub unit: Option<UnitEnd>,
    /// Its log, which does not grow any more.
    pub log: Log,
}

/// The end as systemd saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitEnd {
    /// The status of the unit's own process; it is the attempt's, unless somebody killed the process in its last act.
    pub status: u32,
    /// Which invocation of the unit it was.
    pub invocation: String,
}

/// An attempt that is gone without an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Whether the machine was restarted under it; else its process was killed.
    pub restarted: bool,
    /// What is left of its log.
    pub log: Log,
    /// Processes that it started and that still run.
    pub processes: Vec<Process>,
}

/// The longest list of processes that is read.
const PROCESSES_MAX: usize = 256;

impl State {
    /// Reads the answer.
    ///
    /// # Errors
    /// [`AnswerError`]; the state is then as unknown as before.
    pub fn read(op: &StateOp, stdout: &[u8], stderr: &[u8], exit: Option<u32>) -> Result<Self, AnswerError> {
        let document = document(&op.asked, stdout, stderr, exit)?;
        let attempt = Values::of(&document, "attempt")?;
        let unit = match document.section("unit") {
            Some(_) => Some(Values::of(&document, "unit")?),
            None => None,
        };
        let processes = lines(&document, "processes")?
            .take(PROCESSES_MAX)
            .map(process)
            .collect::<Result<Vec<_>, _>>()?;
        let (now, log_at): (Option<i64>, Option<i64>) = (attempt.number("now")?, attempt.number("log_at")?);
        let log = Log {
            bytes: attempt.number("log_bytes")?.unwrap_or(0),
            idle_secs: now
                .zip(log_at)
                .map(|(now, at)| u64::try_from(now.saturating_sub(at)).unwrap_or(0)),
            dropped_bytes: attempt.number("dropped")?.unwrap_or(0),
        };
        let (claimed, alive, unit_runs) = (
            attempt.is("claimed")?,
            attempt.is("alive")?,
            attempt.is("unit_runs")?,
        );
        let runs = alive || unit_runs;
        if !claimed && !runs {
            return Ok(Self::NotStarted);
        }
        // Only a number is an end.
        if let Some(code) = attempt.get("exit").and_then(|code| code.parse().ok()) {
            return Ok(Self::Ended(Ended {
                code,
                unit: unit.as_ref().map_or(Ok(None), unit_end)?,
                log,
            }));
        }
        if runs {
            return Ok(Self::Running(Running {
                since_secs: attempt.number("pid_at")?,
                log,
                cpu_nanos: unit
                    .as_ref()
                    .and_then(|unit| unit.get("CPUUsageNSec"))
                    .and_then(|nanos| nanos.parse().ok())
                    // systemd's word for a number that it does not have.
                    .filter(|nanos| *nanos != u64::MAX),
                processes,
            }));
        }
        let boot = attempt
            .get("boot")
            .ok_or_else(|| unreadable("The server named no boot id."))?;
        Ok(Self::Gone(Gone {
            restarted: attempt
                .get("pid_boot")
                .is_some_and(|of_process| of_process != boot),
            log,
            processes,
        }))
    }
}

fn unit_end(unit: &Values<'_>) -> Result<Option<UnitEnd>, AnswerError> {
    // A unit that was never there, or is there no more, has no invocation.
    let Some(invocation) = unit.get("InvocationID") else {
        return Ok(None);
    };
    // 0: its process has not ended yet.
    if matches!(unit.get("ExecMainCode"), None | Some("0")) {
        return Ok(None);
    }
    Ok(Some(UnitEnd {
        status: unit
            .number("ExecMainStatus")?
            .ok_or_else(|| unreadable("systemd named no status of the unit's process."))?,
        invocation: crate::scan::shortened(invocation),
    }))
}

/// Id, parent, state, kernel function, start, command, by tabulators.
fn process(line: &str) -> Result<Process, AnswerError> {
    let words: Vec<&str> = line.splitn(6, '\t').collect();
    let [pid, parent, state, waits_in, since, command] = words[..] else {
        return Err(foreign("processes", line));
    };
    let mut letters = state.chars();
    let (Some(state), None) = (letters.next(), letters.next()) else {
        return Err(foreign("processes", line));
    };
    Ok(Process {
        pid: number("a process", pid)?,
        parent: number("a process", parent)?,
        state,
        waits_in: Some(waits_in)
            .filter(|name| !matches!(*name, "" | "0"))
            .map(str::to_owned),
        since_secs: Some(since)
            .filter(|since| !since.is_empty())
            .map(|since| number("a process's start", since))
            .transpose()?,
        command: command.chars().filter(|c| !c.is_control()).collect(),
    })
}
