//! What apt and dpkg print while they work.

use super::{file_name, said_bytes, size, source_of};
use crate::host::{Change, HostSpec, qualified};
use std::fmt::Write as _;

/// What is fetched for a transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Downloads {
    /// Bytes to fetch.
    pub(crate) bytes: u64,
    /// By how much the disk gets fuller.
    pub(crate) disk: u64,
}

impl Downloads {
    pub(crate) fn of(changes: &[Change]) -> Self {
        let mut sum = Self { bytes: 0, disk: 0 };
        for change in changes {
            let size = size(&change.package, &change.to);
            sum.bytes += size.download;
            // An upgrade leaves the disk about as full as it was.
            sum.disk += if change.from.is_some() {
                size.unpacked / 400
            } else {
                size.unpacked
            };
        }
        sum
    }

    /// `Need to get …`
    pub(crate) fn needed(&self) -> String {
        format!(
            "Need to get {} of archives.\nAfter this operation, {} of additional disk space will be used.\n",
            said_bytes(self.bytes),
            said_bytes(self.disk)
        )
    }

    /// `Fetched …`
    pub(crate) fn done(&self, secs: u64) -> String {
        let secs = secs.max(1);
        format!(
            "Fetched {} in {secs}s ({}/s)\n",
            said_bytes(self.bytes),
            said_bytes(self.bytes / secs)
        )
    }
}

/// `Get:3 http://… bookworm-security/main amd64 curl amd64 7.88.1-10+deb12u12 [312 kB]`
pub(crate) fn fetched(spec: &HostSpec, number: usize, change: &Change) -> String {
    let from = source_of(spec, change).map_or_else(String::new, |list| {
        format!("{} {}/{}", list.uri, list.suite, list.component)
    });
    format!(
        "Get:{number} {from} amd64 {} amd64 {} [{}]\n",
        change.package,
        change.to,
        said_bytes(size(&change.package, &change.to).download)
    )
}

/// dpkg counts its files anew, one line over the other.
pub(crate) fn reading_database(files: u64) -> String {
    let mut text = "(Reading database ... ".to_owned();
    for percent in (5..=100).step_by(5) {
        let _ = write!(text, "\r(Reading database ... {percent}%");
    }
    let _ = writeln!(
        text,
        "\r(Reading database ... {files} files and directories currently installed.)"
    );
    text
}

/// dpkg unpacks one package.
pub(crate) fn unpacked(number: usize, change: &Change) -> String {
    let name = qualified(&change.package);
    let over = change
        .from
        .as_ref()
        .map_or_else(String::new, |from| format!(" over ({from})"));
    let mut text = String::new();
    if change.from.is_none() {
        let _ = writeln!(text, "Selecting previously unselected package {name}.");
    }
    let _ = writeln!(
        text,
        "Preparing to unpack .../{number:02}-{} ...\nUnpacking {name} ({}){over} ...",
        file_name(&change.package, &change.to),
        change.to
    );
    text
}

/// What a kernel's hooks print. `release` is what `uname -r` will say.
pub(crate) fn kernel_is_set_up(release: &str, is_container: bool) -> String {
    if is_container {
        return String::new();
    }
    format!(
        "/etc/kernel/postinst.d/initramfs-tools:\n\
         update-initramfs: Generating /boot/initrd.img-{release}\n\
         /etc/kernel/postinst.d/zz-update-grub:\n\
         Generating grub configuration file ...\n\
         Found linux image: /boot/vmlinuz-{release}\n\
         Found initrd image: /boot/initrd.img-{release}\n\
         done\n"
    )
}
