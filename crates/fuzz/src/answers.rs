//! What a server answers about steps.

use crate::scans::{NONCE, mended};
use model::{InstanceId, StepId, Upgrade, Work};
use remote::work::follow::{FollowOp, FollowReader};
use remote::work::precheck::{PreCheck, PreCheckOp};
use remote::work::simulate::{SimulateOp, Simulated, Wanted};
use remote::work::start::{Fence, StartOp, Started};
use remote::work::state::{State, StateOp};
use remote::work::stop::{StopOp, Stopped};
use remote::work::tidy::{Tidied, TidyOp};
use remote::work::{Asked, Attempt};

pub(crate) const WORDS: &[&str] = &[
    ">start\n|outcome=started\n",
    ">attempt\n|",
    ">unit\n|",
    ">processes\n|",
    ">stop\n|outcome=stopped\n",
    ">tidy\n|removed=6f2a0d1e-8f3b-5d4c-9a7e-0123456789ab 1\n",
    ">disks\n|",
    ">locks\n|",
    ">interrupted\n|",
    ">free-0\n|",
    ">pinned-0\n|",
    ">uris-0\n|",
    ">about\n|",
    "InvocationID=",
    "ExecMainStatus=",
    "boot=",
    "outcome=",
    "Inst a [1] (2 Debian:13/stable [amd64])",
    "'http://x/a_2_amd64.deb' a_2_amd64.deb 100 SHA256:ab",
    "\t",
    "-1",
    "99999999999999999999",
];

pub(crate) const FOLLOW_WORDS: &[&str] = &[
    "DRYDOCK-FOLLOW v1 BEGIN 0123456789abcdef0123456789abcdef ",
    "\u{1e}DRYDOCK-FOLLOW v1 END 0123456789abcdef0123456789abcdef ",
    "5 ended\n",
    " gone\n",
    " not_started\n",
    " interrupted\n",
    "\u{1e}",
    "\u{1e}\u{1e}",
    "0b7c5a0e-6d5e-4c0f-9a52-0e8a3a0c6f11 ",
    "99999999999999999999",
    "\r\n",
    " 5\n",
];

fn asked() -> Asked {
    Asked {
        is_root: true,
        nonce: NONCE.to_owned(),
    }
}

fn attempt() -> Attempt {
    Attempt {
        step: "6f2a0d1e-8f3b-5d4c-9a7e-0123456789ab"
            .parse::<StepId>()
            .expect("an id"),
        number: 1,
    }
}

/// Every answer but the log, as it comes and in a whole frame.
pub(crate) fn all(bytes: &[u8]) {
    read(bytes);
    read(mended(bytes).as_bytes());
}

fn read(bytes: &[u8]) {
    let start = StartOp {
        asked: asked(),
        attempt: attempt(),
        fence: Fence {
            instance: "01890000-0000-7000-8000-000000000001"
                .parse::<InstanceId>()
                .expect("an id"),
            number: 1,
            take_over: false,
        },
        work: Work::Refresh,
    };
    let _ = Started::read(&start, bytes, b"", Some(0)).map(|started| started.refusal());
    let state = StateOp {
        asked: asked(),
        attempt: attempt(),
    };
    let _ = State::read(&state, bytes, b"", Some(0));
    let stop = StopOp {
        asked: asked(),
        attempt: attempt(),
    };
    let _ = Stopped::read(&stop, bytes, bytes, None);
    let tidy = TidyOp {
        asked: asked(),
        attempts: vec![attempt()],
    };
    let _ = Tidied::read(&tidy, bytes, b"", Some(0));
    let _ = PreCheck::read(&PreCheckOp { asked: asked() }, bytes, b"", Some(0));
    let simulate = SimulateOp {
        asked: asked(),
        refresh_older_than_secs: 0,
        wanted: vec![Wanted {
            upgrade: Upgrade::Upgrade,
            only: Vec::new(),
            exclude: Vec::new(),
        }],
    };
    let _ = Simulated::read(&simulate, bytes, b"", Some(0));
}

/// A log that is followed: however it is cut into pieces, the same comes of it.
pub(crate) fn follow(bytes: &[u8]) {
    let Some((cut, bytes)) = bytes.split_first() else {
        return;
    };
    let op = FollowOp {
        asked: asked(),
        attempt: attempt(),
        offset: 0,
    };
    let whole = through(&op, [bytes].into_iter());
    // Not too many of them: before the answer begins, each piece has all of the noise looked through again.
    let piece = usize::from(*cut).max(bytes.len() / 256).max(1);
    let pieces = through(&op, bytes.chunks(piece));
    assert_eq!(whole, pieces, "cut into pieces of {cut}");
}

/// The offset that was reached, whether the log was over, and whether all could be read.
fn through<'a>(op: &FollowOp, pieces: impl Iterator<Item = &'a [u8]>) -> (u64, bool, bool) {
    let mut reader = FollowReader::new(op);
    for piece in pieces {
        if reader.push(piece).is_err() {
            return (0, false, false);
        }
    }
    (reader.offset(), reader.is_over(), reader.finish().is_ok())
}
