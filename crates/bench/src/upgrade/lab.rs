//! Real machines to measure on: a lab of the bench's own, beside any other, gone when the bench is.

use anyhow::{Context as _, ensure};
use model::HostKey;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where the lab is, unless the environment says otherwise; `lab/README.md` has what each means. What machines are
/// started from is shared with the lab of the tests.
const PLACE: [(&str, &str); 4] = [
    ("DRYDOCK_LAB", "/var/tmp/drydock-lab-bench"),
    ("DRYDOCK_LAB_BUILT", "/var/tmp/drydock-lab/built"),
    ("DRYDOCK_LAB_NET", "10.79"),
    ("DRYDOCK_LAB_PORT", "8097"),
];

/// Waits for the end of its input, which comes however this process ends, then takes the lab down.
const KEEPER: &str = r#"cat >/dev/null; exec "$1" down"#;

/// A machine.
#[derive(Debug, Deserialize)]
pub(super) struct Machine {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) port: u16,
    pub(super) user: String,
    /// Lines of `known_hosts`.
    host_keys: Vec<String>,
}

impl Machine {
    /// The keys to pin.
    pub(super) fn pins(&self) -> anyhow::Result<Vec<HostKey>> {
        let read = |line: &String| {
            let mut words = line.split(' ').skip(1);
            let (algorithm, base64) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            remote::host_key(algorithm, base64)
                .ok()
                .with_context(|| format!("the host key {line:?}"))
        };
        self.host_keys.iter().map(read).collect()
    }
}

#[derive(Debug, Deserialize)]
struct Described {
    ssh_config: PathBuf,
    client_keys: HashMap<String, KeyFiles>,
    hosts: Vec<Machine>,
}

#[derive(Debug, Deserialize)]
struct KeyFiles {
    private: PathBuf,
}

/// The running lab; it is taken down with this value, and also when this process is killed.
pub(super) struct Lab {
    tool: PathBuf,
    keeper: Child,
    pub(super) machines: Vec<Machine>,
    pub(super) ssh_config: PathBuf,
    /// A private key that every account accepts.
    pub(super) key: PathBuf,
}

fn command(tool: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let output = with_place(&mut Command::new(tool))
        .args(arguments)
        .stdin(Stdio::null())
        .output();
    let output = output.with_context(|| tool.display().to_string())?;
    ensure!(
        output.status.success(),
        "lab {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}

fn with_place(command: &mut Command) -> &mut Command {
    command.envs(PLACE.map(|(name, place)| (name, said(name, place))))
}

fn said(name: &str, place: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| place.to_owned())
}

impl Lab {
    /// Starts `count` plain machines. Builds what they are started from where that is missing.
    pub(super) fn up(tool: &Path, count: u8, with_archive: bool) -> anyhow::Result<Self> {
        let described = PathBuf::from(said(PLACE[0].0, PLACE[0].1)).join("hosts.json");
        // Whoever uses it would lose it.
        ensure!(
            !described.exists(),
            "the lab in {} is up already: take it down, or name another with DRYDOCK_LAB",
            described.parent().unwrap_or(&described).display()
        );
        command(tool, &["check"])?;
        command(
            tool,
            if with_archive {
                &["build", "--archive"]
            } else {
                &["build"]
            },
        )?;
        // In a session of its own: what ends the bench from a terminal does not end it.
        let keeper = with_place(
            Command::new("setsid")
                .args(["sh", "-c", KEEPER, "keeper"])
                .arg(tool),
        )
        .stdin(Stdio::piped())
        .spawn()
        .context("setsid")?;
        let mut lab = Self {
            tool: tool.to_owned(),
            keeper,
            machines: Vec::new(),
            ssh_config: PathBuf::new(),
            key: PathBuf::new(),
        };
        let names: Vec<String> = (1..=count).map(|number| format!("h{number}")).collect();
        let up = ["up"].into_iter().chain(names.iter().map(String::as_str));
        command(tool, &up.collect::<Vec<_>>())?;
        let read: Described = serde_json::from_slice(&std::fs::read(&described)?)?;
        let key = read.client_keys.get("ed25519").context("the lab has no key")?;
        lab.key.clone_from(&key.private);
        lab.ssh_config = read.ssh_config;
        lab.machines = read.hosts;
        Ok(lab)
    }

    /// Makes every machine anew, with the same address and keys, and updates of this kind pending.
    pub(super) fn renew(&self, flavour: &str) -> anyhow::Result<()> {
        self.machines
            .iter()
            .try_for_each(|machine| command(&self.tool, &[flavour, &machine.name]))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // It says itself what went wrong.
        let _ = self.keeper.wait();
    }
}
