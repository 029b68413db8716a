//! What apt would do, as values: the survey that a plan is made from.

pub use super::transaction::{Change, Removal, Transaction};

use super::Asked;
use super::answer::{AnswerError, Values, document, foreign, lines, unreadable};
use super::sound::is_package;
use super::transaction::{read, sizes};
use crate::scan::Document;
use model::Upgrade;
use std::time::Duration;

/// How long the answer takes at most, a refresh of the lists included.
pub const LONGEST: Duration = Duration::from_secs(720);

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
