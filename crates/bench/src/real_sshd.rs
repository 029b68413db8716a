//! One real sshd on many loopback addresses: Drydock's scan beside `xargs ssh` and Ansible with the same script.

use crate::All;
use crate::bare::operation;
use crate::child;
use crate::hosts::{Host, Hosts};
use anyhow::{Context as _, ensure};
use std::fmt::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const WIDTH: usize = 50;
const PORT: u16 = 22_922;
/// OpenSSH listens on no more addresses in one process.
const ADDRESSES_PER_SSHD: usize = 16;

/// Becomes sshd, with the folder of the first argument in the place of apt's lists.
const HIDDEN_LISTS: &str = r#"mount --bind "$1" /var/lib/apt/lists && shift && exec /usr/sbin/sshd "$@""#;

/// The processes of sshd, ended with this value.
struct Sshd(Vec<Child>);

impl Drop for Sshd {
    fn drop(&mut self) {
        for child in &mut self.0 {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn start(folder: &Path, addresses: &[String], public: &str) -> anyhow::Result<Sshd> {
    let at = |name: &str| folder.join(name).display().to_string();
    std::fs::write(at("authorized_keys"), format!("{public}\n"))?;
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f", &at("host_key")])
        .status()?;
    ensure!(made.success(), "ssh-keygen ended with {made}");
    // A simulated upgrade takes apt seconds of CPU when hundreds of packages are pending, and a hundred times that would
    // measure apt alone: whoever logs in here sees empty package lists, in a mount namespace of this sshd's own.
    let lists = folder.join("lists");
    std::fs::create_dir(&lists)?;
    let mut running = Sshd(Vec::new());
    for (number, some) in addresses.chunks(ADDRESSES_PER_SSHD).enumerate() {
        let mut config = format!(
            "Port {PORT}\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPidFile none\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n\
             MaxStartups 200\nUseDNS no\nSubsystem sftp internal-sftp\n",
            at("host_key"),
            at("authorized_keys")
        );
        for address in some {
            writeln!(config, "ListenAddress {address}")?;
        }
        let file = at(&format!("sshd_config.{number}"));
        std::fs::write(&file, config)?;
        let child = Command::new("unshare")
            .args(["--mount", "--", "sh", "-c", HIDDEN_LISTS, "sshd"])
            .arg(&lists)
            .args(["-D", "-f", &file, "-E", &at("sshd.log")])
            .stdin(Stdio::null())
            .spawn()
            .context("unshare, which needs root")?;
        running.0.push(child);
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    for address in addresses {
        while TcpStream::connect((address.as_str(), PORT)).is_err() {
            ensure!(Instant::now() < deadline, "sshd does not listen on {address}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(running)
}

fn timed(name: &str, command: &mut Command) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| name.to_owned())?;
    let seconds = begun.elapsed().as_secs_f64();
    ensure!(
        output.status.success(),
        "{name} ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
            .chars()
            .take(2_000)
            .collect::<String>()
    );
    eprintln!("  {name:20} {seconds:.1} s");
    Ok(seconds)
}

/// Measures, and returns the report's section.
pub(crate) async fn measure(all: &All, folder: &Path, script_took: Duration) -> anyhow::Result<String> {
    let folder = folder.join("sshd");
    std::fs::create_dir(&folder)?;
    let (key, public) = crate::fleet::key(&folder)?;
    let addresses: Vec<String> = (1..=all.addresses)
        .map(|last| format!("127.0.1.{last}"))
        .collect();
    eprintln!("real sshd on {} addresses", addresses.len());
    let sshd = start(&folder, &addresses, &public)?;
    let at = |name: &str| folder.join(name).display().to_string();
    let user = std::env::var("USER").unwrap_or_else(|_| "root".to_owned());

    let line = std::fs::read_to_string(at("host_key.pub"))?;
    let mut words = line.split_whitespace();
    let (algorithm, base64) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let host_key = remote::host_key(algorithm, base64)
        .map_err(|_| anyhow::anyhow!("the host key {line:?} cannot be read"))?;
    let hosts = addresses.iter().map(|address| Host {
        name: address.clone(),
        address: address.clone(),
        port: PORT,
        host_keys: vec![host_key.clone()],
    });
    let hosts = Hosts {
        hosts: hosts.collect(),
    };
    std::fs::write(at("hosts.json"), serde_json::to_vec(&hosts)?)?;
    let rendered = remote::render(&operation("0123456789abcdef0123456789abcdef"));
    std::fs::write(at("script"), &rendered.stdin)?;
    let mut with_shebang = b"#!/bin/sh\n".to_vec();
    with_shebang.extend_from_slice(&rendered.stdin);
    std::fs::write(at("script.sh"), with_shebang)?;
    std::fs::write(at("addresses"), addresses.join("\n") + "\n")?;
    let options = format!(
        "-p {PORT} -i {} -l {user} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
         -o LogLevel=ERROR -F none",
        key.display()
    );

    let drydock = child::run("scan", &folder.join("hosts.json"), &key, &user, WIDTH)
        .await?
        .seconds;
    let one = format!(
        "ssh {options} {{}} '{}' < {} > /dev/null",
        rendered.command,
        at("script")
    );
    let xargs = timed(
        "xargs ssh",
        Command::new("xargs").args([
            "-a",
            &at("addresses"),
            "-P",
            &WIDTH.to_string(),
            "-I{}",
            "sh",
            "-c",
            &one,
        ]),
    )?;
    let mut rows = vec![("Drydock", drydock), ("`xargs -P50 ssh`", xargs)];
    if let Some(ansible) = &all.ansible {
        let lines = addresses.iter().map(|address| {
            format!(
                "{address} ansible_port={PORT} ansible_user={user} ansible_ssh_private_key_file={}\n",
                key.display()
            )
        });
        std::fs::write(at("inventory"), lines.collect::<String>())?;
        let seconds = timed(
            "ansible",
            Command::new(ansible)
                .args([
                    "all",
                    "-i",
                    &at("inventory"),
                    "-f",
                    &WIDTH.to_string(),
                    "-m",
                    "script",
                    "-a",
                    &at("script.sh"),
                ])
                .env("ANSIBLE_HOST_KEY_CHECKING", "False")
                .env("ANSIBLE_HOME", at("ansible")),
        )?;
        rows.push(("Ansible `-m script`, 50 forks", seconds));
    }
    drop(sshd);
    let mut text = format!(
        "## A real sshd on {} loopback addresses\n\nThe scan's real script on the machine below, {WIDTH} at the same \
         time, one run each, one after the other. Package lists are hidden from it, on all sides alike, because apt's simulated \
         upgrades would be all that is measured (with them the script alone takes {:.1} s here). All of them are bound by \
         this machine's cores, which carry both ends. (OpenSSH listens on at most {ADDRESSES_PER_SSHD} addresses per process: \
         the addresses are shared by a few listeners with the same configuration.) Drydock's time includes parsing and \
         committing the facts; the others drop or print the answer.\n\n| | seconds | hosts/s |\n|---|---|---|\n",
        addresses.len(),
        script_took.as_secs_f64(),
    );
    for (name, seconds) in rows {
        writeln!(
            text,
            "| {name} | {seconds:.1} | {:.2} |",
            addresses.len() as f64 / seconds
        )?;
    }
    if all.ansible.is_none() {
        text.push_str("\nAnsible was not measured: it was not installed.\n");
    }
    Ok(text)
}
