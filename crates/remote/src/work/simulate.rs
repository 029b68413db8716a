//! What apt would do, as values: the survey that a plan is made from.

use super::Asked;
use super::answer::{AnswerError, Values, document, foreign, lines, unreadable};
use super::sound::{is_package, is_version};
use crate::scan::Document;
use model::{Install, Pinned, Upgrade};
use std::collections::BTreeMap;

/// Simulate transactions. It changes nothing but the package lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulateOp {
    /// How to ask.
    pub asked: Asked,
    /// Refresh the package lists first when the last successful refresh is older than this many seconds; 0 always does,
    /// [`crate::NEVER_REFRESH`] never.
    pub refresh_older_than_secs: u32,
    /// Which transactions; each is simulated by itself.
    pub wanted: Vec<Wanted>,
}

/// One transaction that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which command line.
    pub upgrade: Upgrade,
    /// These packages alone and what they bring along; empty: all. For [`Upgrade::Security`] the names of the security
    /// updates, which a scan tells; empty is an empty transaction.
    pub only: Vec<String>,
    /// Never these.
    pub exclude: Vec<String>,
}

/// What was simulated, in the order of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// Why the lists could not be refreshed, when that was due and failed; a sentence. The transactions are then those
    /// of old lists.
    pub refresh_failed: Option<String>,
    /// When the lists were last refreshed in full by Drydock, in seconds since 1970 by the server's clock.
    pub refreshed_secs: Option<i64>,
    /// Each transaction, or why there is none: what apt said, a sentence.
    pub transactions: Vec<Result<Transaction, String>>,
    /// Running units that the transactions concern, each with a package of one of them, sorted.
    pub units: Vec<UnitUse>,
}

/// A running unit and a package of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnitUse {
    /// The unit's name.
    pub unit: String,
    /// The package, without its architecture.
    pub package: String,
    /// The package ships the unit, whose processes its maintainer scripts restart; else the unit's processes have one
    /// of the package's libraries mapped, and go on with the old one.
    pub ships: bool,
}

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

impl Simulated {
    /// Reads the answer.
    ///
    /// # Errors
    /// [`AnswerError`]. That apt failed for one transaction is part of the answer.
    pub fn read(
        op: &SimulateOp,
        stdout: &[u8],
        stderr: &[u8],
        exit: Option<u32>,
    ) -> Result<Self, AnswerError> {
        let document = document(&op.asked, stdout, stderr, exit)?;
        let about = Values::of(&document, "about")?;
        let refresh_failed = document
            .section("refresh")
            .and_then(|section| document.failure(section, "apt-get update"));
        let transactions = (0..op.wanted.len())
            .map(|number| transaction(&document, number))
            .collect::<Result<_, _>>()?;
        let mut units = match document.section("units") {
            Some(_) => lines(&document, "units")?
                .map(unit)
                .collect::<Result<Vec<_>, _>>()?,
            None => Vec::new(),
        };
        units.sort();
        Ok(Self {
            units,
            refresh_failed: refresh_failed.map(|why| format!("{why}.")),
            refreshed_secs: about.number("refreshed")?,
            transactions,
        })
    }
}

fn transaction(document: &Document, number: usize) -> Result<Result<Transaction, String>, AnswerError> {
    let (free, pinned, uris) = (
        format!("free-{number}"),
        format!("pinned-{number}"),
        format!("uris-{number}"),
    );
    // Nothing was asked for.
    if document.section(&free).is_none() {
        return if document.section(&format!("nothing-{number}")).is_some() {
            Ok(Ok(Transaction::default()))
        } else {
            Err(unreadable(
                "The server did not simulate everything that was asked for.",
            ))
        };
    }
    if let Some(why) = failed(document, &free) {
        return Ok(Err(why));
    }
    // Nothing is to be done.
    if document.section(&pinned).is_none() {
        return Ok(Ok(Transaction::default()));
    }
    if let Some(why) = failed(document, &pinned) {
        return Ok(Err(why));
    }
    let mut transaction = read(lines(document, &pinned)?)?;
    if let Ok(lines) = lines(document, &uris) {
        sizes(&mut transaction, lines);
    }
    Ok(Ok(transaction))
}

/// Unit, package, `ships` or `uses`, by tabulators.
fn unit(line: &str) -> Result<UnitUse, AnswerError> {
    let [unit, package, how] = line.split('\t').collect::<Vec<_>>()[..] else {
        return Err(foreign("units", line));
    };
    let ships = match how {
        "ships" => true,
        "uses" => false,
        _ => return Err(foreign("units", line)),
    };
    if unit.is_empty() || !is_package(package) {
        return Err(foreign("units", line));
    }
    Ok(UnitUse {
        unit: unit.to_owned(),
        package: package.to_owned(),
        ships,
    })
}

fn failed(document: &Document, name: &str) -> Option<String> {
    let section = document.section(name)?;
    let why = document.failure(section, "apt-get")?;
    Some(format!("{why}."))
}

fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Transaction, AnswerError> {
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
fn sizes<'a>(transaction: &mut Transaction, lines: impl Iterator<Item = &'a str>) {
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
