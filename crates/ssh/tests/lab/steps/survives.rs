//! A step outlives connections, sshd and whoever started it.

use super::worker::{LIMITS, Worker, attempt, command, fence, folder, log, unit};
use crate::host::eventually;
use crate::lab::lab;
use futures::future::join_all;
use model::InstanceId;
use remote::Op;
use remote::work::follow::{FollowOp, Followed};
use remote::work::start::{StartOp, Started};
use remote::work::state::State;
use remote::work::stop::{StopOp, Stopped};
use remote::work::tidy::{Tidied, TidyOp};
use std::cell::Cell;
use world::contract::{Followable, check_following};

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_started_once_by_twenty_callers_and_let_go_when_it_has_ended() {
    let Some(lab) = lab() else { return };
    let host = lab.take("sudo1").await;
    let worker = Worker::of(lab, &host);
    assert!(!worker.asked().is_root);
    assert_eq!(worker.state(1).await, State::NotStarted);
    let work = command("echo once >>/var/tmp/count; until test -e /run/lab-go; do sleep 0.1; done; exit 3");
    let started = join_all((0..20).map(|_| worker.start(1, work.clone()))).await;
    assert_eq!(
        started.iter().filter(|one| **one == Started::Now).count(),
        1,
        "{started:?}"
    );
    assert!(started.iter().all(|one| one.refusal().is_none()), "{started:?}");

    let State::Running(running) = worker.state(1).await else {
        panic!("it runs until it is let go")
    };
    assert!(running.cpu_nanos.is_some_and(|nanos| nanos > 0), "{running:?}");
    let commands: Vec<&str> = running
        .processes
        .iter()
        .map(|process| process.command.as_str())
        .collect();
    assert!(
        commands.iter().any(|command| command.contains("until test -e")),
        "{commands:?}"
    );
    let shown = host.run(&format!(
        "systemctl show -p Type,KillMode,TimeoutStopUSec,RemainAfterExit,CollectMode,RuntimeMaxUSec {} | sort",
        unit(1)
    ));
    assert_eq!(
        shown,
        "CollectMode=inactive\nKillMode=process\nRemainAfterExit=yes\nRuntimeMaxUSec=infinity\nTimeoutStopUSec=30min\nType=exec\n"
    );
    assert_eq!(host.run(&format!("stat -c '%U %a' {}", folder(1))), "root 700\n");
    let stop = StopOp {
        asked: worker.asked(),
        attempt: attempt(1),
    };
    let stopped = async || {
        let answer = worker.say(Op::Stop(stop.clone())).await.unwrap();
        Stopped::read(&stop, &answer.stdout, &answer.stderr, answer.exit).unwrap()
    };
    assert_eq!(stopped().await, Stopped::Running);

    host.run("touch /run/lab-go");
    let ended = worker.ended(1).await;
    let seen = ended.unit.clone().unwrap();
    assert_eq!((ended.code, seen.status), (3, 3));
    assert_eq!(seen.invocation.len(), 32);
    assert_eq!(host.run("cat /var/tmp/count"), "once\n");
    assert_eq!(stopped().await, Stopped::Gone);
    assert!(!host.holds(&format!(
        "systemctl status {} 2>&1 | grep -q Loaded:.loaded",
        unit(1)
    )));
    // The end is known without the unit as well.
    assert_eq!(worker.ended(1).await.code, 3);
    assert_eq!(worker.start(1, work.clone()).await, Started::Already);

    let mut other = fence(9);
    other.instance = InstanceId::from_uuid(uuid::Uuid::from_u128(8));
    let refused = worker
        .start_with(StartOp {
            asked: worker.asked(),
            attempt: attempt(2),
            fence: other,
            work,
        })
        .await;
    let said = refused.refusal().unwrap();
    assert!(
        said.starts_with(&format!(
            "This server is managed by Drydock {} since 2",
            fence(1).instance
        )),
        "{said}"
    );
    assert_eq!(worker.state(2).await, State::NotStarted);

    let tidy = TidyOp {
        asked: worker.asked(),
        attempts: vec![attempt(1)],
    };
    let answer = worker.say(Op::Tidy(tidy.clone())).await.unwrap();
    let tidied = Tidied::read(&tidy, &answer.stdout, &answer.stderr, answer.exit).unwrap();
    assert_eq!(tidied.removed, [attempt(1)]);
    assert_eq!(host.run("ls -A /var/lib/drydock/runs"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_log_is_the_servers_file_byte_by_byte() {
    let Some(lab) = lab() else { return };
    let host = lab.take("sudo1").await;
    let worker = Worker::of(lab, &host);
    let script = "seq 1 30000; printf '\\000\\377\\r\\036end'";
    assert_eq!(worker.carry_out(&host, 1, command(script)).await.0, 0);
    let op = |number| FollowOp {
        asked: worker.asked(),
        attempt: attempt(number),
        offset: 0,
    };
    let mut log: Vec<u8> = (1..=30_000).flat_map(|n| format!("{n}\n").into_bytes()).collect();
    log.extend_from_slice(b"\0\xff\r\x1eend");
    let place = Followable {
        target: worker.target.clone(),
        op: op(1),
        log,
        code: 0,
        not_started: op(2),
        limits: LIMITS,
    };
    check_following(&worker.shell, &place).await;

    // One that nobody reads holds the server up, and then comes whole.
    let size = 16 << 20;
    let flood = format!("head -c {size} /dev/zero; echo over");
    assert_eq!(worker.start(3, command(&flood)).await, Started::Now);
    let mut stream = worker.follow(3, 0).await.unwrap();
    assert!(matches!(stream.next().await.unwrap(), Followed::Begun { .. }));
    let sent = || -> u64 {
        let position = "for fd in /proc/$(pidof tail)/fd/*; do
            case $(readlink $fd) in */log) grep ^pos: /proc/$(pidof tail)/fdinfo/${fd##*/} | tr -cd 0-9 ;; esac
        done";
        let said = host.try_run(position);
        // Empty until the server has begun to send.
        String::from_utf8_lossy(&said.stdout).parse().unwrap_or(0)
    };
    let last = Cell::new(0);
    eventually("the server waits for a reader", || {
        let now = sent();
        now > 0 && last.replace(now) == now
    })
    .await;
    assert!(
        last.get() < size as u64 / 2,
        "the server read on to {}",
        last.get()
    );
    let mut came = 0;
    loop {
        match stream.next().await.unwrap() {
            Followed::Bytes(bytes) => came += bytes.len(),
            Followed::Ended { length, .. } => {
                assert_eq!((came, length), (size + 5, (size + 5) as u64));
                break;
            }
            Followed::Begun { .. } => panic!("a log begins once"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_install_goes_on_while_the_server_is_cut_off_and_sshd_is_gone() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    let work = worker.install_of("lab-slow", 60).await;
    assert_eq!(worker.start(1, work).await, Started::Now);
    let reached = format!("grep -q 'lab-slow is being configured' {}/log", folder(1));
    let mut cuts = 0;
    let stored = worker
        .store(1, |stored| {
            if cuts == 0 && String::from_utf8_lossy(stored).contains("lab-slow is being configured") {
                // Off the network, then every process of sshd dies, as when its own upgrade goes wrong.
                cuts = 1;
                host.lab_does("cut", &[]);
                host.run("kill -9 $(pidof sshd) || true; systemctl restart ssh; touch /run/lab-go");
                host.lab_does("join", &[]);
            }
        })
        .await;
    assert_eq!(cuts, 1);
    assert!(host.holds(&reached));
    assert_eq!(String::from_utf8(stored).unwrap(), log(&host, 1));
    let ended = worker.ended(1).await;
    assert_eq!((ended.code, ended.unit.map(|unit| unit.status)), (0, Some(0)));
    assert!(log(&host, 1).contains("lab-slow is configured"));
    assert!(host.holds("dpkg-query -W -f '${db:Status-Status}' lab-slow | grep -qx installed"));
    assert_eq!(
        host.run("grep -c ' install lab-slow:all ' /var/log/dpkg.log"),
        "1\n",
        "once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_step_is_gone_without_an_end_and_puts_the_timers_back() {
    let Some(lab) = lab() else { return };
    let host = lab.spare().await;
    let worker = Worker::of(lab, &host);
    host.lab_does("timers", &["on"]);
    let timers = || {
        host.holds("systemctl is-active --quiet apt-daily.timer && systemctl is-active --quiet apt-daily-upgrade.timer")
    };
    let quiet = || {
        !host.holds("systemctl is-active --quiet apt-daily.timer || systemctl is-active --quiet apt-daily-upgrade.timer")
    };
    assert!(timers());
    let work = worker.install_of("lab-slow", 60).await;
    assert_eq!(worker.start(1, work.clone()).await, Started::Now);
    eventually("it configures", || {
        host.holds(&format!(
            "grep -q 'lab-slow is being configured' {}/log",
            folder(1)
        ))
    })
    .await;
    assert!(quiet(), "apt's timers are held off");
    let running = worker.state(1).await;
    let State::Running(running) = running else {
        panic!("{running:?}")
    };
    assert!(
        running
            .processes
            .iter()
            .any(|process| process.command.contains("dpkg")),
        "{running:?}"
    );
    host.run(&format!(
        "systemctl kill --kill-who=main --signal=KILL {}",
        unit(1)
    ));
    let state = worker
        .until(1, "gone", |state| matches!(state, State::Gone(_)))
        .await;
    let State::Gone(gone) = state else { panic!() };
    assert!(!gone.restarted && gone.log.bytes > 0, "{gone:?}");
    eventually("the timers are back", timers).await;
    assert_eq!(worker.start(1, work).await, Started::Already);
    // dpkg itself was not touched: it ends its work.
    host.run("touch /run/lab-go");
    eventually("dpkg has ended", || {
        host.holds("dpkg-query -W -f '${db:Status-Status}' lab-slow | grep -qx installed")
    })
    .await;
    assert!(!worker.pre_check().await.interrupted.needs_repair());
}
