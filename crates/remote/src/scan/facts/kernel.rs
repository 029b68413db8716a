//! Running and installed kernels. Only kernels of one flavour are compared with each other.

use super::fields::Fields;
use super::packages::Packages;
use crate::dpkg_version::compare_versions;
use crate::scan::Document;
use model::facts::{Kernel, Known};
use std::cmp::Ordering;

pub(super) fn kernel(document: &Document, packages: &Packages<'_>, is_container: bool) -> Kernel {
    let fields = Fields::of(document, "kernel");
    let running = fields.get("release").unwrap_or_default().to_owned();
    let flavour = split(&running).1.to_owned();
    let mut installed: Vec<String> = packages
        .installed()
        .filter_map(|(name, _)| release_of_package(name))
        .chain(fields.all("image").filter(|image| is_release(image)))
        .map(str::to_owned)
        .collect();
    installed.sort_by(|a, b| compare_versions(split(a).0, split(b).0).then_with(|| a.cmp(b)));
    installed.dedup();
    let newest_installed = newest(&running, &flavour, &installed, is_container)
        .map_or_else(Known::unknown, |newest| {
            Known::Known(rebuilt(newest, &running, fields.get("build"), packages))
        });
    Kernel {
        running,
        flavour,
        newest_installed,
        installed,
    }
}

fn newest(running: &str, flavour: &str, installed: &[String], is_container: bool) -> Result<String, String> {
    if is_container {
        return Err("the server is a container, whose kernel is the host's".into());
    }
    if running.is_empty() {
        return Err("the running kernel could not be read".into());
    }
    let Some(newest) = installed.iter().rfind(|release| split(release).1 == flavour) else {
        return Err(format!(
            "no kernel of the running kernel's flavour ({}) is installed",
            if flavour.is_empty() { "none" } else { flavour }
        ));
    };
    // Running newer than the newest installed one is fine: the package was removed, or the kernel came from elsewhere.
    let is_newer = compare_versions(split(newest).0, split(running).0) == Ordering::Greater;
    Ok(if is_newer {
        newest.clone()
    } else {
        running.to_owned()
    })
}

/// A kernel can be replaced by a newer build of the same release. Debian's kernels name the package's version in
/// `uname -v`; where it differs from the installed one, the difference is said after the release.
fn rebuilt(newest: String, running: &str, build: Option<&str>, packages: &Packages<'_>) -> String {
    if newest != running {
        return newest;
    }
    let built = build
        .and_then(|build| build.split_once(" Debian "))
        .and_then(|(_, version)| version.split(' ').next());
    let installed = packages
        .installed()
        .find(|(name, _)| release_of_package(name) == Some(running))
        .map(|(_, version)| version);
    match (built, installed) {
        (Some(built), Some(installed)) if compare_versions(installed, built) == Ordering::Greater => {
            format!("{newest} (build {installed})")
        }
        _ => newest,
    }
}

/// `linux-image-6.1.0-98-amd64` holds the kernel `6.1.0-98-amd64`; meta packages and debug symbols hold none.
fn release_of_package(name: &str) -> Option<&str> {
    let name = name.split_once(':').map_or(name, |(name, _)| name);
    let release = [
        "linux-image-unsigned-",
        "linux-image-",
        "proxmox-kernel-",
        "pve-kernel-",
    ]
    .iter()
    .find_map(|prefix| name.strip_prefix(prefix))?;
    let release = release
        .strip_suffix("-unsigned")
        .or_else(|| release.strip_suffix("-signed"))
        .unwrap_or(release);
    (is_release(release) && !release.ends_with("-dbg")).then_some(release)
}

/// Whether it can be what `uname -r` prints: it begins with a version of at least two numbers. Copies that package
/// managers and people keep beside the kernel are none.
fn is_release(text: &str) -> bool {
    let version = split(text).0;
    version.starts_with(|c: char| c.is_ascii_digit())
        && version.contains('.')
        && ![".old", ".bak", ".dpkg-new", ".dpkg-tmp", ".dpkg-bak", "~"]
            .iter()
            .any(|ending| text.ends_with(ending))
}

/// Version and flavour of a kernel release: `6.1.0-98-cloud-amd64` is `6.1.0-98` and `cloud-amd64`,
/// `6.12.41+deb13-amd64` is `6.12.41+deb13` and `amd64`.
pub(super) fn split(release: &str) -> (&str, &str) {
    let Some((upstream, rest)) = release.split_once('-') else {
        return (release, "");
    };
    let (second, after) = rest.split_once('-').map_or((rest, None), |(a, b)| (a, Some(b)));
    // i386's flavours 686 and 686-pae begin with a digit as the ABI number does.
    let is_abi = second.starts_with(|c: char| c.is_ascii_digit()) && second != "686";
    if !is_abi {
        return (upstream, rest);
    }
    let version_len = upstream.len() + 1 + second.len();
    (
        release.get(..version_len).unwrap_or(release),
        after.unwrap_or_default(),
    )
}
