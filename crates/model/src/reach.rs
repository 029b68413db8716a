//! What came of the last attempt to look at a server. Each way it can fail is a state of its own with its own
//! sentence, so that no server is shown as healthy by an old truth.

use crate::words;

words! {
    /// How the last attempt to scan a server ended.
    pub enum Reach {
        /// Nothing was ever heard from it. Never shown as healthy.
        NeverReported = "never_reported",
        /// Its host key is not confirmed yet: nothing is sent to it.
        KeyUnconfirmed = "key_unconfirmed",
        /// It offered other host keys than the pinned ones: nothing is sent until a lead decides.
        KeyChanged = "key_changed",
        /// The last scan succeeded.
        Reached = "reached",
        /// Its name could not be resolved.
        NameUnknown = "name_unknown",
        /// No route, or the network said so.
        Unreachable = "unreachable",
        /// The address answered, and refused the port.
        Refused = "refused",
        /// Nothing answered in time.
        TimedOut = "timed_out",
        /// Something answered that does not speak SSH.
        NotSsh = "not_ssh",
        /// The account and key were not accepted.
        LoginRefused = "login_refused",
        /// The connection ended in the middle of the scan.
        ConnectionLost = "connection_lost",
        /// The jump host could not be used.
        JumpFailed = "jump_failed",
        /// The account may not use sudo as it must.
        NoSudo = "no_sudo",
        /// The look-only script is not installed, or is not what Drydock installed.
        NoScript = "no_script",
        /// The scan's answer was larger than Drydock reads.
        TooMuchOutput = "too_much_output",
        /// The answer was not a complete scan document.
        Unreadable = "unreadable",
        /// The answer was complete, but took longer than the limit.
        ScanTimedOut = "scan_timed_out",
        /// The operating system is recognised and not supported yet.
        Unsupported = "unsupported",
    }
}

impl Reach {
    /// What happened, in one sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NeverReported => "Nothing has been heard from this server yet.",
            Self::KeyUnconfirmed => "This server's host key is not confirmed yet.",
            Self::KeyChanged => "This server offers other host keys than the confirmed ones.",
            Self::Reached => "The last scan succeeded.",
            Self::NameUnknown => "The server's name could not be resolved.",
            Self::Unreachable => "There is no route to the server.",
            Self::Refused => "The server's address refused the connection.",
            Self::TimedOut => "The server did not answer in time.",
            Self::NotSsh => "Something answered on that port that does not speak SSH.",
            Self::LoginRefused => "The server did not accept the account or its key.",
            Self::ConnectionLost => "The connection ended in the middle of the scan.",
            Self::JumpFailed => "The jump host could not be used.",
            Self::NoSudo => "The account may not use sudo without a password.",
            Self::NoScript => {
                "The look-only script is not installed on the server, or sudo does not allow it."
            }
            Self::TooMuchOutput => "The server's answer was larger than Drydock reads.",
            Self::Unreadable => "The server's answer was not a complete scan.",
            Self::ScanTimedOut => "The scan took longer than its limit.",
            Self::Unsupported => "This operating system is recognised, but not supported yet.",
        }
    }

    /// What a person does next.
    pub const fn next(self) -> &'static str {
        match self {
            Self::NeverReported => "Scan it now, or wait for the next scheduled scan.",
            Self::KeyUnconfirmed => "Compare the fingerprint with the server's own and confirm it.",
            Self::KeyChanged => {
                "Find out why before anything else: a rebuilt server, or somebody in between. A lead decides on this page."
            }
            Self::Reached => "Nothing.",
            Self::NameUnknown => "Check the address, and the name server of the machine that runs Drydock.",
            Self::Unreachable | Self::TimedOut => {
                "Check that the server is up, its address and port, and the firewalls in between."
            }
            Self::Refused => "Check that sshd is running and listens on that port.",
            Self::NotSsh => "Check the port.",
            Self::LoginRefused => {
                "Put the public key shown below into the account's authorized_keys, and check the account's name."
            }
            Self::ConnectionLost => "Scan again; if it happens again, look at the server's sshd log.",
            Self::JumpFailed => "Open the jump host's own page: it says what is wrong there.",
            Self::NoSudo => "Give the account the sudoers line shown below, or choose another account.",
            Self::NoScript => "Install the script as shown below, or choose an account that operates.",
            Self::TooMuchOutput => {
                "Log in by hand and look for a shell profile or a tool that prints without end."
            }
            Self::Unreadable => {
                "Open the raw answer below; most often a tool on the server failed or printed something unexpected."
            }
            Self::ScanTimedOut => {
                "Look for a stuck package manager or a slow disk on the server, then scan again."
            }
            Self::Unsupported => {
                "Debian and Ubuntu are supported in full. The facts that could be read are shown."
            }
        }
    }

    /// Whether facts of this attempt are the present truth.
    pub const fn is_current(self) -> bool {
        matches!(self, Self::Reached | Self::Unsupported)
    }

    /// Whether the network or the log-in failed, which the *unreachable* tile counts.
    pub const fn is_unreachable(self) -> bool {
        !matches!(
            self,
            Self::NeverReported | Self::KeyUnconfirmed | Self::Reached | Self::Unsupported
        )
    }
}
