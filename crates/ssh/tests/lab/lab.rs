//! The lab as a whole: whether it is there, its keys, and which test has which machine.

use crate::host::{CHANGED, Host};
use secrecy::SecretString;
use serde::Deserialize;
use ssh::SshKeys;
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, LazyLock};
use tokio::sync::OwnedMutexGuard;
use world::{KeyError, KeyPair, KeyTool};

/// Plain machines, beside the ones with a particular account: two for whoever needs one, one for the real archive.
const SPARE: [&str; 2] = ["h1", "h2"];
const ARCHIVE: &str = "h3";
const ALL: [&str; 7] = ["root1", "sudo1", "hop1", "de1", "h1", "h2", "h3"];

/// What `hosts.json` says.
#[derive(Deserialize)]
pub(crate) struct Described {
    pub(crate) ssh_config: PathBuf,
    client_keys: HashMap<String, KeyFiles>,
    hosts: Vec<DescribedHost>,
}

#[derive(Deserialize)]
pub(crate) struct KeyFiles {
    private: PathBuf,
    public: PathBuf,
    passphrase: Option<String>,
}

#[derive(Deserialize, Clone)]
pub(crate) struct DescribedHost {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) jump: Option<String>,
    /// Lines of `known_hosts`.
    pub(crate) host_keys: Vec<String>,
    pub(crate) machine_id: String,
}

/// The running lab, held for this process.
pub(crate) struct Lab {
    tool: PathBuf,
    pub(crate) described: Described,
    claims: HashMap<&'static str, Arc<tokio::sync::Mutex<()>>>,
    /// Keeps other test runs out until this process ends: it waits for the end of its input.
    _held: Child,
}

static LAB: LazyLock<Option<Lab>> = LazyLock::new(|| match Lab::enter() {
    Ok(lab) => Some(lab),
    Err(why) => {
        skip(&why);
        None
    }
});

/// The lab; `None`, after a loud line, where it is not.
pub(crate) fn lab() -> Option<&'static Lab> {
    LAB.as_ref()
}

/// Says in one loud line that tests were skipped; under `DRYDOCK_REQUIRE=all` that is a failure.
pub(crate) fn skip(why: &str) {
    let required = std::env::var("DRYDOCK_REQUIRE").is_ok_and(|what| what == "all");
    assert!(!required, "needed, and not there: {why}");
    // Not `eprintln!`, which a test that passes does not show.
    let _ = writeln!(std::io::stderr(), "SKIPPED: tests on lab machines: {why}");
}

impl Lab {
    fn enter() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let check = Command::new(root.join("script/lab")).arg("check").output();
        let check = check.map_err(|error| format!("script/lab cannot be run: {error}"))?;
        if !check.status.success() {
            return Err(String::from_utf8_lossy(&check.stderr).trim().to_owned());
        }
        let folder = std::env::var("DRYDOCK_LAB").unwrap_or_else(|_| "/var/tmp/drydock-lab".to_owned());
        let hosts = Path::new(&folder).join("hosts.json");
        if !hosts.exists() {
            return Err("it is not up: script/lab up".to_owned());
        }
        let tool = root.join("lab/lab");
        let describe = || serde_json::from_str(&std::fs::read_to_string(&hosts).unwrap()).unwrap();
        let mut lab = Self {
            described: describe(),
            claims: ALL.iter().map(|name| (*name, Arc::default())).collect(),
            _held: hold(&tool),
            tool,
        };
        lab.mend();
        lab.command(&[&["up"], &ALL[..]].concat());
        lab.described = describe();
        Ok(lab)
    }

    /// Makes the machines anew that a test run which was killed left changed; some would not come up otherwise.
    fn mend(&self) {
        for host in &self.described.hosts {
            let unchanged = self.try_command(&["exec", &host.name, "test", "!", "-e", CHANGED]);
            if !unchanged.status.success() {
                self.command(&["restore", &host.name]);
            }
        }
    }

    /// A command of the lab's tool, which must succeed.
    pub(crate) fn command(&self, arguments: &[&str]) -> String {
        let output = self.try_command(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "lab/lab {arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same, but it may fail.
    pub(crate) fn try_command(&self, arguments: &[&str]) -> Output {
        Command::new(&self.tool).args(arguments).output().unwrap()
    }

    pub(crate) fn describes(&self, name: &str) -> &DescribedHost {
        self.described
            .hosts
            .iter()
            .find(|host| host.name == name)
            .unwrap()
    }

    /// A machine as the lab makes it, to look at and to leave as it is.
    pub(crate) async fn visit(&'static self, name: &'static str) -> Host {
        Host::new(self, name, self.claim(name).await)
    }

    /// A machine as the lab makes it, to do anything with; it is made anew afterwards.
    pub(crate) async fn take(&'static self, name: &'static str) -> Host {
        let mut host = self.visit(name).await;
        host.will_change();
        host
    }

    /// Any plain machine, to do anything with.
    pub(crate) async fn spare(&'static self) -> Host {
        let (first, second) = (SPARE[0], SPARE[1]);
        let (name, claim) = tokio::select! {
            claim = self.claim(first) => (first, claim),
            claim = self.claim(second) => (second, claim),
        };
        let mut host = Host::new(self, name, claim);
        host.will_change();
        host
    }

    /// A machine with the updates that are pending in Debian's own archive; `None` where those are not built.
    pub(crate) async fn with_real_archive(&'static self) -> Option<Host> {
        let mut host = Host::new(self, ARCHIVE, self.claim(ARCHIVE).await);
        let made = self.try_command(&["archive", ARCHIVE]);
        let why = String::from_utf8_lossy(&made.stderr);
        if why.contains("not here yet") {
            skip("the real archive's updates are not built: script/lab build --archive");
            return None;
        }
        assert!(made.status.success(), "{why}");
        host.will_change();
        Some(host)
    }

    async fn claim(&self, name: &'static str) -> OwnedMutexGuard<()> {
        Arc::clone(&self.claims[name]).lock_owned().await
    }

    /// A client key that every account accepts, read as a person's pasted key is.
    pub(crate) fn key(&self, name: &str) -> KeyPair {
        let files = &self.described.client_keys[name];
        let passphrase = files.passphrase.clone().map(SecretString::from);
        SshKeys.read(&pem(files), passphrase.as_ref()).unwrap()
    }

    /// The key without its passphrase.
    pub(crate) fn locked_key(&self, name: &str) -> KeyError {
        SshKeys
            .read(&pem(&self.described.client_keys[name]), None)
            .unwrap_err()
    }

    /// The key's public half as `ssh-keygen` wrote it: algorithm and base64.
    pub(crate) fn public_key(&self, name: &str) -> String {
        let line = std::fs::read_to_string(&self.described.client_keys[name].public).unwrap();
        line.split(' ').take(2).collect::<Vec<_>>().join(" ")
    }
}

fn pem(files: &KeyFiles) -> SecretString {
    SecretString::from(std::fs::read_to_string(&files.private).unwrap())
}

/// Waits for the lab and keeps it. The keeper ends with this process, however that ends.
fn hold(tool: &Path) -> Child {
    let mut keeper = Command::new(tool)
        .args(["hold", "sh", "-c", "echo held; cat >/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(keeper.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "held\n");
    keeper
}
