//! One server's page.

use super::servers::address;
use super::{server_facts, when};
use crate::{Actor, Error, Usecases};
use model::facts::{Facts, Known};
use model::view::{ComponentRow, HostKeyRow, ServerPage, Setup, TimelineRow};
use model::{Account, ErrorCode, Reach, Right, ServerId, Timestamp, Transport};
use store::{Change, CheckRecord, KnownHostKey, RunState, Server};

/// Lines of the timeline on the page.
const TIMELINE_SHOWN: u32 = 50;

impl Usecases {
    /// One server.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such server.
    pub async fn server(&self, actor: &Actor, id: ServerId) -> Result<ServerPage, Error> {
        actor.needs(Right::Read)?;
        let now = self.clock.now();
        let server = self
            .store
            .server(id, now)
            .await?
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let facts = self.store.facts(id).await?;
        let keys = self.store.host_keys(id).await?;
        let timeline = self.store.timeline(id, TIMELINE_SHOWN).await?;
        let open = self.store.open_checks(id).await?;
        let drifting = match &server.group {
            Some((group, _)) => self.store.drifting_components(*group).await?,
            None => Vec::new(),
        };
        let setup = self.setup(&server).await?;
        let raw_answer = match server.reach {
            Reach::Unreadable => self
                .store
                .failed_answer(id)
                .await?
                .map(|(_, answer)| printable(&answer)),
            _ => None,
        };
        let facts = facts.as_ref().map(|stored| &stored.facts);
        let unknown = || Known::unknown(server.reach.sentence());
        Ok(ServerPage {
            now,
            id,
            address: format!("{}@{}", server.endpoint.user, address(&server.endpoint)),
            jump: server.endpoint.jump.zip(server.jump_name),
            transport: server.transport,
            account: server.account,
            key: server.key_name,
            stack: server.stack,
            group: server.group.map(|(_, name)| name),
            criticality: server.criticality,
            status: server.status,
            reason: server.reason,
            reach: server.reach,
            reach_detail: server.reach_detail,
            raw_answer,
            tried: server.tried_at.map(when),
            seen: server.seen_at.map(when),
            checking: checking(&open, now),
            next_scan: server.next_scan_at.map(when),
            host_keys: keys.into_iter().map(key_row).collect(),
            setup,
            identity: facts.map(server_facts::identity).unwrap_or_default(),
            notes: facts.map(|facts| facts.notes.clone()).unwrap_or_default(),
            counts: facts.map_or_else(unknown, |facts| server_facts::counts(facts, now)),
            updates: facts
                .and_then(|facts| facts.updates.get())
                .map(server_facts::updates)
                .unwrap_or_default(),
            would_install: facts
                .and_then(|facts| facts.updates.get())
                .map(|updates| updates.would_install.clone())
                .unwrap_or_default(),
            evidence: facts.map(server_facts::evidence),
            sources: facts.map_or_else(
                || Known::unknown(server.reach.sentence()),
                |f| server_facts::sources(f, now),
            ),
            unattended: known_or(facts, server.reach, |facts| &facts.unattended),
            components: facts
                .map(|facts| components(facts, &drifting))
                .unwrap_or_default(),
            failed_units: known_or(facts, server.reach, |facts| &facts.failed_units),
            open_ports: known_or(facts, server.reach, |facts| &facts.open_ports),
            containers: known_or(facts, server.reach, |facts| &facts.containers),
            timeline: timeline.into_iter().map(timeline_row).collect(),
            name: server.name,
        })
    }

    /// What a person does on the server so that Drydock's account works there.
    async fn setup(&self, server: &Server) -> Result<Setup, Error> {
        if server.transport == Transport::Sim {
            return Ok(Setup {
                authorized_keys: String::new(),
                sudoers: None,
                install_script: None,
                honest: "This server is simulated: there is no account.".to_owned(),
            });
        }
        let key = match server.endpoint.key {
            Some(id) => self.store.key(id).await?,
            None => None,
        };
        let user = &server.endpoint.user;
        let is_root = user == "root";
        Ok(Setup {
            authorized_keys: key.as_ref().map(crate::fleet::public_line).unwrap_or_default(),
            sudoers: (!is_root).then(|| remote::setup::sudoers(server.account, user)),
            install_script: (server.account == Account::LookOnly).then(remote::setup::install_commands),
            honest: remote::setup::honest(server.account, is_root).to_owned(),
        })
    }
}

/// The beginning of an answer that could not be read, at most 16 KiB, with control characters replaced.
fn printable(answer: &[u8]) -> String {
    let kept = answer.get(..16 * 1024).unwrap_or(answer);
    let text = String::from_utf8_lossy(kept);
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' && c != '\t' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

fn known_or<T: Clone>(facts: Option<&Facts>, reach: Reach, part: fn(&Facts) -> &Known<T>) -> Known<T> {
    facts.map_or_else(|| Known::unknown(reach.sentence()), |facts| part(facts).clone())
}

fn checking(open: &[CheckRecord], now: Timestamp) -> Option<String> {
    let check = open
        .iter()
        .find(|check| check.state == RunState::Running)
        .or_else(|| open.first())?;
    let what = match check.kind.as_str() {
        "scan" => "Scan",
        "probe" => "Log-in test",
        "fingerprint" => "Request for host keys",
        other => other,
    };
    Some(match (check.state, check.started_at) {
        (RunState::Running, Some(since)) => {
            format!(
                "{what} running for {}",
                model::short_duration(now.secs_since(since))
            )
        }
        (RunState::Running, None) => format!("{what} running"),
        _ => format!("{what} queued"),
    })
}

fn key_row(key: KnownHostKey) -> HostKeyRow {
    HostKeyRow {
        algorithm: key.key.algorithm,
        fingerprint: key.key.fingerprint,
        state: key.state,
        seen: when(key.seen_at),
    }
}

fn components(facts: &Facts, drifting: &[String]) -> Vec<ComponentRow> {
    let row = |component: &model::facts::Component| ComponentRow {
        name: component.name.clone(),
        version: component.version.clone(),
        drifts: drifting.contains(&component.name),
    };
    facts.components.iter().map(row).collect()
}

fn timeline_row(change: Change) -> TimelineRow {
    TimelineRow {
        at: when(change.at),
        what: change.change.what,
        details: change.change.details,
        behind_our_back: change.change.behind_our_back,
        who: change.change.who,
    }
}
