//! The simulated fleet's file.

use simfleet::{LayoutKind, SimWorld};
use std::sync::Arc;
use world::Clock;

pub(crate) const WORDS: &[&str] = &[
    "{\"at\":1795290383063509,\"do\":{\"made\":{\"v\":1,\"seed\":66,\"layout\":{\"scale\":10},\"speed\":1.0}}}\n",
    "{\"at\":1795290387083471,\"do\":{\"refresh\":{\"host\":\"shop-001-web-8.example.net\"}}}\n",
    "{\"at\":1795290387083472,\"do\":{\"reboot\":{\"host\":\"shop-001-web-4.example.net\"}}}\n",
    "{\"speed\":{\"speed\":1e308}}",
    "{\"install\":{\"host\":\"shop-001-web-4.example.net\",\"what\":\"all\"}}",
    "null",
    "-1",
    "1e999",
    "9223372036854775807",
    "\"",
    "}",
    "\n",
];

/// A clock that stands still, so that the same bytes are always the same world.
struct Still;

impl Clock for Still {
    fn now(&self) -> model::Timestamp {
        model::Timestamp::from_micros(1_795_290_500_000_000)
    }
}

/// A file as it lies on the disk: opened or refused, and every server of an opened one looked at.
pub(crate) fn file(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("world.jsonl");
    std::fs::write(&path, bytes).expect("a file");
    let Ok(world) = SimWorld::open(&path, LayoutKind::Scale(10), 66, 1.0, Arc::new(Still)) else {
        return;
    };
    assert_eq!(world.layout().servers.len(), 10);
    drop(world);
    let again = SimWorld::open(&path, LayoutKind::Scale(10), 66, 1.0, Arc::new(Still));
    assert!(again.is_ok(), "opened once, and not again: {again:?}");
}
