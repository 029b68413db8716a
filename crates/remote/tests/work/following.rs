//! A followed log in any pieces is the same log.

use crate::here::{NONCE, asked, attempt};
use proptest::prelude::*;
use remote::work::follow::{End, FollowError, FollowOp, FollowReader, Followed};

const BOOT: &str = "2b6e1c1e-37a5-4f4f-8f0d-4a36e8c5f1aa";

fn op(offset: u64) -> FollowOp {
    FollowOp {
        asked: asked(),
        attempt: attempt(1),
        offset,
    }
}

fn answer(noise: &[u8], log: &[u8], offset: usize, word: &str) -> Vec<u8> {
    let begin = format!("\nDRYDOCK-FOLLOW v1 BEGIN {NONCE} {BOOT} {}\n", log.len());
    let end = format!("\u{1e}DRYDOCK-FOLLOW v1 END {NONCE} {} {word}\n", log.len());
    [
        noise,
        begin.as_bytes(),
        &log[offset..],
        end.as_bytes(),
        b"logout\n",
    ]
    .concat()
}

fn read(op: &FollowOp, bytes: &[u8], cuts: &[usize]) -> Result<Vec<Followed>, FollowError> {
    let mut reader = FollowReader::new(op);
    let mut said = Vec::new();
    let mut from = 0;
    for cut in cuts.iter().copied().chain([bytes.len()]) {
        let to = cut.clamp(from, bytes.len());
        said.extend(reader.push(&bytes[from..to])?);
        from = to;
    }
    reader.finish()?;
    Ok(said)
}

fn log_of(said: &[Followed]) -> Vec<u8> {
    said.iter()
        .filter_map(|said| match said {
            Followed::Bytes(bytes) => Some(bytes.as_slice()),
            _ => None,
        })
        .collect::<Vec<_>>()
        .concat()
}

/// Bytes that look like the frame as often as not.
fn logs() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..40),
        Just(b"\x1e".to_vec()),
        Just(b"\x1eDRYDOCK-FOLLOW v1 END ".to_vec()),
        Just(format!("DRYDOCK-FOLLOW v1 BEGIN {NONCE} x 1\n").into_bytes()),
        Just(b"\n".to_vec()),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_pieces_give_exactly_the_logs_bytes(
        log in logs(), offset in any::<prop::sample::Index>(), mut cuts in proptest::collection::vec(0..600_usize, 0..30)
    ) {
        let offset = offset.index(log.len() + 1);
        cuts.sort_unstable();
        let bytes = answer(b"welcome\n\x1e\n", &log, offset, "ended 0");
        let said = read(&op(offset as u64), &bytes, &cuts).unwrap();
        prop_assert_eq!(log_of(&said), &log[offset..]);
        let length = log.len() as u64;
        prop_assert_eq!(&said[0], &Followed::Begun { boot_id: BOOT.to_owned(), length });
        prop_assert_eq!(said.last(), Some(&Followed::Ended { length, end: End::Ended { code: 0 } }));
    }

    #[test]
    fn a_cut_answer_gives_the_logs_beginning_and_no_end(log in logs(), kept in any::<prop::sample::Index>()) {
        let bytes = answer(b"", &log, 0, "ended 0");
        let whole = bytes.len() - b"logout\n".len();
        let mut reader = FollowReader::new(&op(0));
        let said = reader.push(&bytes[..kept.index(whole)]).unwrap();
        prop_assert!(!reader.is_over());
        let got = log_of(&said);
        prop_assert_eq!(reader.offset(), got.len() as u64);
        prop_assert!(log.starts_with(&got));
        // No more than a frame's beginning is held back.
        let came = kept.index(whole).saturating_sub(bytes.len() - whole);
        prop_assert!(got.len() + 200 >= came.min(log.len()));
    }

    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0..400_usize) {
        let _ = read(&op(0), &bytes, &[at]);
        let log = answer(b"", &bytes, 0, "ended 0");
        let mut broken = log.clone();
        let place = at.min(broken.len() - 1);
        broken[place] ^= 0x55;
        let _ = read(&op(0), &broken, &[at]);
    }
}

#[test]
fn what_is_not_the_answer_is_an_error() {
    let errors = [
        (b"bash: no\n".to_vec(), 0),
        (answer(b"", b"abc", 0, "whatever"), 0),
        (answer(b"", b"abc", 0, "ended"), 0),
        (answer(b"", b"abc", 0, "ended +1"), 0),
        (answer(b"", b"abc", 0, "ended 4294967296"), 0),
        (answer(b"", b"abc", 1, "ended 0"), 0),
        (answer(b"", b"abc", 0, "gone"), 1),
        (vec![b'x'; 100_000], 0),
        (
            format!("DRYDOCK-FOLLOW v1 BEGIN {NONCE} {BOOT} -1\n").into_bytes(),
            0,
        ),
        (
            format!("DRYDOCK-FOLLOW v1 BEGIN {NONCE} {BOOT}\n").into_bytes(),
            0,
        ),
    ];
    for (bytes, offset) in errors {
        assert!(
            read(&op(offset), &bytes, &[]).is_err(),
            "{}",
            String::from_utf8_lossy(&bytes)
        );
    }
    let other = String::from_utf8(answer(b"", b"abc", 0, "ended"))
        .unwrap()
        .replace(NONCE, &NONCE.replace('0', "1"));
    assert!(read(&op(0), other.as_bytes(), &[]).is_err());
}
