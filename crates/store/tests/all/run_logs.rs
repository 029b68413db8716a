//! Steps' logs: every byte once, however it came in, and found again by byte and by line.

use crate::toy_runs::*;
use engine::{
    Appended, LogAppend, LogCursor, Move, NewStep, Said, StepEnd, StepOutcome, StepRef, StepState, StepStore,
};
use model::{RunId, StepId};
use proptest::prelude::*;
use std::time::Duration;
use store::{LOG_KEPT, Store};

/// A step that is under way in the name of a claim.
async fn started(db: &Store) -> StepRef {
    let kind = leak(format!("toy {}", uuid::Uuid::now_v7()));
    let lane = kind.to_owned();
    let id = ask(
        db,
        kind,
        vec![wave(1)],
        vec![NewStep::new(lane, "loud", 1, "x", minute())],
    )
    .await;
    let capacities = [engine::Capacity {
        kind,
        version: 1,
        free: 1,
        deadline: Duration::MAX,
    }];
    let claim = engine::Claim {
        owner: "worker",
        lease: Duration::from_secs(60),
        capacities: &capacities,
        take_over: true,
        max_attempts: u32::MAX,
    };
    let run = db.claim_stepped(&claim).await.unwrap().remove(0);
    let step = db.run_matrix(id, None, 1, 1).await.unwrap()[0].steps[0].id.uuid();
    let at = StepRef {
        run: run.id,
        epoch: run.epoch,
        step,
        attempt: 1,
    };
    assert!(db.arm(at).await.unwrap().is_some());
    for (from, to) in [
        (StepState::Pending, Move::Start { take_out: false }),
        (StepState::Starting, Move::Started),
    ] {
        assert_eq!(db.move_step(at, from, &to).await.unwrap(), engine::Written::Done);
        assert_eq!(
            db.move_step(at, from, &to).await.unwrap(),
            engine::Written::Done,
            "an answer that got lost"
        );
    }
    at
}

async fn append(db: &Store, step: StepRef, from: LogCursor, bytes: &[u8]) -> (Appended, LogCursor) {
    let to = from.after(bytes);
    let append = LogAppend {
        step,
        from,
        to,
        bytes: bytes.to_vec(),
    };
    (db.append_logs(vec![append]).await.unwrap()[0], to)
}

async fn end(db: &Store, step: StepRef) {
    let left = Move::Verify {
        report: "0".to_owned(),
        gone: false,
    };
    db.move_step(step, StepState::Started, &left).await.unwrap();
    let end = Move::End {
        end: StepEnd {
            outcome: StepOutcome::Changed,
            said: Said::NOTHING,
        },
        put_back: false,
    };
    assert_eq!(
        db.move_step(step, StepState::Verifying, &end).await.unwrap(),
        engine::Written::Done
    );
}

async fn whole(db: &Store, step: StepRef) -> store::LogPart {
    part(db, step, 0, LOG_KEPT).await
}

async fn part(db: &Store, step: StepRef, offset: u64, most: u64) -> store::LogPart {
    let (run, step) = (RunId::from_uuid(step.run), StepId::from_uuid(step.step));
    db.log_part(run, step, None, offset, most).await.unwrap().unwrap()
}

/// Every place at which a line begins, by the same rule, kept apart from the code under test.
fn beginnings(text: &[u8]) -> Vec<u64> {
    let mut at = vec![0];
    for (n, byte) in text.iter().enumerate() {
        let joined = *byte == b'\r' && text.get(n + 1) == Some(&b'\n');
        if *byte == b'\n' || (*byte == b'\r' && !joined) {
            at.push(n as u64 + 1);
        }
    }
    at
}

