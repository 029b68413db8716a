//! The scan's script, put together from its parts.

use sha2::{Digest, Sha256};

/// Where the look-only script is installed.
pub const INSTALLED_PATH: &str = "/usr/local/libexec/drydock-scan";

const BODY: &str = concat!(
    include_str!("script/frame.sh"),
    "\n",
    include_str!("script/machine.sh"),
    "\n",
    include_str!("script/lists.sh"),
    "\n",
    include_str!("script/packages.sh"),
    "\n",
    include_str!("script/services.sh"),
    "\n",
    include_str!("script/components.sh"),
    "\n",
    include_str!("script/main.sh"),
);

const INSTALLED: &str = include_str!("script/installed.sh");

/// The script as it is sent with every scan. `nonce` holds hexadecimal digits only, whatever was given.
pub(crate) fn sent(nonce: &str, refresh_older_than_secs: u32) -> String {
    let nonce: String = nonce.chars().filter(char::is_ascii_hexdigit).collect();
    format!("nonce={nonce} refresh_after={refresh_older_than_secs} script=sent\n{BODY}")
}

/// The look-only script as it is installed on a server.
pub fn installed_script() -> String {
    format!("{INSTALLED}\n{BODY}")
}

/// The SHA-256 of [`installed_script`], in lower-case hexadecimal digits.
pub fn installed_sha256() -> String {
    Sha256::digest(installed_script().as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
