//! How the servers of a group are taken out of service, put back, and asked whether they are well.

use crate::tagged::tagged;
use crate::{GroupId, words};
use serde::{Deserialize, Serialize};

/// What is done around the work on each server of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Care {
    /// How a server is taken out of the load balancer and put back.
    pub balancer: Option<Balancer>,
    /// How a server is asked whether it does its work.
    pub health: Option<HealthCheck>,
    /// How long a server must be quiet before it counts as healthy again, in seconds.
    pub settle_secs: Option<u32>,
}

impl Care {
    /// The command lines in it, each of which runs as root on every server of the group.
    pub fn commands(&self) -> impl Iterator<Item = &[String]> {
        let balancer = self.balancer.iter().flat_map(|both| [&both.drain, &both.restore]);
        let health = self.health.iter().filter_map(|health| match &health.ask {
            Ask::Command { argv } => Some(argv),
            Ask::Http { .. } | Ask::Named { .. } => None,
        });
        balancer.chain(health).map(Vec::as_slice)
    }
}

/// The care for one group, as options and a stack's settings hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCare {
    /// The group; `None`: servers that are in no group.
    pub group: Option<GroupId>,
    /// What is done for it.
    pub care: Care,
}

/// Two commands on the server itself. There is never one without the other: what is taken out is put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balancer {
    /// Program and arguments that take the server out of service.
    pub drain: Vec<String>,
    /// Program and arguments that put it back.
    pub restore: Vec<String>,
    /// How long either may take, in seconds.
    pub timeout_secs: u32,
}

/// A question whose answer says whether a server does its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// What is asked.
    pub ask: Ask,
    /// How long one answer may take, in seconds.
    pub timeout_secs: u32,
    /// For how long the question is repeated until the answer is good, in seconds; 0 asks once.
    pub wait_secs: u32,
}

tagged! {
    "ask", "with", "Ask";
    /// What a health check asks.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Ask {
        /// A GET by HTTP. Redirects are not followed.
        Http {
            /// Who asks.
            from: AskedFrom,
            /// Whether by TLS.
            tls: bool,
            /// The host to ask; `None`: the server itself (`localhost` when it is the server that asks).
            host: Option<String>,
            /// TCP port, 1 to 65535.
            port: u16,
            /// Path and query, beginning with `/`.
            path: String,
            /// Status codes that mean *healthy*.
            accept: Vec<u16>,
        },
        /// A command on the server; exit 0 means *healthy*.
        Command {
            /// The program and its arguments; nothing is expanded.
            argv: Vec<String>,
        },
        /// A command on Drydock's own host, which its configuration file defines under this name.
        Named {
            /// The name.
            name: String,
        },
    }
}

words! {
    /// Who asks a health check's question.
    pub enum AskedFrom {
        /// The server itself.
        Server = "server",
        /// Drydock.
        Drydock = "drydock",
    }
}
