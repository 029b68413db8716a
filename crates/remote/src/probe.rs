//! The probe: what an account proved to be able to do.

use crate::scan::{INSTALLED_PATH, failure, installed_sha256, last_line};
use model::{Account, Reach};

/// What a probe said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The user id that the probe ran as: after sudo for *operate*, the account's own for *look only*.
    pub uid: u32,
    /// What `uname -s` says; Drydock speaks to `Linux`.
    pub system: String,
    /// What `uname -r` says.
    pub kernel: String,
    /// The SHA-256 of the look-only script on the server, when it is there.
    pub script_sha256: Option<String>,
    /// Whether the script belongs to root and nobody else may write it.
    pub script_is_safe: bool,
    /// Whether sudo lets the account run the look-only script; `None` for root.
    pub may_run_script: Option<bool>,
    /// Whether sudo lets the account run anything; `None` for root.
    pub may_run_anything: Option<bool>,
}

/// The probe was answered, and the account cannot do what it must.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", reach.as_str())]
pub struct ProbeFailure {
    /// The state that the server's page shows.
    pub reach: Reach,
    /// What exactly was seen, a sentence.
    pub detail: String,
}

impl Probe {
    /// Reads the answer of [`crate::Op::Probe`].
    ///
    /// # Errors
    /// [`ProbeFailure`] when there is no whole answer.
    pub fn read(
        account: Account,
        is_root: bool,
        stdout: &[u8],
        stderr: &[u8],
        exit: Option<u32>,
    ) -> Result<Self, ProbeFailure> {
        let text = String::from_utf8_lossy(stdout);
        let lines: Option<Vec<&str>> = text
            .split_once("\nDRYDOCK-PROBE v1 BEGIN\n")
            .and_then(|(_, rest)| rest.split_once("\nDRYDOCK-PROBE v1 END\n"))
            .map(|(body, _)| body.lines().collect());
        let get = |key: &str| {
            lines
                .iter()
                .flatten()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
                .filter(|value| !value.is_empty())
        };
        let Some(uid) = get("uid").and_then(|uid| uid.parse().ok()) else {
            let reach = failure(account, is_root, exit, stderr).unwrap_or(Reach::Unreadable);
            // A shell profile's own noise comes first; what ended the probe comes last.
            let said = last_line(stderr).or_else(|| {
                let line = text.lines().find(|line| !line.trim().is_empty());
                line.map(crate::scan::shortened)
            });
            return Err(ProbeFailure {
                reach,
                detail: said.map_or_else(
                    || "The account's shell printed nothing and did not run the probe.".to_owned(),
                    |said| format!("The server said: {said}"),
                ),
            });
        };
        let yes = |key: &str| get(key).map(|answer| answer == "yes");
        Ok(Self {
            uid,
            system: get("system").unwrap_or_default().to_owned(),
            kernel: get("kernel").unwrap_or_default().to_owned(),
            script_sha256: get("script_sha256").map(str::to_owned),
            script_is_safe: get("script_owner").is_some_and(is_safe),
            may_run_script: yes("sudo_script"),
            may_run_anything: yes("sudo_anything"),
        })
    }

    /// Whether the account can do what its kind must; if so, sentences about what a person should know.
    ///
    /// # Errors
    /// [`ProbeFailure`] with [`Reach::NoSudo`], [`Reach::NoScript`] or [`Reach::Unsupported`].
    pub fn verdict(&self, account: Account) -> Result<Vec<String>, ProbeFailure> {
        let fails = |reach, detail: String| Err(ProbeFailure { reach, detail });
        if self.system != "Linux" {
            return fails(
                Reach::Unsupported,
                format!("The server runs {}; Drydock speaks to Linux.", self.system),
            );
        }
        let mut notes = Vec::new();
        match account {
            Account::Operate if self.uid != 0 => {
                return fails(
                    Reach::NoSudo,
                    format!("The commands ran as user {}, not as root.", self.uid),
                );
            }
            Account::Operate => {}
            Account::LookOnly => {
                let Some(sha256) = &self.script_sha256 else {
                    return fails(
                        Reach::NoScript,
                        format!("There is no {INSTALLED_PATH} on the server."),
                    );
                };
                if self.may_run_script == Some(false) {
                    return fails(
                        Reach::NoScript,
                        format!("sudo does not let the account run {INSTALLED_PATH} without a password."),
                    );
                }
                if !self.script_is_safe {
                    return fails(
                        Reach::NoScript,
                        format!(
                            "{INSTALLED_PATH} does not belong to root alone, so others could change what root runs."
                        ),
                    );
                }
                if *sha256 != installed_sha256() {
                    notes.push(format!(
                        "{INSTALLED_PATH} is not the script that this Drydock installs; install it again."
                    ));
                }
                if self.uid == 0 {
                    notes.push("This account is root: it can do anything, not only look.".to_owned());
                }
                if self.may_run_anything == Some(true) {
                    notes.push(
                        "By sudo this account may run anything on the server, so it can do more than look."
                            .to_owned(),
                    );
                }
            }
        }
        Ok(notes)
    }
}

/// `0 755`: owned by root, and writable by nobody else.
fn is_safe(owner_and_mode: &str) -> bool {
    let Some((owner, mode)) = owner_and_mode.split_once(' ') else {
        return false;
    };
    owner == "0" && u32::from_str_radix(mode, 8).is_ok_and(|mode| mode & 0o022 == 0)
}
