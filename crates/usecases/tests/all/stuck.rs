//! A deadline that passes ends in *stuck, needs a person*: with what is known, the buttons that settle it, and a line in the
//! audit trail for each. And nothing is called under way without the age of its last proof of life.

use crate::deploying::{Shop, shop};
use crate::run_pages::{run, started};
use crate::support::Drydock;
use engine::{Move, Park, RunStore as _, StepState, StepStore as _, Written};
use model::run::{RunOutcome, RunState, Settlement};
use model::view::{RunAsk, RunAsked, RunHead};
use model::{ErrorCode, Role, RunId, Status, StepId};
use testdb::TestStore;

const KNOWN: &str = "It still works, and its time is over.";

/// A run whose first step was stuck at its deadline, and the step.
async fn stuck(shop: &Shop) -> (RunId, StepId) {
    let id = run(shop).await;
    let at = started(shop, id).await;
    let known = KNOWN.to_owned();
    let stick = Move::Stick { known: known.clone() };
    let written = shop
        .store()
        .move_step(at, StepState::Started, &stick)
        .await
        .unwrap();
    assert_eq!(written, Written::Done);
    assert!(
        shop.store()
            .park(at.run, at.epoch, &Park::Stuck { known })
            .await
            .unwrap()
    );
    (id, StepId::from_uuid(at.step))
}

async fn head(shop: &Shop, run: RunId) -> RunHead {
    shop.drydock
        .usecases
        .run_page(&shop.lead, run, None, 1)
        .await
        .unwrap()
        .head
}

async fn audited(shop: &Shop) -> Vec<String> {
    let activity = shop.drydock.usecases.activity(&shop.lead, 1).await.unwrap();
    activity
        .audit
        .into_iter()
        .map(|line| format!("{} {}", line.who, line.what))
        .collect()
}

async fn settles(db: TestStore, settlement: Settlement, said: &str) {
    let shop = shop(db, &["web-1"]).await;
    let u = &shop.drydock.usecases;
    let (id, step) = stuck(&shop).await;
    let settled = u.settle_step(&shop.lead, id, step, settlement).await.unwrap();
    assert_eq!(settled, RunAsked::Now);
    let now = head(&shop, id).await;
    assert_eq!(now.state, RunState::Queued, "a worker takes it up");
    assert!(!now.buttons.settle && now.why.is_none(), "{:?}", now.why);
    let again = u.settle_step(&shop.lead, id, step, settlement).await.unwrap();
    assert_eq!(again, RunAsked::TooLate);
    let lines = audited(&shop).await;
    assert_eq!(lines.iter().filter(|line| *line == said).count(), 1, "{lines:?}");
}

testdb::on_both! {
    async fn what_is_known_and_every_way_out_are_shown(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let u = &shop.drydock.usecases;
        let (id, step) = stuck(&shop).await;
        let page = u.run_page(&shop.lead, id, None, 1).await.unwrap();
        assert_eq!((page.head.state, page.head.status), (RunState::Stuck, Status::Waiting));
        assert!(page.head.headline.text.starts_with("Needs a person: 0 of 2 servers done"), "{}", page.head.headline.text);
        // What is known, then what to do.
        let why = page.head.why.unwrap();
        assert!(why.starts_with(KNOWN) && why.contains("Open its cell"), "{why}");
        let cell = page.rows.iter().flat_map(|row| &row.cells).find(|cell| cell.step == step).unwrap();
        assert_eq!((cell.said.as_deref(), cell.status), (Some(KNOWN), Status::Waiting));
        let buttons = page.head.buttons;
        assert!(buttons.settle && buttons.abandon && !buttons.resume && !buttons.pause, "{buttons:?}");
        // A viewer sees the same, and has no button; what a viewer posts all the same changes nothing.
        let viewer = Drydock::somebody(Role::Viewer);
        let seen = u.run_page(&viewer, id, None, 1).await.unwrap();
        assert_eq!((seen.head.why, seen.head.buttons), (Some(why), model::view::RunButtons::default()));
        let refused = u.settle_step(&viewer, id, step, Settlement::Done).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorCode::NotAllowed);
        assert_eq!(head(&shop, id).await.state, RunState::Stuck);
        // The run keeps its servers until somebody has settled it.
        let holder = shop.store().holder(&format!("server:{}", shop.server("web-1"))).await.unwrap();
        assert_eq!(holder, Some(id));
    }

    async fn looking_again_lets_the_run_go_on_and_is_audited(db: TestStore) {
        settles(db, Settlement::LookAgain, "lea had Drydock look again at the step health before on web-1").await;
    }

    async fn marking_as_done_lets_the_run_go_on_and_is_audited(db: TestStore) {
        settles(db, Settlement::Done, "lea said that this is done: the step health before on web-1").await;
    }

    async fn marking_as_failed_lets_the_run_go_on_and_is_audited(db: TestStore) {
        settles(db, Settlement::Failed, "lea said that this failed: the step health before on web-1").await;
    }

    async fn a_stuck_run_can_be_let_go_of(db: TestStore) {
        let shop = shop(db, &["web-1"]).await;
        let u = &shop.drydock.usecases;
        let (id, step) = stuck(&shop).await;
        assert_eq!(u.ask_run(&shop.lead, id, RunAsk::Abandon).await.unwrap(), RunAsked::Now);
        let now = head(&shop, id).await;
        assert_eq!((now.state, now.outcome), (RunState::Ended, Some(RunOutcome::Abandoned)));
        assert!(now.headline.text.contains("the others need to be looked at"), "{}", now.headline.text);
        assert!(audited(&shop).await.contains(&"lea let go of a run".to_owned()));
        assert_eq!(u.settle_step(&shop.lead, id, step, Settlement::Done).await.unwrap(), RunAsked::TooLate);
    }

    async fn nothing_is_under_way_without_the_age_of_its_last_proof_of_life(db: TestStore) {
        let shop = shop(db, &["web-1", "web-2"]).await;
        let u = &shop.drydock.usecases;
        let id = run(&shop).await;
        assert_eq!(head(&shop, id).await.headline.text, "Waiting to upgrade 2 servers");
        let at = started(&shop, id).await;
        let now = shop.store().now().await.unwrap();
        let sentence = head(&shop, id).await.headline.sentence(now);
        assert!(sentence.contains("; last heard "), "{sentence}");
        // Its worker is gone, and the next one has not taken it yet.
        assert!(shop.store().release(at.run, at.epoch).await.unwrap());
        let again = head(&shop, id).await;
        assert_eq!(again.state, RunState::Queued);
        assert!(again.headline.sentence(now).contains("; last heard "), "{}", again.headline.sentence(now));
        let row = u.runs(&shop.lead, model::view::RunsAsked::default()).await.unwrap().rows.remove(0);
        assert!(row.headline.sentence(now).contains("; last heard "), "{}", row.headline.sentence(now));
    }
}
