//! What a person writes who has the SSH library's documentation and nothing else: connect, log in, run, read.

use crate::OneRun;
use crate::child::Done;
use crate::hosts::{Host, Hosts};
use anyhow::ensure;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use remote::scan::ScanOp;
use remote::{Op, Rendered, render};
use russh::client::{Config, Handler, connect};
use russh::keys::{PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{ChannelMsg, Error};
use std::sync::Arc;
use std::time::Instant;

struct Anybody;

impl Handler for Anybody {
    type Error = Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Error> {
        Ok(true)
    }
}

/// The operation that both sides carry out. Lists are left alone: what an archive needs is not Drydock's.
pub(crate) fn operation(nonce: &str) -> Op {
    Op::Scan(ScanOp {
        account: model::Account::Operate,
        is_root: true,
        refresh_older_than_secs: remote::NEVER_REFRESH,
        nonce: nonce.to_owned(),
    })
}

/// Runs the scan's command on every host and reads the answers whole.
pub(crate) async fn run(run: &OneRun) -> anyhow::Result<Done> {
    let hosts = Hosts::read(&run.hosts)?.hosts;
    let key = Arc::new(PrivateKey::from_openssh(std::fs::read_to_string(&run.key)?)?);
    let rendered = render(&operation("0123456789abcdef0123456789abcdef"));
    let begun = Instant::now();
    let bytes: Vec<usize> = stream::iter(&hosts)
        .map(|host| one(host, &run.user, Arc::clone(&key), &rendered))
        .buffer_unordered(run.width)
        .try_collect()
        .await?;
    let done = Done::after(begun, hosts.len());
    ensure!(bytes.iter().all(|bytes| *bytes > 0), "a host answered nothing");
    done
}

async fn one(host: &Host, user: &str, key: Arc<PrivateKey>, rendered: &Rendered) -> anyhow::Result<usize> {
    let config = Arc::new(Config {
        nodelay: true,
        ..Config::default()
    });
    let mut handle = connect(config, (host.address.as_str(), host.port), Anybody).await?;
    let key = PrivateKeyWithHashAlg::new(key, None);
    ensure!(
        handle.authenticate_publickey(user, key).await?.success(),
        "refused"
    );
    let mut channel = handle.channel_open_session().await?;
    channel.exec(true, rendered.command.clone()).await?;
    channel.data_bytes(rendered.stdin.clone()).await?;
    channel.eof().await?;
    let mut stdout = Vec::new();
    while let Some(message) = channel.wait().await {
        if let ChannelMsg::Data { data } = message {
            stdout.extend_from_slice(&data);
        }
    }
    Ok(stdout.len())
}
