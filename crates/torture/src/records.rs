//! The report for programs: a file of lines, each a JSON object. The first names the revision and the seed, then comes one
//! for each case as it ends, and the last has the sums; a file without it is of a session that did not end.

use crate::case::{Case, Counts};
use anyhow::Context as _;
use serde_json::json;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Raised when a field changes its meaning.
const FORMAT: u32 = 1;

/// The file, or nothing where none is wanted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Records(Option<Arc<File>>);

impl Records {
    /// Begins a new file.
    pub(crate) fn begin(path: &Path, revision: &str, seed: u64) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        let records = Self(Some(Arc::new(file)));
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        records.write(&json!({
            "torture": FORMAT, "revision": revision, "seed": seed, "arguments": arguments,
        }))?;
        Ok(records)
    }

    /// Writes a case down.
    pub(crate) fn case(&self, case: &Case) -> anyhow::Result<()> {
        let Case { name, done, took } = case;
        self.write(&json!({
            "case": name.to_string(),
            "database": name.database,
            "kind": name.kind,
            "place": name.place,
            "seed": name.seed,
            "done": done.told,
            "kills": done.counts.kills,
            "stops": done.counts.stops,
            "cuts": done.counts.cuts,
            "disconnects": done.counts.disconnects,
            "outages": done.counts.outages,
            "compared": done.compared,
            "result": if done.faults.is_empty() { "same" } else { "differs" },
            "differences": done.faults,
            "kept": done.kept,
            "seconds": took.as_secs_f64(),
        }))
    }

    /// Ends it.
    pub(crate) fn end(
        &self,
        cases: usize,
        differed: usize,
        sums: Counts,
        seconds: f64,
    ) -> anyhow::Result<()> {
        self.write(&json!({
            "cases": cases,
            "differed": differed,
            "kills": sums.kills,
            "stops": sums.stops,
            "cuts": sums.cuts,
            "disconnects": sums.disconnects,
            "outages": sums.outages,
            "seconds": seconds,
        }))
    }

    fn write(&self, line: &serde_json::Value) -> anyhow::Result<()> {
        if let Some(file) = &self.0 {
            (&**file).write_all(format!("{line}\n").as_bytes())?;
        }
        Ok(())
    }
}
