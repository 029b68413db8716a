//! Making the stored databases of a level: `cargo xtask level` runs this with the newest migration's own build.

use super::stored::{Stored, data_folder, migrations};
use super::{FLEET, PASSWORD};
use crate::drydock::{Drydock, binary, command_of, cookie};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use testdb::Kind;

const DEADLINE: Duration = Duration::from_secs(180);

/// Drives a Drydock a little: people, a key, a scanned fleet; settings of a stack, a plan, and a run of it that is under
/// way, in builds that have those; and keeps what is in its database at that moment.
///
/// `LEVEL_NUMBER` and `LEVEL_BINARY` name another level than the newest and the build that has it.
#[test]
#[ignore = "writes server/tests/levels; `cargo xtask level` runs it"]
fn make_a_level() {
    let newest = migrations().into_iter().next_back().unwrap();
    let level = std::env::var("LEVEL_NUMBER").map_or(newest, |number| number.parse().unwrap());
    let binary = std::env::var_os("LEVEL_BINARY").map_or_else(|| binary().to_owned(), PathBuf::from);
    for kind in [Kind::Sqlite, Kind::Postgres] {
        make(&Stored::of(level, kind), &binary);
    }
}

fn make(level: &Stored, binary: &Path) {
    let data = data_folder();
    let postgres = (level.kind == Kind::Postgres).then(|| testdb::empty_postgres().expect("PostgreSQL"));
    let url = postgres.as_ref().map(testdb::EmptyDatabase::url);
    let drydock = Drydock::start_of(binary, data.path(), url.as_deref(), &FLEET);
    let admin = drydock.first_run();
    invite(&drydock, &admin);
    let (status, answer) = drydock.post("/do/generate_key", &admin, "name=main");
    assert_eq!(status, 302, "{answer}");
    until("the fleet was looked at", || {
        let page = drydock.get("/", &admin).1;
        (is_settled(&page) && page.contains("Security updates")).then_some(())
    });
    let world = data.path().join("simulated-world.jsonl");
    let stack = first_after(&drydock.get("/stacks", &admin).1, "href=\"/stacks/").expect("a stack");
    let run = deploy(&drydock, &admin, &stack);
    if run.is_some() {
        until("an installation is under way", || {
            let world = std::fs::read_to_string(&world).unwrap();
            let begun = |line: &str| line.contains("{\"start\":") && line.contains("\"install\"");
            world.lines().any(begun).then_some(())
        });
    }
    let database = match &postgres {
        Some(database) => database.dump(),
        None => backup(binary, data.path()),
    };
    // After the database: the fleet knows at least what Drydock thinks it does.
    let world = std::fs::read(&world).unwrap();
    if let Some(run) = &run {
        let open = drydock.get("/runs?open=1", &admin).1;
        assert!(open.contains(run), "the run ended too early: {open}");
    }
    drop(drydock);
    level.keep(&database, &world, run.as_deref());
}

/// The database as one file, as it is while Drydock works.
fn backup(binary: &Path, data: &Path) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    let made = command_of(binary, data, &["backup", file.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    std::fs::read(file).unwrap()
}

/// Olga the operator, who has joined.
fn invite(drydock: &Drydock, admin: &str) {
    let head = format!(
        "POST /do/invite HTTP/1.1\r\nsec-fetch-site: same-origin\r\n\
         content-type: application/x-www-form-urlencoded{admin}"
    );
    let (status, answer) = drydock.request(&head, "name=olga&role=operator");
    assert_eq!(status, 200, "{answer}");
    let token = first_after(&answer, "/join/").expect("a link");
    let form = format!("token={token}&password={PASSWORD}");
    let (status, answer) = drydock.post("/do/join", "", &form);
    assert_eq!(status, 302, "{answer}");
    drop(cookie(&answer));
}

/// Settings of the stack, then a run of all its upgrades, two servers at a time. `None`: this build has no runs yet.
fn deploy(drydock: &Drydock, admin: &str, stack: &str) -> Option<String> {
    let form =
        format!("stack={stack}&all=on&all_by=upgrade&strategy=servers&strategy.servers=3&settle_secs=1+s");
    let (status, answer) = drydock.post("/do/preview", admin, &form);
    if status == 404 {
        return None;
    }
    let mut plan = first_after(&answer, "location: /plans/").unwrap_or_else(|| panic!("{answer}"));
    let saved = drydock.post(
        "/do/save_profile",
        admin,
        &format!("{form}&profile_name=upgrades"),
    );
    assert_eq!(saved.0, 302, "{}", saved.1);
    let care = drydock.get(&format!("/stacks/{stack}/care"), admin).1;
    let group = first_after(&care, "name=\"group\" value=\"").expect("a group");
    let set = drydock.post(
        "/do/set_care",
        admin,
        &format!("group={group}&at=a&a.min_in_service=1"),
    );
    assert_eq!(set.0, 302, "{}", set.1);
    // The settings belong to what a plan is made of.
    let again = drydock
        .post("/do/preview_again", admin, &format!("plan={plan}"))
        .1;
    plan = first_after(&again, "location: /plans/").unwrap_or(plan);
    Some(until("a run was started", || {
        let page = drydock.get(&format!("/plans/{plan}"), admin).1;
        if let Some((_, newer)) = page.split_once("a newer one took its place") {
            plan = first_after(newer, "href=\"/plans/")?;
        }
        let hash = first_after(&page, "name=\"hash\" value=\"")?;
        let (_, answer) = drydock.post("/do/run_plan", admin, &format!("plan={plan}&hash={hash}"));
        // The fleet may have changed in between; then this leads to a newer plan.
        plan = first_after(&answer, "location: /plans/").unwrap_or_else(|| plan.clone());
        first_after(&answer, "location: /runs/")
    }))
}

/// Whether the dashboard says that nothing is being checked.
pub(super) fn is_settled(page: &str) -> bool {
    let Some((before, _)) = page.split_once("Being checked now") else {
        return false;
    };
    let mut text = String::new();
    let mut in_tag = false;
    for c in before.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => text.push(c),
            _ => {}
        }
    }
    text.trim_end().ends_with('0') && !text.trim_end().ends_with("10")
}

/// The word of letters, digits, `-` and `_` behind the first `mark`.
pub(super) fn first_after(text: &str, mark: &str) -> Option<String> {
    let rest = text.split(mark).nth(1)?;
    let word: String = rest
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!word.is_empty()).then_some(word)
}

/// Asks again and again until there is an answer.
pub(super) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(begun.elapsed() < DEADLINE, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}
