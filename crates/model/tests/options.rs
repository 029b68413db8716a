//! Which options are accepted, and what is said about the others.
#![allow(clippy::unwrap_used)]

use model::options::{
    AllUpgrades, Ask, AskedFrom, Balancer, Care, GroupCare, HealthCheck, Options, Picks, Profile, Strategy,
    WaveSize,
};
use model::{GroupId, Upgrade};

fn ticked() -> Options {
    Options {
        security: true,
        ..Options::default()
    }
}

/// The fields that are not accepted after `change`.
fn refused(change: impl FnOnce(&mut Options)) -> Vec<String> {
    let mut options = ticked();
    change(&mut options);
    options
        .validate()
        .err()
        .into_iter()
        .flatten()
        .map(|error| {
            assert!(error.sentence.ends_with('.'), "{}", error.sentence);
            error.field
        })
        .collect()
}

fn words(line: &str) -> Vec<String> {
    line.split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn http() -> HealthCheck {
    HealthCheck {
        ask: Ask::Http {
            from: AskedFrom::Server,
            tls: false,
            host: None,
            port: 80,
            path: "/up".into(),
            accept: vec![200],
        },
        timeout_secs: 30,
        wait_secs: 60,
    }
}

fn group(care: Care) -> GroupCare {
    GroupCare { group: None, care }
}

fn balancer(drain: &str, restore: &str) -> GroupCare {
    group(Care {
        balancer: Some(Balancer {
            drain: words(drain),
            restore: words(restore),
            timeout_secs: 60,
        }),
        ..Care::default()
    })
}

#[test]
fn every_box_alone_is_enough_and_none_is_not() {
    let nothing = Options::default().validate().unwrap_err();
    assert_eq!(nothing[0].field, "security");
    assert!(nothing[0].sentence.contains("Nothing is ticked"));
    for change in [
        |options: &mut Options| options.security = true,
        |options: &mut Options| options.reboot = true,
        |options: &mut Options| options.restart_services = true,
        |options: &mut Options| options.all = Some(AllUpgrades::FullUpgrade),
    ] {
        let mut options = Options::default();
        change(&mut options);
        assert_eq!(options.validate(), Ok(()));
    }
}

#[test]
fn waves_that_cannot_be_are_refused() {
    for size in [WaveSize::Servers(0), WaveSize::Servers(u32::MAX)] {
        assert_eq!(
            refused(|o| o.strategy = Strategy::Waves(size)),
            ["strategy.servers"]
        );
    }
    for size in [WaveSize::Percent(0), WaveSize::Percent(200)] {
        assert_eq!(
            refused(|o| o.strategy = Strategy::Waves(size)),
            ["strategy.percent"]
        );
    }
    for size in [WaveSize::Servers(1), WaveSize::Percent(100)] {
        assert!(refused(|o| o.strategy = Strategy::Waves(size)).is_empty());
    }
}

#[test]
fn a_width_is_never_nothing_and_a_share_is_rounded_down() {
    assert_eq!(Strategy::Serial.width(9), 1);
    assert_eq!(Strategy::Parallel.width(9), 9);
    assert_eq!(Strategy::Waves(WaveSize::Servers(4)).width(9), 4);
    assert_eq!(Strategy::Waves(WaveSize::Percent(50)).width(9), 4);
    assert_eq!(Strategy::Waves(WaveSize::Percent(1)).width(9), 1);
}

#[test]
fn waits_have_ends() {
    assert_eq!(refused(|o| o.lock_wait_secs = 7_201), ["lock_wait_secs"]);
    assert_eq!(refused(|o| o.reboot_wait_secs = 29), ["reboot_wait_secs"]);
    assert_eq!(refused(|o| o.reboot_wait_secs = u32::MAX), ["reboot_wait_secs"]);
    assert_eq!(refused(|o| o.settle_secs = 1_801), ["settle_secs"]);
    assert_eq!(
        refused(|o| o.pause_between_waves_secs = 86_401),
        ["pause_between_waves_secs"]
    );
    assert_eq!(refused(|o| o.failure_budget = 0), ["failure_budget"]);
    assert!(
        refused(|o| o.lock_wait_secs = 0).is_empty(),
        "not waiting is a choice"
    );
}

#[test]
fn packages_are_names_and_only_with_upgrades() {
    let only = |names: &[&str]| Picks {
        only: names.iter().map(|name| (*name).to_owned()).collect(),
        exclude: Vec::new(),
    };
    assert!(refused(|o| o.picks = only(&["libc6:i386", "g++", "linux-image-6.1.0-9-amd64"])).is_empty());
    for bad in ["", "-o", "a b", "Libc6", "libc6:", "x;y", "libc6/stable"] {
        assert_eq!(refused(|o| o.picks = only(&[bad])), ["picks.only"], "{bad}");
    }
    assert_eq!(
        refused(|o| {
            o.picks = only(&["openssl"]);
            o.picks.exclude.push("openssl".into());
        }),
        ["picks.exclude"]
    );
    assert_eq!(
        refused(|o| {
            o.security = false;
            o.reboot = true;
            o.picks = only(&["openssl"]);
        }),
        ["picks"]
    );
}

#[test]
fn a_pick_without_an_architecture_means_every_one() {
    let picks = Picks {
        only: vec!["libc6".into()],
        exclude: vec!["zlib1g:i386".into()],
    };
    assert!(picks.picks("libc6") && picks.picks("libc6:i386") && !picks.picks("libc6-dev"));
    assert!(picks.excludes("zlib1g:i386") && !picks.excludes("zlib1g"));
}

#[test]
fn what_is_drained_is_restored() {
    assert!(refused(|o| o.groups = vec![balancer("lb out", "lb in")]).is_empty());
    assert_eq!(
        refused(|o| o.groups = vec![balancer("lb out", "")]),
        ["groups.0.restore"]
    );
    assert_eq!(
        refused(|o| o.groups = vec![balancer("", "lb in")]),
        ["groups.0.drain"]
    );
    assert_eq!(
        refused(|o| o.groups = vec![balancer("", "")]),
        ["groups.0.drain", "groups.0.restore"]
    );
}

#[test]
fn a_health_check_can_be_asked() {
    let with = |change: fn(&mut HealthCheck)| {
        let mut health = http();
        change(&mut health);
        refused(|o| {
            o.groups = vec![group(Care {
                health: Some(health),
                ..Care::default()
            })];
        })
    };
    assert!(with(|_| ()).is_empty());
    assert_eq!(with(|h| h.timeout_secs = 0), ["groups.0.health.timeout_secs"]);
    assert_eq!(with(|h| h.wait_secs = 9_999), ["groups.0.health.wait_secs"]);
    assert_eq!(
        with(|h| h.ask = Ask::Command { argv: vec![] }),
        ["groups.0.health.argv"]
    );
    assert_eq!(
        with(|h| h.ask = Ask::Named { name: "a b".into() }),
        ["groups.0.health.name"]
    );
    assert_eq!(
        with(|h| h.ask = Ask::Http {
            from: AskedFrom::Drydock,
            tls: true,
            host: Some("-x".into()),
            port: 0,
            path: "up now".into(),
            accept: vec![],
        }),
        [
            "groups.0.health.host",
            "groups.0.health.port",
            "groups.0.health.path",
            "groups.0.health.accept"
        ]
    );
}

#[test]
fn a_group_is_named_once() {
    let twice = |group: Option<GroupId>| GroupCare {
        group,
        care: Care::default(),
    };
    let id = GroupId::from_uuid(uuid::Uuid::from_u128(7));
    assert_eq!(
        refused(|o| o.groups = vec![twice(Some(id)), twice(None), twice(Some(id))]),
        ["groups.2.group"]
    );
}

#[test]
fn commands_can_be_counted_before_somebody_may_send_them() {
    let mut options = ticked();
    assert_eq!(options.commands().count(), 0);
    let mut both = balancer("lb out", "lb in");
    both.care.health = Some(HealthCheck {
        ask: Ask::Command {
            argv: words("check me"),
        },
        ..http()
    });
    options.groups = vec![both];
    let commands: Vec<String> = options.commands().map(|argv| argv.join(" ")).collect();
    assert_eq!(commands, ["lb out", "lb in", "check me"]);
}

#[test]
fn all_upgrades_include_the_security_upgrades() {
    let mut options = ticked();
    assert_eq!(options.upgrade(), Some(Upgrade::Security));
    options.all = Some(AllUpgrades::FullUpgrade);
    assert_eq!(options.upgrade(), Some(Upgrade::FullUpgrade));
}

#[test]
fn options_survive_storage_and_older_ones_are_filled_up() {
    let mut options = ticked();
    options.strategy = Strategy::Waves(WaveSize::Percent(25));
    options.groups = vec![balancer("lb out", "lb in")];
    let text = serde_json::to_string(&options).unwrap();
    assert_eq!(serde_json::from_str::<Options>(&text).unwrap(), options);
    let old: Options = serde_json::from_str(r#"{"v":1,"security":true}"#).unwrap();
    assert_eq!(old, ticked());
    let newer: Options = serde_json::from_str(r#"{"v":2,"security":true}"#).unwrap();
    assert_eq!(newer.validate().unwrap_err()[0].field, "v");
}

#[test]
fn a_profile_has_a_name_and_its_options_are_checked() {
    let profile = Profile {
        v: 1,
        name: "all of it!".into(),
        options: Options::default(),
    };
    let fields: Vec<String> = profile
        .validate()
        .unwrap_err()
        .into_iter()
        .map(|error| error.field)
        .collect();
    assert_eq!(fields, ["name", "options.security"]);
}
