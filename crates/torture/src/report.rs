//! What was done to Drydock, what was compared afterwards, and what differed.

use crate::case::{Case, CaseName, Counts, Done};
use crate::records::Records;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// A part under way, or done.
#[derive(Debug)]
pub(crate) struct Part {
    what: String,
    begun: Instant,
    cases: Vec<Case>,
    records: Records,
}

impl Part {
    /// Notes what came of a case; an error is a case that came to nothing.
    pub(crate) fn note(&mut self, name: CaseName, done: anyhow::Result<Done>, took: Duration) {
        let done = done.unwrap_or_else(|error| Done {
            faults: vec![format!("{error:#}")],
            ..Done::default()
        });
        let case = Case { name, done, took };
        if !case.done.faults.is_empty() {
            eprintln!("  DIFFERS {}", told(&case));
        }
        if let Err(error) = self.records.case(&case) {
            eprintln!("  the case could not be written down: {error:#}");
        }
        self.cases.push(case);
    }

    /// Says now and then how far it is.
    pub(crate) fn progress(&self, all: usize) {
        if self.cases.len().is_multiple_of(20) {
            eprintln!(
                "  {} of {all} runs, {} differed",
                self.cases.len(),
                self.differed()
            );
        }
    }

    /// How many cases differed.
    pub(crate) fn differed(&self) -> usize {
        let differs = |case: &&Case| !case.done.faults.is_empty();
        self.cases.iter().filter(differs).count()
    }

    fn counts(&self) -> Counts {
        let mut sums = Counts::default();
        for case in &self.cases {
            sums += case.done.counts;
        }
        sums
    }
}

/// A case that differed, as an item of a list.
fn told(case: &Case) -> String {
    let mut text = case.name.to_string();
    if !case.done.told.is_empty() {
        let _ = write!(text, ": {}", case.done.told);
    }
    for fault in &case.done.faults {
        let _ = write!(text, "\n  - {fault}");
    }
    if let Some(kept) = &case.done.kept {
        let _ = write!(text, "\n  - kept in {}", kept.display());
    }
    text
}

/// The whole report.
#[derive(Debug)]
pub(crate) struct Report {
    begun: Instant,
    parts: Vec<Part>,
    compared: Vec<String>,
    records: Records,
}

impl Report {
    pub(crate) fn new(records: Records) -> Self {
        Self {
            begun: Instant::now(),
            parts: Vec::new(),
            compared: Vec::new(),
            records,
        }
    }

    /// Begins a part.
    pub(crate) fn begin(&self, what: &str) -> Part {
        eprintln!("{what}");
        Part {
            what: what.to_owned(),
            begun: Instant::now(),
            cases: Vec::new(),
            records: self.records.clone(),
        }
    }

    /// Ends a part.
    pub(crate) fn end(&mut self, part: Part) {
        let took = part.begun.elapsed().as_secs_f64();
        let (runs, differed) = (part.cases.len(), part.differed());
        eprintln!("  {runs} runs in {took:.0} s, {differed} differed");
        self.parts.push(part);
    }

    /// A sentence about what was compared.
    pub(crate) fn compared(&mut self, sentence: String) {
        eprintln!("  {sentence}");
        self.compared.push(sentence);
    }

    /// How many cases were carried out, but for the undisturbed runs.
    pub(crate) fn cases(&self) -> usize {
        let cases = self.parts.iter().flat_map(|part| &part.cases);
        cases.filter(|case| case.name.kind != "undisturbed").count()
    }

    /// How many cases differed.
    pub(crate) fn differed(&self) -> usize {
        self.parts.iter().map(Part::differed).sum()
    }

    /// Writes the sums.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn close(&self) -> anyhow::Result<()> {
        let mut sums = Counts::default();
        for part in &self.parts {
            sums += part.counts();
        }
        let cases = self.parts.iter().map(|part| part.cases.len()).sum();
        let seconds = self.begun.elapsed().as_secs_f64();
        self.records.end(cases, self.differed(), sums, seconds)
    }

    /// It in Markdown.
    pub(crate) fn text(&self, revision: &str, seed: u64) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "Revision {revision}, seed {seed}, {:.0} minutes.\n",
            self.begun.elapsed().as_secs_f64() / 60.0
        );
        text.push_str(
            "| what was done | runs compared | SIGKILL | SIGSTOP | connections cut | streams broken | outages | differed |\n",
        );
        text.push_str("|---|---:|---:|---:|---:|---:|---:|---:|\n");
        for part in &self.parts {
            let row = part.counts();
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                part.what,
                part.cases.len(),
                row.kills,
                row.stops,
                row.cuts,
                row.disconnects,
                row.outages,
                part.differed()
            );
        }
        text.push('\n');
        for sentence in &self.compared {
            let _ = writeln!(text, "- {sentence}");
        }
        let cases = self.parts.iter().flat_map(|part| &part.cases);
        let differed: Vec<&Case> = cases.filter(|case| !case.done.faults.is_empty()).collect();
        if differed.is_empty() {
            text.push_str("\nNothing differed.\n");
        } else {
            text.push_str("\nWhat differed:\n\n");
            for case in differed {
                let _ = writeln!(text, "- {}", told(case));
            }
        }
        text
    }
}
