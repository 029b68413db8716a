//! The texts that a person puts on a server so that Drydock's account works. Each says what it allows, no less.

use crate::scan::{INSTALLED_PATH, installed_script, installed_sha256};
use model::Account;

/// The line for the account's `~/.ssh/authorized_keys`. `public_key` is OpenSSH's one-line form; its comment is kept.
pub fn authorized_keys(public_key: &str) -> String {
    format!("restrict {}", public_key.trim())
}

/// The content of `/etc/sudoers.d/drydock` for an account that is not root.
pub fn sudoers(account: Account, user: &str) -> String {
    match account {
        Account::Operate => format!("{user} ALL=(root) NOPASSWD: ALL\n"),
        // The empty quotes allow no arguments; nothing of the caller's surroundings reaches the script.
        Account::LookOnly => format!(
            "Defaults!{INSTALLED_PATH} env_reset, !setenv, !env_keep\n{user} ALL=(root) NOPASSWD: {INSTALLED_PATH} \"\"\n"
        ),
    }
}

/// Commands that install the look-only script, to be pasted into a root shell. The script is written whole, checked
/// against the sum that Drydock knows, and only then put into its place.
pub fn install_commands() -> String {
    let (script, sum) = (installed_script(), installed_sha256());
    let new = format!("{INSTALLED_PATH}.new");
    format!(
        "install -d -o root -g root -m 0755 /usr/local/libexec\n\
         cat >{new} <<'DRYDOCK-SCAN-SCRIPT'\n\
         {script}\
         DRYDOCK-SCAN-SCRIPT\n\
         echo '{sum}  {new}' | sha256sum -c - &&\n  \
         chown root:root {new} && chmod 0755 {new} && mv {new} {INSTALLED_PATH}\n"
    )
}

/// What the account can do, in one honest sentence.
pub const fn honest(account: Account, is_root: bool) -> &'static str {
    match (account, is_root) {
        (Account::LookOnly, false) => {
            "This account may log in, and by sudo it may run one script that belongs to root, which looks and refreshes \
             the package lists. It cannot change the server otherwise; what the script does not show stays unknown."
        }
        (Account::LookOnly, true) => {
            "This account is root. Drydock only looks with it, but whoever has its key can do anything on the server."
        }
        (Account::Operate, _) => {
            "This account is root on the server: whoever has its key, or may use it in Drydock, can do anything there."
        }
    }
}
