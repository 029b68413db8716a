//! Steps on one simulated server, as Drydock takes them.

use super::{LIMITS, NONCE, Simulated};
use model::facts::UpdateKind;
use model::{Install, InstanceId, StepId, Unattended, Upgrade, Work};
use remote::work::follow::{End, FollowOp, Followed};
use remote::work::precheck::{PreCheck, PreCheckOp};
use remote::work::simulate::{SimulateOp, Simulated as Survey, Transaction, Wanted};
use remote::work::start::{Fence, StartOp, Started};
use remote::work::state::{Ended, State, StateOp};
use remote::work::stop::{StopOp, Stopped};
use remote::work::tidy::{Tidied, TidyOp};
use remote::work::{Asked, Attempt};
use remote::{NEVER_REFRESH, Op};
use world::{Answer, Shell as _, ShellError, Target};

/// The instance that most tests are.
pub(crate) const OURS: &str = "00000000-0000-7000-8000-0000000000aa";

pub(crate) fn asked() -> Asked {
    Asked {
        is_root: false,
        nonce: NONCE.to_owned(),
    }
}

pub(crate) fn attempt(number: u32) -> Attempt {
    let step: StepId = format!("00000000-0000-7000-8000-{number:012}").parse().unwrap();
    Attempt { step, number: 1 }
}

pub(crate) fn fence(number: i64) -> Fence {
    let instance: InstanceId = OURS.parse().unwrap();
    Fence {
        instance,
        number,
        take_over: false,
    }
}

pub(crate) const DAILY: Work = Work::Unattended(Unattended {
    install: true,
    daily: true,
});

/// One server of a world.
pub(crate) struct Stepping<'a> {
    pub(crate) world: &'a Simulated,
    pub(crate) name: &'a str,
}

impl Stepping<'_> {
    pub(crate) fn target(&self) -> Target {
        self.world.target(self.world.server(self.name))
    }

    pub(crate) fn host(&self) -> &str {
        &self.world.server(self.name).host
    }

    pub(crate) async fn say(&self, op: &Op) -> Result<Answer, ShellError> {
        self.world.shell.exec(&self.target(), op, LIMITS).await
    }

    pub(crate) async fn start_as(&self, number: u32, fence: Fence, work: &Work) -> Started {
        let op = StartOp {
            asked: asked(),
            attempt: attempt(number),
            fence,
            work: work.clone(),
        };
        let answer = self.say(&Op::Start(op.clone())).await.unwrap();
        Started::read(&op, &answer.stdout, &answer.stderr, answer.exit).unwrap()
    }

    pub(crate) async fn start(&self, number: u32, work: &Work) -> Started {
        self.start_as(number, fence(1), work).await
    }

    pub(crate) async fn state(&self, number: u32) -> State {
        let op = StateOp {
            asked: asked(),
            attempt: attempt(number),
        };
        let answer = self.say(&Op::State(op.clone())).await.unwrap();
        State::read(&op, &answer.stdout, &answer.stderr, answer.exit).unwrap()
    }

    /// Starts it, lets two minutes pass, and returns its status and its log.
    pub(crate) async fn carry_out(&self, number: u32, work: &Work) -> (u32, String) {
        assert_eq!(self.start(number, work).await, Started::Now);
        self.world.live(120);
        let ended = self.ended(number).await;
        (ended.code, String::from_utf8(self.log(number).await).unwrap())
    }

    pub(crate) async fn ended(&self, number: u32) -> Ended {
        match self.state(number).await {
            State::Ended(ended) => ended,
            other => panic!("it has ended, but: {other:?}"),
        }
    }

    /// The log of something that does not run, and its end.
    pub(crate) async fn log_and_end(&self, number: u32) -> (Vec<u8>, End) {
        let op = FollowOp {
            asked: asked(),
            attempt: attempt(number),
            offset: 0,
        };
        let stream = self.world.shell.follow(&self.target(), &op, LIMITS.connect).await;
        let mut stream = stream.unwrap();
        let mut log = Vec::new();
        loop {
            match stream.next().await.unwrap() {
                Followed::Begun { .. } => {}
                Followed::Bytes(bytes) => log.extend(bytes),
                Followed::Ended { end, length } => {
                    assert_eq!(length, log.len() as u64);
                    return (log, end);
                }
            }
        }
    }

    pub(crate) async fn log(&self, number: u32) -> Vec<u8> {
        let (log, end) = self.log_and_end(number).await;
        assert!(matches!(end, End::Ended { .. }), "{end:?}");
        log
    }

    pub(crate) async fn stop(&self, number: u32) -> Stopped {
        let op = StopOp {
            asked: asked(),
            attempt: attempt(number),
        };
        let answer = self.say(&Op::Stop(op.clone())).await.unwrap();
        Stopped::read(&op, &answer.stdout, &answer.stderr, answer.exit).unwrap()
    }

    pub(crate) async fn tidy(&self, numbers: &[u32]) -> Tidied {
        let op = TidyOp {
            asked: asked(),
            attempts: numbers.iter().map(|number| attempt(*number)).collect(),
        };
        let answer = self.say(&Op::Tidy(op.clone())).await.unwrap();
        Tidied::read(&op, &answer.stdout, &answer.stderr, answer.exit).unwrap()
    }

    pub(crate) async fn pre_check(&self) -> PreCheck {
        let op = PreCheckOp { asked: asked() };
        let answer = self.say(&Op::PreCheck(op.clone())).await.unwrap();
        PreCheck::read(&op, &answer.stdout, &answer.stderr, answer.exit).unwrap()
    }

    pub(crate) async fn survey(&self, wanted: Wanted) -> Survey {
        let op = SimulateOp {
            asked: asked(),
            refresh_older_than_secs: NEVER_REFRESH,
            wanted: vec![wanted],
        };
        let answer = self.say(&Op::Simulate(op.clone())).await.unwrap();
        Survey::read(&op, &answer.stdout, &answer.stderr, answer.exit).unwrap()
    }

    pub(crate) async fn transaction(&self, upgrade: Upgrade, only: &[&str], exclude: &[&str]) -> Transaction {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let survey = self
            .survey(Wanted {
                upgrade,
                only: names(only),
                exclude: names(exclude),
            })
            .await;
        survey.transactions.into_iter().next().unwrap().unwrap()
    }

    /// The names of its pending security updates that are not on hold.
    pub(crate) async fn security(&self) -> Vec<String> {
        let facts = self.world.facts(self.name).await;
        let pending = facts.updates.get().unwrap().pending.iter();
        pending
            .filter(|update| update.security && update.kind != UpdateKind::Held)
            .map(|update| update.package.clone())
            .collect()
    }

    /// The installation of all of them.
    pub(crate) async fn security_install(&self) -> Install {
        let names = self.security().await;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let transaction = self.transaction(Upgrade::Security, &names, &[]).await;
        transaction.install(Upgrade::Security, 60)
    }
}
