//! An answer that holds no document: which of the known reasons it is.

use super::{Document, DocumentError, INSTALLED_PATH, ScanOp, parse};
use model::{Account, Reach};

/// Why a scan that ran gave no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", reach.as_str())]
pub struct ScanFailure {
    /// The state that the server's page shows.
    pub reach: Reach,
    /// What exactly was seen, a sentence.
    pub detail: String,
}

/// Reads the whole answer of a scan: its document, or the state that its absence means.
///
/// # Errors
/// [`ScanFailure`] with [`Reach::NoSudo`], [`Reach::NoScript`], [`Reach::ConnectionLost`], [`Reach::TooMuchOutput`] or
/// [`Reach::Unreadable`].
pub fn read(op: &ScanOp, stdout: &[u8], stderr: &[u8], exit: Option<u32>) -> Result<Document, ScanFailure> {
    let error = match parse(stdout, &op.nonce) {
        Ok(document) => return Ok(document),
        Err(error) => error,
    };
    let said = last_line(stderr);
    let reach = match &error {
        DocumentError::NoDocument(_) => {
            failure(op.account, op.is_root, exit, stderr).unwrap_or(Reach::Unreadable)
        }
        DocumentError::TooLarge(_) => Reach::TooMuchOutput,
        DocumentError::UnknownVersion(_) if op.account == Account::LookOnly => Reach::NoScript,
        // The script ends with status 0 and its last line; without either something ended it.
        DocumentError::Truncated(_) if exit != Some(0) => Reach::ConnectionLost,
        _ => Reach::Unreadable,
    };
    let detail = match (&error, said) {
        (DocumentError::NoDocument(_), Some(said)) => said,
        (_, Some(said)) => format!("{error} The server said: {said}"),
        (_, None) => error.to_string(),
    };
    Err(ScanFailure { reach, detail })
}

/// What it means that a command ended without printing a document. `None` when sudo and the script are not to blame.
///
/// sudo is asked to speak English; where it does not, its name at the start of the line and its status 1 are enough.
pub fn failure(account: Account, is_root: bool, exit: Option<u32>, stderr: &[u8]) -> Option<Reach> {
    let text = String::from_utf8_lossy(stderr);
    let refused = match account {
        Account::LookOnly => Reach::NoScript,
        Account::Operate => Reach::NoSudo,
    };
    let is_about_script = text.lines().any(|line| line.contains(INSTALLED_PATH));
    let is_about_sudo = text.lines().any(|line| {
        line.starts_with("sudo:")
            || line.contains("sudoers")
            || line.contains("may not run sudo")
            || line.contains("is not allowed to execute")
    });
    let sudo_is_missing = matches!(exit, Some(126 | 127)) && text.contains("sudo");
    match exit {
        Some(126 | 127) if account == Account::LookOnly && is_about_script => Some(Reach::NoScript),
        _ if is_root => None,
        _ if sudo_is_missing => Some(Reach::NoSudo),
        Some(1) if is_about_sudo || is_about_script => Some(refused),
        _ => None,
    }
}

/// The last line of standard error that says anything.
pub(crate) fn last_line(stderr: &[u8]) -> Option<String> {
    String::from_utf8_lossy(stderr)
        .lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty())
        .map(super::document::shortened)
}
