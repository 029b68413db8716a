//! A run's page, what is asked of it, its logs and its proof, while a worker's part is played by the test.

use crate::deploying::{Shop, security, shop};
use engine::{
    Capacity, Claim, LogAppend, LogCursor, Move, Said, StepEnd, StepOutcome, StepRef, StepState,
    StepStore as _,
};
use model::run::{RunOutcome, RunState, Settlement, StepOutcome as Shown};
use model::view::{LaneStanding, LogFind, LogFrom, ProofStage, RunAsk, RunAsked, RunNow};
use model::{ErrorCode, RunId, Status, StepId};
use std::time::Duration;

pub(crate) async fn run(shop: &Shop) -> RunId {
    let plan = shop.ready(security()).await;
    let answer = shop
        .drydock
        .usecases
        .run_plan(&shop.lead, plan.id, plan.hash)
        .await
        .unwrap();
    let RunNow::Started(run) = answer else {
        panic!("{answer:?}")
    };
    run
}

/// The run's first step, under way in the name of a claim.
pub(crate) async fn started(shop: &Shop, run: RunId) -> StepRef {
    let store = shop.store();
    let capacities = [Capacity {
        kind: "deploy",
        version: 1,
        free: 1,
        deadline: Duration::MAX,
    }];
    let claim = Claim {
        owner: "worker",
        lease: Duration::from_secs(60),
        capacities: &capacities,
        take_over: true,
        max_attempts: u32::MAX,
    };
    let claimed = store.claim_stepped(&claim).await.unwrap().remove(0);
    assert_eq!(RunId::from_uuid(claimed.id), run);
    let page = shop
        .drydock
        .usecases
        .run_page(&shop.lead, run, None, 1)
        .await
        .unwrap();
    let at = StepRef {
        run: claimed.id,
        epoch: claimed.epoch,
        step: page.rows[0].cells[0].step.uuid(),
        attempt: 1,
    };
    assert!(store.arm(at).await.unwrap().is_some());
    for (from, to) in [
        (StepState::Pending, Move::Start { take_out: false }),
        (StepState::Starting, Move::Started),
    ] {
        assert_eq!(
            store.move_step(at, from, &to).await.unwrap(),
            engine::Written::Done
        );
    }
    at
}

async fn append(shop: &Shop, step: StepRef, from: LogCursor, bytes: &[u8]) -> LogCursor {
    let to = from.after(bytes);
    let append = LogAppend {
        step,
        from,
        to,
        bytes: bytes.to_vec(),
    };
    shop.store().append_logs(vec![append]).await.unwrap();
    to
}

async fn end(shop: &Shop, step: StepRef, outcome: StepOutcome, result: Option<String>) {
    let left = Move::Verify {
        report: "0".to_owned(),
        gone: false,
    };
    shop.store()
        .move_step(step, StepState::Started, &left)
        .await
        .unwrap();
    let said = Said {
        sentence: Some("It is as it is.".to_owned()),
        result,
    };
    let end = Move::End {
        end: StepEnd { outcome, said },
        put_back: false,
    };
    let written = shop
        .store()
        .move_step(step, StepState::Verifying, &end)
        .await
        .unwrap();
    assert_eq!(written, engine::Written::Done);
}

