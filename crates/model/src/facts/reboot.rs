//! What speaks for a reboot, stored as evidence, and the verdict that follows from it. The evidence is shown with
//! the verdict: a bare flag is the most-reported mistake of tools of this kind.

use super::{Kernel, Known, OldLibraries};
use crate::{Timestamp, words};
use serde::{Deserialize, Serialize};

/// What a scan found out about a pending reboot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RebootEvidence {
    /// Whether `/run/reboot-required` exists.
    pub flag: Known<bool>,
    /// When the flag file was written, by Drydock's clock.
    pub flag_since: Option<Timestamp>,
    /// The packages named in `/run/reboot-required.pkgs`, sorted, each once.
    pub packages: Vec<String>,
    /// Whether a package is installed that writes the flag after a kernel upgrade
    /// (`unattended-upgrades` on Debian, `update-notifier-common` on Ubuntu). Without one a missing flag is no evidence.
    pub flag_is_maintained: Known<bool>,
}

words! {
    /// Whether a server needs a reboot.
    pub enum RebootNeed {
        /// The flag is there, or a newer kernel of the same flavour waits.
        Yes = "yes",
        /// No reboot, but services run old libraries: restarting those is enough.
        RestartServices = "restart_services",
        /// Everything that could say so was asked, and nothing does.
        No = "no",
        /// Something that could say so could not be asked.
        Unknown = "unknown",
    }
}

/// The verdict over all evidence, with one sentence per piece of it.
pub fn reboot_need(
    evidence: &RebootEvidence,
    kernel: &Kernel,
    is_container: bool,
    old: &Known<OldLibraries>,
) -> (RebootNeed, Vec<String>) {
    let mut said = Vec::new();
    let mut yes = false;
    let mut unknown = false;
    match &evidence.flag {
        Known::Known(true) => {
            yes = true;
            said.push(if evidence.packages.is_empty() {
                "The server asks for a restart (/run/reboot-required).".to_owned()
            } else {
                format!(
                    "The server asks for a restart because of {}.",
                    evidence.packages.join(", ")
                )
            });
        }
        Known::Known(false) => said.push("/run/reboot-required is not there.".to_owned()),
        Known::Unknown(why) => {
            unknown = true;
            said.push(format!(
                "Whether the server asks for a restart is unknown: {why}."
            ));
        }
    }
    match (&kernel.newest_installed, is_container) {
        (_, true) => said.push("It is a container: its kernel belongs to the host.".to_owned()),
        (Known::Known(newest), _) if *newest != kernel.running => {
            // "Running newer than the newest package" is filtered by whoever fills `newest_installed`.
            yes = true;
            said.push(format!(
                "Kernel {newest} is installed, {} is running.",
                kernel.running
            ));
        }
        (Known::Known(_), _) => said.push(format!(
            "The newest installed kernel is running ({}).",
            kernel.running
        )),
        (Known::Unknown(why), _) => {
            unknown = true;
            said.push(format!("The newest installed kernel is unknown: {why}."));
        }
    }
    if matches!(evidence.flag, Known::Known(false))
        && evidence.flag_is_maintained == Known::Known(false)
        && !is_container
    {
        said.push(
            "No package on this server writes the restart flag, so its absence proves nothing.".to_owned(),
        );
    }
    let mut restart = false;
    match old {
        Known::Known(old) => {
            if old.service_manager {
                said.push("The service manager itself runs old libraries.".to_owned());
            }
            if !old.services.is_empty() {
                restart = true;
                said.push(format!(
                    "Old libraries are still in use by {}.",
                    old.services.join(", ")
                ));
            }
        }
        Known::Unknown(why) => said.push(format!("Services with old libraries are unknown: {why}.")),
    }
    let need = match (yes, unknown, restart) {
        (true, _, _) => RebootNeed::Yes,
        (false, true, _) => RebootNeed::Unknown,
        (false, false, true) => RebootNeed::RestartServices,
        (false, false, false) => RebootNeed::No,
    };
    (need, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(flag: Known<bool>) -> RebootEvidence {
        RebootEvidence {
            flag,
            flag_since: None,
            packages: vec!["linux-image-x".into()],
            flag_is_maintained: Known::Known(true),
        }
    }

    fn kernel(newest: Known<String>) -> Kernel {
        Kernel {
            running: "6.1.0-1-amd64".into(),
            flavour: "amd64".into(),
            newest_installed: newest,
            installed: vec![],
        }
    }

    fn none() -> Known<OldLibraries> {
        Known::Known(OldLibraries::default())
    }

    #[test]
    fn a_newer_kernel_counts_without_any_flag() {
        let (need, said) = reboot_need(
            &evidence(Known::Known(false)),
            &kernel(Known::Known("6.1.0-2-amd64".into())),
            false,
            &none(),
        );
        assert_eq!(need, RebootNeed::Yes);
        assert!(
            said.iter().any(|s| s.contains("6.1.0-2-amd64 is installed")),
            "{said:?}"
        );
    }

    #[test]
    fn what_could_not_be_asked_is_never_a_no() {
        let current = kernel(Known::Known("6.1.0-1-amd64".into()));
        assert_eq!(
            reboot_need(&evidence(Known::unknown("no")), &current, false, &none()).0,
            RebootNeed::Unknown
        );
        assert_eq!(
            reboot_need(&evidence(Known::Known(false)), &current, false, &none()).0,
            RebootNeed::No
        );
        let unjudged = kernel(Known::unknown("no kernel of this flavour is installed"));
        assert_eq!(
            reboot_need(&evidence(Known::Known(false)), &unjudged, false, &none()).0,
            RebootNeed::Unknown
        );
        assert_eq!(
            reboot_need(&evidence(Known::Known(false)), &unjudged, true, &none()).0,
            RebootNeed::No
        );
    }

    #[test]
    fn old_libraries_alone_ask_for_restarts_only() {
        let old = Known::Known(OldLibraries {
            services: vec!["ssh.service".into()],
            ..Default::default()
        });
        let current = kernel(Known::Known("6.1.0-1-amd64".into()));
        assert_eq!(
            reboot_need(&evidence(Known::Known(false)), &current, false, &old).0,
            RebootNeed::RestartServices
        );
    }
}
