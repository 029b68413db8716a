//! Another program has the package lists to itself.

use crate::agreement::{apt_lists, pending};
use crate::host::Host;
use crate::lab::lab;
use crate::look::{see, shell};
use crate::package_lists::doubt;
use model::Status;

/// Lets another program keep the lists locked; returns its process id.
pub(crate) fn hold_the_lists(host: &Host) -> String {
    host.run(
        "cat >/usr/local/bin/keeps-lists <<'PYTHON'
import fcntl, signal
lock = open('/var/lib/apt/lists/lock', 'w')
fcntl.lockf(lock, fcntl.LOCK_EX)
open('/run/lists-are-kept', 'w')
signal.pause()
PYTHON
        systemd-run --quiet --unit=keeps-lists python3 /usr/local/bin/keeps-lists
        until test -e /run/lists-are-kept; do sleep 0.1; done
        systemctl show --property MainPID --value keeps-lists",
    )
    .trim()
    .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_another_program_keeps_locked_are_read_when_it_ends() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let target = host.target(&lab.key("ed25519"));
    let shell = shell();
    let pid = hold_the_lists(&host);
    let sight = see(&shell, &target).await;
    let keeper = format!("“/usr/bin/python3 /usr/local/bin/keeps-lists” (process {pid})");
    assert_eq!(
        sight.facts.notes,
        [format!(
            "The package lists were not refreshed: {keeper} kept them locked for a minute. The next scan tries again."
        )]
    );
    assert_eq!(
        doubt(&sight),
        "Pending updates are unknown: the lists were never refreshed."
    );
    // What the old lists say is there all the same.
    assert_eq!(pending(&sight.facts), apt_lists(&host));

    host.run("systemctl stop keeps-lists");
    let sight = see(&shell, &target).await;
    assert_eq!(sight.facts.notes, Vec::<String>::new());
    assert_eq!(sight.status().0, Status::Attention);
}