testdb::on_both! {
    async fn a_run_is_shown_and_its_news_carry_what_moved(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let u = &shop.drydock.usecases;
        let id = run(&shop).await;
        let page = u.run_page(&shop.lead, id, None, 1).await.unwrap();
        assert_eq!((page.head.state, page.head.status), (RunState::Queued, Status::Unknown));
        assert_eq!((page.waves.len(), page.rows.len(), page.pages), (2, 2, 1));
        assert_eq!(page.rows[0].standing, LaneStanding::Pending);
        assert!(page.columns.len() >= 4 && page.rows[0].cells.iter().all(|cell| cell.kind.is_some()));
        assert_eq!(u.run_page(&shop.lead, id, Some(2), 1).await.unwrap().rows[0].name, "web-2");
        assert!(page.head.buttons.cancel && page.head.buttons.pause && !page.head.buttons.retry_failed);
        let viewer = crate::support::Drydock::somebody(model::Role::Viewer);
        let seen = u.run_page(&viewer, id, None, 1).await.unwrap();
        assert_eq!(seen.head.buttons, model::view::RunButtons::default());

        let step = started(&shop, id).await;
        let news = u.run_events(&shop.lead, id, page.seq).await.unwrap();
        assert!(news.seq > page.seq);
        assert_eq!((news.head.state, news.cells.len(), news.read_again), (RunState::Running, 1, false));
        assert_eq!((news.cells[0].step.uuid(), news.cells[0].status), (step.step, Status::Running));
        assert_eq!(news.head.headline.text, "Upgrading 2 servers");
        assert!(news.head.headline.done_at.is_some(), "the plan has an estimate");
        // A log is no event, and the cell that is under way carries its length.
        append(&shop, step, LogCursor::default(), b"one\ntwo").await;
        let more = u.run_events(&shop.lead, id, news.seq).await.unwrap();
        assert_eq!((more.seq, more.cells[0].log_len, more.cells[0].log_lines), (news.seq, 7, 1));
        end(&shop, step, StepOutcome::Changed, None).await;
        let last = u.run_events(&shop.lead, id, more.seq).await.unwrap();
        assert_eq!(last.cells[0].outcome, Some(Shown::Changed));
        assert_eq!(u.run_events(&shop.lead, id, last.seq).await.unwrap().cells, []);
        assert_eq!(u.run_events(&shop.lead, RunId::from_uuid(uuid::Uuid::now_v7()), 0).await.unwrap_err().kind(), ErrorCode::NotFound);
    }

    async fn a_second_run_on_the_stack_waits_and_says_behind_what(db: TestStore) {
        let shop = shop(db, &["web-1"]).await;
        let u = &shop.drydock.usecases;
        let first = run(&shop).await;
        shop.drydock.clock.pass(1);
        let again = u.preview(&shop.lead, shop.asked(security())).await.unwrap();
        let plan = shop.page(again).await;
        assert_eq!((plan.behind.len(), plan.behind[0].0), (1, first));
        let RunNow::Started(second) = u.run_plan(&shop.lead, again, plan.hash).await.unwrap() else { panic!("it was started") };
        let page = u.run_page(&shop.lead, second, None, 1).await.unwrap();
        assert_eq!(page.head.behind.map(|it| it.id), Some(first));
        let form = u.deploy_form(&shop.lead, shop.stack, None).await.unwrap();
        assert_eq!(form.open_runs.iter().map(|it| it.0).collect::<Vec<_>>(), [first, second]);
    }

    async fn what_is_asked_of_a_run_is_done_and_noted(db: TestStore) {
        let shop = shop(db, &["web-1"]).await;
        let u = &shop.drydock.usecases;
        let id = run(&shop).await;
        assert_eq!(u.retry_failed(&shop.lead, id).await.unwrap_err().kind(), ErrorCode::Conflict);
        assert_eq!(u.ask_run(&shop.lead, id, RunAsk::Pause).await.unwrap(), RunAsked::Now);
        let page = u.run_page(&shop.lead, id, None, 1).await.unwrap();
        assert_eq!((page.head.state, page.head.status), (RunState::Paused, Status::Waiting));
        assert!(page.head.buttons.resume && page.head.why.unwrap().contains("Resume it"));
        assert_eq!(u.ask_run(&shop.lead, id, RunAsk::Resume).await.unwrap(), RunAsked::Now);
        assert_eq!(u.ask_run(&shop.lead, id, RunAsk::Cancel).await.unwrap(), RunAsked::Now);
        assert_eq!(u.ask_run(&shop.lead, id, RunAsk::Pause).await.unwrap(), RunAsked::TooLate);
        let page = u.run_page(&shop.lead, id, None, 1).await.unwrap();
        assert_eq!((page.head.outcome, page.head.buttons.retry_failed), (Some(RunOutcome::Cancelled), true));
        assert_eq!(page.head.headline.text, "Cancelled before it began");
        let said: Vec<String> = u.activity(&shop.lead, 1).await.unwrap().audit.into_iter().map(|line| line.what).collect();
        for what in ["paused a run", "let a run go on", "cancelled a run"] {
            assert_eq!(said.iter().filter(|line| *line == what).count(), 1, "{what}: {said:?}");
        }
        // What was not reached is retried, and the run that comes of it names this one.
        shop.drydock.clock.pass(1);
        let plan = u.retry_failed(&shop.lead, id).await.unwrap();
        let plan = shop.page(plan).await;
        assert_eq!((plan.asked.servers.as_slice(), plan.may_run), ([shop.server("web-1")].as_slice(), true));
        let RunNow::Started(child) = u.run_plan(&shop.lead, plan.id, plan.hash).await.unwrap() else { panic!("it was started") };
        let page = u.run_page(&shop.lead, child, None, 1).await.unwrap();
        assert_eq!(page.parent.map(|it| it.id), Some(id));
        let page = u.run_page(&shop.lead, id, None, 1).await.unwrap();
        assert_eq!(page.children.iter().map(|it| it.id).collect::<Vec<_>>(), [child]);
        let nothing = StepId::from_uuid(uuid::Uuid::now_v7());
        assert_eq!(u.settle_step(&shop.lead, id, nothing, Settlement::Done).await.unwrap_err().kind(), ErrorCode::NotFound);
        let step = page.rows[0].cells[0].step;
        assert_eq!(u.settle_step(&shop.lead, id, step, Settlement::Done).await.unwrap(), RunAsked::TooLate);
        u.mark_in_service(&shop.lead, shop.server("web-1")).await.unwrap();
    }

    async fn a_log_is_read_from_its_tail_by_line_and_searched(db: TestStore) {
        let shop = shop(db, &["web-1"]).await;
        let u = &shop.drydock.usecases;
        let id = run(&shop).await;
        let step = started(&shop, id).await;
        let cell = StepId::from_uuid(step.step);
        let part = async |from| u.log_part(&shop.lead, id, cell, None, from).await.unwrap();
        let empty = part(LogFrom::Tail(10)).await;
        assert_eq!((empty.lines.len(), empty.next, empty.ended), (0, 0, false));
        // Long enough for several windows of the search.
        let mut text = String::new();
        for line in 0..60_000 {
            match line {
                40_000 => text.push_str("E: \u{1b}[31mNeedle\u{1b}[0m in the hay\n"),
                _ => text.push_str(&format!("line {line} of the log, with some words\r\n")),
            }
        }
        text.push_str("half");
        let cursor = append(&shop, step, LogCursor::default(), text.as_bytes()).await;
        let tail = part(LogFrom::Tail(3)).await;
        assert_eq!(tail.lines, ["line 59998 of the log, with some words", "line 59999 of the log, with some words", "half"]);
        assert_eq!((tail.first_line, tail.open, tail.total_lines, tail.continues), (59_998, true, 60_000, false));
        let [(57_000.., first)] = &tail.times[..] else { panic!("one time, from the first line on: {:?}", tail.times) };
        assert_eq!(tail.times[0].0, tail.first_line);
        assert!(first.starts_with("20") && first.ends_with(" UTC"), "{first}");
        append(&shop, step, cursor, b" a line\n").await;
        let more = part(LogFrom::Byte(tail.next)).await;
        assert_eq!((more.lines.as_slice(), more.continues, more.open), ([" a line".to_owned()].as_slice(), true, false));
        assert!(more.times.is_empty(), "a line has the time of its beginning: {:?}", more.times);
        let line = part(LogFrom::Line(40_000)).await;
        assert_eq!((line.first_line, line.lines[0].as_str()), (40_000, "E: \u{1b}[31mNeedle\u{1b}[0m in the hay"));
        let before = part(LogFrom::Before(line.offset)).await;
        assert_eq!(before.lines.last().unwrap(), "line 39999 of the log, with some words");
        assert_eq!(before.next, line.offset);
        assert_eq!(before.first_line + before.lines.len() as u64, 40_000);
        let find = async |text: Option<&str>, line, backwards| {
            let find = LogFind { text: text.map(str::to_owned), line, backwards };
            u.find_in_log(&shop.lead, id, cell, None, find).await.unwrap()
        };
        assert_eq!(find(Some("NEEDLE in"), 0, false).await.line, Some(40_000));
        assert_eq!(find(Some("needle in"), 40_001, false).await.line, None);
        assert_eq!(find(Some("needle in"), 60_000, true).await.line, Some(40_000));
        assert_eq!(find(None, 0, false).await.offset, line.offset, "the next error");
        assert_eq!(find(Some("line 7 of"), 60_000, true).await.line, Some(7));
        let mut bytes = Vec::new();
        let mut from = Some(0);
        while let Some(at) = from {
            let file = u.log_file(&shop.lead, id, cell, None, at).await.unwrap();
            assert_eq!(file.name, "web-1-health-before-1.log");
            bytes.extend(file.bytes);
            from = file.next;
        }
        assert_eq!(bytes, format!("{text} a line\n").into_bytes());
        let other = StepId::from_uuid(uuid::Uuid::now_v7());
        let none = u.log_part(&shop.lead, id, other, None, LogFrom::Tail(1)).await;
        assert_eq!(none.unwrap_err().kind(), ErrorCode::NotFound);
    }

    async fn nothing_is_proved_before_a_server_was_seen_again(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let u = &shop.drydock.usecases;
        let id = run(&shop).await;
        let proof = u.proof(&shop.lead, id, 1).await.unwrap();
        assert_eq!((proof.totals.servers, proof.totals.not_begun, proof.outcome), (2, 2, None));
        assert_eq!(proof.servers[0].packages[0].as_planned, None);
        let step = started(&shop, id).await;
        let proof = u.proof(&shop.lead, id, 1).await.unwrap();
        let stages: Vec<ProofStage> = proof.servers.iter().map(|server| server.stage).collect();
        assert_eq!(stages, [ProofStage::UnderWay, ProofStage::NotBegun]);
        assert!(proof.servers[0].misses.is_empty() && proof.servers[0].status == Status::Running);
        assert_eq!(proof.said, "0 of 2 servers proved so far, 1 under way, 1 not begun yet; the run goes on.");
        end(&shop, step, StepOutcome::Failed, None).await;
        let proof = u.proof(&shop.lead, id, 1).await.unwrap();
        assert_eq!((proof.totals.failed, proof.servers[0].status), (1, Status::Failed));
        assert!(proof.servers[0].said.contains("health before failed"), "{}", proof.servers[0].said);
    }
}
