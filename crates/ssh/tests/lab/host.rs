//! One machine of the lab, for as long as a test has it.

use crate::lab::{DescribedHost, Lab};
use model::{HostKey, ServerId, Transport};
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OwnedMutexGuard;
use world::{KeyPair, Login, Target};

/// A file on machines that a test has changed, so that the next run knows when this one was killed.
pub(crate) const CHANGED: &str = "/changed-by-a-test";

pub(crate) struct Host {
    lab: &'static Lab,
    pub(crate) name: &'static str,
    is_changed: bool,
    /// Given back after the machine was made anew.
    _claim: OwnedMutexGuard<()>,
}

impl Host {
    pub(crate) fn new(lab: &'static Lab, name: &'static str, claim: OwnedMutexGuard<()>) -> Self {
        Self {
            lab,
            name,
            is_changed: false,
            _claim: claim,
        }
    }

    /// The machine will be changed.
    pub(crate) fn will_change(&mut self) {
        self.run(&format!("touch {CHANGED}"));
        self.is_changed = true;
    }

    pub(crate) fn described(&self) -> &'static DescribedHost {
        self.lab.describes(self.name)
    }

    /// Runs a script inside as root, past the network and sshd, and returns what it printed.
    pub(crate) fn run(&self, script: &str) -> String {
        self.lab.command(&["exec", self.name, "sh", "-ec", script])
    }

    /// Whether a script inside ends well.
    pub(crate) fn holds(&self, script: &str) -> bool {
        self.try_run(script).status.success()
    }

    /// Runs a script inside, which may fail.
    pub(crate) fn try_run(&self, script: &str) -> Output {
        self.lab.try_command(&["exec", self.name, "sh", "-ec", script])
    }

    /// The machine's boot id, when it runs.
    pub(crate) fn boot_id(&self) -> Option<String> {
        let id = ["exec", self.name, "cat", "/proc/sys/kernel/random/boot_id"];
        let output = self.lab.try_command(&id);
        let id = String::from_utf8(output.stdout).unwrap();
        (output.status.success()).then(|| id.trim().to_owned())
    }

    /// A command of the lab's tool for this machine.
    pub(crate) fn lab_does(&self, command: &str, more: &[&str]) {
        self.lab.command(&[&[command, self.name], more].concat());
    }

    /// Logs in as a person does, with OpenSSH, and gives `input` to the command.
    pub(crate) fn person(&self, user: &str, arguments: &[&str], input: &str) -> Output {
        let mut ssh = Command::new("ssh")
            .arg("-F")
            .arg(&self.lab.described.ssh_config)
            .args(["-l", user, self.name])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that ends without reading its input is not this function's matter.
        let _ = ssh.stdin.take().unwrap().write_all(input.as_bytes());
        ssh.wait_with_output().unwrap()
    }

    /// The machine as a server of Drydock, with the account that the lab names for it.
    pub(crate) fn target(&self, key: &KeyPair) -> Target {
        self.target_as(&self.described().user, key)
    }

    /// The machine with another account.
    pub(crate) fn target_as(&self, user: &str, key: &KeyPair) -> Target {
        let jump = self.described().jump.as_deref().map(|name| {
            let jump = self.lab.describes(name);
            Arc::new(target(jump, &jump.user, &self.lab.key("ed25519")))
        });
        Target {
            jump,
            ..target(self.described(), user, key)
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if self.is_changed {
            let restored = self.lab.try_command(&["restore", self.name]);
            if !restored.status.success() && !std::thread::panicking() {
                panic!("{}", String::from_utf8_lossy(&restored.stderr));
            }
        }
    }
}

fn target(host: &DescribedHost, user: &str, key: &KeyPair) -> Target {
    let address: Ipv4Addr = host.address.parse().unwrap();
    Target {
        server: ServerId::from_uuid(uuid::Uuid::from_u128(u128::from(address.to_bits()))),
        name: host.name.clone(),
        transport: Transport::Ssh,
        host: host.address.clone(),
        port: host.port,
        login: Some(Login {
            user: user.to_owned(),
            private_key: key.private.clone(),
        }),
        pinned: host.host_keys.iter().map(|line| pin(line)).collect(),
        jump: None,
    }
}

/// The key in a line of `known_hosts`.
pub(crate) fn pin(line: &str) -> HostKey {
    let words: Vec<&str> = line.split(' ').collect();
    remote::host_key(words[1], words[2]).unwrap()
}

/// Waits until something is true.
pub(crate) async fn eventually(what: &str, is_true: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_true() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never true: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
