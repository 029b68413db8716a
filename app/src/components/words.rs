//! Words of the model as pages write them.

use model::facts::{RebootNeed, UpdateKind};
use model::{Account, Criticality, KeyAlgorithm, PasteFormat, Status};

pub(crate) const fn account(account: Account) -> &'static str {
    match account {
        Account::LookOnly => "look only",
        Account::Operate => "operate",
    }
}

pub(crate) const fn criticality(criticality: Criticality) -> &'static str {
    match criticality {
        Criticality::Low => "low",
        Criticality::Normal => "normal",
        Criticality::High => "high",
    }
}

pub(crate) const fn update_kind(kind: UpdateKind) -> &'static str {
    match kind {
        UpdateKind::Ready => "ready",
        UpdateKind::Held => "held",
        UpdateKind::KeptBack => "kept back",
        UpdateKind::Phased => "phased",
    }
}

pub(crate) const fn reboot(need: RebootNeed) -> &'static str {
    match need {
        RebootNeed::Yes => "reboot needed",
        RebootNeed::RestartServices => "restart of services is enough",
        RebootNeed::No => "no reboot needed",
        RebootNeed::Unknown => "reboot unknown",
    }
}

pub(crate) const fn reboot_status(need: RebootNeed) -> Status {
    match need {
        RebootNeed::Yes | RebootNeed::RestartServices => Status::Attention,
        RebootNeed::No => Status::Healthy,
        RebootNeed::Unknown => Status::Unknown,
    }
}

pub(crate) const fn algorithm(algorithm: KeyAlgorithm) -> &'static str {
    match algorithm {
        KeyAlgorithm::Ed25519 => "Ed25519 (recommended)",
        KeyAlgorithm::EcdsaP256 => "ECDSA P-256",
        KeyAlgorithm::Rsa4096 => "RSA 4096, for old servers",
    }
}

pub(crate) const fn format(format: PasteFormat) -> &'static str {
    match format {
        PasteFormat::SshConfig => "OpenSSH configuration",
        PasteFormat::AnsibleIni => "Ansible inventory, INI",
        PasteFormat::AnsibleYaml => "Ansible inventory, YAML",
    }
}

/// "14 kB", "3.2 MB".
pub(crate) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..10_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        10_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10),
    }
}

/// "1 server", "3 servers".
pub(crate) fn count(number: u32, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_is_singular() {
        assert_eq!(super::count(1, "server"), "1 server");
        assert_eq!(super::count(0, "server"), "0 servers");
    }

    #[test]
    fn a_size_has_one_unit() {
        assert_eq!(super::bytes(999), "999 B");
        assert_eq!(super::bytes(1_234_567), "1.2 MB");
        assert_eq!(super::bytes(87_654_321), "87 MB");
        assert_eq!(super::bytes(2_500_000_000), "2.5 GB");
    }
}
