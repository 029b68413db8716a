//! Answers that are broken in every way: refused or read, never a panic.

use crate::here::{asked, attempt, command, fence};
use crate::reading::{ABOUT, APT, ATTEMPT, DISKS, LOCKS, UNITS, URIS, composed, simulate};
use proptest::prelude::*;
use remote::work::kept::{self, KeptOp};
use remote::work::precheck::{PreCheck, PreCheckOp};
use remote::work::simulate::Simulated;
use remote::work::start::{StartOp, Started};
use remote::work::state::{State, StateOp};
use remote::work::stop::{StopOp, Stopped};
use remote::work::tidy::{Tidied, TidyOp};

fn read_everything(bytes: &[u8]) {
    let (asked, attempt) = (asked(), attempt(1));
    let start = StartOp {
        asked: asked.clone(),
        attempt,
        fence: fence(1),
        work: command(&["true"]),
    };
    let _ = Started::read(&start, bytes, b"", Some(0)).map(|started| started.refusal());
    let state = StateOp {
        asked: asked.clone(),
        attempt,
    };
    let _ = State::read(&state, bytes, b"", Some(0));
    let kept = KeptOp {
        asked: asked.clone(),
        attempt,
    };
    let _ = kept::read(&kept, bytes, b"", Some(0));
    let stop = StopOp {
        asked: asked.clone(),
        attempt,
    };
    let _ = Stopped::read(&stop, bytes, b"", None);
    let tidy = TidyOp {
        asked: asked.clone(),
        attempts: vec![attempt],
    };
    let _ = Tidied::read(&tidy, bytes, b"", Some(0));
    let _ = PreCheck::read(&PreCheckOp { asked }, bytes, b"", Some(0));
    let _ = Simulated::read(&simulate(1), bytes, b"", Some(0));
}

fn everything() -> Vec<u8> {
    composed(&[
        ("start", "outcome=other_instance\nholder=x\nsince=5\n", "", 0),
        ("attempt", ATTEMPT, "", 0),
        (
            "unit",
            "InvocationID=a\nExecMainCode=1\nExecMainStatus=0\nCPUUsageNSec=1\n",
            "",
            0,
        ),
        ("processes", "1\t2\tS\tdo_wait\t5\tsh\n", "", 0),
        (
            "kept",
            "file\t/etc/a\t/etc/a.dpkg-dist\n -x\n +y\nmore\t3\n",
            "",
            0,
        ),
        ("stop", "outcome=stopped\n", "", 0),
        ("tidy", "removed=6f2a0d1e-8f3b-5d4c-9a7e-0123456789ab 1\n", "", 0),
        ("disks", DISKS, "", 0),
        ("boot-files", "bytes=1\n", "", 0),
        ("boot", "id=b-1\nkernel=6.1\n", "", 0),
        ("failed-units", "x.service loaded failed failed x\n", "", 0),
        ("locks", LOCKS, "", 0),
        ("interrupted", "package\ta\tok half-configured\n", "", 0),
        ("about", ABOUT, "", 0),
        ("free-0", APT, "", 0),
        ("pinned-0", APT, "", 0),
        ("uris-0", URIS, "", 0),
        ("units", UNITS, "", 0),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_never_panic(
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)
    ) {
        let mut bytes = everything();
        for (place, byte) in places {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        read_everything(&bytes);
    }

    #[test]
    fn lines_cut_swapped_and_repeated_never_panic(
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3_u8), 1..12)
    ) {
        let text = String::from_utf8(everything()).unwrap();
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        for (from, to, how) in places {
            let (from, to) = (from.index(lines.len()), to.index(lines.len()));
            // The frame stays, so that what is between is reached.
            if !lines[from].starts_with('|') || !lines[to].starts_with('|') {
                continue;
            }
            match how {
                0 => lines.swap(from, to),
                1 => { lines.remove(from); }
                _ => { let line = lines[from]; lines.insert(to, line); }
            }
        }
        read_everything(lines.concat().as_bytes());
    }

    #[test]
    fn garbage_is_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let op = StateOp { asked: asked(), attempt: attempt(1) };
        prop_assert!(State::read(&op, &bytes, b"", Some(0)).is_err());
        read_everything(&bytes);
    }

    #[test]
    fn a_truncated_answer_is_always_an_error(at in any::<prop::sample::Index>()) {
        let bytes = everything();
        let op = StateOp { asked: asked(), attempt: attempt(1) };
        prop_assert!(State::read(&op, &bytes, b"", Some(0)).is_ok());
        prop_assert!(State::read(&op, &bytes[..at.index(bytes.len())], b"", Some(0)).is_err());
    }
}
