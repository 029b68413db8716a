//! What a person does in the pages before there is a run.

use super::Copy;
use crate::gates::Gates;
use crate::http;
use anyhow::{Context as _, bail, ensure};
use model::facts::{RebootNeed, UpdateKind};
use model::view::Tile;
use model::{Account, GroupId, StackId};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use store::Server;
use world::{Clock as _, SystemClock};

/// Lets everybody through every gate until `work` is done.
pub(crate) async fn everybody_through<T>(
    gates: &mut Gates,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            passing = gates.next(Duration::from_secs(3_600)) => {
                if let Some(passing) = passing {
                    passing.go().await;
                }
            }
        }
    }
}

/// Makes the admin, and returns the session's cookie.
pub(crate) async fn first_run(server: SocketAddr, token: &str) -> anyhow::Result<String> {
    let fields = [
        ("token", token),
        ("name", "ada"),
        ("password", "a-long-enough-passphrase-66"),
    ];
    let (_, cookie) = http::post(server, "/do/first_run", "", &fields).await?;
    cookie.context("no cookie came with the first run")
}

/// Waits until every server was looked at and nothing is being checked.
pub(crate) async fn until_quiet(server: SocketAddr, cookie: &str) -> anyhow::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(180);
    let mut quiet = 0;
    loop {
        let html = http::page(server, "/", cookie).await?;
        let number = |tile: Tile| {
            let (before, _) = html.split_once(&format!("{}</span>", tile.caption()))?;
            let (_, number) = before.rsplit_once("tile-number\">")?;
            number.split('<').next()?.parse::<u64>().ok()
        };
        let running = number(Tile::Running).context("the dashboard says nothing of what is checked")?;
        quiet = if running == 0 { quiet + 1 } else { 0 };
        if quiet == 3 {
            return Ok(());
        }
        ensure!(Instant::now() < deadline, "the first scans never ended");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Three servers of the stack that have updates waiting, ask for a reboot, and have nothing in their way.
pub(super) async fn choose(copy: &Copy) -> anyhow::Result<(StackId, Vec<Server>)> {
    let store = copy.store().await?;
    let now = SystemClock.now();
    let mut stacks = store.stack_names().await?;
    let stack = stacks.pop().context("there is no stack")?.0;
    let mut chosen = Vec::new();
    for server in store.servers_of_stack(stack, now).await? {
        let Some(stored) = store.facts(server.id).await? else {
            continue;
        };
        let facts = &stored.facts;
        let upgrades = facts.updates.get().is_some_and(|updates| {
            let held = |update: &model::facts::Update| update.kind == UpdateKind::Held;
            updates.counts().security > 0 && !updates.pending.iter().any(held)
        });
        let mended = facts
            .unfinished_packages
            .get()
            .is_some_and(|left| left.is_empty());
        let fine = upgrades
            && server.reboot == RebootNeed::Yes
            && mended
            && server.account == Account::Operate
            && server.group.is_some()
            && facts.failed_units.get().is_some_and(|failed| failed.is_empty());
        if fine && chosen.len() < 3 {
            chosen.push(server);
        }
    }
    store.close().await;
    ensure!(
        chosen.len() == 3,
        "only {} servers of the simulated world ask for a reboot and have updates",
        chosen.len()
    );
    Ok((stack, chosen))
}

/// A form in which everything there is to tick is ticked.
pub(super) fn everything(stack: StackId, chosen: &[Server]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut set = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
    set("stack", &stack.to_string());
    set("which", "some");
    for server in chosen {
        set("servers[]", &server.id.to_string());
    }
    for (name, value) in [
        ("security", "on"),
        ("all", "on"),
        ("all_by", "upgrade"),
        ("reboot", "on"),
        ("restart_services", "on"),
        ("canary", "on"),
        ("strategy", "parallel"),
        ("pause_between_waves_secs", "1 s"),
        ("lock_wait_secs", "60 s"),
        ("reboot_wait_secs", "60 s"),
        ("settle_secs", "0 s"),
    ] {
        set(name, value);
    }
    let mut groups: Vec<GroupId> = chosen
        .iter()
        .filter_map(|server| Some(server.group.as_ref()?.0))
        .collect();
    groups.sort_by_key(ToString::to_string);
    groups.dedup();
    for (place, group) in groups.iter().enumerate() {
        set(&format!("groups.{place}.group"), &group.to_string());
        set(&format!("groups.{place}.drain"), "/usr/local/bin/out-of-balancer");
        set(&format!("groups.{place}.restore"), "/usr/local/bin/into-balancer");
        set(&format!("groups.{place}.health"), "command");
        set(&format!("groups.{place}.health.argv"), "/usr/local/bin/is-well");
    }
    fields
}

/// Previews a form, and returns the plan with its hash when all servers have answered.
pub(crate) async fn preview(
    server: SocketAddr,
    cookie: &str,
    fields: &[(String, String)],
) -> anyhow::Result<(String, String)> {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let (mut place, _) = http::post(server, "/do/preview", cookie, &fields).await?;
    let deadline = Instant::now() + Duration::from_secs(150);
    let mut last = String::new();
    while Instant::now() < deadline {
        ensure!(place.starts_with("/plans/"), "the preview led to {place}");
        let answer = http::send(server, &format!("GET {place}"), cookie, None).await?;
        if let Some(elsewhere) = answer.header("location") {
            place = elsewhere.to_owned();
            continue;
        }
        last = String::from_utf8_lossy(&answer.body).into_owned();
        // The servers have answered, and the plan that takes their answers into account took this one's place.
        if let Some(newer) = newer(&last) {
            place = newer;
            continue;
        }
        let value = |name: &str| {
            let (_, rest) = last.split_once(&format!("name=\"{name}\" value=\""))?;
            Some(rest.split('"').next()?.to_owned())
        };
        let form = last.split_once("run-now").is_some();
        if let (true, Some(plan), Some(hash)) = (form, value("plan"), value("hash")) {
            return Ok((plan, hash));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    bail!("there was no plan to run at {place}: {last}")
}

/// Where the page of a plan whose place was taken leads.
fn newer(html: &str) -> Option<String> {
    let (before, _) = html.split_once("Go to the newer plan")?;
    let (_, place) = before.rsplit_once("href=\"")?;
    Some(place.split('"').next()?.to_owned())
}
