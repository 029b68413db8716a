//! Planning a large fleet: from a snapshot in memory to a checked plan and its hash.

use crate::All;
use crate::bare::operation;
use crate::child::median;
use crate::recording::NONCE;
use anyhow::{Context as _, bail, ensure};
use model::facts::{Facts, Known, UpdateKind};
use model::options::{Options, Picks, Strategy, WaveSize};
use model::plan::{PackageChange, SIMULATION_VERSION, Simulation, Transaction};
use model::{Account, Criticality, Reach, ServerId, StackId, Timestamp, Upgrade};
use planner::{GroupPolicy, Named, Policy, Refusal, Snapshot, SnapshotServer};
use remote::{Op, scan};
use std::fmt::Write as _;
use std::time::Instant;
use uuid::Uuid;

/// How often each number is measured.
const TIMES: usize = 5;
/// Servers in a group.
const GROUP: usize = 50;

/// Measures, and returns the report's section.
pub(crate) fn measure(all: &All) -> anyhow::Result<String> {
    eprintln!("planning {} servers", all.servers);
    let text = std::fs::read(&all.recording)?;
    let Op::Scan(op) = operation(NONCE) else {
        bail!("the operation is no scan");
    };
    let document = scan::read(&op, &text, b"", Some(0)).map_err(|failure| anyhow::anyhow!(failure.detail))?;
    // The moment of the recording: later, its package lists would be out of date.
    let (_, clock) = document.server_clock_ns().context("the recording has no time")?;
    let now = Timestamp::from_secs(clock / 1_000_000_000);
    let mut facts = scan::facts(&document, now, now);
    // A lab machine starts with lists that apt itself never fetched there.
    if let Known::Known(sources) = &mut facts.sources {
        sources.last_success = Some(now);
        for source in &mut sources.sources {
            source.refreshed_at = Some(now);
        }
    }
    let snapshot = snapshot(&facts, usize::try_from(all.servers)?, now)?;
    let policy = policy(&snapshot);
    let options = Options {
        security: true,
        reboot: true,
        canary: true,
        strategy: Strategy::Waves(WaveSize::Percent(10)),
        ..Options::default()
    };
    let (mut planned, mut checked, mut hashed) = (Vec::new(), Vec::new(), Vec::new());
    let (mut servers, mut steps) = (0, 0);
    for _ in 0..TIMES {
        let begun = Instant::now();
        let plan = planner::plan(&snapshot, &options, &policy, now)
            .map_err(|refusals| anyhow::anyhow!("there is no plan: {}", why(&refusals)))?;
        planned.push(begun.elapsed().as_secs_f64());
        let violations = planner::check(&plan, &snapshot, &options, &policy);
        ensure!(
            violations.is_empty(),
            "the plan breaks a rule: {:?}",
            violations.first()
        );
        checked.push(begun.elapsed().as_secs_f64());
        let hash = planner::hash(&plan, &|work| remote::work::text(work));
        ensure!(hash.len() == 64, "no hash");
        hashed.push(begun.elapsed().as_secs_f64());
        servers = plan.servers().count();
        steps = plan.servers().map(|server| server.steps.len()).sum();
    }
    let each: Vec<String> = planned.iter().map(|secs| format!("{secs:.2}")).collect();
    let mut text = format!(
        "## Planning {} servers\n\nIn memory, one thread: the facts of the recording above for each server, in groups of \
         {GROUP}; *Apply security upgrades* and *Yes, reboot my servers if required*, canary first, waves of 10 %. The plan \
         has {servers} servers and {steps} steps. Median of {TIMES}.\n\n| from the snapshot to | time |\n|---|---|\n",
        all.servers
    );
    let rows = [
        ("the plan", planned),
        ("the plan, held against the rules by the checker", checked),
        ("that, and its hash over the text of every command", hashed),
    ];
    for (what, times) in rows {
        writeln!(text, "| {what} | **{:.2} s** |", median(times))?;
    }
    writeln!(
        text,
        "\nPlans alone, each: {} s. Bound: under 1 s.",
        each.join(", ")
    )?;
    Ok(text)
}

/// The first reason that was given, of the plan or of a server.
fn why(refusals: &[Refusal]) -> &str {
    let first = refusals.first();
    first
        .and_then(|refusal| refusal.left_out.first())
        .map(|left| left.sentence.as_str())
        .or(first.map(|refusal| refusal.sentence.as_str()))
        .unwrap_or_default()
}

/// `servers` servers that all look like the recorded one, with what apt would do there.
fn snapshot(facts: &Facts, servers: usize, now: Timestamp) -> anyhow::Result<Snapshot> {
    let updates = facts.updates.get().context("the recording has no updates")?;
    let changes: Vec<PackageChange> = updates
        .pending
        .iter()
        .filter(|update| update.security && update.kind != UpdateKind::Held)
        .map(|update| PackageChange {
            package: update.package.clone(),
            arch: facts.machine.architecture.clone(),
            from: Some(update.from.clone()),
            to: update.to.clone(),
            origins: vec![update.origin.clone()],
            security: true,
            download_bytes: Some(1_000_000),
        })
        .collect();
    ensure!(!changes.is_empty(), "the recording has no security update");
    let simulation = Simulation {
        v: SIMULATION_VERSION,
        upgrade: Upgrade::Security,
        picks: Picks::default(),
        simulated_at: now,
        transaction: Known::Known(Transaction {
            download_bytes: Some(1_000_000 * changes.len() as u64),
            changes,
            removals: Vec::new(),
            disk_bytes: None,
            restarts: Known::Known(Vec::new()),
        }),
    };
    let id =
        |what: &str, number: usize| Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{what} {number}").as_bytes());
    let server = |number: usize| {
        let mut facts = facts.clone();
        // The same machine twice would be planned once.
        facts.machine.machine_id = Known::Known(id("machine", number).simple().to_string());
        SnapshotServer {
            id: ServerId::from_uuid(id("server", number)),
            name: format!("web-{number}"),
            chosen: true,
            stack: Some(Named {
                id: StackId::from_uuid(id("stack", 0)),
                name: "production".to_owned(),
            }),
            group: Some(Named {
                id: model::GroupId::from_uuid(id("group", number / GROUP)),
                name: format!("web-{}", number / GROUP),
            }),
            criticality: Criticality::Normal,
            account: Account::Operate,
            reach: Reach::Reached,
            own: None,
            jump: None,
            out_of_service: false,
            held_by: None,
            facts: Some(facts),
            simulations: vec![simulation.clone()],
            kernel_bytes: None,
        }
    };
    Ok(Snapshot {
        servers: (0..servers).map(server).collect(),
    })
}

/// Half of every group stays in service.
fn policy(snapshot: &Snapshot) -> Policy {
    let mut groups: Vec<_> = snapshot.servers.iter().map(SnapshotServer::group_id).collect();
    groups.dedup();
    Policy {
        groups: groups
            .into_iter()
            .map(|group| GroupPolicy {
                group,
                min_in_service: GROUP as u32 / 2,
                care: model::options::Care::default(),
            })
            .collect(),
        ..Policy::default()
    }
}
