//! Starting, stopping, backing up, restoring.

use crate::drydock::{Drydock, run};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn what_was_done_is_there_after_a_restart_and_the_token_is_over() {
    let data = tempfile::tempdir().unwrap();
    let drydock = Drydock::start(data.path(), &[]);
    let session = drydock.first_run();
    assert!(drydock.end(), "an orderly end");
    let drydock = Drydock::start(data.path(), &[]);
    assert_eq!(drydock.token, None);
    assert_eq!(drydock.get("/", &session).0, 200, "sessions outlive the process");
}

#[test]
fn one_data_folder_has_one_drydock() {
    let data = tempfile::tempdir().unwrap();
    let _first = Drydock::start(data.path(), &[]);
    let second = run(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!second.status.success());
    assert!(
        text(&second.stderr).contains("another Drydock uses the data folder"),
        "{}",
        text(&second.stderr)
    );
}

#[test]
fn a_backup_of_a_running_drydock_restores_into_an_empty_folder() {
    let data = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("drydock.backup");
    let drydock = Drydock::start(data.path(), &[]);
    let session = drydock.first_run();
    let made = run(data.path(), &["backup", file.to_str().unwrap()]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(
        text(&made.stdout).contains("The secret key is not in it"),
        "{}",
        text(&made.stdout)
    );
    drop(drydock);

    let folder = elsewhere.path().join("restored");
    let restored = run(&folder, &["restore", file.to_str().unwrap()]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let said = text(&restored.stdout);
    assert!(
        said.contains("Put the secret key to") && said.contains("drydock schedule on"),
        "{said}"
    );
    let keyless = run(&folder, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!keyless.status.success(), "without the key it does not start");
    std::fs::copy(data.path().join("secret.key"), folder.join("secret.key")).unwrap();
    assert!(run(&folder, &["schedule", "on"]).status.success());
    let drydock = Drydock::start(&folder, &[]);
    assert_eq!(
        drydock.get("/", &session).0,
        302,
        "sessions of the lost instance are over"
    );
    let form = "name=ada&password=correct+horse+battery";
    assert_eq!(drydock.post("/do/log_in", "", form).0, 302);
    let again = run(&folder, &["restore", file.to_str().unwrap()]);
    assert!(
        !again.status.success(),
        "a folder with a database is not overwritten"
    );
}

#[test]
fn a_mistake_in_the_configuration_is_named() {
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("drydock.toml"), "scan_evry_minutes = 5\n").unwrap();
    let refused = run(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!refused.status.success());
    assert!(
        text(&refused.stderr).contains("scan_evry_minutes"),
        "{}",
        text(&refused.stderr)
    );
}

#[test]
fn the_simulated_fleet_lives_at_the_speed_that_is_asked_for() {
    let data = tempfile::tempdir().unwrap();
    let words = ["serve", "--listen", "127.0.0.1:0", "--demo", "--demo-speed"];
    let refused = run(data.path(), &[&words[..], &["0"]].concat());
    assert!(!refused.status.success());
    assert!(
        text(&refused.stderr).contains("from 0.1 to 1000"),
        "{}",
        text(&refused.stderr)
    );
    let _drydock = Drydock::start(data.path(), &["--demo", "--demo-speed", "20"]);
    let world = std::fs::read_to_string(data.path().join("simulated-world.jsonl")).unwrap();
    assert!(
        world.lines().next().unwrap().contains("\"speed\":20.0"),
        "{world}"
    );
}
