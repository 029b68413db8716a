//! Layouts: which stacks and servers a simulated world begins with. What of it Drydock has to know is handed out as
//! data; this crate never stores anything but its own file.

mod chatty;
mod demo;
mod scale;

use crate::host::{HostSpec, host_keys};
use model::{Account, Criticality, HostKey};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The largest layout.
pub const SCALE_MAX: u32 = 10_000;

/// Which layout a world begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayoutKind {
    /// Three stacks and 24 servers, each in a state worth showing.
    Demo,
    /// That many servers, at most [`SCALE_MAX`], in states drawn by the seed.
    Scale(u32),
    /// That many servers in one stack, all alike, whose upgrades print 200 lines (the first one's 4,800), and one in another
    /// whose upgrade prints 100,000. Every such line says when it was written.
    Chatty(u32),
}

impl fmt::Display for LayoutKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Demo => f.write_str("demo"),
            Self::Scale(servers) => write!(f, "scale of {servers}"),
            Self::Chatty(servers) => write!(f, "chatty of {servers}"),
        }
    }
}

/// What Drydock is told of a world: stacks, groups and servers as a person would add them, transport `sim`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// In the order they are shown to be made.
    pub stacks: Vec<LayoutStack>,
    /// Jump hosts come before the servers behind them.
    pub servers: Vec<LayoutServer>,
}

/// One stack of a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutStack {
    /// Unique name.
    pub name: String,
    /// `production`, `staging`, …
    pub environment: String,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// The names of its groups.
    pub groups: Vec<String>,
}

/// One server of a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutServer {
    /// Unique name.
    pub name: String,
    /// Its address; the simulated world knows it by this.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The account to log in as.
    pub user: String,
    /// What that account may do.
    pub account: Account,
    /// The stack's name.
    pub stack: String,
    /// The group's name inside the stack.
    pub group: String,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// The name of the server that carries its connection.
    pub jump: Option<String>,
    /// Its host keys as they were when it was set up.
    pub host_keys: Vec<HostKey>,
    /// Whether to pin these keys; otherwise the server waits for a person to confirm them.
    pub confirmed: bool,
}

/// A layout as the world itself needs it.
#[derive(Debug)]
pub(crate) struct Blueprint {
    pub(crate) stacks: Vec<LayoutStack>,
    pub(crate) hosts: Vec<HostSpec>,
}

impl Blueprint {
    pub(crate) fn of(kind: LayoutKind, seed: u64) -> Self {
        match kind {
            LayoutKind::Demo => demo::blueprint(),
            LayoutKind::Scale(servers) => scale::blueprint(servers.min(SCALE_MAX), seed),
            LayoutKind::Chatty(servers) => chatty::blueprint(servers.min(SCALE_MAX)),
        }
    }
}

/// What Drydock is told of a server.
pub(crate) fn told(spec: &HostSpec, seed: u64) -> LayoutServer {
    LayoutServer {
        name: spec.name.clone(),
        host: spec.host.clone(),
        port: 22,
        user: spec.user.to_owned(),
        account: spec.account,
        stack: spec.stack.clone(),
        group: spec.group.clone(),
        criticality: spec.criticality,
        jump: spec.jump.clone(),
        host_keys: host_keys(seed, &spec.host, false),
        confirmed: spec.confirmed,
    }
}

/// A stack whose groups are those of its hosts, in their order.
fn stack(name: &str, environment: &str, criticality: Criticality, hosts: &[HostSpec]) -> LayoutStack {
    let mut groups: Vec<String> = Vec::new();
    for host in hosts.iter().filter(|host| host.stack == name) {
        if !groups.contains(&host.group) {
            groups.push(host.group.clone());
        }
    }
    LayoutStack {
        name: name.to_owned(),
        environment: environment.to_owned(),
        criticality,
        groups,
    }
}
