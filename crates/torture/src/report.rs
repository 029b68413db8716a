//! What was done to Drydock, what was compared afterwards, and what differed.

use crate::scene::Scene;
use std::fmt::Write as _;
use std::time::Instant;

/// The figures of one part.
#[derive(Debug, Default)]
pub(crate) struct Section {
    /// Runs that were compared.
    pub(crate) runs: u64,
    /// SIGKILL.
    pub(crate) kills: u64,
    /// SIGSTOP and SIGCONT.
    pub(crate) stops: u64,
    /// Connections to servers that were cut.
    pub(crate) cuts: u64,
    /// Streams of viewers that were broken and opened again.
    pub(crate) disconnects: u64,
    /// What differed, with where the run's folder was kept.
    pub(crate) differed: Vec<String>,
}

impl Section {
    /// Notes a run that was compared, and keeps its folder when something differed.
    pub(crate) fn note(&mut self, what: &str, faults: Vec<String>, scene: &mut Scene<'_>) {
        self.runs += 1;
        if faults.is_empty() {
            return;
        }
        let kept = scene.copy.keep();
        let text = format!(
            "{what}\n  - {}\n  - kept in {}",
            faults.join("\n  - "),
            kept.display()
        );
        self.differ(text);
    }

    /// Notes a run that came to nothing.
    pub(crate) fn fault(&mut self, what: &str, why: &str) {
        self.runs += 1;
        self.differ(format!("{what}\n  - {why}"));
    }

    fn differ(&mut self, text: String) {
        eprintln!("  DIFFERS {text}");
        self.differed.push(text);
    }

    /// Adds another's figures.
    pub(crate) fn join(&mut self, other: Self) {
        self.runs += other.runs;
        self.kills += other.kills;
        self.stops += other.stops;
        self.cuts += other.cuts;
        self.disconnects += other.disconnects;
        self.differed.extend(other.differed);
    }

    /// Says now and then how far it is.
    pub(crate) fn progress(&self, all: usize) {
        if self.runs.is_multiple_of(20) {
            eprintln!("  {} of {all} runs, {} differed", self.runs, self.differed.len());
        }
    }
}

/// A part under way, or done.
#[derive(Debug)]
pub(crate) struct Part {
    what: String,
    begun: Instant,
    pub(crate) section: Section,
}

/// The whole report.
#[derive(Debug)]
pub(crate) struct Report {
    begun: Instant,
    parts: Vec<Part>,
    compared: Vec<String>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self {
            begun: Instant::now(),
            parts: Vec::new(),
            compared: Vec::new(),
        }
    }

    /// Begins a part.
    pub(crate) fn begin(&self, what: &str) -> Part {
        eprintln!("{what}");
        Part {
            what: what.to_owned(),
            begun: Instant::now(),
            section: Section::default(),
        }
    }

    /// Ends a part.
    pub(crate) fn end(&mut self, part: Part) {
        let took = part.begun.elapsed().as_secs_f64();
        let (runs, differed) = (part.section.runs, part.section.differed.len());
        eprintln!("  {runs} runs in {took:.0} s, {differed} differed");
        self.parts.push(part);
    }

    /// A sentence about what was compared.
    pub(crate) fn compared(&mut self, sentence: String) {
        eprintln!("  {sentence}");
        self.compared.push(sentence);
    }

    /// Whether anything differed.
    pub(crate) fn differed(&self) -> usize {
        self.parts.iter().map(|part| part.section.differed.len()).sum()
    }

    /// It in Markdown.
    pub(crate) fn text(&self, revision: &str, seed: u64) -> String {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "Revision {revision}, seed {seed}, {:.0} minutes.\n",
            self.begun.elapsed().as_secs_f64() / 60.0
        );
        text.push_str("| what was done | runs compared | SIGKILL | SIGSTOP | connections cut | streams broken | differed |\n");
        text.push_str("|---|---:|---:|---:|---:|---:|---:|\n");
        for Part {
            what, section: row, ..
        } in &self.parts
        {
            let _ = writeln!(
                text,
                "| {what} | {} | {} | {} | {} | {} | {} |",
                row.runs,
                row.kills,
                row.stops,
                row.cuts,
                row.disconnects,
                row.differed.len()
            );
        }
        text.push('\n');
        for sentence in &self.compared {
            let _ = writeln!(text, "- {sentence}");
        }
        let differed: Vec<&String> = self
            .parts
            .iter()
            .flat_map(|part| &part.section.differed)
            .collect();
        if differed.is_empty() {
            text.push_str("\nNothing differed.\n");
        } else {
            text.push_str("\nWhat differed:\n\n");
            for one in differed {
                let _ = writeln!(text, "- {one}");
            }
        }
        text
    }
}
