//! The authorisation walk: every route of the real router over a real database, asked by nobody and by every role.
//!
//! What there is to ask is read from the router itself, and held against the table in `doors.rs`. A route, call or page
//! that is not in the table fails the walk, so that nothing is reachable before somebody has written down who may.

mod bodies;
mod doors;
mod inhabitants;
mod place;
mod routes;

use doors::{Ask, Door, Who, doors};
use http::{HeaderMap, StatusCode, header};
use model::{ErrorCode, ROLES, Role};
use place::{Answer, OWN_PAGE, Place, contents};
use std::collections::BTreeSet;

/// What a page says to a browser, wherever the browser came from.
const SECURITY_HEADERS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("content-security-policy", "frame-ancestors 'none'"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_table_has_every_route_and_no_other() {
    let place = Place::over(testdb::sqlite().await).await;
    let real = routes::of(&place.router);
    let named: BTreeSet<(String, String)> = doors()
        .iter()
        .map(|door| (door.method.to_owned(), door.route.to_owned()))
        .collect();
    let unnamed: Vec<_> = real.difference(&named).collect();
    assert!(
        unnamed.is_empty(),
        "who may? write it into server/src/http/walk/doors.rs: {unnamed:?}"
    );
    let gone: Vec<_> = named.difference(&real).collect();
    assert!(
        gone.is_empty(),
        "no such route any more, but the table has it: {gone:?}"
    );
    assert_eq!(doors().len(), named.len(), "a route stands in the table twice");
    // The router's list is of a form that axum does not promise. These two are promised.
    let calls = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, method)| (method.to_string(), path.to_owned()));
    let calls: BTreeSet<_> = calls.collect();
    assert!(calls.len() > 50, "only {} calls are registered", calls.len());
    assert!(calls.is_subset(&named), "{:?}", calls.difference(&named));
    let pages = crate::http::pages::paths();
    assert!(pages.len() > 15, "only {} pages are registered", pages.len());
    for page in pages {
        assert!(named.contains(&("GET".to_owned(), page.clone())), "{page}");
    }
}

