//! What apt is told about updating by itself, and its timers.

use crate::host::{HostSpec, Sight};

pub(super) fn apt_settings(sight: &Sight) -> String {
    if let Some(daily) = sight.state.drydocks_daily {
        return drydocks_settings(&sight.spec, daily);
    }
    let Some(unattended) = sight.state.unattended else {
        return String::new();
    };
    let mut text = "APT::Periodic \"\";\nAPT::Periodic::Update-Package-Lists \"1\";\n\
                    APT::Periodic::Unattended-Upgrade \"1\";\n"
        .to_owned();
    let origins: &[&str] = match (sight.spec.distro.tables().id, unattended.security_only) {
        ("ubuntu", true) => &[
            "Unattended-Upgrade::Allowed-Origins:: \"${distro_id}:${distro_codename}\";\n",
            "Unattended-Upgrade::Allowed-Origins:: \"${distro_id}:${distro_codename}-security\";\n",
        ],
        ("ubuntu", false) => &[
            "Unattended-Upgrade::Allowed-Origins:: \"${distro_id}:${distro_codename}-security\";\n",
            "Unattended-Upgrade::Allowed-Origins:: \"${distro_id}:${distro_codename}-updates\";\n",
        ],
        (_, true) => &[
            "Unattended-Upgrade::Origins-Pattern:: \"origin=Debian,codename=${distro_codename}-security,label=Debian-Security\";\n",
        ],
        (_, false) => &[
            "Unattended-Upgrade::Origins-Pattern:: \"origin=Debian,codename=${distro_codename},label=Debian\";\n",
            "Unattended-Upgrade::Origins-Pattern:: \"origin=Debian,codename=${distro_codename},label=Debian-Security\";\n",
            "Unattended-Upgrade::Origins-Pattern:: \"origin=Debian,codename=${distro_codename}-security,label=Debian-Security\";\n",
        ],
    };
    text.push_str(&origins.concat());
    if let Some((hour, minute)) = unattended.reboots_at {
        text.push_str(&format!(
            "Unattended-Upgrade::Automatic-Reboot \"true\";\n\
             Unattended-Upgrade::Automatic-Reboot-Time \"{hour:02}:{minute:02}\";\n"
        ));
    }
    text
}

/// What apt reads once Drydock has written its own settings.
pub(crate) fn drydocks_settings(spec: &HostSpec, daily: bool) -> String {
    let origins: &[&str] = match spec.distro.tables().id {
        "ubuntu" => &[
            "origin=${distro_id},archive=${distro_codename}-security",
            "origin=${distro_id}ESMApps,archive=${distro_codename}-apps-security",
            "origin=${distro_id}ESM,archive=${distro_codename}-infra-security",
        ],
        _ => &["origin=Debian,codename=${distro_codename}-security,label=Debian-Security"],
    };
    let daily = u8::from(daily);
    let origins: Vec<String> = origins
        .iter()
        .map(|origin| format!("Unattended-Upgrade::Origins-Pattern:: \"{origin}\";\n"))
        .collect();
    format!(
        "APT::Periodic \"\";\nAPT::Periodic::Update-Package-Lists \"{daily}\";\n\
         APT::Periodic::Unattended-Upgrade \"{daily}\";\n{}Unattended-Upgrade::Automatic-Reboot \"false\";\n",
        origins.concat()
    )
}

pub(super) fn apt_timers(sight: &Sight) -> String {
    // Switching the daily upgrades off leaves the timers as they were.
    let has_timers = sight.state.unattended.is_some() || sight.spec.unattended.is_some();
    let (file, active) = if has_timers {
        ("enabled", "active")
    } else {
        ("disabled", "inactive")
    };
    let timer = |id: &str| format!("Id={id}\nLoadState=loaded\nActiveState={active}\nUnitFileState={file}\n");
    format!(
        "{}\n{}",
        timer("apt-daily.timer"),
        timer("apt-daily-upgrade.timer")
    )
}
