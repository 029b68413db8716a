//! The account that looks only, set up with the very texts that Drydock shows.

use crate::agreement::agrees;
use crate::host::Host;
use crate::lab::lab;
use crate::look::{Blind, probe, scan, shell};
use model::{Account, Reach};
use remote::scan::INSTALLED_PATH;
use remote::setup;
use world::Target;

const USER: &str = "drydock-look";
const LOOK: Account = Account::LookOnly;

#[tokio::test(flavor = "multi_thread")]
async fn looking_needs_three_pasted_texts_and_nothing_more() {
    let Some(lab) = lab() else { return };
    let host = lab.take("sudo1").await;
    // The lab has given this account its rule; here Drydock's own texts must do.
    host.run("rm /etc/sudoers.d/drydock-look");
    let authorized = setup::authorized_keys(&lab.public_key("ed25519"));
    host.run(&format!("echo '{authorized}' >/home/{USER}/.ssh/authorized_keys"));
    let shell = shell();
    let target = host.target_as(USER, &lab.key("ed25519"));

    let missing = probe(&shell, &target, LOOK).await.unwrap_err();
    assert_eq!(missing.reach, Reach::NoScript);
    assert_eq!(
        missing.detail,
        format!("There is no {INSTALLED_PATH} on the server.")
    );
    assert_eq!(blind(&shell, &target).await.reach, Reach::NoScript);

    // Pasted into a root shell.
    let pasted = host.person("root", &[], &setup::install_commands());
    assert!(pasted.status.success(), "{pasted:?}");
    let missing = probe(&shell, &target, LOOK).await.unwrap_err();
    assert_eq!(missing.reach, Reach::NoScript);
    assert!(missing.detail.starts_with("sudo does not let"), "{missing}");
    let unlisted = blind(&shell, &target).await;
    assert_eq!(unlisted.reach, Reach::NoScript, "{unlisted:?}");
    assert!(unlisted.detail.contains("sudo"), "{unlisted:?}");

    let rule = setup::sudoers(LOOK, USER);
    host.run(&format!("cat >/etc/sudoers.d/drydock <<'RULE'\n{rule}RULE"));
    host.run("chmod 440 /etc/sudoers.d/drydock; visudo -c -q");
    assert_eq!(probe(&shell, &target, LOOK).await, Ok(Vec::new()));
    let sight = scan(&shell, &target, LOOK).await.unwrap();
    agrees(&host, &sight);
    assert_eq!(sight.facts.notes, Vec::<String>::new());
    // The account may refresh the lists, and did.
    assert_eq!(sight.facts.sources.get().unwrap().refresh_failed, None);
    assert!(host.holds("test -e /var/lib/drydock/apt-refreshed"));

    may_do_nothing_else(&host);
    is_not_misled_by_its_caller(&host);
    says_when_its_script_is_another(&host, &target).await;
}

async fn blind(shell: &ssh::SshShell, target: &Target) -> Blind {
    scan(shell, target, LOOK).await.unwrap_err()
}

fn may_do_nothing_else(host: &Host) {
    let as_look = |command: &str| host.person(USER, &[command], "");
    let listed = as_look("sudo -n -l");
    let listed = String::from_utf8(listed.stdout).unwrap();
    let (_, may) = listed.split_once("may run the following commands").unwrap();
    let may: Vec<&str> = may.lines().skip(1).map(str::trim).collect();
    assert_eq!(may, [format!("(root) NOPASSWD: {INSTALLED_PATH} \"\"")]);
    for command in [
        "id".to_owned(),
        "-s".to_owned(),
        "-i".to_owned(),
        "/bin/sh -c id".to_owned(),
        "-u root apt-get update".to_owned(),
        "-u deploy id".to_owned(),
        "sudoedit /etc/passwd".to_owned(),
        format!("{INSTALLED_PATH} --help"),
        format!("-E {INSTALLED_PATH}"),
        format!("APT_CONFIG=/tmp/apt.conf {INSTALLED_PATH}"),
        format!("-D /tmp {INSTALLED_PATH}"),
    ] {
        let refused = as_look(&format!("sudo -n {command} </dev/null"));
        assert!(
            !refused.status.success() && refused.stdout.is_empty(),
            "sudo {command}: {refused:?}"
        );
    }
    // `restrict`: the key opens no way into the network behind the server.
    let forwarded = host.person(USER, &["-W", "127.0.0.1:8080"], "GET / HTTP/1.0\r\n\r\n");
    assert!(
        !forwarded.status.success() && forwarded.stdout.is_empty(),
        "{forwarded:?}"
    );
}

/// Whoever has the account's key may set its environment and write its files; what root runs must not change by it.
fn is_not_misled_by_its_caller(host: &Host) {
    let trap = "mkdir -p /tmp/trap && cd /tmp/trap
        for tool in id cat date apt-get apt dpkg-query systemctl ss sh awk; do
            printf '#!/bin/sh\\ntouch /tmp/trap/sprung\\nexec /usr/bin/%s \"$@\"\\n' $tool >$tool
        done
        chmod 755 *
        echo 'touch /tmp/trap/sprung' >profile
        echo 'APT::Update::Pre-Invoke {\"touch /tmp/trap/sprung\";};' >apt.conf
        export PATH=/tmp/trap:$PATH ENV=/tmp/trap/profile BASH_ENV=/tmp/trap/profile APT_CONFIG=/tmp/trap/apt.conf
        export IFS=/ CDPATH=/tmp/trap LD_PRELOAD=/tmp/trap/id LC_ALL=de_DE.UTF-8
        echo 0123456789abcdef0123456789abcdef | /usr/bin/sudo -n /usr/local/libexec/drydock-scan
        /bin/ls /tmp/trap >&2";
    // The lists are refreshed as well, since apt has hooks.
    host.run("rm /var/lib/drydock/apt-refreshed");
    let ran = host.person(USER, &[trap], "");
    let (said, errors) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(said.contains("\nDRYDOCK-SCAN v1 END 0123456789abcdef"), "{ran:?}");
    assert!(said.contains("\n<refresh 0 "), "{said}");
    assert!(errors.contains("apt.conf"), "{errors}");
    assert!(!host.holds("test -e /tmp/trap/sprung"), "{errors}");
}

async fn says_when_its_script_is_another(host: &Host, target: &Target) {
    let shell = shell();
    host.run(&format!("echo '# older' >>{INSTALLED_PATH}"));
    let notes = probe(&shell, target, LOOK).await.unwrap();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].ends_with("install it again."), "{notes:?}");
    let sight = scan(&shell, target, LOOK).await.unwrap();
    assert!(
        sight.facts.notes[0].ends_with("install it again."),
        "{:?}",
        sight.facts.notes
    );

    host.run(&format!("chmod g+w {INSTALLED_PATH}"));
    let unsafe_script = probe(&shell, target, LOOK).await.unwrap_err();
    assert_eq!(unsafe_script.reach, Reach::NoScript);
    assert!(
        unsafe_script.detail.contains("does not belong to root alone"),
        "{unsafe_script}"
    );
}
