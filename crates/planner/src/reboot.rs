//! Whether a server will need a reboot once its packages are installed.

use crate::words::bare;
use model::facts::{Facts, RebootNeed, reboot_need};
use model::plan::{PackageChange, RebootForecast, RebootVerdict};
use std::cmp::Ordering;

/// Packages whose maintainer scripts ask for a reboot on some releases, or whose old copy lives on in process 1.
const MAY_ASK: &[&str] = &[
    "amd64-microcode",
    "dbus",
    "intel-microcode",
    "libc6",
    "libssl1.1",
    "libssl3",
    "libssl3t64",
    "linux-base",
    "systemd",
];

/// The forecast from what the server says now and from what is installed on it.
pub(crate) fn forecast(facts: &Facts, changes: &[&PackageChange]) -> RebootForecast {
    let (need, said) = reboot_need(
        &facts.reboot,
        &facts.kernel,
        facts.machine.is_container,
        &facts.old_libraries,
    );
    let mut reasons = Vec::new();
    let mut verdict = match need {
        RebootNeed::Yes => RebootVerdict::Expected,
        RebootNeed::Unknown => RebootVerdict::Possible,
        RebootNeed::RestartServices | RebootNeed::No => RebootVerdict::NotExpected,
    };
    if verdict != RebootVerdict::NotExpected {
        reasons.extend(said);
    }
    for change in changes {
        if let Some(reason) = kernel_in_container(facts, change) {
            verdict = verdict.min(RebootVerdict::Possible);
            reasons.push(reason);
        } else if let Some(reason) = new_kernel(facts, change) {
            verdict = RebootVerdict::Expected;
            reasons.push(reason);
        } else if MAY_ASK.contains(&bare(&change.package)) {
            verdict = verdict.min(RebootVerdict::Possible);
            reasons.push(format!(
                "{} is upgraded, which may ask for a reboot.",
                bare(&change.package)
            ));
        }
    }
    // One package of two architectures is one reason.
    reasons.dedup();
    if reasons.is_empty() {
        reasons.push("Neither the server nor a planned package asks for a reboot.".to_owned());
    }
    RebootForecast { verdict, reasons }
}

/// A container runs its host's kernel, and yet the hooks of a kernel's package may ask for a reboot there.
fn kernel_in_container(facts: &Facts, change: &PackageChange) -> Option<String> {
    let release = kernel_release(&change.package).filter(|_| facts.machine.is_container)?;
    Some(format!(
        "Kernel {release} is installed. This container does not run it, but its package may ask for a reboot."
    ))
}

/// A kernel of the running one's flavour that is newer, or the running one in a new build.
fn new_kernel(facts: &Facts, change: &PackageChange) -> Option<String> {
    let running = facts.kernel.running.as_str();
    let release = kernel_release(&change.package)?;
    if release == running {
        return Some(format!(
            "The running kernel {running} is installed in build {}.",
            change.to
        ));
    }
    let flavour = facts.kernel.flavour.as_str();
    let newer =
        remote::compare_versions(version(release, flavour)?, version(running, flavour)?) == Ordering::Greater;
    newer.then(|| format!("Kernel {release} is installed, {running} is running."))
}

/// The version part of a release of this flavour: `6.1.0-56` of `6.1.0-56-cloud-amd64` for `cloud-amd64`, and nothing
/// for `amd64`, which is another flavour.
fn version<'a>(release: &'a str, flavour: &str) -> Option<&'a str> {
    let version = if flavour.is_empty() {
        release
    } else {
        release.strip_suffix(flavour)?.strip_suffix('-')?
    };
    version
        .split('-')
        .all(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        .then_some(version)
}

/// `linux-image-6.1.0-98-amd64` holds the kernel `6.1.0-98-amd64`; meta packages hold none.
pub(crate) fn kernel_release(package: &str) -> Option<&str> {
    let name = bare(package);
    let release = name
        .strip_prefix("linux-image-unsigned-")
        .or_else(|| name.strip_prefix("linux-image-"))?;
    (release.starts_with(|c: char| c.is_ascii_digit()) && !release.ends_with("-dbg")).then_some(release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_kernels_of_one_flavour_are_compared() {
        assert_eq!(version("6.1.0-56-cloud-amd64", "cloud-amd64"), Some("6.1.0-56"));
        assert_eq!(version("6.1.0-56-cloud-amd64", "amd64"), None);
        assert_eq!(version("6.12.41+deb13-amd64", "amd64"), Some("6.12.41+deb13"));
        assert_eq!(version("6.8.0-45-generic", "aws"), None);
    }

    #[test]
    fn meta_packages_hold_no_kernel() {
        assert_eq!(kernel_release("linux-image-amd64"), None);
        assert_eq!(kernel_release("linux-image-6.1.0-9-amd64-dbg"), None);
        assert_eq!(kernel_release("linux-image-6.1.0-9-amd64"), Some("6.1.0-9-amd64"));
    }
}
