//! Which works can be carried out at all. A plan is made of sound works only; what is not sound is rendered to a
//! script that refuses.

use model::{Pinned, Work};

/// The most packages of one transaction.
const PACKAGES_MAX: usize = 10_000;
/// The longest wait for a lock, in seconds: one day.
const WAIT_MAX: u32 = 86_400;

/// Why a work cannot be carried out, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unsound(String);

fn refuse<T>(why: impl Into<String>) -> Result<T, Unsound> {
    Err(Unsound(why.into()))
}

/// Whether a work can be carried out as it is.
///
/// # Errors
/// [`Unsound`] with what is wrong.
pub fn check(work: &Work) -> Result<(), Unsound> {
    match work {
        Work::Refresh | Work::Repair(_) | Work::Unattended(_) => Ok(()),
        Work::Install(install) => {
            if install.packages.is_empty() && install.removals.is_empty() {
                return refuse("The transaction is empty; there is nothing to install.");
            }
            if install.packages.len() + install.removals.len() > PACKAGES_MAX {
                return refuse(format!("The transaction has more than {PACKAGES_MAX} packages."));
            }
            let names = install.packages.iter().map(|pinned| &pinned.package);
            if let Some(name) = names.chain(&install.removals).find(|name| !is_package(name)) {
                return refuse(format!("“{}” is not a package's name.", name.escape_debug()));
            }
            if let Some(bad) = install.packages.iter().find_map(bad_version) {
                return refuse(format!("“{}” is not a package's version.", bad.escape_debug()));
            }
            wait(install.lock_wait_secs)
        }
        Work::RestartServices { units } => {
            if units.is_empty() {
                return refuse("No service is named.");
            }
            match units.iter().find(|unit| !is_unit(unit)) {
                Some(unit) => refuse(format!(
                    "“{}” is not a unit that a step restarts.",
                    unit.escape_debug()
                )),
                None => Ok(()),
            }
        }
        Work::Reboot(reboot) => {
            if let Some(boot_id) = &reboot.boot_id
                && !is_boot_id(boot_id)
            {
                return refuse(format!("“{}” is not a boot id.", boot_id.escape_debug()));
            }
            wait(reboot.lock_wait_secs)
        }
        Work::Command { argv } => match argv.first() {
            None => refuse("The command is empty."),
            Some(program) if program.is_empty() => refuse("The command has no program."),
            Some(_) if argv.iter().any(|word| word.contains('\0')) => {
                refuse("The command holds a NUL character.")
            }
            Some(_) => Ok(()),
        },
    }
}

fn wait(secs: u32) -> Result<(), Unsound> {
    if secs > WAIT_MAX {
        return refuse(format!("A lock is waited for {WAIT_MAX} s at most."));
    }
    Ok(())
}

fn bad_version(pinned: &Pinned) -> Option<&String> {
    [pinned.from.as_ref(), Some(&pinned.to)]
        .into_iter()
        .flatten()
        .find(|version| !is_version(version))
}

/// `name` or `name:arch`, as Debian's policy has them.
pub(super) fn is_package(name: &str) -> bool {
    let (name, arch) = name.split_once(':').map_or((name, None), |(n, a)| (n, Some(a)));
    let is_plain = |text: &str, more: &[u8]| {
        text.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || more.contains(&b))
            && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
    };
    is_plain(name, b"+-.") && arch.is_none_or(|arch| is_plain(arch, b"-"))
}

/// A version as dpkg reads it: no spaces, nothing of a shell's, no beginning that looks like an option.
pub(super) fn is_version(version: &str) -> bool {
    version.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
        && version
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".+-~:".contains(&b))
}

/// A unit's name, and not one of Drydock's own.
fn is_unit(unit: &str) -> bool {
    unit.len() <= 255
        && unit.contains('.')
        && unit.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
        && unit
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b":_.\\@-".contains(&b))
        && !unit.starts_with("drydock-")
}

fn is_boot_id(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b) || b == b'-')
}
