//! The key file: one key per line, the current one first; older ones stay until nothing is sealed with them.

use super::SealError;
use super::sealer::Key;
use crate::db::folder::make_private_if_fresh;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::ExposeSecret as _;
use secrecy::zeroize::Zeroizing;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

const HEAD: &str = "# Drydock's secret key. Whoever has it can open every SSH key in Drydock's database.\n\
                    # Keep a copy of it, apart from the backups.\n";

pub(super) fn read(path: &Path) -> Result<Vec<Key>, SealError> {
    let failed = |source| SealError::File {
        path: path.to_owned(),
        source,
    };
    refuse_exposed(path)?;
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    parse(&text)
}

pub(super) fn parse(text: &str) -> Result<Vec<Key>, SealError> {
    let mut keys = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let malformed = SealError::Malformed { line: at + 1 };
        let Some(key) = line.strip_prefix("k1 ").and_then(decode) else {
            return Err(malformed);
        };
        keys.push(Key::new(key));
    }
    if keys.is_empty() {
        Err(SealError::Malformed { line: 0 })
    } else {
        Ok(keys)
    }
}

fn decode(text: &str) -> Option<[u8; 32]> {
    let bytes = Zeroizing::new(STANDARD_NO_PAD.decode(text.trim().trim_end_matches('=')).ok()?);
    bytes.as_slice().try_into().ok()
}

/// Writes a key file that holds `key`, so that it is there whole or not at all.
pub(super) fn write(path: &Path, key: &Key) -> Result<(), SealError> {
    let line = Zeroizing::new(format!(
        "{HEAD}k1 {}\n",
        STANDARD_NO_PAD.encode(key.bytes.expose_secret())
    ));
    write_text(path, &line)
}

/// Writes the text of a key file, so that it is there whole or not at all. Refuses when there is one already.
pub(crate) fn write_text(path: &Path, text: &str) -> Result<(), SealError> {
    let failed = |source| SealError::File {
        path: path.to_owned(),
        source,
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    make_private_if_fresh(folder).map_err(failed)?;
    let draft = path.with_extension("key.new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    private(&mut options);
    let mut file = options.open(&draft).map_err(failed)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed)?;
    // A link, unlike a rename, never replaces what another process made in between.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).map_err(failed)?;
    linked.map_err(failed)?;
    fs::File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), SealError> {
    use std::os::unix::fs::PermissionsExt as _;
    let failed = |source| SealError::File {
        path: path.to_owned(),
        source,
    };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(SealError::Exposed(path.to_owned()))
    }
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), SealError> {
    Ok(())
}
