//! Bad days of a server's package lists: what is not known is never shown as good.

use crate::agreement::{apt_lists, pending};
use crate::lab::lab;
use crate::look::{Sight, see, shell};
use model::Status;

/// The status, whose reason is that updates are not known.
pub(crate) fn doubt(sight: &Sight) -> String {
    let (status, why) = sight.status();
    assert_eq!(status, Status::Unknown, "{why}");
    why
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_fails_is_named_and_leaves_the_updates_in_doubt() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let target = host.target(&lab.key("ed25519"));
    let shell = shell();
    let before = see(&shell, &target).await;
    assert_eq!(before.status().0, Status::Attention);

    host.run(
        "site=$(sed -n 's,.* \\(http://[^/]*\\)/lab .*,\\1,p' /etc/apt/sources.list.d/lab.list)
        echo \"deb $site/gone bookworm main\" >/etc/apt/sources.list.d/gone.list
        echo 'deb http://someone:secret@127.0.0.1:1/refused bookworm main' >/etc/apt/sources.list.d/refused.list",
    );
    let dead = see(&shell, &target).await;
    assert!(
        doubt(&dead).starts_with("Pending updates are unknown: the last refresh failed: "),
        "{}",
        doubt(&dead)
    );
    let sources = dead.facts.sources.get().unwrap();
    for (end, why) in [("/gone bookworm", "404"), ("/refused bookworm", "refused")] {
        let source = sources.sources.iter().find(|source| source.name.contains(end));
        let source = source.unwrap_or_else(|| panic!("{end} in {sources:?}"));
        let error = source.error.as_deref().unwrap();
        assert!(error.to_lowercase().contains(why), "{end}: {error}");
        assert_eq!(source.refreshed_at, None, "{end}");
    }
    assert!(!dead.document.as_text().contains("secret"));
    // The sources that work are as fresh as ever.
    let good = sources.sources.iter().filter(|source| source.error.is_none());
    assert_eq!(
        good.filter(|source| source.refreshed_at > Some(before.facts.seen_at))
            .count(),
        2
    );
    assert_eq!(pending(&dead.facts), apt_lists(&host));
    let timeline = dead.changes_since(&before);
    assert!(
        timeline.contains(&"sources: 2 sources failed".to_owned()),
        "{timeline:#?}"
    );

    host.run("rm /etc/apt/sources.list.d/gone.list /etc/apt/sources.list.d/refused.list");
    let healed = see(&shell, &target).await;
    assert_eq!(healed.status().0, Status::Attention, "{:?}", healed.status());
    assert_eq!(healed.facts.sources.get().unwrap().sources.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_lists_sources_and_tools_make_updates_unknown_until_they_are_mended() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let target = host.target(&lab.key("ed25519"));
    let shell = shell();
    see(&shell, &target).await;

    let unknown = |sight: &Sight, why: &str| {
        let said = doubt(sight);
        assert!(said.contains(why), "{why} in {said}");
        assert_eq!(sight.facts.updates.get(), None);
        // The rest is as known as ever.
        assert!(sight.facts.open_ports.get().is_some() && sight.facts.as_root);
    };
    host.run("sed -i 1igarbage /var/lib/apt/lists/*_Packages");
    unknown(&see(&shell, &target).await, "section with no Package: header");
    host.run("rm -r /var/lib/apt/lists/*");
    assert_eq!(see(&shell, &target).await.status().0, Status::Attention);

    // What a full disk or a power cut leaves: apt complains once, and then takes it for the whole.
    host.run("for list in /var/lib/apt/lists/*_Packages; do : >$list; done; rm -f /var/cache/apt/*.bin");
    doubt(&see(&shell, &target).await);
    let cut = see(&shell, &target).await;
    assert_eq!(pending(&cut.facts), apt_lists(&host));
    assert_eq!(pending(&cut.facts).len(), 0);
    assert!(
        doubt(&cut).contains("/lab bookworm main failed"),
        "{}",
        doubt(&cut)
    );
    for source in &cut.facts.sources.get().unwrap().sources {
        let error = source.error.as_deref().unwrap();
        assert!(
            error.starts_with("its list is damaged, it has 0 bytes"),
            "{error}"
        );
    }
    host.run("rm -r /var/lib/apt/lists/*");
    assert_eq!(see(&shell, &target).await.status().0, Status::Attention);

    host.run("echo 'deb bogus line' >/etc/apt/sources.list.d/bogus.list");
    unknown(&see(&shell, &target).await, "bogus.list");
    host.run("rm /etc/apt/sources.list.d/bogus.list");
    assert_eq!(see(&shell, &target).await.status().0, Status::Attention);

    host.run("mkdir /root/apt; mv /usr/bin/apt /usr/bin/apt-* /root/apt/");
    unknown(&see(&shell, &target).await, "apt is not installed");
    host.run("mv /root/apt/* /usr/bin/");
    assert_eq!(see(&shell, &target).await.status().0, Status::Attention);
}
