//! Questions to real listeners on this host.

#![allow(clippy::unwrap_used)]

use model::{ServerId, Transport};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use uuid::Uuid;
use web::{Allowed, Http};
use world::{Get, Target, Web as _, WebError};

const LONG: Duration = Duration::from_secs(20);

fn http() -> Http {
    let listens = "127.0.0.1:9".parse().unwrap();
    Http::new(Allowed {
        listens,
        private_hosts: false,
    })
    .unwrap()
}

fn target() -> Target {
    Target {
        server: ServerId::from_uuid(Uuid::from_u128(7)),
        name: "web-1".to_owned(),
        transport: Transport::Ssh,
        host: "127.0.0.1".to_owned(),
        port: 22,
        login: None,
        pinned: Vec::new(),
        jump: None,
    }
}

fn get(port: u16) -> Get {
    Get {
        tls: false,
        host: None,
        port,
        path: "/up?x=1".to_owned(),
    }
}

/// Answers every connection with these bytes, in pieces, and counts them. `None` says nothing and keeps it open.
async fn listener(answer: Option<&'static [u8]>) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let Some(answer) = answer else {
                open.push(stream);
                continue;
            };
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.unwrap() > 0 {}
            let request = String::from_utf8(request).unwrap();
            assert!(
                request.starts_with("GET /up?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"),
                "{request}"
            );
            for piece in answer.chunks(7) {
                stream.write_all(piece).await.unwrap();
                stream.flush().await.unwrap();
                tokio::task::yield_now().await;
            }
        }
    });
    (port, asked)
}

#[tokio::test]
async fn the_status_is_the_answer_and_redirects_are_not_followed() {
    for (answer, code) in [
        (&b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"[..], 200),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", 503),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n\r\n",
            302,
        ),
        (
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
            204,
        ),
    ] {
        let (port, asked) = listener(Some(answer)).await;
        assert_eq!(http().get(&target(), &get(port), LONG).await, Ok(code));
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn who_never_answers_is_late_at_the_limit() {
    let (port, asked) = listener(None).await;
    let begun = Instant::now();
    let limit = Duration::from_millis(300);
    assert_eq!(
        http().get(&target(), &get(port), limit).await,
        Err(WebError::Late)
    );
    assert!(
        begun.elapsed() >= limit && begun.elapsed() < LONG,
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

async fn said(get: &Get) -> String {
    match http().get(&target(), get, LONG).await {
        Err(WebError::NoAnswer(said)) => said,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_no_answer_is_said_in_words() {
    let (port, _) = listener(Some(b"SSH-2.0-OpenSSH_9.2\r\n")).await;
    assert!(said(&get(port)).await.contains("does not speak HTTP"));
    let (port, _) = listener(Some(b"")).await;
    let told = said(&get(port)).await;
    assert!(
        told.contains("closed without an answer") || told.contains("broke"),
        "{told}"
    );
    // A port that was free a moment ago, and that nobody listens on.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    assert!(said(&get(port)).await.contains("no connection to 127.0.0.1"));
    // Who speaks no TLS never gets to the end of what it reads as a request.
    let (port, _) = listener(None).await;
    let tls = Get {
        tls: true,
        ..get(port)
    };
    let late = http().get(&target(), &tls, Duration::from_millis(200)).await;
    assert_eq!(late, Err(WebError::Late));
}

#[tokio::test]
async fn what_may_not_be_asked_is_not_asked() {
    let (port, asked) = listener(Some(b"HTTP/1.1 200 OK\r\n\r\n")).await;
    let named = Get {
        host: Some("127.0.0.1".to_owned()),
        ..get(port)
    };
    let refused = http().get(&target(), &named, LONG).await;
    assert!(
        matches!(&refused, Err(WebError::NotAllowed(why)) if why.contains("private network")),
        "{refused:?}"
    );
    let behind = Target {
        jump: Some(Arc::new(Target {
            name: "bastion".to_owned(),
            ..target()
        })),
        ..target()
    };
    let refused = http().get(&behind, &get(port), LONG).await;
    assert!(
        matches!(&refused, Err(WebError::NotAllowed(why)) if why.contains("through bastion")),
        "{refused:?}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}
