//! What is compressed on its way, and what is not.

use crate::drydock::Drydock;

#[test]
fn pages_are_compressed_for_those_who_can_read_it() {
    let data = tempfile::tempdir().unwrap();
    let drydock = Drydock::start(data.path(), &[]);
    let session = drydock.first_run();
    let (status, plain) = drydock.get("/servers", &session);
    assert_eq!(status, 200);
    assert!(!plain.to_lowercase().contains("content-encoding"));
    let asking = format!("{session}\r\naccept-encoding: gzip, br");
    let (status, packed) = drydock.get("/servers", &asking);
    assert_eq!(status, 200);
    let head = packed.split("\r\n\r\n").next().unwrap().to_lowercase();
    assert!(head.contains("content-encoding: gzip"), "{head}");
    assert!(
        head.contains("vary: accept-encoding"),
        "a cache must not mix them: {head}"
    );
    let size = |answer: &str| answer.chars().count();
    assert!(
        size(&packed) * 2 < size(&plain),
        "{} of {}",
        size(&packed),
        size(&plain)
    );
}
