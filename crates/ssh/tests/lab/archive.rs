//! What is pending in Debian's own archive today.

use crate::agreement::{agrees, apt_lists};
use crate::lab::lab;
use crate::look::{see, shell};
use model::Status;
use model::facts::UpdateKind;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn updates_of_the_real_archive_are_those_that_apt_lists() {
    let Some(lab) = lab() else { return };
    let Some(host) = lab.with_real_archive().await else {
        return;
    };
    let sight = see(&shell(), &host.target(&lab.key("ed25519"))).await;
    agrees(&host, &sight);
    let updates = sight.facts.updates.get().unwrap();
    let counts = updates.counts();
    assert_eq!(
        usize::try_from(counts.total()).unwrap(),
        apt_lists(&host).len(),
        "{counts:?}"
    );
    assert!(counts.security > 0, "{counts:?}");

    // The base has nothing of the security suite, and everything newer in it is an update for security.
    let listed = host.run("LC_ALL=C.UTF-8 apt list --upgradable 2>/dev/null");
    let of_security: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.split(' ').next()?.split_once('/'))
        .filter(|(_, suites)| suites.split(',').any(|suite| suite.ends_with("-security")))
        .map(|(name, _)| name)
        .collect();
    let told: BTreeSet<&str> = updates
        .pending
        .iter()
        .filter(|update| update.security)
        .map(|update| update.package.as_str())
        .collect();
    assert_eq!(told, of_security);
    let kernel = format!("linux-image-cloud-{}", sight.facts.machine.architecture);
    let kernel = updates.pending.iter().find(|update| update.package == kernel);
    assert_eq!(kernel.map(|kernel| kernel.kind), Some(UpdateKind::KeptBack));
    for update in updates.pending.iter().filter(|update| update.security) {
        assert!(update.origin.starts_with("Debian-Security:12/"), "{update:?}");
    }
    let (status, why) = sight.status();
    assert_eq!(status, Status::Attention);
    assert_eq!(why, format!("{} security updates.", counts.all_security()));
}
