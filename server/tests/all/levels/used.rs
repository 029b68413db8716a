//! Each stored database, migrated and used by this build.

use super::make::{first_after, is_settled, until};
use super::stored::{Stored, Unpacked, migrations};
use super::{FLEET, PASSWORD};
use crate::drydock::{Drydock, binary, cookie};
use model::Timestamp;
use model::run::{RunOutcome, RunState, StepOutcome, StepState};
use store::{Place, Store};
use testdb::Kind;

#[test]
fn every_level_on_sqlite_is_migrated_and_goes_on() {
    let levels = migrations();
    assert!(levels.len() >= 3, "{levels:?}");
    for level in levels {
        goes_on(level, Kind::Sqlite);
    }
}

#[test]
fn every_level_on_postgres_is_migrated_and_goes_on() {
    for level in migrations() {
        goes_on(level, Kind::Postgres);
    }
}

fn goes_on(level: u32, kind: Kind) {
    let stored = Stored::of(level, kind);
    let Some(unpacked) = stored.unpack() else { return };
    let begun = now();
    let mut more = FLEET.to_vec();
    // What is under way ends soon.
    more.extend(["--demo-speed", "20"]);
    let drydock = Drydock::start_of(binary(), unpacked.data.path(), unpacked.url().as_deref(), &more);
    let said = format!("level {level} on {kind:?}");
    assert_eq!(drydock.token, None, "{said}: it has people");
    for name in ["olga", "ada"] {
        let (status, answer) = drydock.post("/do/log_in", "", &format!("name={name}&password={PASSWORD}"));
        assert_eq!(status, 302, "{said}: {name}: {answer}");
    }
    let (_, answer) = drydock.post("/do/log_in", "", &format!("name=ada&password={PASSWORD}"));
    let admin = cookie(&answer);
    let run = stored.run();
    if let Some(run) = &run {
        until("the run has ended", || {
            drydock
                .get("/runs?state=ended", &admin)
                .1
                .contains(run)
                .then_some(())
        });
    }
    let servers = look_at_every_page(&drydock, &admin, run.as_deref(), &said);
    let ids: Vec<_> = (0..)
        .zip(&servers)
        .map(|(at, id)| format!("ids[{at}]={id}"))
        .collect();
    let (status, answer) = drydock.post("/do/scan", &admin, &ids.join("&"));
    assert_eq!(status, 302, "{said}: {answer}");
    until("all checks have ended", || {
        is_settled(&drydock.get("/", &admin).1).then_some(())
    });
    assert!(drydock.end(), "{said}: an orderly end");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(look_inside(&unpacked, run.as_deref(), &servers, begun, &said));
}

/// Every page there is, with what is in the database; gives the servers.
fn look_at_every_page(drydock: &Drydock, admin: &str, run: Option<&str>, said: &str) -> Vec<String> {
    let list = drydock.get("/servers", admin).1;
    let ids = |page: &str, mark: &str| -> Vec<String> {
        let parts = page.split(mark).skip(1);
        let mut ids: Vec<_> = parts
            .filter_map(|part| first_after(&format!("x{part}"), "x"))
            .collect();
        ids.retain(|id| id.len() == 36);
        ids.sort();
        ids.dedup();
        ids
    };
    let servers = ids(&list, "href=\"/servers/");
    assert_eq!(servers.len(), 10, "{said}: {list}");
    let stacks = ids(&drydock.get("/stacks", admin).1, "href=\"/stacks/");
    assert!(!stacks.is_empty(), "{said}");
    let mut pages: Vec<String> = [
        "/",
        "/servers",
        "/stacks",
        "/runs",
        "/reboots",
        "/activity",
        "/settings/keys",
    ]
    .iter()
    .map(|page| (*page).to_owned())
    .collect();
    pages.push("/settings/people".to_owned());
    pages.extend(servers.iter().map(|id| format!("/servers/{id}")));
    for stack in stacks {
        pages.extend(["", "/deploy", "/care"].map(|part| format!("/stacks/{stack}{part}")));
    }
    if let Some(run) = run {
        let page = drydock.get(&format!("/runs/{run}"), admin).1;
        let plans = ids(&page, "href=\"/plans/");
        pages.extend([format!("/runs/{run}"), format!("/runs/{run}/proof")]);
        pages.extend(plans.iter().map(|plan| format!("/plans/{plan}")));
    }
    for page in pages {
        let (status, answer) = drydock.get(&page, admin);
        assert_eq!(status, 200, "{said}: {page}: {answer}");
        assert!(
            !answer.contains("<h1>This page could not be read"),
            "{said}: {page}: {answer}"
        );
    }
    servers
}

/// What this build has written into the database.
async fn look_inside(
    unpacked: &Unpacked,
    run: Option<&str>,
    servers: &[String],
    begun: Timestamp,
    said: &str,
) {
    let place = match unpacked.url() {
        Some(url) => Place::Postgres(url),
        None => Place::Folder(unpacked.data.path().to_owned()),
    };
    let store = Store::open(&place, testdb::sealer()).await.unwrap();
    assert!(store.prepare_all().await.is_ok(), "{said}");
    let mut scanned = 0;
    for server in servers {
        let server = store
            .server(server.parse().unwrap(), now())
            .await
            .unwrap()
            .unwrap();
        scanned += u32::from(server.seen_at.is_some_and(|seen| seen >= begun));
    }
    assert!(
        scanned >= 5,
        "{said}: only {scanned} servers were scanned by this build"
    );
    if let Some(run) = run {
        let id = run.parse().unwrap();
        let run = store.run(id).await.unwrap().unwrap();
        let is_true_end = run
            .outcome
            .is_some_and(|outcome| outcome != RunOutcome::Abandoned);
        assert!(run.state == RunState::Ended && is_true_end, "{said}: {run:?}");
        let steps = store.step_results(id).await.unwrap();
        assert!(
            steps.iter().all(|it| it.step.state == StepState::Ended),
            "{said}: {steps:?}"
        );
        // What was under way in the older build's name is done, and was done once. What had not begun may be refused: the
        // simulated fleet has lived on since, and a server that has changed since the plan is not touched.
        let is_act = |kind: &str| matches!(kind, "install" | "reboot");
        let acts: Vec<_> = steps.iter().filter(|it| is_act(&it.step.kind)).collect();
        let done = acts
            .iter()
            .filter(|it| it.step.outcome == Some(StepOutcome::Changed));
        assert!(done.count() >= 1, "{said}: {acts:?}");
        assert!(acts.iter().all(|it| it.step.attempt <= 1), "{said}: {acts:?}");
    }
    store.close().await;
}

fn now() -> Timestamp {
    world::Clock::now(&world::SystemClock)
}
