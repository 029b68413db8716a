//! The command line: how much of what is done, or which case again.

use crate::case::CaseName;
use crate::prepared::Prepared;
use clap::Parser;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use std::path::PathBuf;
use std::time::Duration;

const DATABASES: [&str; 3] = ["sqlite", "postgres", "lab"];
const PARTS: [&str; 8] = [
    "proof", "crashes", "random", "again", "stops", "workers", "streams", "outages",
];

#[derive(Debug, Parser)]
#[command(name = "drydock-torture", about = "Crashes Drydock everywhere, and compares")]
pub(crate) struct Asked {
    /// The server, built with the feature `torture`.
    #[arg(long)]
    pub(crate) drydock: PathBuf,
    /// Where the report goes; without it, to the terminal alone.
    #[arg(long)]
    pub(crate) report: Option<PathBuf>,
    /// Where the report for programs goes: a line of JSON for each case.
    #[arg(long)]
    pub(crate) cases: Option<PathBuf>,
    /// Which revision is tortured.
    #[arg(long, default_value = "unknown")]
    pub(crate) revision: String,
    /// What everything random is drawn from.
    #[arg(long, default_value_t = 66)]
    pub(crate) seed: u64,
    /// One in so many of the crashes; 1 is all of them.
    #[arg(long, default_value_t = 1)]
    pub(crate) one_in: usize,
    /// Runs that are killed at random moments, on each database.
    #[arg(long, default_value_t = 100)]
    pub(crate) random: u64,
    /// Runs that are killed again and again, on each database.
    #[arg(long, default_value_t = 6)]
    pub(crate) again: u64,
    /// Runs whose connections to servers are cut at random bytes, on each database.
    #[arg(long, default_value_t = 20)]
    pub(crate) cuts: u64,
    /// Runs that are watched by tabs which break off, on each database.
    #[arg(long, default_value_t = 8)]
    pub(crate) watched: u64,
    /// For how many seconds the database or the disk is taken away.
    #[arg(long, default_value_t = 60)]
    pub(crate) away: u64,
    /// Runs on a lab machine that are killed again and again.
    #[arg(long, default_value_t = 3)]
    pub(crate) lab: u64,
    /// Only these parts: `sqlite`, `postgres`, `lab`; `proof`, `crashes`, `random`, `again`, `stops`, `workers`,
    /// `streams`, `outages`.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only the proof that the harness notices what it is there for.
    #[arg(long)]
    prove_itself: bool,
    /// Only this case of a report, by its name; or, given a seed, every case that was drawn from it.
    #[arg(long)]
    replay: Option<String>,
}

impl Asked {
    /// Whether a database, or the lab, is wanted.
    pub(crate) fn wants(&self, database: &str) -> bool {
        if self.prove_itself && database == "lab" {
            return false;
        }
        match &self.replay {
            Some(case) if case.contains('/') => case.split('/').next() == Some(database),
            _ => self.named(database, &DATABASES),
        }
    }

    /// Whether something is named with `--only`, or nothing of its sort is.
    fn named(&self, what: &str, sort: &[&str]) -> bool {
        let mut named = self
            .only
            .iter()
            .filter(|only| sort.contains(&only.as_str()))
            .peekable();
        named.peek().is_none() || named.any(|only| only == what)
    }

    /// The cases that are wanted, of those of a part.
    pub(crate) fn chosen<T>(&self, part: &str, cases: Vec<(CaseName, T)>) -> Vec<(CaseName, T)> {
        let part = if self.prove_itself {
            part == "proof"
        } else {
            self.replay.is_some() || self.named(part, &PARTS)
        };
        let wanted = |name: &CaseName| match &self.replay {
            Some(case) => {
                *case == name.to_string() || name.seed.is_some_and(|seed| *case == seed.to_string())
            }
            None => true,
        };
        cases
            .into_iter()
            .filter(|(name, _)| part && wanted(name))
            .collect()
    }

    /// A case for each of the places, or for a seeded share of them. A case that is done again is looked for at all.
    pub(crate) fn at(
        &self,
        prepared: &Prepared,
        kind: &'static str,
        places: &[String],
    ) -> Vec<(CaseName, String)> {
        let mut places = places.to_vec();
        if self.one_in > 1 && self.replay.is_none() {
            places.shuffle(&mut StdRng::seed_from_u64(self.seed));
            places.truncate(places.len().div_ceil(self.one_in));
        }
        let named = |place: String| (CaseName::at(prepared.on, kind, prepared.named(&place)), place);
        places.into_iter().map(named).collect()
    }

    /// So many cases, each drawn from a seed of its own. What is done again brings its seed with it.
    pub(crate) fn drawn(
        &self,
        database: &'static str,
        kind: &'static str,
        runs: u64,
    ) -> Vec<(CaseName, u64)> {
        let again = self.replay.as_deref().map(|case| case.rsplit('/').next());
        let seeds = match again.flatten().and_then(|seed| seed.parse().ok()) {
            Some(seed) => seed..seed + 1,
            None => self.seed..self.seed + runs,
        };
        seeds
            .map(|seed| (CaseName::drawn(database, kind, seed), seed))
            .collect()
    }

    /// How long an outage lasts.
    pub(crate) fn outage(&self) -> Duration {
        Duration::from_secs(self.away)
    }

    /// The case that was to be done again.
    pub(crate) fn replayed(&self) -> Option<&str> {
        self.replay.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(arguments: &[&str]) -> Asked {
        let always = ["drydock-torture", "--drydock", "x"];
        Asked::parse_from(always.iter().chain(arguments))
    }

    fn chosen(asked: &Asked) -> Vec<String> {
        let mut cases = asked.chosen("random", asked.drawn("sqlite", "random", 3));
        cases.extend(asked.chosen("streams", asked.drawn("sqlite", "cut", 1)));
        cases.iter().map(|(name, _)| name.to_string()).collect()
    }

    #[test]
    fn a_case_of_a_report_is_found_by_its_name_whatever_the_seed_of_that_report() {
        assert_eq!(
            chosen(&asked(&["--replay", "sqlite/random/981"])),
            ["sqlite/random/981"]
        );
        assert!(!asked(&["--replay", "sqlite/random/981"]).wants("postgres"));
    }

    #[test]
    fn a_seed_names_every_case_that_was_drawn_from_it() {
        let again = asked(&["--replay", "67"]);
        assert_eq!(chosen(&again), ["sqlite/random/67", "sqlite/cut/67"]);
        assert!(again.wants("postgres"));
    }

    #[test]
    fn parts_that_are_not_named_have_no_cases() {
        assert_eq!(chosen(&asked(&["--only", "sqlite,streams"])), ["sqlite/cut/66"]);
        assert_eq!(chosen(&asked(&["--prove-itself"])), [] as [&str; 0]);
        assert!(!asked(&["--prove-itself"]).wants("lab"));
    }
}