/// Appends `pieces`, packs them if so asked, and finds every byte and every line again.
async fn round(db: &Store, pieces: &[Vec<u8>], pack: bool) {
    let step = started(db).await;
    let mut cursor = LogCursor::default();
    for piece in pieces {
        let (appended, to) = append(db, step, cursor, piece).await;
        assert_eq!(appended, Appended::Stored);
        cursor = to;
    }
    if pack {
        end(db, step).await;
        db.pack_log(step.step).await.unwrap();
        assert_eq!(db.pack_logs(10).await.unwrap(), 0, "nothing is left loose");
    }
    let text = pieces.concat();
    let is = whole(db, step).await;
    assert_eq!(
        (is.bytes.as_slice(), is.first_line, is.ended),
        (text.as_slice(), 0, pack)
    );
    let begins = beginnings(&text);
    assert_eq!(is.lines, begins.len() as u64 - 1);
    for (line, begin) in begins
        .iter()
        .enumerate()
        .filter(|(_, begin)| **begin < text.len() as u64)
    {
        let found = db
            .log_line(StepId::from_uuid(step.step), 1, line as u64)
            .await
            .unwrap();
        assert_eq!(
            found,
            Some(*begin),
            "line {line} of {:?}",
            String::from_utf8_lossy(&text)
        );
        let tail = part(db, step, *begin, 7).await;
        let until = text.len().min(usize::try_from(*begin).unwrap() + 7);
        assert_eq!(tail.bytes, text[usize::try_from(*begin).unwrap()..until]);
        assert_eq!(tail.first_line, line as u64);
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(
        prop_oneof![Just(b'a'), Just(b'\n'), Just(b'\r'), any::<u8>()],
        1..12,
    )
}

testdb::on_both! {
    async fn every_byte_and_every_line_is_found_again(db: TestStore) {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        for case in 0..40 {
            let tree = prop::collection::vec(bytes(), 1..6).new_tree(&mut runner).unwrap();
            round(&db, &proptest::strategy::ValueTree::current(&tree), case % 2 == 0).await;
        }
    }

    async fn an_append_is_stored_once_and_only_at_the_end(db: TestStore) {
        let step = started(&db).await;
        let (appended, one) = append(&db, step, LogCursor::default(), b"one\n").await;
        assert_eq!(appended, Appended::Stored);
        assert_eq!(append(&db, step, LogCursor::default(), b"one\n").await.0, Appended::Stored, "its answer got lost");
        assert_eq!(append(&db, step, LogCursor::default(), b"other bytes").await.0, Appended::Elsewhere(one));
        let ahead = LogCursor { len: 99, ..one };
        assert_eq!(append(&db, step, ahead, b"x").await.0, Appended::Elsewhere(one));
        let stale = StepRef { epoch: step.epoch - 1, ..step };
        assert_eq!(append(&db, stale, one, b"two\n").await.0, Appended::Fenced);
        let attempt = StepRef { attempt: 2, ..step };
        assert_eq!(append(&db, attempt, one, b"two\n").await.0, Appended::Fenced);
        assert_eq!(whole(&db, step).await.bytes, b"one\n");
    }

    async fn many_logs_are_committed_together(db: TestStore) {
        let steps = [started(&db).await, started(&db).await, started(&db).await];
        let from = LogCursor::default();
        let to = from.after(b"line\n");
        let appends = steps.iter().rev().map(|step| LogAppend { step: *step, from, to, bytes: b"line\n".to_vec() });
        let answers = db.append_logs(appends.collect()).await.unwrap();
        assert_eq!(answers, [Appended::Stored; 3]);
        for step in steps {
            assert_eq!(whole(&db, step).await.bytes, b"line\n");
        }
    }

    async fn a_long_log_is_packed_by_the_megabyte_and_opens_at_its_tail(db: TestStore) {
        let step = started(&db).await;
        let mut text = Vec::new();
        for line in 0..100_000 {
            text.extend(format!("line {line} of many\n").into_bytes());
        }
        let mut cursor = LogCursor::default();
        for piece in text.chunks(engine::SEGMENT_MAX) {
            let (appended, to) = append(&db, step, cursor, piece).await;
            assert_eq!(appended, Appended::Stored);
            cursor = to;
        }
        let loose = part(&db, step, 1_000_000, 2_000).await;
        end(&db, step).await;
        db.pack_log(step.step).await.unwrap();
        let packed = part(&db, step, 1_000_000, 2_000).await;
        assert_eq!((&packed.bytes, packed.first_line), (&loose.bytes, loose.first_line));
        assert!(whole(&db, step).await.bytes == text);
        let tail = part(&db, step, text.len() as u64 - 64 * 1024, 1 << 20).await;
        assert_eq!(tail.bytes.len(), 64 * 1024);
        assert_eq!(tail.lines, 100_000);
        let begin = db.log_line(StepId::from_uuid(step.step), 1, 77_777).await.unwrap().unwrap();
        assert!(part(&db, step, begin, 30).await.bytes.starts_with(b"line 77777 of many\n"));
        assert_eq!(db.log_line(StepId::from_uuid(step.step), 1, 200_000).await.unwrap(), None);
        assert!(part(&db, step, 1 << 40, 10).await.bytes.is_empty(), "beyond its end there is nothing");
        let other = RunId::from_uuid(uuid::Uuid::now_v7());
        assert!(db.log_part(other, StepId::from_uuid(step.step), None, 0, 10).await.unwrap().is_none());
    }

    async fn when_bytes_were_received_is_known_and_kept_when_they_are_packed(db: TestStore) {
        let step = started(&db).await;
        let before = db.now().await.unwrap();
        let (_, one) = append(&db, step, LogCursor::default(), b"one\n").await;
        // Within the same second there is no other time.
        let (_, two) = append(&db, step, one, b"two\n").await;
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        while db.now().await.unwrap().micros() - before.micros() < 2_500_000 {
            assert!(std::time::Instant::now() < deadline, "the database's clock stands");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let (_, three) = append(&db, step, two, b"three\n").await;
        append(&db, step, three, b"four\n").await;
        let loose = whole(&db, step).await.marks;
        let [(0, first), (8, second)] = loose[..] else { panic!("one mark a second: {loose:?}") };
        assert!(before <= first && first.plus_secs(1) <= second && second <= db.now().await.unwrap());
        let [(4, same)] = part(&db, step, 4, 4).await.marks[..] else { panic!("its own time") };
        assert!(first <= same && same <= first.plus_secs(1));
        assert_eq!(part(&db, step, 9, 2).await.marks, [(8, second)]);
        end(&db, step).await;
        db.pack_log(step.step).await.unwrap();
        let packed = whole(&db, step).await;
        assert_eq!((packed.bytes.as_slice(), &packed.marks), (&b"one\ntwo\nthree\nfour\n"[..], &loose));
        assert_eq!(part(&db, step, 4, 4).await.marks, [(0, first)], "the last time before it");
        assert_eq!(part(&db, step, 9, 2).await.marks, [(8, second)]);
        let (run, id) = (RunId::from_uuid(step.run), StepId::from_uuid(step.step));
        let other = db.log_part(run, id, Some(2), 0, 100).await.unwrap().unwrap();
        assert!(other.marks.is_empty(), "another attempt has times of its own");
    }

    async fn what_is_beyond_the_limit_is_counted_and_not_kept(db: TestStore) {
        let step = started(&db).await;
        let near = LogCursor { len: LOG_KEPT - 3, ..LogCursor::default() };
        // Sixty-four megabytes that the database need not see for this.
        let jump = LogAppend { step, from: LogCursor::default(), to: near, bytes: vec![] };
        assert_eq!(db.append_logs(vec![jump]).await.unwrap(), [Appended::Stored]);
        let (appended, over) = append(&db, step, near, b"kept?\n").await;
        assert_eq!(appended, Appended::Stored);
        assert_eq!(append(&db, step, over, b"not kept\n").await.0, Appended::Stored);
        let is = part(&db, step, LOG_KEPT - 10, 100).await;
        assert_eq!((is.bytes.as_slice(), is.len), (&b"kep"[..], LOG_KEPT + 12));
    }

    async fn whoever_watches_a_run_hears_of_its_log(db: TestStore) {
        let step = started(&db).await;
        let mut news = db.run_news(RunId::from_uuid(step.run));
        news.borrow_and_update();
        append(&db, step, LogCursor::default(), b"one\n").await;
        tokio::time::timeout(Duration::from_secs(10), news.changed()).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_hears_of_a_runs_progress() {
    let Some(db) = testdb::postgres().await else {
        return;
    };
    let other = db.another_process().await;
    let step = started(&db).await;
    let mut news = other.run_news(RunId::from_uuid(step.run));
    news.borrow_and_update();
    append(&db, step, LogCursor::default(), b"one\n").await;
    tokio::time::timeout(Duration::from_secs(10), news.changed())
        .await
        .unwrap()
        .unwrap();
    other.close().await;
}
