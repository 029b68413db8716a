//! One server's page.

use super::When;
use crate::facts::{Container, Counts, Known, OpenPort, RebootNeed, Unattended, UpdateKind};
use crate::{Account, Criticality, HostKeyState, Reach, ServerId, StackId, Status, Timestamp, Transport};
use serde::{Deserialize, Serialize};

/// One labelled fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactLine {
    /// The label.
    pub label: String,
    /// The value, or why it is unknown.
    pub value: Known<String>,
}

/// One pending update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateRow {
    /// The package.
    pub package: String,
    /// Installed version.
    pub from: String,
    /// Candidate version.
    pub to: String,
    /// Where the candidate comes from.
    pub origin: String,
    /// Whether it is a security update.
    pub security: bool,
    /// Ready, held, kept back or phased.
    pub kind: UpdateKind,
}

/// The verdict about a reboot, with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceCard {
    /// The verdict.
    pub need: RebootNeed,
    /// One sentence per piece of evidence.
    pub said: Vec<String>,
    /// Packages behind it.
    pub packages: Vec<String>,
    /// Since when.
    pub since: Option<When>,
    /// Services that run old libraries.
    pub services: Vec<String>,
}

/// One component's version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentRow {
    /// Its word.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether another server of the same group runs another version.
    pub drifts: bool,
}

/// One package source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// Its line.
    pub name: String,
    /// When its list was fetched.
    pub refreshed: Option<When>,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// One line of the timeline: what differs between two scans, or what a person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineRow {
    /// When it was noticed.
    pub at: When,
    /// What changed, one sentence.
    pub what: String,
    /// More of it, one line each.
    pub details: Vec<String>,
    /// Whether it happened without Drydock (A4).
    pub behind_our_back: bool,
    /// Who did it, when a person did.
    pub who: Option<String>,
}

/// One host key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostKeyRow {
    /// The algorithm.
    pub algorithm: String,
    /// `SHA256:…`.
    pub fingerprint: String,
    /// Offered, pinned or conflicting.
    pub state: HostKeyState,
    /// When it was first seen.
    pub seen: When,
}

/// What to do on the server so that Drydock's account works; copied from the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// The line for `authorized_keys`.
    pub authorized_keys: String,
    /// The sudoers line, when the account is not root.
    pub sudoers: Option<String>,
    /// For *look only*: the commands that install the script.
    pub install_script: Option<String>,
    /// What that account can do in one honest sentence.
    pub honest: String,
}

/// One server's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerPage {
    /// When it was read.
    pub now: Timestamp,
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// `user@host:port`.
    pub address: String,
    /// The jump host, id and name.
    pub jump: Option<(ServerId, String)>,
    /// Real or simulated.
    pub transport: Transport,
    /// What the account may do.
    pub account: Account,
    /// The key's name.
    pub key: Option<String>,
    /// Its stack, id and name.
    pub stack: Option<(StackId, String)>,
    /// Its group.
    pub group: Option<String>,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// Its status now.
    pub status: Status,
    /// The reason.
    pub reason: String,
    /// How the last attempt ended.
    pub reach: Reach,
    /// What exactly the last failed attempt said, for the person who has to mend it.
    pub reach_detail: Option<String>,
    /// The beginning of the last answer that could not be read, at most 16 KiB, control characters replaced.
    pub raw_answer: Option<String>,
    /// When the last attempt ended.
    pub tried: Option<When>,
    /// When facts were last read.
    pub seen: Option<When>,
    /// A check that is queued or running, in words: "Scan queued", "Scanning since …".
    pub checking: Option<String>,
    /// When the next scheduled scan is due.
    pub next_scan: Option<When>,
    /// Host keys.
    pub host_keys: Vec<HostKeyRow>,
    /// How to set the account up.
    pub setup: Setup,
    /// Everything below is empty until facts were read.
    pub identity: Vec<FactLine>,
    /// Notes of the scan.
    pub notes: Vec<String>,
    /// Pending updates by kind.
    pub counts: Known<Counts>,
    /// Pending updates.
    pub updates: Vec<UpdateRow>,
    /// New packages that would come along.
    pub would_install: Vec<String>,
    /// The reboot card.
    pub evidence: Option<EvidenceCard>,
    /// Package sources.
    pub sources: Known<Vec<SourceRow>>,
    /// The server's own automatic updates.
    pub unattended: Known<Unattended>,
    /// Components.
    pub components: Vec<ComponentRow>,
    /// Failed units.
    pub failed_units: Known<Vec<String>>,
    /// Ports.
    pub open_ports: Known<Vec<OpenPort>>,
    /// Containers.
    pub containers: Known<Vec<Container>>,
    /// The timeline, newest first, at most 50.
    pub timeline: Vec<TimelineRow>,
}
