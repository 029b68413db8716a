//! What apt is told about updating by itself, and its timers.

use crate::host::Sight;

pub(super) fn apt_settings(sight: &Sight) -> String {
    let Some(unattended) = sight.spec.unattended else {
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

pub(super) fn apt_timers(sight: &Sight) -> String {
    let (file, active) = if sight.spec.unattended.is_some() {
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
