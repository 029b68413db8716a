//! Who gets in, and from where.

use crate::drydock::{Drydock, cookie};

#[test]
fn nothing_is_shown_before_somebody_is_logged_in() {
    let data = tempfile::tempdir().unwrap();
    let drydock = Drydock::start(data.path(), &[]);
    let session = drydock.first_run();
    for path in [
        "/",
        "/servers",
        "/stacks",
        "/runs",
        "/reboots",
        "/activity",
        "/settings/keys",
        "/settings/people",
    ] {
        let (status, answer) = drydock.get(path, "");
        assert_eq!(status, 302, "{path}: {answer}");
        assert!(
            answer.to_lowercase().contains("location: /login"),
            "{path}: {answer}"
        );
        assert_eq!(drydock.get(path, &session).0, 200, "{path}");
    }
    assert_eq!(drydock.get("/live", "").0, 401);
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_eq!(drydock.get(&format!("/live?run={id}"), "").0, 401);
    let log = format!("/runs/{id}/steps/{id}/log");
    assert_eq!(drydock.get(&log, "").0, 401);
    for nothing in [log, format!("/runs/{id}"), format!("/runs/{id}/proof")] {
        assert_eq!(drydock.get(&nothing, &session).0, 404, "{nothing}");
    }
    for call in [
        "dashboard",
        "servers",
        "keys",
        "people",
        "activity",
        "runs",
        "run",
        "log",
        "proof",
        "reboots",
        "ask_run",
        "settle_step",
        "plan_reboots",
        "remove_server",
        "invite",
        "generate_key",
    ] {
        let head = format!(
            "POST /do/{call} HTTP/1.1\r\nsec-fetch-site: same-origin\r\naccept: application/json\r\n\
             content-type: application/json"
        );
        let (status, answer) = drydock.request(&head, "{}");
        assert!(
            matches!(status, 401 | 409 | 422) && !answer.contains("ada"),
            "{call}: {answer}"
        );
    }
}

#[test]
fn another_sites_form_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let drydock = Drydock::start(data.path(), &[]);
    let session = drydock.first_run();
    let foreign = format!(
        "POST /do/log_out HTTP/1.1\r\nsec-fetch-site: cross-site\r\norigin: https://evil.example\r\n\
         content-type: application/x-www-form-urlencoded{session}"
    );
    assert_eq!(drydock.request(&foreign, "").0, 403);
    let silent =
        format!("POST /do/log_out HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded{session}");
    assert_eq!(drydock.request(&silent, "").0, 403);
    assert_eq!(drydock.get("/", &session).0, 200);
    // A name that somebody else pointed at this machine is not answered.
    assert_eq!(drydock.get("/login", "\r\nhost: evil.example").0, 421);
}

#[test]
fn the_session_is_a_new_one_after_log_in_and_over_after_log_out() {
    let data = tempfile::tempdir().unwrap();
    let drydock = Drydock::start(data.path(), &[]);
    let first = drydock.first_run();
    let form = "name=ada&password=correct+horse+battery&next=%2Fservers";
    let (status, answer) = drydock.post("/do/log_in", &first, form);
    assert_eq!(status, 302, "{answer}");
    let second = cookie(&answer);
    assert_ne!(first, second);
    assert_eq!(drydock.get("/", &first).0, 302);
    assert_eq!(drydock.get("/", &second).0, 200);
    let lower = answer.to_lowercase();
    assert!(
        lower.contains("httponly") && lower.contains("samesite=lax"),
        "{answer}"
    );
    drydock.post("/do/log_out", &second, "");
    assert_eq!(drydock.get("/", &second).0, 302);
}

#[test]
fn every_answer_says_what_a_browser_must_refuse() {
    let data = tempfile::tempdir().unwrap();
    let drydock = Drydock::start(data.path(), &[]);
    for path in ["/login", "/nothing-here", "/healthz"] {
        let (_, answer) = drydock.get(path, "");
        let lower = answer.to_lowercase();
        assert!(
            lower.contains("content-security-policy: ") && lower.contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(lower.contains("x-content-type-options: nosniff"), "{path}");
    }
}
