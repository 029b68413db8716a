//! Pages over a large fleet.

use crate::start::Server;
use crate::{All, http};
use anyhow::{Context as _, ensure};
use model::view::Tile;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

const REQUESTS: usize = 200;
/// First requests, which are not counted.
const WARM_UP: usize = 5;

/// Servers that were never heard of, and those that are being checked, as the dashboard's tiles say.
fn still_open(server: SocketAddr, cookie: &str) -> anyhow::Result<u64> {
    let headers = [("Cookie", cookie), ("Accept", "text/html")];
    let answer = http::send(server, "GET /", &headers, "")?;
    ensure!(answer.status == 200, "the dashboard answered {}", answer.head);
    let html = String::from_utf8(answer.body)?;
    [Tile::NeverReported, Tile::Running]
        .into_iter()
        .map(|tile| count(&html, tile.caption()).with_context(|| format!("no tile {}", tile.caption())))
        .sum()
}

/// The number of the tile with this caption.
fn count(html: &str, caption: &str) -> Option<u64> {
    let (before, _) = html.split_once(&format!("{caption}</span>"))?;
    let (_, number) = before.rsplit_once("tile-number\">")?;
    number.split('<').next()?.parse().ok()
}

fn page(server: SocketAddr, cookie: &str, path: &str) -> anyhow::Result<String> {
    let headers = [
        ("Cookie", cookie),
        ("Accept-Encoding", "br, gzip"),
        ("Accept", "text/html"),
    ];
    let request = format!("GET {path}");
    let mut took = Vec::new();
    let (mut sent, mut encoded) = (0, false);
    for number in 0..WARM_UP + REQUESTS {
        let answer = http::send(server, &request, &headers, "")?;
        ensure!(answer.status == 200, "{path} answered {}", answer.head);
        if number >= WARM_UP {
            took.push(answer.took.as_secs_f64() * 1000.0);
        }
        sent = answer.body.len();
        encoded = answer.head.to_ascii_lowercase().contains("content-encoding:");
    }
    took.sort_by(f64::total_cmp);
    let at = |share: f64| {
        took.get(((took.len() as f64 * share).ceil() as usize).saturating_sub(1))
            .copied()
    };
    let plain = http::send(
        server,
        &request,
        &[("Cookie", cookie), ("Accept", "text/html")],
        "",
    )?
    .body
    .len();
    let (half, most) = (at(0.50).unwrap_or(f64::NAN), at(0.99).unwrap_or(f64::NAN));
    eprintln!("  {path}: p50 {half:.1} ms, p99 {most:.1} ms, {plain} bytes, {sent} sent");
    let how = if encoded { "compressed" } else { "not compressed" };
    Ok(format!(
        "| `{path}` | **{half:.1} ms** | **{most:.1} ms** | {plain} | {sent} ({how}) |\n"
    ))
}

/// Measures, and returns the report's section; what it made in `data` is left for others.
pub(crate) fn measure(all: &All, data: &Path) -> anyhow::Result<String> {
    eprintln!("pages over {} simulated servers", all.servers);
    let servers = all.servers.to_string();
    let mut server = Server::start(&all.drydock, data, &["--demo", "--demo-servers", &servers])?;
    let token = server.first_run_token()?;
    let begun = Instant::now();
    let cookie = http::first_run(server.address, &token)?;
    let deadline = Instant::now() + Duration::from_secs(300);
    let mut open = still_open(server.address, &cookie)?;
    let mut quiet = 0;
    // Two quiet looks in a row: between two ticks of the schedule nothing is going on either.
    while quiet < 2 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_secs(3));
        let now_open = still_open(server.address, &cookie)?;
        quiet = if now_open == open { quiet + 1 } else { 0 };
        open = now_open;
    }
    let filled = begun.elapsed();
    let mut text = format!(
        "## Pages over {servers} servers in SQLite\n\nA simulated fleet (`serve --demo --demo-servers {servers}`); its first \
         scans were over after {:.0} s, with {open} servers that never answer by design. {REQUESTS} requests one after \
         the other from loopback with a session's cookie, a new connection each, timed from the request's first byte to \
         the page's last one.\n\n| page | p50 | p99 | bytes | bytes as sent |\n|---|---|---|---|---|\n",
        filled.as_secs_f64()
    );
    for path in ["/", "/servers", "/servers?page=20"] {
        text.push_str(&page(server.address, &cookie, path)?);
    }
    writeln!(
        text,
        "\nThe server's memory after that: {:.0} MB, the simulated world included.",
        server.resident_megabytes()?
    )?;
    server.stop()?;
    Ok(text)
}
