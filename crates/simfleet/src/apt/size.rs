//! How large packages are: not stored anywhere, and still the same whenever somebody asks.

use crate::stream::key;

/// The size of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// Of its file, in bytes.
    pub(crate) download: u64,
    /// On the disk, in bytes.
    pub(crate) unpacked: u64,
}

/// How large a package of that name is at that version: large for what is known to be large.
pub(crate) fn size(package: &str, version: &str) -> Size {
    const KB: u64 = 1_000;
    const MB: u64 = 1_000_000;
    let (low, high) = match package {
        _ if of_kernel(package, "linux-image-") => (66 * MB, 88 * MB),
        _ if of_kernel(package, "linux-modules-") => (28 * MB, 40 * MB),
        _ if of_kernel(package, "linux-headers-") => (12 * MB, 14 * MB),
        _ if package.starts_with("linux-") => (2 * KB, 3 * KB),
        "docker-ce" | "containerd.io" | "snapd" => (22 * MB, 31 * MB),
        _ if package.starts_with("docker-ce") => (9 * MB, 17 * MB),
        _ if package.starts_with("postgresql-1") || package.starts_with("gcc") => (16 * MB, 21 * MB),
        "intel-microcode" | "libc6" | "systemd" | "perl-modules-5.36" | "git" => (2_800 * KB, 7 * MB),
        _ if package.ends_with("-common") || package.starts_with("lib") => (60 * KB, 900 * KB),
        _ => (90 * KB, 1_900 * KB),
    };
    // The name says most of it, the version a little.
    let place = key(0, &["size", package]) % (high - low + 1);
    let download = low + place + key(0, &["size", package, version]) % 997;
    Size {
        download,
        unpacked: download * (26 + place % 14) / 10,
    }
}

/// Whether a package belongs to one release of a kernel, and does not only name the newest.
fn of_kernel(package: &str, beginning: &str) -> bool {
    let rest = package.strip_prefix(beginning);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// The name of a package's file: `bash_5.2.15-2_amd64.deb`, with the epoch's colon quoted.
pub(crate) fn file_name(package: &str, version: &str) -> String {
    format!("{package}_{}_amd64.deb", version.replace(':', "%3a"))
}

/// A number of bytes as apt says it: `14.2 MB`, `812 kB`.
pub(crate) fn said_bytes(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} B"),
        1_000..=9_999 => format!("{}.{} kB", bytes / 1_000, bytes / 100 % 10),
        10_000..=9_999_999 => {
            let kb = bytes / 1_000;
            if kb < 1_000 {
                format!("{kb} kB")
            } else {
                format!("{},{:03} kB", kb / 1_000, kb % 1_000)
            }
        }
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_always_of_the_same_size_and_a_kernel_is_large() {
        assert_eq!(size("curl", "1"), size("curl", "1"));
        assert_ne!(size("curl", "1"), size("curl", "2"));
        assert!(size("linux-image-6.1.0-55-amd64", "6.1.190-1").download > 60_000_000);
        assert!(size("linux-image-amd64", "6.1.190-1").download < 10_000);
        assert!(size("curl", "1").unpacked > size("curl", "1").download);
    }

    #[test]
    fn bytes_are_said_as_apt_says_them() {
        for (bytes, said) in [
            (713, "713 B"),
            (1_476, "1.4 kB"),
            (81_900, "81 kB"),
            (2_032_114, "2,032 kB"),
            (14_260_000, "14.2 MB"),
        ] {
            assert_eq!(said_bytes(bytes), said);
        }
        assert_eq!(file_name("libc6", "1:2"), "libc6_1%3a2_amd64.deb");
    }
}
