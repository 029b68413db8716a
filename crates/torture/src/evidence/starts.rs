//! A step that was begun anew although no server had been told of it.

use super::Evidence;

impl Evidence {
    /// The same, with the number of its first attempt for every step that was tried again before a server had been told of
    /// it: what was done on the server was done once. An attempt that was started keeps its number.
    pub(crate) fn counting_starts(mut self) -> Self {
        for (name, step) in &mut self.steps {
            let of = format!("{name} attempt ");
            let told = format!("{of}{}", step.attempt);
            let server = self
                .servers
                .values_mut()
                .find(|server| server.attempts.contains_key(&told));
            let Some(server) = server else { continue };
            let Some(back) = step.moves.iter().rposition(|it| it.ends_with(" pending")) else {
                continue;
            };
            let (before, after) = step.moves.split_at(back);
            let started = before
                .iter()
                .any(|it| !it.ends_with(" starting") && !it.ends_with(" pending"));
            let attempts = server.attempts.keys().filter(|it| it.starts_with(&of)).count();
            if started || attempts != 1 {
                continue;
            }
            let number = format!("{} ", step.attempt);
            let first = after.iter().skip(1);
            step.moves = first
                .map(|it| format!("1 {}", it.strip_prefix(&number).unwrap_or(it)))
                .collect();
            step.attempt = 1;
            if let Some(exit) = server.attempts.remove(&told) {
                server.attempts.insert(format!("{of}1"), exit);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Evidence, ServerEvidence, StepEvidence};
    use std::collections::BTreeMap;

    fn evidence(moves: &[&str], attempt: u32, on_server: &[u32]) -> Evidence {
        let step = StepEvidence {
            state: "ended".to_owned(),
            outcome: None,
            said: None,
            attempt,
            log: Vec::new(),
            moves: moves.iter().map(|it| (*it).to_owned()).collect(),
        };
        let attempts = on_server
            .iter()
            .map(|it| (format!("s 1 drain attempt {it}"), Some(0)));
        let server = ServerEvidence {
            boots: 1,
            dpkg_log: Vec::new(),
            unfinished: Vec::new(),
            versions: String::new(),
            out_of_service: false,
            held: false,
            attempts: attempts.collect(),
        };
        Evidence {
            events: 1,
            state: "ended".to_owned(),
            outcome: None,
            lanes_ended: 1,
            steps: BTreeMap::from([("s 1 drain".to_owned(), step)]),
            servers: BTreeMap::from([("s".to_owned(), server)]),
        }
    }

    #[test]
    fn a_step_that_no_server_had_been_told_of_is_as_one_that_was_begun_once() {
        let again = ["1 starting", "2 pending", "2 starting", "2 started", "2 ended"];
        let once = evidence(&["1 starting", "1 started", "1 ended"], 1, &[1]);
        assert_eq!(evidence(&again, 2, &[2]).counting_starts(), once);
    }

    #[test]
    fn one_that_was_started_twice_is_not() {
        let again = ["1 starting", "2 pending", "2 starting", "2 started", "2 ended"];
        let twice = evidence(&again, 2, &[1, 2]);
        assert_eq!(twice.clone().counting_starts(), twice);
        let started = evidence(&["1 started", "2 pending", "2 started"], 2, &[2]);
        assert_eq!(started.clone().counting_starts(), started);
    }
}
