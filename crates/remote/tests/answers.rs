//! What is sent, and answers that hold no document.
#![allow(clippy::unwrap_used)]

mod support;

use model::{Account, Reach};
use remote::probe::Probe;
use remote::scan::{installed_script, installed_sha256, read};
use remote::{NEVER_REFRESH, Op, ScanOp, render, setup};
use support::{NONCE, bytes};

fn scan(account: Account, is_root: bool) -> ScanOp {
    ScanOp {
        account,
        is_root,
        refresh_older_than_secs: NEVER_REFRESH,
        nonce: NONCE.to_owned(),
    }
}

#[test]
fn commands_are_plain_words_in_every_login_shell() {
    let commands = [
        (Account::Operate, true, "/bin/sh -s"),
        (Account::Operate, false, "env LC_ALL=C sudo -n /bin/sh -s"),
        (
            Account::LookOnly,
            false,
            "env LC_ALL=C sudo -n /usr/local/libexec/drydock-scan",
        ),
        (Account::LookOnly, true, "/usr/local/libexec/drydock-scan"),
    ];
    for (account, is_root, command) in commands {
        assert_eq!(render(&Op::Scan(scan(account, is_root))).command, command);
        assert!(
            command
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || " /-_=".contains(c))
        );
    }
    assert_eq!(
        render(&Op::Scan(scan(Account::LookOnly, false))).stdin,
        format!("{NONCE}\n").into_bytes()
    );
    let probe = |account, is_root| render(&Op::Probe { account, is_root }).command;
    assert_eq!(
        probe(Account::LookOnly, false),
        "/bin/sh -s",
        "its sudo allows the script alone"
    );
    assert_eq!(probe(Account::Operate, false), "env LC_ALL=C sudo -n /bin/sh -s");
}

#[test]
fn a_nonce_that_is_none_cannot_say_anything_to_the_shell() {
    let mut op = scan(Account::Operate, true);
    op.nonce = "$(reboot)`x`;0a".to_owned();
    let text = String::from_utf8(render(&Op::Scan(op)).stdin).unwrap();
    assert!(
        text.starts_with("nonce=eb0a refresh_after="),
        "{}",
        text.lines().next().unwrap()
    );
}

#[test]
fn every_reason_for_no_document_has_its_state() {
    let cases: &[(Account, u32, &str, Reach)] = &[
        (
            Account::Operate,
            1,
            "sudo: a password is required\n",
            Reach::NoSudo,
        ),
        (
            Account::Operate,
            1,
            "motd: x\nsudo: Ein Passwort ist notwendig\n",
            Reach::NoSudo,
        ),
        (
            Account::Operate,
            1,
            "sudo: sorry, you must have a tty to run sudo\n",
            Reach::NoSudo,
        ),
        (
            Account::Operate,
            1,
            "Sorry, user deploy is not allowed to execute '/bin/sh -s' as root on web-1.\n",
            Reach::NoSudo,
        ),
        (
            Account::Operate,
            1,
            "deploy is not in the sudoers file.\n",
            Reach::NoSudo,
        ),
        (
            Account::Operate,
            127,
            "env: „sudo“: Datei oder Verzeichnis nicht gefunden\n",
            Reach::NoSudo,
        ),
        (
            Account::Operate,
            127,
            "fish: Unknown command: sudo\n",
            Reach::NoSudo,
        ),
        (
            Account::LookOnly,
            1,
            "sudo: /usr/local/libexec/drydock-scan: command not found\n",
            Reach::NoScript,
        ),
        (
            Account::LookOnly,
            1,
            "sudo: a password is required\n",
            Reach::NoScript,
        ),
        (
            Account::LookOnly,
            127,
            "env: 'sudo': No such file or directory\n",
            Reach::NoSudo,
        ),
        (Account::Operate, 2, "sh: 1: Syntax error\n", Reach::Unreadable),
        (Account::Operate, 0, "", Reach::Unreadable),
    ];
    for (account, exit, stderr, reach) in cases {
        let failure = read(
            &scan(*account, false),
            b"Welcome!\n",
            stderr.as_bytes(),
            Some(*exit),
        )
        .unwrap_err();
        assert_eq!(failure.reach, *reach, "{stderr}");
        assert!(!failure.detail.is_empty());
    }
}

