//! What a window holds, however a log arrives.

#![allow(clippy::unwrap_used)]
use super::*;
use model::{StepId, Timestamp};
use proptest::prelude::*;

/// Reads the bytes from `from` to `to` as the server does, where every line ends with `\n`.
fn part(log: &str, from: usize, to: usize) -> LogPart {
    let before = &log[..from];
    let text = &log[from..to];
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let open = !text.is_empty() && !text.ends_with('\n');
    if !open {
        lines.pop();
    }
    let step: StepId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    LogPart {
        now: Timestamp::from_secs(1),
        step,
        attempt: 1,
        attempts: 1,
        offset: from as u64,
        first_line: before.matches('\n').count() as u64,
        continues: !before.is_empty() && !before.ends_with('\n'),
        lines,
        times: Vec::new(),
        open,
        next: to as u64,
        len: to as u64,
        total_lines: log[..to].matches('\n').count() as u64,
        kept: 64 << 20,
        ended: false,
    }
}

fn lines(window: &Window) -> Vec<String> {
    let mut at = window.first_line();
    let mut lines = Vec::new();
    for chunk in window.chunks() {
        assert_eq!(chunk.first, at, "chunks follow each other");
        assert!(chunk.lines.len() <= CHUNK && !chunk.lines.is_empty());
        at = chunk.end();
        lines.extend(chunk.lines.iter().cloned());
    }
    lines
}

fn whole(log: &str) -> Vec<String> {
    part(log, 0, log.len()).lines
}

fn long(lines: usize) -> String {
    (0..lines).map(|line| format!("line {line}\n")).collect()
}

/// Places where a log can be cut between characters.
fn cuts(log: &str, wanted: &[prop::sample::Index]) -> Vec<usize> {
    let places: Vec<usize> = (0..=log.len()).filter(|at| log.is_char_boundary(*at)).collect();
    let mut cuts: Vec<usize> = wanted.iter().map(|index| *index.get(&places)).collect();
    cuts.extend([0, log.len()]);
    cuts.sort_unstable();
    cuts
}

proptest! {
    #[test]
    fn any_split_gives_the_same_lines(
        log in "([a-zé]{0,6}\n?){0,60}",
        wanted in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let cuts = cuts(&log, &wanted);
        let mut window = Window::of(part(&log, 0, cuts[0]), true);
        for pair in cuts.windows(2) {
            prop_assert_eq!(window.hear(part(&log, pair[0], pair[1]), true), Heard::Here);
        }
        prop_assert_eq!(lines(&window), whole(&log));
        prop_assert_eq!(window.next(), log.len() as u64);
    }

    #[test]
    fn what_comes_twice_is_there_once_and_gaps_are_noticed(
        log in "([a-z]{0,6}\n?){1,40}",
        wanted in prop::collection::vec(any::<prop::sample::Index>(), 1..9),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
    ) {
        let cuts = cuts(&log, &wanted);
        let parts: Vec<_> = cuts.windows(2).map(|pair| part(&log, pair[0], pair[1])).collect();
        let mut window = Window::of(part(&log, 0, 0), true);
        // After a reconnect a stream begins anywhere; what is missing is read by its offset.
        for index in order.iter().map(|index| index.get(&parts)).chain(&parts) {
            if window.hear(index.clone(), true) == Heard::Missing {
                let next = usize::try_from(window.next()).unwrap();
                prop_assert_eq!(window.hear(part(&log, next, usize::try_from(index.next).unwrap()), true), Heard::Here);
            }
        }
        prop_assert_eq!(lines(&window), whole(&log));
    }
}

#[test]
fn the_window_stays_small_while_a_log_grows() {
    let log = long(10_000);
    let mut window = Window::default();
    let mut from = 0;
    for (at, _) in log.match_indices('\n').filter(|(at, _)| at % 7 == 0) {
        let heard = part(&log, from, at + 1);
        if from == 0 {
            window = Window::of(heard, true);
        } else {
            assert_eq!(window.hear(heard, true), Heard::Here);
        }
        from = at + 1;
        assert!(window.count() <= MOST);
    }
    assert!(window.is_at_end() && window.first_line() > 7_000);
    assert_eq!(
        lines(&window).last().unwrap(),
        &format!("line {}", window.end_line() - 1)
    );
}

