//! Kept configuration files: what the script says of real ones, and what is read out of its words.

use crate::here::{Here, asked, attempt, sh, shell_command};
use crate::reading::composed;
use model::deploy::KeptConfig;
use model::facts::Known;
use proptest::prelude::*;
use remote::Op;
use remote::work::kept::{self, KeptOp};
use std::fmt::Write as _;
use std::fs::{Permissions, set_permissions, write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn op() -> KeptOp {
    KeptOp {
        asked: asked(),
        attempt: attempt(1),
    }
}

fn put(path: &Path, text: impl AsRef<[u8]>, mode: u32) {
    write(path, text).unwrap();
    set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_an_attempt_left_is_listed_with_its_difference_and_secrets_are_not_shown() {
    let here = Here::new();
    let etc = tempfile::tempdir().unwrap();
    set_permissions(etc.path(), Permissions::from_mode(0o755)).unwrap();
    let at = |name: &str| etc.path().join(name);
    put(&at("old.conf"), "a\n", 0o644);
    put(&at("old.conf.dpkg-dist"), "b\n", 0o644);
    // Files carry the time at which they came to lie there.
    std::thread::sleep(std::time::Duration::from_millis(30));
    here.start(1, shell_command("true"));
    here.ended(1);
    std::thread::sleep(std::time::Duration::from_millis(30));
    put(&at("a b.conf"), "mine = yes\nsame\n", 0o644);
    put(&at("a b.conf.dpkg-dist"), "mine = no\nsame\n", 0o644);
    put(&at("binary.conf"), b"\0\x01", 0o644);
    put(&at("binary.conf.dpkg-new"), b"\0\x02", 0o644);
    let many: String = (0..600).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "line {line}");
        text
    });
    put(&at("long.conf"), "", 0o644);
    put(&at("long.conf.ucf-dist"), &many, 0o644);
    put(&at("secret.conf"), "password = hunter2\n", 0o600);
    put(&at("secret.conf.dpkg-dist"), "password = \n", 0o644);
    std::fs::create_dir(at("closed")).unwrap();
    put(&at("closed/open.conf"), "password = hunter2\n", 0o644);
    put(&at("closed/open.conf.dpkg-dist"), "password = \n", 0o644);
    set_permissions(at("closed"), Permissions::from_mode(0o700)).unwrap();
    put(&at("gone.conf.dpkg-dist"), "x\n", 0o644);

    let folder = etc.path().to_str().unwrap();
    let text = here
        .text(&Op::Kept(op()))
        .replace("find /etc ", &format!("find {folder} "));
    let output = sh(&text);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!said.contains("hunter2"), "{said}");
    let files = kept::read(&op(), &output.stdout, &output.stderr, Some(0)).unwrap();
    let told: Vec<(&str, Option<&str>)> = files
        .iter()
        .map(|file| {
            let name = file.path.strip_prefix(folder).unwrap();
            (name, file.difference.why_unknown())
        })
        .collect();
    let private = Some("not shown: not every account on the server may read it");
    assert_eq!(
        told,
        [
            ("/a b.conf", None),
            ("/binary.conf", Some("not shown: it is not a text")),
            ("/closed/open.conf", private),
            ("/gone.conf", Some("the kept file is not there any more")),
            ("/long.conf", None),
            ("/secret.conf", private),
        ]
    );
    let difference = files[0].difference.get().unwrap();
    let expected = format!(
        "--- {folder}/a b.conf\n+++ {folder}/a b.conf.dpkg-dist\n@@ -1,2 +1,2 @@\n-mine = yes\n+mine = no\n same\n"
    );
    assert_eq!(difference, &expected);
    let long = &files[4];
    assert_eq!(long.difference.get().unwrap().lines().count(), 200);
    assert_eq!(long.more_lines, 403);
}

fn line() -> impl Strategy<Value = String> {
    "[ +@-][^\\p{Cc}]{0,60}"
}

fn path() -> impl Strategy<Value = String> {
    "/etc/[a-z .\\-é]{1,30}"
}

fn file() -> impl Strategy<Value = KeptConfig> {
    let shown = (proptest::collection::vec(line(), 0..6), 0..900_u32).prop_map(|(lines, more)| {
        let text = lines.iter().map(|line| format!("{line}\n")).collect();
        (Known::Known(text), more)
    });
    let hidden = Just((Known::unknown("not shown: it is not a text"), 0));
    (path(), prop_oneof![shown, hidden]).prop_map(|(path, (difference, more_lines))| KeptConfig {
        new: format!("{path}.dpkg-dist"),
        path,
        difference,
        more_lines,
    })
}

fn said(files: &[KeptConfig]) -> String {
    let mut text = String::new();
    for file in files {
        let _ = writeln!(text, "file\t{}\t{}", file.path, file.new);
        match &file.difference {
            Known::Known(difference) => {
                for line in difference.lines() {
                    let _ = writeln!(text, " {line}");
                }
            }
            Known::Unknown(_) => text.push_str("hidden\tbinary\n"),
        }
        if file.more_lines > 0 {
            let _ = writeln!(text, "more\t{}", file.more_lines);
        }
    }
    text
}

proptest! {
    #[test]
    fn what_was_said_is_what_is_read(files in proptest::collection::vec(file(), 0..5)) {
        let bytes = composed(&[("kept", &said(&files), "", 0)]);
        prop_assert_eq!(kept::read(&op(), &bytes, b"", Some(0)).unwrap(), files);
    }

    /// Nothing but whole, known lines in their order is taken.
    #[test]
    fn a_foreign_line_is_refused(files in proptest::collection::vec(file(), 0..3), foreign in "[a-z]{0,8}(\t[a-z/]{0,8}){0,2}") {
        let bytes = composed(&[("kept", &(said(&files) + &foreign + "\n"), "", 0)]);
        let read = kept::read(&op(), &bytes, b"", Some(0));
        let starts_a_file = foreign.strip_prefix("file\t/").is_some_and(|rest| rest.contains("\t/"));
        let hides = files.last().is_some_and(|file| file.difference.get().is_some_and(String::is_empty) && file.more_lines == 0)
            && foreign.starts_with("hidden\t");
        prop_assert!(read.is_err() || starts_a_file || hides, "{read:?}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    for wrong in [
        " before any file\n",
        "more\t3\n",
        "file\tetc/a\t/etc/a.dpkg-dist\n",
        "file\t/etc/a\n",
        "file\t/etc/a\t/etc/b\nhidden\tjust so\n",
        "file\t/etc/a\t/etc/b\nmore\t0\n",
        "file\t/etc/a\t/etc/b\nmore\t-1\n",
        "file\t/etc/a\t/etc/b\n +x\nhidden\tprivate\n",
        "file\t/etc/a\t/etc/b\nhidden\tprivate\n +x\n",
        "file\t/etc/a\t/etc/b\nmore\t1\n +x\n",
    ] {
        let bytes = composed(&[("kept", wrong, "", 0)]);
        assert!(kept::read(&op(), &bytes, b"", Some(0)).is_err(), "{wrong:?}");
    }
}
