//! What the server does about updates by itself.

use super::packages::Packages;
use crate::scan::Document;
use model::facts::{Known, OsFamily, Unattended};

pub(super) fn unattended(
    document: &Document,
    family: OsFamily,
    packages: &Packages<'_>,
) -> Known<Unattended> {
    if document.section("apt-settings").is_none() {
        return Known::unknown("apt is not installed");
    }
    let settings: Vec<(&str, &str)> = match document.answer("apt-settings", "apt-config") {
        Ok(lines) => lines.filter_map(setting).collect(),
        Err(why) => return Known::Unknown(why),
    };
    let installed = match packages.has("unattended-upgrades") {
        Known::Known(installed) => installed,
        Known::Unknown(why) => return Known::Unknown(why),
    };
    let get = |key: &str| {
        settings
            .iter()
            .rfind(|(name, value)| *name == key && !value.is_empty())
            .map(|(_, value)| *value)
    };
    let list = |key: &str| -> Vec<String> {
        settings
            .iter()
            .filter(|(name, _)| name.strip_suffix("::") == Some(key))
            .map(|(_, value)| (*value).to_owned())
            .collect()
    };
    let is_on = get("APT::Periodic::Enable") != Some("0");
    let every = |key: &str| get(key).filter(|_| is_on).map_or(0, days);
    let mut origins = list("Unattended-Upgrade::Allowed-Origins");
    origins.extend(list("Unattended-Upgrade::Origins-Pattern"));
    Known::Known(Unattended {
        installed,
        every_days: every("APT::Periodic::Unattended-Upgrade"),
        refresh_every_days: every("APT::Periodic::Update-Package-Lists"),
        timers_active: timers_are_active(document),
        security_only: !origins.is_empty() && origins.iter().all(|origin| is_security(origin, family)),
        origins,
        automatic_reboot: get("Unattended-Upgrade::Automatic-Reboot").is_some_and(is_true),
        automatic_reboot_time: get("Unattended-Upgrade::Automatic-Reboot-Time").map(str::to_owned),
        blacklist: list("Unattended-Upgrade::Package-Blacklist"),
    })
}

/// `APT::Periodic::Unattended-Upgrade "1";`
fn setting(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(" \"")?;
    Some((key, value.strip_suffix("\";")?))
}

/// The interval in days, as `apt.systemd.daily` reads it: a number of days, or with one of the suffixes s, m, h, d,
/// or `always`. Anything shorter than a day is one.
fn days(value: &str) -> u32 {
    if value == "always" {
        return 1;
    }
    let (number, seconds) = match value.char_indices().last() {
        Some((at, 's')) => (value.get(..at), 1),
        Some((at, 'm')) => (value.get(..at), 60),
        Some((at, 'h')) => (value.get(..at), 3_600),
        Some((at, 'd')) => (value.get(..at), 86_400),
        _ => (Some(value), 86_400_u64),
    };
    let number: u64 = number.and_then(|number| number.parse().ok()).unwrap_or(0);
    let days = number.saturating_mul(seconds).div_ceil(86_400);
    u32::try_from(days).unwrap_or(u32::MAX)
}

fn is_true(value: &str) -> bool {
    matches!(value, "true" | "yes" | "1" | "on" | "with" | "enable")
}

/// Ubuntu's own release pocket does not change after the release, so the default that names it beside `-security`
/// installs security updates only.
fn is_security(origin: &str, family: OsFamily) -> bool {
    origin.to_ascii_lowercase().contains("security")
        || (family == OsFamily::Ubuntu && origin == "${distro_id}:${distro_codename}")
}

fn timers_are_active(document: &Document) -> bool {
    document
        .answer("apt-timers", "systemctl")
        .is_ok_and(|lines| lines.filter(|line| *line == "ActiveState=active").count() == 2)
}
