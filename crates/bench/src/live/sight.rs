//! What the browser saw.

use serde::Deserialize;

/// What `end2end/bench/live.ts` writes. Times in milliseconds.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    /// The run that was watched.
    pub(super) run: model::RunId,
    /// From the click to the tail of the long log.
    pub(super) tail: Vec<f64>,
    /// From navigation to a line of the long log.
    pub(super) line: Vec<f64>,
    pub(super) first: Vec<FirstLog>,
    pub(super) sight: Sight,
}

/// From navigation on.
#[derive(Debug, Deserialize)]
pub(super) struct FirstLog {
    /// To the first line of the log.
    pub(super) log: f64,
}

/// By the clock on the wall.
#[derive(Debug, Deserialize)]
pub(super) struct Sight {
    pub(super) from: f64,
    pub(super) until: f64,
    /// Number, written, seen.
    lines: Vec<(u64, f64, f64)>,
    /// Step, word, seen.
    pub(super) cells: Vec<(model::StepId, String, f64)>,
}

impl Sight {
    pub(super) fn seconds(&self) -> f64 {
        (self.until - self.from) / 1000.0
    }
}

impl Found {
    pub(super) fn log_latencies(&self) -> Vec<f64> {
        let lines = self.sight.lines.iter();
        lines.map(|(_, written, seen)| seen - written).collect()
    }

    /// Lines between the first and the last that were not seen.
    pub(super) fn missing_lines(&self) -> u64 {
        let numbers: std::collections::BTreeSet<u64> =
            self.sight.lines.iter().map(|(number, ..)| *number).collect();
        match (numbers.first(), numbers.last()) {
            (Some(first), Some(last)) => (last - first + 1).saturating_sub(numbers.len() as u64),
            _ => 0,
        }
    }
}

/// How some figures are spread.
#[derive(Debug)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) p99: f64,
    pub(super) largest: f64,
    pub(super) number: usize,
}

impl Spread {
    pub(super) fn of(mut figures: Vec<f64>) -> Self {
        figures.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (figures.len() as f64 * share).ceil() as usize;
            figures.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
        };
        Self {
            median: at(0.5),
            p99: at(0.99),
            largest: at(1.0),
            number: figures.len(),
        }
    }
}

/// Every figure, in its order.
pub(super) fn list(figures: impl Iterator<Item = f64>) -> String {
    let figures: Vec<_> = figures.map(|figure| format!("{figure:.0}")).collect();
    figures.join(", ")
}
