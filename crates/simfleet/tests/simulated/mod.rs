//! What the tests of the simulated world share: a clock that stands until it is moved, and servers as Drydock would
//! ask them.

#![allow(dead_code, clippy::unwrap_used)]

pub(crate) mod stepping;

use model::facts::Facts;
use model::{Account, Reach, ServerId, Status, Timestamp, Transport, server_status};
use remote::{Op, ScanOp};
use simfleet::{Layout, LayoutKind, LayoutServer, SimShell, SimWorld};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use world::{Answer, Clock, Limits, Shell, ShellError, Target};

/// 2026-11-21 12:00:00 UTC
pub(crate) const MADE: Timestamp = Timestamp::from_secs(1_795_262_400);
pub(crate) const DAY_SECS: i64 = 86_400;
pub(crate) const NONCE: &str = "0123456789abcdef0123456789abcdef";

pub(crate) const LIMITS: Limits = Limits {
    connect: Duration::from_secs(10),
    answer: Duration::from_secs(600),
    stdout_bytes: 8 << 20,
};

pub(crate) struct StandingClock(AtomicI64);

impl StandingClock {
    pub(crate) fn at(at: Timestamp) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(at.micros())))
    }

    pub(crate) fn forward_micros(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// A world of which the tests know the file and the clock.
pub(crate) struct Simulated {
    pub(crate) world: Arc<SimWorld>,
    pub(crate) shell: SimShell,
    pub(crate) layout: Layout,
    pub(crate) clock: Arc<StandingClock>,
}

/// In a fast world the delays are short, and time only passes when the clock is moved.
pub(crate) fn open(
    path: &Path,
    layout: LayoutKind,
    seed: u64,
    clock: Arc<StandingClock>,
    speed: f64,
) -> Simulated {
    let world = SimWorld::open(path, layout, seed, speed, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    let world = Arc::new(world);
    Simulated {
        shell: SimShell::new(Arc::clone(&world)),
        layout: world.layout(),
        world,
        clock,
    }
}

/// A world in which a day of its time passes in less than a tenth of a second.
pub(crate) const FAST: f64 = 1e6;

/// The demo, at [`FAST`].
pub(crate) fn demo(path: &Path, at: Timestamp) -> Simulated {
    open(path, LayoutKind::Demo, 66, StandingClock::at(at), FAST)
}

impl Simulated {
    /// Lets that many seconds of the world's time pass.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    pub(crate) fn live(&self, secs: i64) {
        let micros = (secs * 1_000_000) as f64 / self.world.speed();
        self.clock.forward_micros(micros.round() as i64);
    }

    pub(crate) fn server(&self, name: &str) -> &LayoutServer {
        self.layout
            .servers
            .iter()
            .find(|server| server.name == name)
            .unwrap()
    }

    pub(crate) fn target(&self, server: &LayoutServer) -> Target {
        let number = self
            .layout
            .servers
            .iter()
            .position(|other| other.name == server.name)
            .unwrap();
        Target {
            server: id(number),
            name: server.name.clone(),
            transport: Transport::Sim,
            host: server.host.clone(),
            port: server.port,
            login: None,
            pinned: if server.confirmed {
                server.host_keys.clone()
            } else {
                Vec::new()
            },
            jump: server
                .jump
                .as_ref()
                .map(|jump| Arc::new(self.target(self.server(jump)))),
        }
    }

    pub(crate) async fn answer(&self, name: &str) -> Result<Answer, ShellError> {
        let server = self.server(name);
        self.shell
            .exec(&self.target(server), &Op::Scan(scan_of(server)), LIMITS)
            .await
    }

    /// A scan as Drydock makes it, and what comes of it.
    pub(crate) async fn look(&self, server: &LayoutServer) -> Look {
        let op = scan_of(server);
        let sent = self.clock.now();
        let answer = self
            .shell
            .exec(&self.target(server), &Op::Scan(op.clone()), LIMITS)
            .await;
        let received = self.clock.now();
        let (reach, facts, why) = match answer {
            Err(error) => (error.reach, None, error.detail),
            Ok(answer) => match remote::scan::read(&op, &answer.stdout, &answer.stderr, answer.exit) {
                Err(failure) => (failure.reach, None, failure.detail),
                Ok(document) => {
                    let facts = remote::scan::facts(&document, sent, received);
                    let reach = match facts.os.support {
                        model::facts::Support::Full => Reach::Reached,
                        _ => Reach::Unsupported,
                    };
                    (reach, Some(facts), String::new())
                }
            },
        };
        let (status, reason) = server_status(reach, facts.as_ref(), received);
        Look {
            reach,
            status,
            reason,
            facts,
            why,
        }
    }

    pub(crate) async fn facts(&self, name: &str) -> Facts {
        let look = self.look(self.server(name)).await;
        look.facts
            .unwrap_or_else(|| panic!("{name}: {} ({})", look.reach, look.why))
    }
}

/// What came of a scan.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) reach: Reach,
    pub(crate) status: Status,
    pub(crate) reason: String,
    pub(crate) facts: Option<Facts>,
    pub(crate) why: String,
}

pub(crate) fn scan_of(server: &LayoutServer) -> ScanOp {
    ScanOp {
        account: server.account,
        is_root: server.user == "root" && server.account == Account::Operate,
        refresh_older_than_secs: 12 * 3_600,
        nonce: NONCE.to_owned(),
    }
}

fn id(number: usize) -> ServerId {
    format!("00000000-0000-7000-8000-{number:012}").parse().unwrap()
}
