//! Where the time of a run went: when each machine began with each step.

use std::collections::BTreeMap;

/// What a line begins with that says when a step began.
pub(super) const MARK: &str = "bench: step ";

/// One machine's steps in their order, with how long each took, in seconds.
pub(super) type Lane = Vec<(String, f64)>;

/// The steps out of a log with marks: each lasts until the next one begins.
pub(super) fn marks(log: &str) -> Lane {
    let begun: Vec<(&str, f64)> = log
        .lines()
        .filter_map(|line| {
            let (step, at) = line.strip_prefix(MARK)?.split_once(' ')?;
            Some((step, at.trim().parse().ok()?))
        })
        .collect();
    let ended = begun.iter().skip(1).map(|(_, at)| *at);
    begun
        .iter()
        .zip(ended)
        .map(|((step, at), ended)| ((*step).to_owned(), ended - at))
        .collect()
}

/// For each step, its time over all lanes of all runs in the middle, in the order of the first lane.
pub(super) fn medians(runs: &[Vec<Lane>]) -> Vec<(String, f64)> {
    let mut all = BTreeMap::<&str, Vec<f64>>::new();
    for (step, seconds) in runs.iter().flatten().flatten() {
        all.entry(step).or_default().push(*seconds);
    }
    let order = runs.iter().flatten().next().into_iter().flatten();
    order
        .filter_map(|(step, _)| Some((step.clone(), crate::child::median(all.remove(step.as_str())?))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_lasts_until_the_next_one_and_the_last_mark_is_none() {
        let log = format!("{MARK}install 10.5\nnoise\n{MARK}reboot 12.0\n{MARK}end 20.25\n");
        let lane = marks(&log);
        assert_eq!(lane, [("install".to_owned(), 1.5), ("reboot".to_owned(), 8.25)]);
        let slower = vec![("install".to_owned(), 2.5), ("reboot".to_owned(), 9.0)];
        let slowest = vec![("install".to_owned(), 3.5), ("reboot".to_owned(), 10.0)];
        assert_eq!(medians(&[vec![slowest, lane], vec![slower.clone()]]), slower);
    }
}