#[test]
fn earlier_and_later_lines_come_without_a_seam() {
    let log = long(9_000);
    let line_at = |line: usize| log.match_indices('\n').nth(line - 1).unwrap().0 + 1;
    let mut window = Window::of(part(&log, line_at(8_600), log.len()), true);
    while window.first_line() > 0 {
        let from = usize::try_from(window.first_line()).unwrap().saturating_sub(500);
        let from = if from == 0 { 0 } else { line_at(from) };
        // As large as the server sends it: more than there was room for.
        let mut earlier = part(&log, from, (from + 9_000).min(log.len()));
        earlier.len = log.len() as u64;
        window.add_earlier(earlier);
        let here = lines(&window);
        assert_eq!(here[0], format!("line {}", window.first_line()));
        assert!(here.len() <= MOST);
    }
    assert!(!window.is_at_end());
    assert_eq!(window.hear(part(&log, 5, log.len()), true), Heard::Elsewhere);
    while !window.is_at_end() {
        let from = line_at(usize::try_from(window.later_from()).unwrap());
        let mut later = part(&log, from, (from + 9_000).min(log.len()));
        later.len = log.len() as u64;
        window.add_later(later);
    }
    assert_eq!(lines(&window).last().unwrap(), "line 8999");
    assert_eq!(window.end_line(), 9_000);
}

#[test]
fn what_somebody_reads_is_not_dropped_under_them() {
    let log = long(3_000);
    let mut window = Window::of(part(&log, 0, 4_000), true);
    assert_eq!(window.hear(part(&log, 4_000, log.len()), false), Heard::Here);
    assert_eq!(window.first_line(), 0);
    assert!(window.count() <= MOST && !window.is_at_end());
}

#[test]
fn a_line_feed_that_comes_late_leaves_no_gap() {
    let mut window = Window::of(part("a\nb\n", 0, 2), true);
    // `b\r` came, then `\n`, then `c\n`: the server leaves the line feed out of every line.
    let late = |offset: u64, next: u64, first_line: u64, lines: &[&str]| LogPart {
        offset,
        next,
        len: next,
        first_line,
        lines: lines.iter().map(ToString::to_string).collect(),
        continues: false,
        open: false,
        ..part("a\n", 0, 2)
    };
    assert_eq!(window.hear(late(2, 4, 1, &["b"]), true), Heard::Here);
    assert_eq!(window.hear(late(5, 5, 2, &[]), true), Heard::Here);
    assert_eq!(window.hear(late(5, 7, 2, &["c"]), true), Heard::Here);
    assert_eq!(window.hear(late(8, 10, 3, &["d"]), true), Heard::Here);
    assert_eq!(lines(&window), ["a", "b", "c", "d"]);
    assert_eq!(window.hear(late(12, 14, 5, &["f"]), true), Heard::Missing);
}

#[test]
fn an_empty_first_line_is_no_late_line_feed() {
    let log = "\nlater\n";
    for (from, to) in [(1, 1), (1, log.len())] {
        let mut window = Window::of(part(log, 0, 0), true);
        assert_eq!(window.hear(part(log, from, to), true), Heard::Missing);
        assert_eq!(window.hear(part(log, 0, log.len()), true), Heard::Here);
        assert_eq!(lines(&window), ["", "later"]);
    }
}

#[test]
fn half_a_character_at_the_end_is_still_the_end() {
    let half = LogPart {
        len: 3,
        ..part("a\nb", 0, 2)
    };
    assert!(Window::of(half.clone(), true).is_at_end());
    assert!(!Window::of(LogPart { ended: true, ..half }, true).is_at_end());
}

#[test]
fn another_attempts_bytes_are_not_added() {
    let mut window = Window::of(part("a\nb\n", 0, 2), true);
    let other = LogPart {
        attempt: 2,
        ..part("a\nb\n", 2, 4)
    };
    assert_eq!(window.hear(other, true), Heard::Here);
    assert_eq!(lines(&window), ["a"]);
}

#[test]
fn a_line_has_the_time_at_which_it_came_however_the_log_arrives() {
    let log = long(100);
    let at = |line: usize| log.find(&format!("line {line}\n")).unwrap();
    let timed = |from, to, times: &[(u64, &str)]| LogPart {
        times: times.iter().map(|(line, at)| (*line, (*at).to_owned())).collect(),
        ..part(&log, from, to)
    };
    let mut window = Window::of(timed(at(50), at(60), &[(52, "one"), (55, "two")]), true);
    let times = |window: &Window, lines: [u64; 4]| lines.map(|line| window.time_of(line).map(str::to_owned));
    let some = |at: &str| Some(at.to_owned());
    assert_eq!(
        times(&window, [50, 52, 54, 59]),
        [None, some("one"), some("one"), some("two")]
    );
    window.hear(timed(at(60), at(70), &[(60, "two"), (65, "three")]), true);
    assert_eq!(
        times(&window, [59, 60, 64, 69]),
        [some("two"), some("two"), some("two"), some("three")]
    );
    window.add_earlier(timed(at(40), at(52), &[(40, "zero"), (52, "one")]));
    assert_eq!(
        times(&window, [40, 51, 52, 55]),
        [some("zero"), some("zero"), some("one"), some("two")]
    );
    assert_eq!(window.times.len(), 4, "a time that holds on is kept once");
}
