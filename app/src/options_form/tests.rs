#![allow(clippy::unwrap_used)]
use super::{Fields, command_line, lengths, options_of};
use model::GroupId;
use model::options::{
    AllUpgrades, Ask, AskedFrom, Balancer, Care, GroupCare, HealthCheck, Options, Picks, Strategy, WaveSize,
};
use proptest::prelude::*;

fn words(all: &[&str]) -> Vec<String> {
    all.iter().map(|word| (*word).to_owned()).collect()
}

fn group(last: u8) -> Option<GroupId> {
    Some(
        format!("01890a5d-ac96-774b-bcce-b302099a80{last:02}")
            .parse()
            .unwrap(),
    )
}

fn everything() -> Options {
    let http = HealthCheck {
        ask: Ask::Http {
            from: AskedFrom::Drydock,
            tls: true,
            host: Some("shop.example".into()),
            port: 8443,
            path: "/health?deep=1".into(),
            accept: vec![200, 204],
        },
        timeout_secs: 5,
        wait_secs: 90,
    };
    Options {
        security: true,
        reboot: true,
        all: Some(AllUpgrades::FullUpgrade),
        restart_services: true,
        picks: Picks {
            only: words(&["openssl", "libc6:i386"]),
            exclude: words(&["linux-image-amd64"]),
        },
        strategy: Strategy::Waves(WaveSize::Percent(25)),
        canary: true,
        failure_budget: 3,
        pause_between_waves_secs: 90,
        groups: vec![
            GroupCare {
                group: group(2),
                care: Care {
                    balancer: Some(Balancer {
                        drain: words(&["/opt/lb", "take out", "it's me"]),
                        restore: words(&["sh", "-c", "echo $HOME | wc"]),
                        timeout_secs: 60,
                    }),
                    health: Some(http),
                    settle_secs: Some(0),
                },
            },
            GroupCare {
                group: None,
                care: Care {
                    health: Some(HealthCheck {
                        ask: Ask::Named { name: "probe".into() },
                        timeout_secs: 10,
                        wait_secs: 0,
                    }),
                    ..Care::default()
                },
            },
        ],
        lock_wait_secs: 601,
        reboot_wait_secs: 3_600,
        settle_secs: 0,
        ..Options::default()
    }
}

#[test]
fn options_survive_the_form() {
    let groups = [group(1), group(2), None];
    for strategy in [
        Strategy::Serial,
        Strategy::Parallel,
        Strategy::Waves(WaveSize::Servers(7)),
        Strategy::Waves(WaveSize::Percent(25)),
    ] {
        let options = Options {
            strategy,
            ..everything()
        };
        assert_eq!(options_of(&Fields::of(&options, &groups)), Ok(options));
    }
}

#[test]
fn an_empty_form_asks_for_a_box() {
    let errors = options_of(&Fields::default()).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].field, "security");
}

#[test]
fn what_is_wrong_stands_beside_its_field() {
    let groups = [group(1), group(2), None];
    let mut fields = Fields::of(&everything(), &groups);
    for (name, text) in [
        ("strategy.percent", "200"),
        ("failure_budget", "many"),
        ("lock_wait_secs", "10"),
        ("picks.only", "openssl ;rm"),
        ("groups.1.restore", ""),
        ("groups.1.health.port", "70000"),
        ("groups.2.health.name", ""),
    ] {
        fields.set(name, text);
    }
    let errors = options_of(&fields).unwrap_err();
    let mut named: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "failure_budget",
            "groups.1.health.port",
            "groups.1.restore",
            "groups.2.health.name",
            "lock_wait_secs",
            "picks.only",
            "strategy.percent",
        ]
    );
}

#[test]
fn what_only_a_shell_understands_is_refused() {
    for line in [
        "systemctl stop a; reboot",
        "a | b",
        "echo $HOME",
        "rm *",
        "a 'b",
        "a \\",
    ] {
        assert!(command_line::read(line).is_err(), "{line}");
    }
    assert_eq!(
        command_line::read(r#"a  "b c" d\ e '' f'g h'"#).unwrap(),
        words(&["a", "b c", "d e", "", "fg h"])
    );
}

#[test]
fn a_length_of_time_needs_its_unit() {
    assert_eq!(lengths::read("10"), None);
    assert_eq!(lengths::read("1 d"), None);
    assert_eq!(lengths::read("99999999 h"), None);
    assert_eq!(lengths::read(" 10min "), Some(600));
    assert_eq!(lengths::read("0"), Some(0));
}

proptest! {
    #[test]
    fn a_command_survives_its_line(argv in prop::collection::vec(".*", 0..5)) {
        prop_assert_eq!(command_line::read(&command_line::write(&argv)), Ok(argv));
    }

    #[test]
    fn a_length_survives_its_text(secs in any::<u32>()) {
        prop_assert_eq!(lengths::read(&lengths::write(secs)), Some(secs));
    }

    #[test]
    fn no_text_breaks_the_reading(text in ".*") {
        let mut fields = Fields::of(&everything(), &[group(1), group(2), None]);
        for name in ["strategy", "strategy.percent", "picks.only", "groups.1.drain", "groups.1.health.accept", "groups.1.group"] {
            fields.set(name, text.clone());
        }
        let _ = options_of(&fields);
    }
}
