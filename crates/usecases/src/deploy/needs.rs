//! What a server has still to be asked before it can be planned for good, and what stands in its place until then.

use super::fleet::Fleet;
use crate::Usecases;
use model::facts::{Facts, Known, Support, UpdateKind};
use model::options::Options;
use model::plan::{PackageChange, SIMULATION_VERSION, Simulation, Transaction};
use model::{Account, CheckKind, FACTS_STALE_AFTER_SECS, Reach, ServerId, SurveyParams, Timestamp, Upgrade};
use planner::{SnapshotServer, wanted};
use store::NewCheck;

/// Package lists older than this are read anew before a server is planned, in seconds.
const LISTS_SECS: u32 = 900;
/// An answer that is older than the question by no more than this still counts, in seconds.
const ANSWER_SECS: i64 = 300;
/// A person waits for it.
const PRIORITY: i64 = 20;

/// What a server has to be asked next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Need {
    /// What is pending, from fresh package lists.
    Scan,
    /// What would be installed.
    Survey(SurveyParams),
}

/// What the chosen `server` has to be asked for a plan that was asked for at `asked_at`.
pub(crate) fn need(
    fleet: &Fleet,
    server: &SnapshotServer,
    options: &Options,
    asked_at: Timestamp,
    now: Timestamp,
) -> Option<Need> {
    let only_a_person_helps = matches!(
        server.reach,
        Reach::KeyUnconfirmed | Reach::KeyChanged | Reach::Unsupported
    );
    if !server.chosen || server.account == Account::LookOnly || only_a_person_helps {
        return None;
    }
    let upgrades = options.upgrade().is_some();
    let tried = fleet.tried.get(&server.id).is_some_and(|at| *at >= asked_at);
    let facts = server.facts.as_ref();
    if !tried && (server.reach != Reach::Reached || facts.is_none_or(|facts| is_old(facts, upgrades, now))) {
        return Some(Need::Scan);
    }
    let facts = facts.filter(|facts| server.reach == Reach::Reached && facts.os.support == Support::Full)?;
    let lists_are_good = facts.sources.get().is_some_and(|it| it.doubt(now).is_none());
    let wanted = wanted(options, facts).filter(|_| lists_are_good)?;
    let params = SurveyParams {
        refresh_older_than_secs: LISTS_SECS,
        upgrade: wanted.upgrade,
        only: wanted.only,
        exclude: wanted.exclude,
        picks: options.picks.clone(),
    };
    let answered = fleet.surveys.get(&server.id).is_some_and(|surveys| {
        surveys
            .iter()
            .any(|(asked, at)| *at >= asked_at.plus_secs(-ANSWER_SECS) && is_same(asked, &params))
    });
    (!answered).then_some(Need::Survey(params))
}

fn is_old(facts: &Facts, upgrades: bool, now: Timestamp) -> bool {
    let lists = facts.sources.get().and_then(|sources| sources.last_success);
    let lists_are_old = lists.is_none_or(|at| now.secs_since(at) > i64::from(LISTS_SECS));
    now.secs_since(facts.seen_at) > FACTS_STALE_AFTER_SECS || (upgrades && lists_are_old)
}

fn is_same(a: &SurveyParams, b: &SurveyParams) -> bool {
    (a.upgrade, &a.only, &a.exclude, &a.picks) == (b.upgrade, &b.only, &b.exclude, &b.picks)
}

impl Usecases {
    /// The check that answers a need.
    pub(crate) fn check_for(&self, server: ServerId, need: &Need, by: Option<&str>) -> NewCheck {
        match need {
            Need::Scan => NewCheck {
                priority: PRIORITY,
                ..self.scan_of(server, LISTS_SECS / 2, by, None)
            },
            Need::Survey(params) => NewCheck {
                kind: CheckKind::Survey.as_str().to_owned(),
                v: CheckKind::Survey.version(),
                server: Some(server),
                params: serde_json::to_string(params).unwrap_or_default(),
                priority: PRIORITY,
                not_before: None,
                asked_by: by.map(str::to_owned),
            },
        }
    }
}

/// What the last facts say would be installed: a draft's stand-in for a simulation.
pub(crate) fn sketch(facts: &Facts, options: &Options, now: Timestamp) -> Option<Simulation> {
    let upgrade = options.upgrade()?;
    let updates = facts.updates.get()?;
    let is_wanted = |kind: UpdateKind, security: bool| match upgrade {
        Upgrade::Security => security && kind != UpdateKind::Held,
        Upgrade::Upgrade => kind == UpdateKind::Ready,
        Upgrade::FullUpgrade => matches!(kind, UpdateKind::Ready | UpdateKind::KeptBack),
    };
    let changes = updates
        .pending
        .iter()
        .filter(|update| is_wanted(update.kind, update.security))
        .filter(|update| options.picks.picks(&update.package) && !options.picks.excludes(&update.package))
        .map(|update| PackageChange {
            package: update.package.clone(),
            arch: update
                .package
                .split_once(':')
                .map_or_else(|| facts.machine.architecture.clone(), |(_, arch)| arch.to_owned()),
            from: Some(update.from.clone()),
            to: update.to.clone(),
            origins: vec![update.origin.clone()],
            security: update.security,
            download_bytes: None,
        });
    Some(Simulation {
        v: SIMULATION_VERSION,
        upgrade,
        picks: options.picks.clone(),
        simulated_at: now,
        transaction: Known::Known(Transaction {
            changes: changes.collect(),
            removals: Vec::new(),
            download_bytes: None,
            disk_bytes: None,
            restarts: Known::unknown("the server is being asked"),
        }),
    })
}
