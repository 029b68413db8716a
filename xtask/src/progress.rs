//! What a person sees while they wait: numbered stages with their times.

use std::io::Write;
use std::time::Instant;

/// Counts the stages of one task.
pub(crate) struct Progress {
    task: &'static str,
    total: usize,
    begun: usize,
}

impl Progress {
    pub(crate) fn of(task: &'static str, total: usize) -> Self {
        Progress {
            task,
            total,
            begun: 0,
        }
    }

    /// Runs one stage. `hint` says what to expect of a slow one and may be empty.
    ///
    /// The time also goes to the file named by `DRYDOCK_STAGES`, from which `.ci/run` makes its closing table.
    pub(crate) fn stage<T>(
        &mut self,
        name: &str,
        hint: &str,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.begun += 1;
        let hint = if hint.is_empty() {
            String::new()
        } else {
            format!(" ({hint})")
        };
        eprintln!("==> {}/{} {name}{hint}", self.begun, self.total);
        let begin = Instant::now();
        let result = work();
        let seconds = begin.elapsed().as_secs_f64();
        eprintln!(
            "    {} {seconds:.1} s",
            if result.is_ok() { "done in" } else { "failed after" }
        );
        if let Some(file) = std::env::var_os("DRYDOCK_STAGES") {
            let failed = if result.is_ok() { "" } else { " (failed)" };
            let line = format!("{seconds:.0}\t{}: {name}{failed}\n", self.task);
            std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(file)?
                .write_all(line.as_bytes())?;
        }
        result
    }
}
