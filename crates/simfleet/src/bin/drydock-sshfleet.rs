//! An SSH fleet as a process of its own, for measuring: it prints one line of JSON with its hosts when all of them
//! answer, and runs until it is interrupted.

use anyhow::Context as _;
use clap::Parser;
use simfleet::sshd::{Accepted, Addresses, Document, Fleet, FleetSettings, KeyKind};
use std::collections::HashSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

/// Starts SSH servers on loopback addresses, which answer every command with a recorded document.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many servers.
    #[arg(long, default_value_t = 100)]
    hosts: u16,
    /// Give each an address of its own in 127.77.0.0/16, all on this port; otherwise each gets a free port.
    #[arg(long)]
    port: Option<u16>,
    /// The recorded document; a line of text if there is none.
    #[arg(long)]
    document: Option<PathBuf>,
    /// What stands for the nonce in the document.
    #[arg(long, default_value = "00000000000000000000000000000000")]
    placeholder: String,
    /// How long a server thinks before it answers, in milliseconds.
    #[arg(long, default_value_t = 0)]
    delay_ms: u64,
    /// Only this public key may log in, as `algorithm base64`; may be given again.
    #[arg(long)]
    accept: Vec<String>,
    /// Give each server an ECDSA key beside its Ed25519 key.
    #[arg(long)]
    ecdsa: bool,
    /// What the host keys follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// End when standard input ends, so that no fleet outlives who started it.
    #[arg(long)]
    until_stdin_ends: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let text = match &arguments.document {
        Some(path) => std::fs::read(path).with_context(|| path.display().to_string())?,
        None => b"recorded\n".to_vec(),
    };
    let document = Document::recorded(&text, arguments.placeholder.as_bytes());
    let addresses = arguments.port.map_or(Addresses::Ports, Addresses::Loopback);
    let mut settings = FleetSettings::of(arguments.hosts, addresses, document);
    settings.seed = arguments.seed;
    settings.delay = Duration::from_millis(arguments.delay_ms);
    if !arguments.accept.is_empty() {
        settings.accepted = Accepted::Keys(HashSet::from_iter(arguments.accept));
    }
    if arguments.ecdsa {
        settings
            .hosts
            .iter_mut()
            .for_each(|host| host.keys.push(KeyKind::EcdsaP256));
    }
    let fleet = Fleet::start(settings)
        .await
        .context("the fleet could not be started")?;
    announce(&fleet)?;
    if arguments.until_stdin_ends {
        let (ended, end) = tokio::sync::oneshot::channel();
        // A thread of its own, since a read of standard input cannot be given up.
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            let _ = ended.send(());
        });
        tokio::select! {
            _ = end => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
        }
    } else {
        tokio::signal::ctrl_c().await?;
    }
    Ok(())
}

fn announce(fleet: &Fleet) -> anyhow::Result<()> {
    let hosts: Vec<_> = fleet
        .hosts()
        .iter()
        .map(|host| {
            serde_json::json!({
                "name": host.name(),
                "address": host.address().ip().to_string(),
                "port": host.address().port(),
                "host_keys": host.host_keys(),
            })
        })
        .collect();
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &serde_json::json!({ "hosts": hosts }))?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}
