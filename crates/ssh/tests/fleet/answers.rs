//! What comes back from a command, whole or not.

use crate::setup::{NONCE, ask, document, eventually, failure, hasty, limits, scan, shell, start, target};
use bytes::Bytes;
use model::Reach;
use simfleet::sshd::Behaviour;
use std::time::Duration;
use world::{Limits, Shell};

#[tokio::test(flavor = "multi_thread")]
async fn the_recorded_document_comes_whole_with_the_askers_nonce() {
    let fleet = start(&[Behaviour::Answer]).await;
    let answer = ask(&shell(), &target(&fleet.hosts()[0])).await.unwrap();
    let want = String::from_utf8(document()).unwrap().replace("@@", NONCE);
    assert_eq!(String::from_utf8(answer.stdout).unwrap(), want);
    assert_eq!((answer.exit, answer.stderr.len()), (Some(0), 0));
    assert!(answer.more_host_keys.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn standard_input_arrives_whole() {
    let fleet = start(&[Behaviour::Echo]).await;
    let answer = ask(&shell(), &target(&fleet.hosts()[0])).await.unwrap();
    assert_eq!(answer.stdout, remote::render(&scan()).stdin);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_come_slowly_are_put_together() {
    let fleet = start(&[Behaviour::Slowly(5000, Duration::from_millis(5))]).await;
    let answer = ask(&shell(), &target(&fleet.hosts()[0])).await.unwrap();
    assert_eq!(answer.stdout.len(), document().len() - 4 + 2 * NONCE.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn noise_before_the_document_is_handed_on() {
    let noise = Bytes::from_static(b"\x1b[1mWelcome!\x1b[0m\n");
    let fleet = start(&[Behaviour::Noise(noise.clone())]).await;
    let answer = ask(&shell(), &target(&fleet.hosts()[0])).await.unwrap();
    assert!(answer.stdout.starts_with(&noise));
    assert!(answer.stdout.ends_with(b"\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_fails_is_an_answer_with_its_error_output() {
    let words = Bytes::from_static(b"sudo: a password is required\n");
    let fleet = start(&[Behaviour::Exit(1, Bytes::new(), words.clone())]).await;
    let answer = ask(&shell(), &target(&fleet.hosts()[0])).await.unwrap();
    assert_eq!((answer.exit, answer.stderr), (Some(1), words.to_vec()));

    let much = Bytes::from(format!("{}the end\n", "x".repeat(1_000_000)));
    fleet.hosts()[0].behave(Behaviour::Exit(2, Bytes::new(), much.clone()));
    let answer = ask(&shell(), &target(&fleet.hosts()[0])).await.unwrap();
    assert_eq!(answer.exit, Some(2));
    assert_eq!(answer.stderr, much[much.len() - 16 * 1024..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_a_signal_ended_has_no_status() {
    let fleet = start(&[Behaviour::Killed]).await;
    let answer = ask(&shell(), &target(&fleet.hosts()[0])).await.unwrap();
    assert_eq!(answer.exit, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_megabytes_come_whole_when_they_may() {
    const SIZE: usize = 50_000_000;
    let fleet = start(&[Behaviour::Flood(SIZE as u64)]).await;
    let large = Limits {
        stdout_bytes: SIZE,
        ..limits()
    };
    let answer = shell()
        .exec(&target(&fleet.hosts()[0]), &scan(), large)
        .await
        .unwrap();
    assert_eq!((answer.stdout.len(), answer.exit), (SIZE, Some(0)));
    assert!(answer.stdout.iter().all(|byte| *byte == b'x'));
}

#[tokio::test(flavor = "multi_thread")]
async fn output_beyond_the_limit_ends_the_command_and_holds_the_server_up() {
    let fleet = start(&[Behaviour::Flood(50_000_000)]).await;
    let host = &fleet.hosts()[0];
    let shell = shell();
    let (reach, detail) = failure(&shell, &target(host), limits()).await;
    assert_eq!(reach, Reach::TooMuchOutput);
    assert!(detail.contains("1048576"), "{detail}");
    eventually("the channel is closed", || host.counts().open_commands == 0).await;
    assert_eq!(host.counts().abandoned, 1);
    assert!(
        host.counts().bytes < 5_000_000,
        "the server was held up: {:?}",
        host.counts()
    );

    host.behave(Behaviour::Answer);
    ask(&shell, &target(host)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_never_ends_is_given_up_and_closed() {
    let fleet = start(&[Behaviour::Silence]).await;
    let host = &fleet.hosts()[0];
    let patient = Limits {
        connect: limits().connect,
        ..hasty()
    };
    let (reach, detail) = failure(&shell(), &target(host), patient).await;
    assert_eq!(reach, Reach::ScanTimedOut, "{detail}");
    eventually("the channel is closed", || host.counts().open_commands == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_future_closes_its_channel() {
    let fleet = start(&[Behaviour::Silence]).await;
    let host = fleet.hosts()[0].clone();
    let shell = shell();
    let asking = tokio::spawn({
        let (shell, target) = (shell.clone(), target(&host));
        async move { ask(&shell, &target).await }
    });
    eventually("the command runs", || host.counts().open_commands == 1).await;
    asking.abort();
    eventually("the channel is closed", || host.counts().open_commands == 0).await;
    assert_eq!(host.counts().abandoned, 1);

    host.behave(Behaviour::Answer);
    ask(&shell, &target(&host)).await.unwrap();
    // A command that may still run counts against the old connection's sessions.
    assert_eq!(host.counts().connections, 2);
    eventually("the old connection is closed", || {
        host.counts().open_connections == 1
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_cut_is_not_taken_for_whole() {
    let fleet = start(&[Behaviour::CutAfter(20_000), Behaviour::CloseAfter(20_000)]).await;
    for host in fleet.hosts() {
        let (reach, detail) = failure(&shell(), &target(host), limits()).await;
        assert_eq!(reach, Reach::ConnectionLost, "{detail}");
        assert!(detail.contains("20000 bytes"), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_runs_no_commands_says_so() {
    let fleet = start(&[Behaviour::RefuseCommands, Behaviour::RefuseSessions]).await;
    let (reach, detail) = failure(&shell(), &target(&fleet.hosts()[0]), limits()).await;
    assert_eq!(reach, Reach::LoginRefused);
    assert!(detail.contains("does not run commands"), "{detail}");
    let (reach, detail) = failure(&shell(), &target(&fleet.hosts()[1]), limits()).await;
    assert_eq!(reach, Reach::ConnectionLost);
    assert!(detail.contains("MaxSessions"), "{detail}");
}
