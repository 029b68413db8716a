//! The lab and its one machine, from beside and as Drydock is told of it.

use super::open;
use anyhow::{Context as _, ensure};
use model::{Account, Criticality, Endpoint, ServerId, StackId, StackKind, Transport};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use store::{NewKey, ServerFields, StackFields, StoreError};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use world::{Clock as _, SystemClock};

/// The machine.
pub(super) const HOST: &str = "h1";

#[derive(Debug, Deserialize)]
struct Described {
    client_keys: HashMap<String, KeyFiles>,
    hosts: Vec<Host>,
}

#[derive(Debug, Deserialize)]
struct KeyFiles {
    private: PathBuf,
    public: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
struct Host {
    name: String,
    address: String,
    port: u16,
    user: String,
    host_keys: Vec<String>,
}

/// The lab, held for this process.
pub(super) struct Lab {
    tool: PathBuf,
    state: PathBuf,
    /// Keeps others out until its input ends.
    _keeper: Child,
}

impl Lab {
    /// Waits until nobody else uses the lab, and has the machine up.
    pub(super) async fn enter() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let tool = root.join("lab/lab");
        let state = std::env::var("DRYDOCK_LAB").unwrap_or_else(|_| "/var/tmp/drydock-lab".to_owned());
        let state = PathBuf::from(state);
        let check = Command::new(&tool).arg("check").output().await?;
        ensure!(
            check.status.success(),
            "{}",
            String::from_utf8_lossy(&check.stderr).trim()
        );
        ensure!(
            state.join("hosts.json").exists(),
            "the lab is not up: script/lab up"
        );
        let mut keeper = Command::new(&tool)
            .args(["hold", "sh", "-c", "echo held; cat >/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut held = [0; 4];
        keeper
            .stdout
            .as_mut()
            .context("no output")?
            .read_exact(&mut held)
            .await?;
        let lab = Self {
            tool,
            state,
            _keeper: keeper,
        };
        lab.does(&["up", HOST]).await?;
        Ok(lab)
    }

    /// A command of the lab's tool.
    pub(super) async fn does(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = Command::new(&self.tool)
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .await?;
        ensure!(
            output.status.success(),
            "lab/lab {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// What a script says that root runs on the machine, past Drydock and sshd.
    pub(super) async fn runs(&self, script: &str) -> anyhow::Result<String> {
        self.does(&["exec", HOST, "sh", "-ec", script]).await
    }

    /// How often the machine has started, by what its console printed.
    pub(super) fn boots(&self) -> anyhow::Result<usize> {
        let console = std::fs::read(self.state.join("hosts").join(HOST).join("console.log"))?;
        Ok(String::from_utf8_lossy(&console).matches("Welcome to ").count())
    }

    fn described(&self) -> anyhow::Result<Described> {
        Ok(serde_json::from_str(&std::fs::read_to_string(
            self.state.join("hosts.json"),
        )?)?)
    }
}

/// Adds the machine as a person would, with its key and its pinned host keys.
pub(super) async fn add(lab: &Lab, data: &Path) -> anyhow::Result<(StackId, ServerId)> {
    let described = lab.described()?;
    let files = described
        .client_keys
        .get("ed25519")
        .context("the lab has no such key")?;
    let public = std::fs::read_to_string(&files.public)?;
    let print = Command::new("ssh-keygen")
        .arg("-lf")
        .arg(&files.public)
        .output()
        .await?;
    let print = String::from_utf8_lossy(&print.stdout).into_owned();
    let key = NewKey {
        name: "lab".to_owned(),
        algorithm: "ssh-ed25519".to_owned(),
        public: public
            .split(' ')
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
            .trim()
            .to_owned(),
        fingerprint: print.split(' ').nth(1).context("no fingerprint")?.to_owned(),
        private: std::fs::read_to_string(&files.private)?.into(),
        generated: false,
    };
    let host = described.hosts.into_iter().find(|host| host.name == HOST);
    let host = host.context("the lab has no such machine")?;
    let pins = host.host_keys.iter().map(|line| {
        let mut words = line.split(' ').skip(1);
        let pin = remote::host_key(words.next().unwrap_or_default(), words.next().unwrap_or_default());
        pin.map_err(|_| anyhow::anyhow!("{line} is no host key"))
    });
    let pins = pins.collect::<anyhow::Result<Vec<_>>>()?;
    let store = open(data).await?;
    let now = SystemClock.now();
    let added = store.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            let key = tx.insert_key(&key, now).await?;
            let stack = StackFields {
                name: "lab".to_owned(),
                environment: "production".to_owned(),
                kind: StackKind::Servers,
                owner: None,
                criticality: Criticality::Normal,
            };
            let stack = tx.insert_stack(&stack, now).await?;
            let fields = ServerFields {
                name: host.name.clone(),
                endpoint: Endpoint {
                    host: host.address.clone(),
                    port: host.port,
                    user: host.user.clone(),
                    jump: None,
                    key: Some(key),
                },
                account: Account::Operate,
                transport: Transport::Ssh,
                stack: Some(stack),
                group: None,
                criticality: Criticality::Normal,
            };
            let server = tx.insert_server(&fields, now).await?;
            tx.pin_host_keys(server, &pins, "lab", now).await?;
            Ok((stack, server))
        })
    });
    let added = added.await?;
    store.close().await;
    Ok(added)
}
