//! Health checks that Drydock itself asks, of a real listener on this host.

use crate::deploy::{Drydock, asks};
use model::options::{Ask, AskedFrom, HealthCheck};
use model::plan::StepKind;
use model::run::{RunOutcome, StepOutcome};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Serves each connection the next of `codes`, and every later one the last. 0 accepts and never serves.
async fn service(codes: &'static [u16]) -> (u16, watch::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (count, counted) = watch::channel(0);
    tokio::spawn(async move {
        let mut silent = Vec::new();
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let code = codes[number.min(codes.len() - 1)];
            if code == 0 {
                silent.push(stream);
            } else {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.unwrap() > 0 {}
                let answer = format!("HTTP/1.1 {code} So\r\nContent-Length: 0\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            count.send_replace(number + 1);
        }
    });
    (port, counted)
}

fn check(port: u16, timeout_secs: u32, wait_secs: u32) -> HealthCheck {
    HealthCheck {
        ask: Ask::Http {
            from: AskedFrom::Drydock,
            tls: false,
            host: None,
            port,
            path: "/up".to_owned(),
            accept: vec![200, 204],
        },
        timeout_secs,
        wait_secs,
    }
}

async fn deployed(check: &HealthCheck) -> Drydock {
    let drydock = Drydock::begin(asks(), Some(check)).await;
    drydock.until_the_end().await;
    drydock
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_answers_late_is_waited_for_and_asked_again_after_the_work() {
    let (port, counted) = service(&[503, 204]).await;
    let drydock = deployed(&check(port, 10, 20)).await;
    assert_eq!(drydock.outcome().await, Some(RunOutcome::Succeeded));
    assert_eq!(
        drydock.started(),
        2,
        "an installation and a reboot, and no question on the server"
    );
    assert_eq!(*counted.borrow(), 3, "two before the work, one after it");
    assert_eq!(
        drydock.log(StepKind::HealthBefore).await,
        format!(
            "GET http://127.0.0.1:{port}/up: 503, which does not mean healthy.\n\
             drydock: Not healthy yet; asking again.\nGET http://127.0.0.1:{port}/up: 204\n"
        )
    );
    let (_, said) = drydock.said(StepKind::HealthAfter).await;
    assert_eq!(said, "The health check says that it is well.");
    drydock.worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_status_keeps_the_server_untouched() {
    let (port, _) = service(&[302]).await;
    let drydock = deployed(&check(port, 10, 0)).await;
    let (outcome, said) = drydock.said(StepKind::HealthBefore).await;
    assert_eq!(outcome, Some(StepOutcome::Failed));
    assert!(said.contains("not well (asked once)"), "{said}");
    assert_eq!(drydock.started(), 0);
    drydock.worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_stops_answering_during_the_work_fails_its_server_in_time() {
    let (port, counted) = service(&[200, 0]).await;
    let drydock = deployed(&check(port, 1, 1)).await;
    let (outcome, said) = drydock.said(StepKind::HealthAfter).await;
    assert_eq!(outcome, Some(StepOutcome::Failed));
    assert!(
        said.contains("no answer within 1 s (asked again for 1 s)"),
        "{said}"
    );
    assert_eq!(drydock.started(), 2);
    assert!(*counted.borrow() >= 2);
    drydock.worker.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_interrupted_is_asked_anew() {
    let (port, mut counted) = service(&[503, 0, 200]).await;
    let mut drydock = Drydock::begin(asks(), Some(&check(port, 60, 60))).await;
    let asked = counted.wait_for(|asked| *asked == 2);
    tokio::time::timeout(Duration::from_secs(30), asked)
        .await
        .unwrap()
        .unwrap();
    drydock.another_worker().await;
    drydock.until_the_end().await;
    assert_eq!(drydock.outcome().await, Some(RunOutcome::Succeeded));
    let log = drydock.log(StepKind::HealthBefore).await;
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 4, "{log}");
    assert_eq!(lines[2], "drydock: Drydock was interrupted here; asking anew.");
    assert!(lines[3].ends_with("/up: 200"), "{log}");
    drydock.worker.shutdown().await;
}
