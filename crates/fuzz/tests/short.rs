//! The short run, part of `cargo test`: every target reads its whole corpus, then what a seeded mutator makes of it, for a
//! few seconds.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use fuzz::mutate::Mutator;
use fuzz::{TARGETS, Target};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long each target is tried; all of them together take less than a minute on two processors.
const SHORT: Duration = Duration::from_secs(5);
/// One input that takes longer is a hang.
const HANG: Duration = Duration::from_secs(20);
/// The same inputs every time, so that a failure is one for everybody.
const SEED: u64 = 66;

#[test]
fn every_target_takes_whatever_comes() {
    // Two at a time: more would only wait for each other.
    for pair in TARGETS.chunks(2) {
        let threads: Vec<_> = pair
            .iter()
            .map(|target| std::thread::spawn(|| try_out(target)))
            .collect();
        let tried: Vec<_> = threads.into_iter().map(|thread| thread.join()).collect();
        for (target, tried) in pair.iter().zip(tried) {
            let tried =
                tried.unwrap_or_else(|_| panic!("{} failed; what it read is named above", target.name));
            assert!(tried > 50, "{} read only {tried} inputs", target.name);
        }
    }
}

#[test]
fn every_folder_of_the_corpus_has_a_target() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut bytes = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        let folder = entry.unwrap();
        let name = folder.file_name().into_string().unwrap();
        assert!(Target::named(&name).is_some(), "{name}");
        for file in std::fs::read_dir(folder.path()).unwrap() {
            bytes += file.unwrap().metadata().unwrap().len();
        }
    }
    assert!(
        bytes < 500_000,
        "the corpus has {bytes} bytes: keep what finds something"
    );
}

/// Number of inputs that were read.
fn try_out(target: &'static Target) -> usize {
    let seeds = target.seeds().unwrap();
    assert!(!seeds.is_empty(), "{} has no corpus", target.name);
    let (send, inputs) = mpsc::sync_channel::<Vec<u8>>(0);
    let (done, heard) = mpsc::channel();
    let worker = std::thread::spawn(move || {
        for bytes in inputs {
            let ended = std::panic::catch_unwind(|| (target.run)(&bytes)).is_ok();
            if done.send(ended).is_err() {
                return;
            }
        }
    });
    let mut mutator = Mutator::new(SEED, target.words);
    let begun = Instant::now();
    let mut tried = 0;
    let mut own = seeds.iter().map(|(_, bytes)| bytes.clone());
    while let Some(bytes) = own
        .next()
        .or_else(|| (begun.elapsed() < SHORT).then(|| mutator.next(&seeds)))
    {
        send.send(bytes.clone()).unwrap();
        let ended = heard.recv_timeout(HANG);
        if ended != Ok(true) {
            let why = if ended.is_ok() { "crash" } else { "hang" };
            panic!("{}", keep(target, why, &bytes));
        }
        tried += 1;
    }
    drop(send);
    worker.join().unwrap();
    tried
}

/// Writes the input down, for the corpus.
fn keep(target: &Target, why: &str, bytes: &[u8]) -> String {
    let file = std::env::temp_dir().join(format!("drydock-{}-{why}", target.name));
    std::fs::write(&file, bytes).unwrap();
    format!(
        "{}: {why} at what lies in {}; find the cause, and put the file into {}",
        target.name,
        file.display(),
        target.corpus().display()
    )
}
