//! Requests to a local Drydock, one connection each. HTTP/1.0, so that a body is what follows the head until the end.

use anyhow::{Context as _, ensure};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long a request may take.
const LIMIT: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Connects and sends a request, and leaves the answer to the caller.
pub(crate) async fn open(
    server: SocketAddr,
    request: &str,
    cookie: &str,
    body: Option<&str>,
) -> anyhow::Result<TcpStream> {
    let mut stream = TcpStream::connect(server).await?;
    let mut text = format!("{request} HTTP/1.0\r\nHost: {server}\r\nAccept: text/html, */*\r\n");
    if !cookie.is_empty() {
        text.push_str(&format!("Cookie: {cookie}\r\n"));
    }
    if let Some(body) = body {
        text.push_str(&format!(
            "Origin: http://{server}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            body.len()
        ));
    }
    text.push_str("\r\n");
    text.push_str(body.unwrap_or_default());
    stream.write_all(text.as_bytes()).await?;
    Ok(stream)
}

/// Sends a request and reads the whole answer.
pub(crate) async fn send(
    server: SocketAddr,
    request: &str,
    cookie: &str,
    body: Option<&str>,
) -> anyhow::Result<Answer> {
    let whole = async {
        let mut stream = open(server, request, cookie, body).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let at = answer
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .context("an answer without a head")?;
        let body = answer.split_off(at + 4);
        let head = String::from_utf8_lossy(&answer).into_owned();
        let status = head.split(' ').nth(1).context("no status")?.parse()?;
        anyhow::Ok(Answer { status, head, body })
    };
    let answer = tokio::time::timeout(LIMIT, whole).await;
    answer.with_context(|| format!("{request} took longer than {LIMIT:?}"))?
}

/// Gets a page, which must be there.
pub(crate) async fn page(server: SocketAddr, path: &str, cookie: &str) -> anyhow::Result<String> {
    let answer = send(server, &format!("GET {path}"), cookie, None).await?;
    ensure!(answer.status == 200, "{path} answered {}", answer.head);
    Ok(String::from_utf8(answer.body)?)
}

/// Posts a form as a browser without scripts does, and returns where it leads to and the cookie that came, if one did.
pub(crate) async fn post(
    server: SocketAddr,
    path: &str,
    cookie: &str,
    fields: &[(&str, &str)],
) -> anyhow::Result<(String, Option<String>)> {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    let answer = send(server, &format!("POST {path}"), cookie, Some(&fields.join("&"))).await?;
    ensure!(answer.status < 400, "{path} was refused: {}", answer.head);
    let place = answer.header("location").unwrap_or_default().to_owned();
    let cookie = answer.header("set-cookie").and_then(|it| it.split(';').next());
    Ok((place, cookie.map(str::to_owned)))
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
