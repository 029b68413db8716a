//! Ansible beside it: its modules `apt` and `reboot`, every machine for itself.

use super::lab::Lab;
use anyhow::{Context as _, ensure};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The updates, and the restart where the machine asks for one.
const PLAYBOOK: &str = "
- hosts: all
  gather_facts: false
  strategy: free
  tasks:
    - ansible.builtin.apt:
        upgrade: dist
    - ansible.builtin.stat:
        path: /run/reboot-required
      register: required
    - ansible.builtin.reboot:
      when: required.stat.exists
";

/// Runs the playbook on all machines at the same time and returns its seconds.
pub(super) fn run(ansible: &Path, lab: &Lab, folder: &Path) -> anyhow::Result<f64> {
    std::fs::create_dir(folder)?;
    let at = |name: &str| folder.join(name).display().to_string();
    let inventory = lab.machines.iter().map(|machine| format!("{}\n", machine.name));
    std::fs::write(at("inventory"), inventory.collect::<String>())?;
    std::fs::write(at("play.yml"), PLAYBOOK)?;
    let begun = Instant::now();
    let output = Command::new(ansible.with_file_name("ansible-playbook"))
        .args([
            "-i",
            &at("inventory"),
            "-f",
            &lab.machines.len().to_string(),
            &at("play.yml"),
        ])
        .env(
            "ANSIBLE_SSH_ARGS",
            format!(
                "-F {} -o ControlMaster=auto -o ControlPersist=60s",
                lab.ssh_config.display()
            ),
        )
        .env("ANSIBLE_HOME", at("home"))
        .stdin(Stdio::null())
        .output()
        .context("ansible-playbook")?;
    let seconds = begun.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "ansible-playbook ended with {}: {said}",
        output.status
    );
    let restarted = said.lines().filter(|line| line.contains("changed=2")).count();
    ensure!(
        restarted == lab.machines.len(),
        "Ansible did not upgrade and restart every machine: {said}"
    );
    Ok(seconds)
}
