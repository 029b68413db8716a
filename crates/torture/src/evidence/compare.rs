//! How what two runs left differs, in sentences.

use super::{Evidence, Faults};

impl Evidence {
    /// How it differs from the undisturbed run, in sentences.
    pub(crate) fn differs(&self, whole: &Self) -> Faults {
        let mut faults = Vec::new();
        let mut compare = |name: &str, is: String, was: String| {
            if is != was {
                faults.push(format!(
                    "{name}: {} instead of {}",
                    shortened(&is),
                    shortened(&was)
                ));
            }
        };
        compare("state", self.state.clone(), whole.state.clone());
        compare("outcome", said(&self.outcome), said(&whole.outcome));
        compare(
            "servers done",
            self.lanes_ended.to_string(),
            whole.lanes_ended.to_string(),
        );
        for (name, was) in &whole.steps {
            let Some(is) = self.steps.get(name) else { continue };
            compare(
                name,
                format!("{} {:?}", is.state, is.outcome),
                format!("{} {:?}", was.state, was.outcome),
            );
            compare(&format!("{name}, what is said"), said(&is.said), said(&was.said));
            compare(
                &format!("{name}, attempt"),
                is.attempt.to_string(),
                was.attempt.to_string(),
            );
            compare(
                &format!("{name}, transitions"),
                is.moves.join(", "),
                was.moves.join(", "),
            );
            let (log, undisturbed) = (timeless(&is.log), timeless(&was.log));
            if log != undisturbed {
                compare(
                    &format!("{name}, log"),
                    unlike("it", &log, "undisturbed", &undisturbed),
                    String::new(),
                );
            }
        }
        for (name, was) in &whole.servers {
            let Some(is) = self.servers.get(name) else {
                continue;
            };
            compare(
                &format!("{name}, restarts"),
                is.boots.to_string(),
                was.boots.to_string(),
            );
            compare(
                &format!("{name}, dpkg.log"),
                is.dpkg_log.join(", "),
                was.dpkg_log.join(", "),
            );
            compare(
                &format!("{name}, left unconfigured"),
                is.unfinished.join(", "),
                was.unfinished.join(", "),
            );
            compare(
                &format!("{name}, versions"),
                is.versions.clone(),
                was.versions.clone(),
            );
            compare(
                &format!("{name}, out of service"),
                is.out_of_service.to_string(),
                was.out_of_service.to_string(),
            );
            compare(
                &format!("{name}, held"),
                is.held.to_string(),
                was.held.to_string(),
            );
            compare(
                &format!("{name}, attempts"),
                format!("{:?}", is.attempts),
                format!("{:?}", was.attempts),
            );
        }
        faults
    }
}

/// A log without the figures of lines that name a time of day: two runs do not print them at the same second.
fn timeless(log: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(log.len());
    for line in log.split_inclusive(|byte| *byte == b'\n') {
        if !line.windows(4).any(|at| at == b" UTC") {
            kept.extend_from_slice(line);
            continue;
        }
        for byte in line {
            match byte {
                b'0'..=b'9' if kept.last() == Some(&b'#') => {}
                b'0'..=b'9' => kept.push(b'#'),
                other => kept.push(*other),
            }
        }
    }
    kept
}

fn said(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 300 {
        return format!("“{text}”");
    }
    let head: String = text.chars().take(300).collect();
    format!("“{head}…” ({} bytes)", text.len())
}

/// Where two logs begin to differ.
pub(super) fn unlike(one: &str, is: &[u8], other: &str, was: &[u8]) -> String {
    let at = is
        .iter()
        .zip(was)
        .position(|(a, b)| a != b)
        .unwrap_or_else(|| is.len().min(was.len()));
    let around = |bytes: &[u8]| {
        let from = at.saturating_sub(40);
        String::from_utf8_lossy(bytes.get(from..bytes.len().min(at + 40)).unwrap_or_default()).into_owned()
    };
    format!(
        "{one} ({} bytes) and {other} ({} bytes) differ from byte {at} on: {:?} and {:?}",
        is.len(),
        was.len(),
        around(is),
        around(was)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_byte_at_which_two_logs_part_is_found() {
        assert!(unlike("a", b"abc", "b", b"abd").contains("from byte 2 on"));
        assert!(unlike("a", b"abc", "b", b"abcd").contains("from byte 3 on"));
    }

    #[test]
    fn only_lines_with_a_time_of_day_lose_their_figures() {
        let log = timeless(b"Get:1 x 12 kB\n2026-11-22 03:55:38 UTC 8h left\n");
        assert_eq!(
            String::from_utf8_lossy(&log),
            "Get:1 x 12 kB\n#-#-# #:#:# UTC #h left\n"
        );
    }
}