testdb::on_both! {
    async fn without_a_session_nothing_is_shown_and_nothing_is_done(db: TestStore) {
        let place = Place::over(db).await;
        for door in doors() {
            let before = contents(&place).await;
            for browser in [false, true] {
                let answer = place.ask(&door, None, browser, OWN_PAGE).await;
                let said = format!("{} as a page: {browser}: {answer:?}", door.said());
                match door.who {
                    // The log-out leads to the log-in, whoever asks for it.
                    Who::Anybody => assert!(door.route == "/do/log_out" || !answer.is_refused(), "{said}"),
                    Who::Credentials => assert!(!answer.is_refused() && !answer.status.is_success(), "{said}"),
                    Who::From(_) => assert!(answer.is_turned_away(), "{said}"),
                }
            }
            if !matches!(door.who, Who::Credentials) {
                assert_eq!(before, contents(&place).await, "{} changed something", door.said());
            }
        }
    }

    async fn a_role_that_is_too_low_is_told_so_and_changes_nothing(db: TestStore) {
        let place = Place::over(db).await;
        for role in ROLES {
            let before = contents(&place).await;
            for door in doors().into_iter().filter(|door| door.is_closed_to(role)) {
                let session = place.session(role).await;
                let answer = place.ask(&door, Some(&session), false, OWN_PAGE).await;
                let said = format!("{role}, {}: {answer:?}", door.said());
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{said}");
                let error = answer.error.as_ref().map(|error| error.code);
                assert_eq!(error, Some(ErrorCode::NotAllowed), "{said}");
                assert_eq!(before, contents(&place).await, "{said}");
                // Without scripts the sentence comes with the page that the form stood on.
                if !matches!(door.ask, Ask::Form(_)) {
                    continue;
                }
                let answer = place.ask(&door, Some(&session), true, OWN_PAGE).await;
                assert_eq!(answer.status, StatusCode::FOUND, "{role}, {}: {answer:?}", door.said());
                assert!(answer.cookies().any(|cookie| cookie.starts_with("flash=ey")), "{answer:?}");
                assert_eq!(before, contents(&place).await, "{said}");
            }
        }
        let closed = |role| doors().iter().filter(|door| door.is_closed_to(role)).count();
        let counts = ROLES.map(closed);
        assert!(counts.is_sorted_by(|a, b| a > b) && counts[3] == 0, "{counts:?}");
    }

    async fn a_role_that_may_is_let_in(db: TestStore) {
        let place = Place::over(db).await;
        for role in ROLES {
            for door in doors().into_iter().filter(|door| !door.is_closed_to(role)) {
                let session = place.session(role).await;
                let before = contents(&place).await;
                let answer = place.ask(&door, Some(&session), false, OWN_PAGE).await;
                let said = format!("{role}, {}: {answer:?}", door.said());
                assert!(!answer.is_refused() && !answer.status.is_server_error(), "{said}");
                assert_ne!(answer.error.as_ref().map(|error| error.code), Some(ErrorCode::OtherBuild), "{said}");
                if door.method == "GET" {
                    assert_eq!(before, contents(&place).await, "a look changed something: {said}");
                }
            }
        }
    }

    async fn nothing_is_done_by_get_or_for_another_site(db: TestStore) {
        let place = Place::over(db).await;
        let session = place.session(Role::Admin).await;
        let before = contents(&place).await;
        for door in doors().iter().filter(|door| door.method == "POST") {
            for method in ["GET", "HEAD"] {
                let (status, _) = place.look(method, door, &session).await;
                assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {}", door.route);
            }
            for from in [
                &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")][..],
                &[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:4000")],
                &[("sec-fetch-site", "none")],
                &[("origin", "https://evil.example")],
                &[("origin", "null")],
                &[],
            ] {
                let answer = place.ask(door, Some(&session), false, from).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{} from {from:?}", door.said());
                assert_eq!(answer.text, ErrorCode::WrongOrigin.sentence());
            }
        }
        assert_eq!(before, contents(&place).await, "something was changed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_what_a_browser_must_refuse() {
    let place = Place::over(testdb::sqlite().await).await;
    let admin = place.session(Role::Admin).await;
    for door in doors() {
        for session in [None, Some(admin.as_str())] {
            // Not the log-out: the session is needed for the doors after it.
            if door.route == "/do/log_out" && session.is_some() {
                continue;
            }
            let answer = place.ask(&door, session, false, OWN_PAGE).await;
            check_headers(&answer, &door.said());
            if text(&answer.headers, "content-type").starts_with("text/html") {
                let policy = text(&answer.headers, "content-security-policy");
                assert!(
                    policy.contains("script-src 'strict-dynamic' 'nonce-")
                        && !policy.contains("unsafe-inline"),
                    "{}: {policy}",
                    door.said()
                );
            }
        }
    }
    let nothing = Door::page("/no/such/page", Who::Anybody);
    check_headers(&place.ask(&nothing, None, true, OWN_PAGE).await, "no page");
    let no_call = Door::form("/do/no_such_call", Who::Anybody, "");
    let answer = place.ask(&no_call, Some(&admin), false, OWN_PAGE).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{answer:?}");
    check_headers(&answer, "no call");
}

fn check_headers(answer: &Answer, said: &str) {
    for (name, needed) in SECURITY_HEADERS {
        let value = text(&answer.headers, name);
        assert!(value.contains(needed), "{said}: {name} is {value:?}");
    }
    assert!(answer.headers.contains_key(header::CACHE_CONTROL), "{said}");
    for cookie in answer.cookies() {
        let cookie = cookie.to_lowercase();
        assert!(
            cookie.contains("httponly") && cookie.contains("samesite=lax"),
            "{said}: {cookie}"
        );
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
