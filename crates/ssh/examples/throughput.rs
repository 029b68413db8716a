//! How fast the adapter is beside a bare loop over the library: both connect to every server of a fleet, run one
//! command and take its answer whole, in turns, in one process. The fleet is a process of its own.
//!
//! `throughput FLEET [HOSTS] [WIDTH] [DELAY_MS] [PAIRS] [DOCUMENT]`, where `FLEET` is the `drydock-sshfleet` binary.

use futures::stream::{self, StreamExt as _};
use model::{HostKey, ServerId, Transport};
use remote::{Op, ScanOp, render};
use russh::client::{Config, Handler, connect};
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{ChannelMsg, Error};
use secrecy::ExposeSecret as _;
use ssh::{Settings, SshKeys, SshShell};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use world::{KeyAlgorithm, KeyTool as _, Limits, Login, Shell as _, Target};

type Anything = Box<dyn std::error::Error + Send + Sync>;

struct Anybody;

impl Handler for Anybody {
    type Error = Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Error> {
        Ok(true)
    }
}

/// What a person writes who has the library's documentation and nothing else.
async fn bare(target: &Target, key: Arc<PrivateKey>, op: &Op) -> Result<usize, Anything> {
    let config = Arc::new(Config {
        nodelay: true,
        ..Config::default()
    });
    let mut handle = connect(config, (target.host.as_str(), target.port), Anybody).await?;
    let key = PrivateKeyWithHashAlg::new(key, None);
    if !handle.authenticate_publickey("drydock", key).await?.success() {
        return Err("refused".into());
    }
    let mut channel = handle.channel_open_session().await?;
    let rendered = render(op);
    channel.exec(true, rendered.command).await?;
    channel.data_bytes(rendered.stdin).await?;
    channel.eof().await?;
    let mut stdout = Vec::new();
    while let Some(message) = channel.wait().await {
        if let ChannelMsg::Data { data } = message {
            stdout.extend_from_slice(&data);
        }
    }
    Ok(stdout.len())
}

fn cpu_seconds() -> f64 {
    // User and system time of this process, in clock ticks of 10 ms.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<f64>().ok())
            .unwrap_or_default()
    };
    (ticks(11) + ticks(12)) / 100.0
}

fn resident_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .unwrap_or_default()
        / 1024
}

#[tokio::main]
async fn main() -> Result<(), Anything> {
    let mut arguments = std::env::args().skip(1);
    let fleet = arguments.next().ok_or("the fleet's binary is missing")?;
    let mut number = |default: usize| -> Result<usize, Anything> {
        arguments.next().map_or(Ok(default), |text| Ok(text.parse()?))
    };
    let (hosts, width, delay, pairs) = (number(1000)?, number(128)?, number(300)?, number(5)?);
    let document = std::env::args().nth(6);
    let mut out = std::io::stdout().lock();

    let mut command = Command::new(fleet);
    command.args([
        "--until-stdin-ends",
        "--hosts",
        &hosts.to_string(),
        "--delay-ms",
        &delay.to_string(),
    ]);
    if let Some(document) = &document {
        command.args(["--document", document]);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
    let announced: serde_json::Value = serde_json::from_str(&line)?;

    let pair = SshKeys.generate(KeyAlgorithm::Ed25519)?;
    let key = Arc::new(PrivateKey::from_openssh(pair.private.expose_secret())?);
    let targets: Vec<Target> = announced["hosts"]
        .as_array()
        .ok_or("no hosts")?
        .iter()
        .enumerate()
        .map(|(at, host)| {
            let pinned: Vec<HostKey> = serde_json::from_value(host["host_keys"].clone())?;
            Ok(Target {
                server: ServerId::from_uuid(uuid::Uuid::from_u128(at as u128)),
                name: host["name"].as_str().unwrap_or_default().to_owned(),
                transport: Transport::Ssh,
                host: host["address"].as_str().unwrap_or_default().to_owned(),
                port: u16::try_from(host["port"].as_u64().unwrap_or_default())?,
                login: Some(Login {
                    user: "drydock".to_owned(),
                    private_key: pair.private.clone(),
                }),
                pinned,
                jump: None,
            })
        })
        .collect::<Result<_, Anything>>()?;
    let op = Op::Scan(ScanOp {
        account: model::Account::Operate,
        is_root: true,
        refresh_older_than_secs: 0,
        nonce: "0123456789abcdef0123456789abcdef".to_owned(),
    });
    let limits = Limits {
        connect: Duration::from_secs(30),
        answer: Duration::from_secs(60),
        stdout_bytes: 4 * 1024 * 1024,
    };

    let mut ratios = Vec::new();
    for pair in 0..pairs {
        let mut rates = [0.0; 2];
        // Which of the two goes first alternates.
        for turn in [pair % 2, 1 - pair % 2] {
            // A shell of its own, so that every server is connected to anew.
            let shell = SshShell::new(Settings::default());
            let (begun, cpu) = (Instant::now(), cpu_seconds());
            let bytes: Vec<usize> = stream::iter(&targets)
                .map(|target| {
                    let (shell, op, key) = (&shell, &op, Arc::clone(&key));
                    async move {
                        if turn == 0 {
                            bare(target, key, op).await
                        } else {
                            Ok(shell.exec(target, op, limits).await?.stdout.len())
                        }
                    }
                })
                .buffer_unordered(width)
                .collect::<Vec<Result<usize, Anything>>>()
                .await
                .into_iter()
                .collect::<Result<_, _>>()?;
            let seconds = begun.elapsed().as_secs_f64();
            rates[turn] = hosts as f64 / seconds;
            let per_host = (cpu_seconds() - cpu) * 1000.0 / hosts as f64;
            let (name, rate) = (["bare", "shell"][turn], rates[turn]);
            let (first, peak) = (bytes.first().copied().unwrap_or_default(), resident_megabytes());
            writeln!(
                out,
                "{name:5} {rate:7.1} hosts/s, {per_host:.2} ms CPU per host, {first} bytes each, peak {peak} MB"
            )?;
        }
        ratios.push(rates[1] / rates[0]);
    }
    ratios.sort_by(f64::total_cmp);
    writeln!(
        out,
        "shell/bare, median of {pairs}: {:.3}",
        ratios.get(pairs / 2).copied().unwrap_or_default()
    )?;
    drop(child.stdin.take());
    child.wait()?;
    Ok(())
}
