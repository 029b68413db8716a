//! Shell profiles that print, and never end.

use crate::host::eventually;
use crate::lab::lab;
use crate::look::{fail_to_see, see, shell};
use model::Reach;

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_may_print_a_lot_but_not_without_end() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let target = host.target(&lab.key("ed25519"));
    let shell = shell();

    // Debian's bash reads this for commands over SSH as well.
    host.run("echo 'head -c 3000000 /dev/zero | tr \"\\0\" x; echo; yes noise | head -n 1000; echo' >/root/.bashrc");
    let sight = see(&shell, &target).await;
    assert_eq!(
        sight.facts.notes,
        ["1001 lines were printed before the scan, by a shell profile or a log-in message."]
    );
    assert_eq!(sight.facts.updates.get().unwrap().pending.len(), 7);

    for endless in [
        "head -c 50000000 /dev/zero | tr \"\\0\" x",
        "while :; do echo noise; done",
        "yes",
    ] {
        host.run(&format!("echo '{endless}' >/root/.bashrc"));
        let blind = fail_to_see(&shell, &target).await;
        assert_eq!(blind.reach, Reach::TooMuchOutput, "{endless}: {blind:?}");
        eventually("nothing is left behind on the server", || {
            !host.holds("pgrep -x 'bash|yes|tr|head'")
        })
        .await;
    }

    host.run("echo 'exec sleep 0' >/root/.bashrc");
    let blind = fail_to_see(&shell, &target).await;
    assert_eq!(blind.reach, Reach::Unreadable, "{blind:?}");
    host.run("rm /root/.bashrc");
    see(&shell, &target).await;
}
