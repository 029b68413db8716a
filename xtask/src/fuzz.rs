//! `fuzz`: the long run of the fuzz targets, led by coverage.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

use crate::cargo::cargo;
use crate::command::{output, run};
use crate::places::Places;

/// LLVM's coverage, which stable compilers have; the sanitizers that `cargo fuzz` adds need nightly, and look for what
/// safe Rust cannot do.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions=on -Coverflow-checks=on";

/// One input that takes longer is a hang, in seconds.
const HANG_SECS: u32 = 20;

/// Fuzzes every target, or the one named, for `minutes` in all.
///
/// # Errors
/// When it does not build, or a target failed: what it failed at lies in its corpus then.
pub(crate) fn fuzz(places: &Places, minutes: u64, only: Option<&str>) -> anyhow::Result<()> {
    let host = host()?;
    // With a target named, the flags are for the programs alone, and not for build scripts and macros.
    let mut build = cargo(places, "build");
    build.args([
        "--package",
        "fuzz",
        "--features",
        "libfuzzer",
        "--bin",
        "drydock-fuzz",
        "--locked",
    ]);
    build.args(["--profile", "fuzzing", "--target", &host]);
    let target_dir = places.target.join("fuzzing");
    run(build
        .env("CARGO_TARGET_DIR", &target_dir)
        .env("RUSTFLAGS", COVERAGE))?;
    let program = target_dir.join(&host).join("fuzzing/drydock-fuzz");
    let corpus = places.root.join("crates/fuzz/corpus");
    let mut targets = Vec::new();
    for entry in std::fs::read_dir(&corpus).with_context(|| format!("could not list {}", corpus.display()))? {
        targets.push(entry?.file_name().to_string_lossy().into_owned());
    }
    targets.sort();
    targets.retain(|name| only.is_none_or(|only| only == name));
    ensure!(!targets.is_empty(), "there is no such target");
    let seconds = (minutes * 60 / targets.len() as u64).max(1);
    let failed: Vec<_> = targets
        .iter()
        .filter(|name| one(places, &program, name, seconds).is_err())
        .collect();
    ensure!(
        failed.is_empty(),
        "failed: {failed:?}. What they failed at was put into crates/fuzz/corpus: find the cause, mend it, and keep the file"
    );
    Ok(())
}

fn one(places: &Places, program: &Path, name: &str, seconds: u64) -> anyhow::Result<()> {
    println!("fuzz: {name}, {seconds} s");
    // What it finds interesting is many files and of this machine; what fails is kept with the sources.
    let found = places.cache.join("fuzz").join(name);
    std::fs::create_dir_all(&found)?;
    let corpus = places.root.join("crates/fuzz/corpus").join(name);
    let mut command = Command::new(program);
    command
        .env("DRYDOCK_FUZZ_TARGET", name)
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={HANG_SECS}"))
        .arg(format!("-artifact_prefix={}/", corpus.display()))
        .args(["-rss_limit_mb=2048", "-max_len=65536", "-print_final_stats=1"])
        .arg(&found)
        .arg(&corpus);
    // As each target's own list says, in crates/fuzz/src/lib.rs.
    let beside = match name {
        "scan_document" | "scan_sections" => Some("crates/remote/tests/fixtures/documents"),
        "ssh_config" | "inventory" => Some("crates/imports/tests/fixtures"),
        _ => None,
    };
    if let Some(beside) = beside {
        command.arg(places.root.join(beside));
    }
    run(&mut command)
}

fn host() -> anyhow::Result<String> {
    let said = output(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say what it is for")?.to_owned())
}