#[test]
fn a_document_that_ends_in_the_middle_says_what_ended_it() {
    let whole = bytes("debian-pending");
    let half = &whole[..whole.len() / 2];
    let op = scan(Account::Operate, true);
    assert!(read(&op, &whole, b"noise\n", Some(0)).is_ok());
    assert_eq!(
        read(&op, half, b"", None).unwrap_err().reach,
        Reach::ConnectionLost
    );
    assert_eq!(
        read(&op, half, b"", Some(0)).unwrap_err().reach,
        Reach::Unreadable
    );
    let newer = String::from_utf8(whole).unwrap().replace("SCAN v1", "SCAN v9");
    let look = scan(Account::LookOnly, false);
    assert_eq!(
        read(&look, newer.as_bytes(), b"", Some(0)).unwrap_err().reach,
        Reach::NoScript
    );
}

const PROBED: &str = "Welcome\n\nDRYDOCK-PROBE v1 BEGIN\nuid=1000\nsystem=Linux\nkernel=6.1.0-9-amd64\nscript_sha256=SUM\n\
                      script_owner=0 755\nsudo_script=yes\nsudo_anything=no\nDRYDOCK-PROBE v1 END\n";

fn probed(text: &str) -> Probe {
    let text = text.replace("SUM", &installed_sha256());
    Probe::read(Account::LookOnly, false, text.as_bytes(), b"", Some(0)).unwrap()
}

#[test]
fn a_look_only_account_is_judged_by_what_it_may_do() {
    let look = |text: &str| probed(text).verdict(Account::LookOnly);
    assert_eq!(look(PROBED), Ok(Vec::new()));
    assert!(look(&PROBED.replace("anything=no", "anything=yes")).unwrap()[0].contains("more than look"));
    assert!(look(&PROBED.replace("SUM", "00")).unwrap()[0].contains("install it again"));
    for (from, to) in [
        ("script_sha256=SUM\n", ""),
        ("sudo_script=yes", "sudo_script=no"),
        ("script_owner=0 755", "script_owner=0 775"),
        ("script_owner=0 755", "script_owner=1000 755"),
    ] {
        let failure = look(&PROBED.replace(from, to)).unwrap_err();
        assert_eq!(failure.reach, Reach::NoScript, "{to}");
    }
    let failure = look(&PROBED.replace("Linux", "FreeBSD")).unwrap_err();
    assert_eq!(failure.reach, Reach::Unsupported);
}

#[test]
fn an_operating_account_must_become_root() {
    let root = PROBED.replace("uid=1000", "uid=0");
    assert_eq!(probed(&root).verdict(Account::Operate), Ok(Vec::new()));
    assert_eq!(
        probed(PROBED).verdict(Account::Operate).unwrap_err().reach,
        Reach::NoSudo
    );
    let refused = Probe::read(
        Account::Operate,
        false,
        b"",
        b"sudo: a password is required\n",
        Some(1),
    );
    assert_eq!(refused.unwrap_err().reach, Reach::NoSudo);
}

#[test]
fn what_ended_a_probe_is_told_not_the_noise_before_it() {
    let noise: &[u8] = b"welcome\n";
    let read =
        |stderr: &str| Probe::read(Account::Operate, false, noise, stderr.as_bytes(), Some(1)).unwrap_err();
    let failure = read("motd: unreachable\nsudo: a password is required\n\n");
    assert_eq!(failure.reach, Reach::NoSudo);
    assert_eq!(failure.detail, "The server said: sudo: a password is required");
    let failure = read("");
    assert_eq!(failure.reach, Reach::Unreadable);
    assert_eq!(failure.detail, "The server said: welcome");
}

#[test]
fn the_texts_for_people_promise_no_more_than_they_keep() {
    insta::assert_snapshot!("sudoers_look_only", setup::sudoers(Account::LookOnly, "drydock"));
    assert_eq!(
        setup::sudoers(Account::Operate, "deploy"),
        "deploy ALL=(root) NOPASSWD: ALL\n"
    );
    assert_eq!(
        setup::authorized_keys("ssh-ed25519 AAAA drydock\n"),
        "restrict ssh-ed25519 AAAA drydock"
    );
    let commands = setup::install_commands();
    assert!(commands.contains(&installed_sha256()));
    assert!(commands.contains(&installed_script()));
    assert!(!installed_script().contains("\nDRYDOCK-SCAN-SCRIPT\n"));
    assert!(setup::honest(Account::Operate, false).contains("root"));
}
