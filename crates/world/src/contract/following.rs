//! What every adapter that follows logs owes its callers.

use crate::{Limits, LogStream, Shell, Target};
use model::Reach;
use remote::work::follow::{End, FollowOp, Followed};

/// A step that has ended, and what it printed.
#[derive(Debug, Clone)]
pub struct Followable {
    /// Where it ran.
    pub target: Target,
    /// How its log is asked for. The offset is set anew.
    pub op: FollowOp,
    /// Its log, at least 4 KiB.
    pub log: Vec<u8>,
    /// Its exit status.
    pub code: u32,
    /// For an attempt that was never started.
    pub not_started: FollowOp,
    /// Limits that a healthy server keeps with ease.
    pub limits: Limits,
}

/// Tries what [`Shell::follow`] promises.
///
/// # Panics
/// When a promise is broken.
pub async fn check_following(shell: &dyn Shell, place: &Followable) {
    let length = place.log.len();
    for offset in [0, 1, length / 2, length - 1, length] {
        let (bytes, end) = follow_from(shell, place, offset).await;
        assert!(
            bytes == place.log[offset..],
            "from byte {offset} come exactly the others"
        );
        let wanted = Followed::Ended {
            length: length as u64,
            end: End::Ended { code: place.code },
        };
        assert_eq!(end, wanted, "the end says how long the log is");
    }
    let (bytes, end) = follow_from(shell, place, length + 1).await;
    assert!(bytes.is_empty(), "nothing comes from beyond the end");
    assert!(
        matches!(
            end,
            Followed::Ended {
                end: End::Shorter,
                ..
            }
        ),
        "a log that is shorter than was stored is told: {end:?}"
    );
    // Streams that are dropped in the middle lose nothing for whoever comes next.
    let mut stored = Vec::new();
    while stored.len() < length {
        let before = stored.len();
        match next_of(shell, place, before).await {
            Followed::Bytes(bytes) => stored.extend_from_slice(&bytes),
            other => panic!("bytes come after byte {before}, but: {other:?}"),
        }
    }
    assert!(stored == place.log, "stored in pieces, the log is the same");
    let mut stream = match shell
        .follow(&place.target, &place.not_started, place.limits.connect)
        .await
    {
        Ok(stream) => stream,
        Err(error) => panic!("an attempt that has not started can be asked about, but: {error}"),
    };
    let (_, end) = drain(stream.as_mut()).await;
    assert!(
        matches!(
            end,
            Followed::Ended {
                end: End::NotStarted,
                length: 0
            }
        ),
        "an attempt that has not started has no log: {end:?}"
    );
    let target = Target {
        pinned: Vec::new(),
        ..place.target.clone()
    };
    let refused = shell.follow(&target, &place.op, place.limits.connect).await;
    match refused {
        Err(error) => assert_eq!(error.reach, Reach::KeyUnconfirmed),
        Ok(_) => panic!("a server without pins is not followed"),
    }
}

async fn follow(shell: &dyn Shell, place: &Followable, offset: usize) -> Box<dyn LogStream> {
    let op = FollowOp {
        offset: offset as u64,
        ..place.op.clone()
    };
    match shell.follow(&place.target, &op, place.limits.connect).await {
        Ok(stream) => stream,
        Err(error) => panic!("a healthy server's log can be followed, but: {error}"),
    }
}

/// The first thing after the beginning.
async fn next_of(shell: &dyn Shell, place: &Followable, offset: usize) -> Followed {
    let mut stream = follow(shell, place, offset).await;
    next(stream.as_mut()).await;
    next(stream.as_mut()).await
}

async fn follow_from(shell: &dyn Shell, place: &Followable, offset: usize) -> (Vec<u8>, Followed) {
    let mut stream = follow(shell, place, offset).await;
    drain(stream.as_mut()).await
}

async fn drain(stream: &mut dyn LogStream) -> (Vec<u8>, Followed) {
    let first = next(stream).await;
    assert!(
        matches!(first, Followed::Begun { .. }),
        "the beginning comes first: {first:?}"
    );
    let mut all = Vec::new();
    loop {
        match next(stream).await {
            Followed::Bytes(bytes) => {
                assert!(!bytes.is_empty(), "bytes are never none");
                all.extend_from_slice(&bytes);
            }
            Followed::Begun { .. } => panic!("a log begins once"),
            end @ Followed::Ended { .. } => return (all, end),
        }
    }
}

async fn next(stream: &mut dyn LogStream) -> Followed {
    match stream.next().await {
        Ok(next) => next,
        Err(error) => panic!("a healthy server's log comes, but: {error}"),
    }
}
