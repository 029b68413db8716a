//! The machine: who it is, what it is made of, and whether it asks for a restart.

use super::Asked;
use crate::host::{Sight, boot_id, machine_id};
use model::Account;
use std::fmt::Write as _;

pub(super) fn scan(asked: &Asked<'_>) -> String {
    match asked.account {
        Account::Operate => "script=sent\nuid=0\n".to_owned(),
        Account::LookOnly => format!(
            "script=installed\nuid=0\nsha256={}\n",
            remote::scan::installed_sha256()
        ),
    }
}

pub(super) fn machine(sight: &Sight) -> String {
    let (spec, state) = (&sight.spec, &sight.state);
    let build = spec.build(sight.seed);
    let (virtualisation, container) = if spec.is_container {
        ("lxc", "lxc")
    } else {
        ("kvm", "none")
    };
    let architecture = if spec.distro.tables().lists.is_empty() {
        "x86_64"
    } else {
        "amd64"
    };
    format!(
        "hostname={}\nmachine_id={}\nboot_id={}\nbooted={}\narchitecture={architecture}\ncpus={}\nmemory_kib={}\n\
         virtualisation={virtualisation}\ncontainer={container}\n",
        spec.name,
        machine_id(sight.seed, &spec.host),
        boot_id(sight.seed, &spec.host, state.boots),
        sight.clock_secs(state.booted),
        build.cpus,
        build.memory_mib * 1_024,
    )
}

pub(super) fn os_release(sight: &Sight) -> String {
    let tables = sight.spec.distro.tables();
    let mut text = format!(
        "PRETTY_NAME=\"{}\"\nNAME=\"{}\"\nVERSION_ID=\"{}\"\nVERSION=\"{}",
        tables.pretty_name, tables.name, tables.version, tables.version
    );
    if tables.codename.is_empty() {
        text.push_str("\"\n");
    } else {
        let _ = writeln!(
            text,
            " ({})\"\nVERSION_CODENAME={}",
            tables.codename, tables.codename
        );
    }
    let _ = writeln!(text, "ID={}", tables.id);
    if !tables.id_like.is_empty() {
        let _ = writeln!(text, "ID_LIKE=\"{}\"", tables.id_like);
    }
    text
}

/// The kernel that runs, as `uname -r` says it.
pub(super) fn running_kernel(sight: &Sight) -> String {
    let kernel = &sight.spec.distro.tables().kernels[sight.spec.flavour];
    kernel.fill(kernel.running, sight.state.running)
}

pub(super) fn kernel(sight: &Sight) -> String {
    let (spec, state) = (&sight.spec, &sight.state);
    let tables = spec.distro.tables();
    let kernel = &tables.kernels[spec.flavour];
    let build = match tables.id {
        "debian" => format!(
            "#1 SMP PREEMPT_DYNAMIC Debian {}",
            kernel.fill(kernel.version, state.running)
        ),
        "ubuntu" => format!(
            "#{}-Ubuntu SMP PREEMPT_DYNAMIC",
            kernel.fill("{n}", state.running)
        ),
        _ => "#1 SMP PREEMPT_DYNAMIC".to_owned(),
    };
    let mut text = format!("release={}\nbuild={build}\n", running_kernel(sight));
    for installed in &state.kernels {
        let _ = writeln!(text, "image={}", kernel.fill(kernel.running, *installed));
    }
    text
}

/// The size of one kernel's files in `/boot`, in KiB.
pub(super) const KERNEL_KIB: u64 = 40_960;

/// Size and used space of the root disk, in KiB.
pub(super) fn root_disk(sight: &Sight) -> [u64; 2] {
    let build = sight.spec.build(sight.seed);
    let total = build.root_gib << 20;
    [total, total * build.root_used_percent / 100]
}

/// The same of `/boot`, where that is a disk of its own.
pub(super) fn boot_disk(sight: &Sight) -> Option<[u64; 2]> {
    let used = KERNEL_KIB * (sight.state.kernels.len() as u64 + 1);
    (!sight.spec.is_container).then_some([491_520, used])
}

pub(super) fn disks(sight: &Sight) -> String {
    const HEAD: &str = "Filesystem     1024-blocks      Used Available Capacity Mounted on\n";
    let [total, used] = root_disk(sight);
    let device = if sight.spec.is_container {
        "rpool/data/subvol"
    } else {
        "/dev/vda1"
    };
    let root = format!(
        "{HEAD}{device} {total} {used} {} {}% /\n",
        total - used,
        used * 100 / total
    );
    match boot_disk(sight) {
        None => format!("{root}{root}"),
        Some([total, used]) => format!(
            "{root}{HEAD}/dev/vda2 {total} {used} {} {}% /boot\n",
            total - used,
            used * 100 / total
        ),
    }
}

pub(super) fn reboot(sight: &Sight) -> String {
    let Some(flag) = &sight.state.flag else {
        return "flag=no\n".to_owned();
    };
    let mut text = format!("flag=yes\nsince={}\n", sight.clock_secs(flag.since));
    for package in &flag.packages {
        let _ = writeln!(text, "package={package}");
    }
    text
}
