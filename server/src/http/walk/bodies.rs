//! Whatever is posted to a call is accepted or refused, and never an error of Drydock's own.

use super::doors::{Ask, Door, doors};
use super::place::{Answer, Place, contents};
use http::StatusCode;
use model::Role;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestCaseError, TestRunner};

/// Pieces that a form's reader, or what is behind it, gives a meaning to.
const PIECES: [&str; 40] = [
    "&",
    "&",
    "=",
    "=",
    "[",
    "]",
    "[0]",
    "[18446744073709551615]",
    "ids",
    "rows",
    "name",
    "id",
    "servers",
    "groups.0.group",
    "groups.0.drain",
    "picks.only",
    "strategy",
    "percent",
    "settle_secs",
    "all",
    "on",
    "true",
    "-1",
    "0",
    "18446744073709551616",
    "1e9",
    "%00",
    "%ff",
    "%",
    "+",
    "STACK",
    "SERVER",
    "KEY",
    "GROUP",
    "01890a5d-ac96-774b-bcce-b302099a8057",
    "%0d%0a",
    "%22%5c%22",
    "%3Cb%3E",
    "%F0%9F%92%A9",
    "a",
];

const MEDIA_TYPES: [Option<&str>; 6] = [
    Some("application/x-www-form-urlencoded"),
    Some("application/x-www-form-urlencoded; charset=utf-8"),
    Some("application/octet-stream"),
    Some("application/json"),
    Some("multipart/form-data; boundary=x"),
    None,
];

/// A body for one call: its own with pieces put in, pieces alone, or bytes.
#[derive(Debug, Clone)]
enum Body {
    Own(Vec<(prop::sample::Index, usize)>),
    Pieces(Vec<usize>),
    Bytes(Vec<u8>),
}

fn body() -> impl Strategy<Value = Body> {
    let piece = 0..PIECES.len();
    prop_oneof![
        4 => vec((any::<prop::sample::Index>(), piece.clone()), 0..6).prop_map(Body::Own),
        2 => vec(piece, 0..30).prop_map(Body::Pieces),
        1 => vec(any::<u8>(), 0..200).prop_map(Body::Bytes),
    ]
}

fn written(door: &Door, body: &Body) -> Vec<u8> {
    let mut bytes = match (body, &door.ask) {
        (Body::Own(_), Ask::Form(form)) => form.as_bytes().to_vec(),
        (Body::Own(_), Ask::Call(packed)) => packed.clone(),
        (Body::Pieces(pieces), _) => pieces.iter().flat_map(|piece| PIECES[*piece].bytes()).collect(),
        (Body::Bytes(bytes), _) => bytes.clone(),
        (Body::Own(_), Ask::Page) => Vec::new(),
    };
    if let Body::Own(changes) = body {
        for (at, piece) in changes {
            let at = at.index(bytes.len() + 1);
            match &door.ask {
                Ask::Call(_) => bytes.insert(at, PIECES[*piece].as_bytes()[0]),
                _ => drop(bytes.splice(at..at, PIECES[*piece].bytes())),
            }
        }
    }
    bytes
}

/// Asks every call with bodies that nobody would send.
fn hostile_bodies(cases: u32, ask: impl Fn(&Door, Option<&str>, Vec<u8>) -> Result<(), TestCaseError>) {
    let doors: Vec<_> = doors().into_iter().filter(|door| door.method == "POST").collect();
    let strategy = (0..doors.len(), 0..MEDIA_TYPES.len(), body());
    let config = Cases {
        cases,
        failure_persistence: None,
        ..Cases::default()
    };
    let outcome = TestRunner::new(config).run(&strategy, |(door, media_type, body)| {
        // Most bodies come as what they are.
        let own = match doors[door].ask {
            Ask::Call(_) => MEDIA_TYPES[2],
            _ => MEDIA_TYPES[0],
        };
        let media_type = if media_type == 0 {
            own
        } else {
            MEDIA_TYPES[media_type]
        };
        ask(&doors[door], media_type, written(&doors[door], &body))
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

fn check(answer: &Answer, door: &Door) -> Result<(), TestCaseError> {
    prop_assert!(!answer.status.is_server_error(), "{}: {answer:?}", door.said());
    Ok(())
}

#[test]
fn a_hostile_body_is_refused_and_never_an_error_of_drydocks_own() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let place = runtime.block_on(async { Place::over(testdb::sqlite().await).await });
    hostile_bodies(600, |door, media_type, body| {
        let answer = runtime.block_on(async {
            let session = place.session(Role::Admin).await;
            place.post(door, Some(&session), media_type, body).await
        });
        check(&answer, door)
    });
}

#[test]
fn a_hostile_body_of_nobody_changes_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let place = runtime.block_on(async { Place::over(testdb::sqlite().await).await });
    let others = || {
        let mut contents = runtime.block_on(contents(&place));
        // A log-in that is refused is noted in the audit trail, and open pages are told.
        for noted in ["audit", "hints", "counters"] {
            assert!(contents.remove(noted).is_some(), "{noted}");
        }
        contents
    };
    let before = others();
    hostile_bodies(400, |door, media_type, body| {
        let answer = runtime.block_on(place.post(door, None, media_type, body));
        check(&answer, door)?;
        let closed = matches!(door.who, super::doors::Who::From(_));
        prop_assert!(
            !closed || answer.status != StatusCode::OK,
            "{}: {answer:?}",
            door.said()
        );
        Ok(())
    });
    assert_eq!(before, others());
}
