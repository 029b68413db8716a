//! One transaction as apt prints it.

use super::answer::{AnswerError, foreign, unreadable};
use super::sound::{is_package, is_version};
use model::{Install, Pinned, Upgrade};
use std::collections::BTreeMap;

/// Everything that one `apt-get` call would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transaction {
    /// `Inst` lines, sorted by package.
    pub changes: Vec<Change>,
    /// `Remv` lines, sorted by package.
    pub removals: Vec<Removal>,
    /// What is downloaded, in bytes.
    pub download_bytes: Option<u64>,
}

/// `Inst NAME [OLD] (NEW ORIGIN:RELEASE/SUITE, … [ARCH])`: one package that is upgraded or newly installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its name, with `:arch` when it is of a foreign architecture.
    pub package: String,
    /// Its architecture.
    pub arch: String,
    /// The installed version; `None` for a new package.
    pub from: Option<String>,
    /// The version to install.
    pub to: String,
    /// Where that version comes from, such as `Debian-Security:12/oldstable-security`.
    pub origins: Vec<String>,
    /// The size of its download in bytes; `None` when it is on the server already.
    pub download_bytes: Option<u64>,
}

/// `Remv NAME [OLD]`: one package that is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// Its name, with `:arch` when it is of a foreign architecture.
    pub package: String,
    /// The installed version.
    pub version: String,
}

impl Transaction {
    /// The step that carries out exactly this.
    pub fn install(&self, upgrade: Upgrade, lock_wait_secs: u32) -> Install {
        Install {
            upgrade,
            packages: self
                .changes
                .iter()
                .map(|change| Pinned {
                    package: change.package.clone(),
                    from: change.from.clone(),
                    to: change.to.clone(),
                })
                .collect(),
            removals: self
                .removals
                .iter()
                .map(|removal| removal.package.clone())
                .collect(),
            lock_wait_secs,
        }
    }
}

/// Reads what `apt-get -s` printed. Every `Inst` and `Remv` line must be understood.
pub(super) fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Transaction, AnswerError> {
    let mut transaction = Transaction::default();
    for line in lines {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "Inst" => transaction
                .changes
                .push(change(rest).ok_or_else(|| foreign("apt-get -s", line))?),
            "Remv" | "Purg" => transaction
                .removals
                .push(removal(rest).ok_or_else(|| foreign("apt-get -s", line))?),
            _ => {}
        }
    }
    transaction.changes.sort_by(|a, b| a.package.cmp(&b.package));
    transaction.removals.sort_by(|a, b| a.package.cmp(&b.package));
    let twice = transaction
        .changes
        .windows(2)
        .any(|pair| pair[0].package == pair[1].package)
        || transaction
            .removals
            .windows(2)
            .any(|pair| pair[0].package == pair[1].package);
    if twice {
        return Err(unreadable("apt-get -s named a package twice."));
    }
    Ok(transaction)
}

/// `NAME [OLD] (NEW ORIGINS [ARCH]) …` or `NAME (NEW ORIGINS [ARCH]) …`
fn change(text: &str) -> Option<Change> {
    let (package, rest) = text.split_once(' ')?;
    let (from, rest) = match rest.strip_prefix('[') {
        Some(rest) => {
            let (from, rest) = rest.split_once("] ")?;
            (Some(from), rest)
        }
        None => (None, rest),
    };
    let (inside, _) = rest.strip_prefix('(')?.split_once(')')?;
    let (to, rest) = inside.split_once(' ')?;
    let (origins, arch) = match rest.rsplit_once(" [") {
        Some((origins, arch)) => (origins, arch),
        None => ("", rest.strip_prefix('[')?),
    };
    let arch = arch.strip_suffix(']')?;
    let is_sound = is_package(package)
        && is_version(to)
        && from.is_none_or(is_version)
        && !arch.is_empty()
        && arch.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    is_sound.then(|| Change {
        package: package.to_owned(),
        arch: arch.to_owned(),
        from: from.map(str::to_owned),
        to: to.to_owned(),
        origins: origins
            .split(", ")
            .map(str::trim)
            .filter(|origin| !origin.is_empty())
            .map(str::to_owned)
            .collect(),
        download_bytes: None,
    })
}

/// `NAME [OLD] …`
fn removal(text: &str) -> Option<Removal> {
    let (package, rest) = text.split_once(' ')?;
    let (version, _) = rest.strip_prefix('[')?.split_once(']')?;
    (is_package(package) && is_version(version)).then(|| Removal {
        package: package.to_owned(),
        version: version.to_owned(),
    })
}

/// Lines as `'http://…' NAME_VERSION_ARCH.deb 1234 SHA256:…`; what else apt prints there says nothing about sizes.
pub(super) fn sizes<'a>(transaction: &mut Transaction, lines: impl Iterator<Item = &'a str>) {
    let mut sizes: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut total = 0_u64;
    for line in lines.filter(|line| line.starts_with('\'')) {
        let mut words = line.split(' ').skip(1);
        let (Some(file), Some(size)) = (words.next(), words.next().and_then(|size| size.parse().ok())) else {
            continue;
        };
        total = total.saturating_add(size);
        let mut parts = file.strip_suffix(".deb").unwrap_or(file).splitn(3, '_');
        if let (Some(name), Some(version)) = (parts.next(), parts.next()) {
            sizes.insert((name.to_owned(), version.replace("%3a", ":")), size);
        }
    }
    transaction.download_bytes = Some(total);
    for change in &mut transaction.changes {
        let name = change.package.split(':').next().unwrap_or_default();
        change.download_bytes = sizes.get(&(name.to_owned(), change.to.clone())).copied();
    }
}
