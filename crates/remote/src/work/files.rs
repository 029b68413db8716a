//! A work as the files that an attempt's directory holds: the exact text that runs, for the server, the page and the
//! plan's hash alike.

use super::quote::quoted;
use super::{check, exit};
use model::{Install, Reboot, Repair, Unattended, Work};
use std::fmt::Write as _;

const WRAPPER: &str = include_str!("script/wrapper.sh");
const AFTER: &str = include_str!("script/after.sh");
const LOCKS: &str = include_str!("script/locks.sh");
const WAITING: &str = include_str!("script/waiting.sh");
const ROOM: &str = include_str!("script/room.sh");
const TRANSACTION: &str = include_str!("script/transaction.sh");
const HOOK: &str = include_str!("script/hook.sh");

/// How long works wait for locks whose options name no limit, in seconds.
const LOCK_WAIT_SECS: u32 = 600;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkFile {
    /// Its name in the attempt's directory.
    pub name: &'static str,
    /// Whether it is called as a program.
    pub is_program: bool,
    /// What it holds.
    pub text: String,
}

impl WorkFile {
    fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self {
            name,
            is_program: matches!(name, "wrapper" | "hook"),
            text: text.into(),
        }
    }
}

/// Every file of an attempt that does `work`. What is not sound (see [`check`]) is a script that refuses.
pub fn files(work: &Work) -> Vec<WorkFile> {
    let mut files = vec![
        WorkFile::new("wrapper", WRAPPER),
        WorkFile::new("after", AFTER),
        WorkFile::new("work", script(work)),
    ];
    if matches!(work, Work::Install(_)) {
        files.push(WorkFile::new("hook", HOOK));
    }
    if matches!(work, Work::Install(_) | Work::Refresh | Work::Repair(_)) {
        files.push(WorkFile::new(
            "hold-timers",
            "# The timers of apt are held off while this step works.\n",
        ));
    }
    files
}

/// The text of all files, one after the other under their names: what a page shows and a plan's hash covers.
pub fn text(work: &Work) -> String {
    let mut text = String::new();
    for file in files(work) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "==> {} <==\n{}", file.name, file.text);
    }
    text
}

fn script(work: &Work) -> String {
    if let Err(why) = check(work) {
        return format!(
            "printf 'drydock: %s\\n' {}\nexit {}\n",
            quoted(&format!("{why} Nothing was done.")),
            exit::UNSOUND
        );
    }
    match work {
        Work::Refresh => format!(
            "lock_wait={LOCK_WAIT_SECS}\n{LOCKS}\n{WAITING}\n{}",
            include_str!("script/refresh.sh")
        ),
        Work::Repair(how) => repair(*how),
        Work::Install(transaction) => install(transaction),
        Work::Unattended(unattended) => set_up(unattended),
        Work::RestartServices { units } => {
            let units: Vec<String> = units.iter().map(|unit| quoted(unit)).collect();
            format!(
                "{LOCKS}\n{WAITING}\n{}\nrestart {}\n",
                include_str!("script/services.sh"),
                units.join(" ")
            )
        }
        Work::Reboot(restart) => reboot(restart),
        Work::Command { argv } => {
            let words: Vec<String> = argv.iter().map(|word| quoted(word)).collect();
            // Through `env`, so that no shell's own word stands for the program.
            format!("exec /usr/bin/env -- {}\n", words.join(" "))
        }
    }
}

fn repair(how: Repair) -> String {
    format!(
        "lock_wait={LOCK_WAIT_SECS}\nhow={}\n{LOCKS}\n{WAITING}\n{ROOM}\n{}",
        quoted(how.as_str()),
        include_str!("script/repair.sh")
    )
}

fn install(install: &Install) -> String {
    let mut pins: Vec<String> = install
        .packages
        .iter()
        .map(|pinned| format!("{}={}", pinned.package, pinned.to))
        .collect();
    pins.extend(install.removals.iter().map(|name| format!("{name}-")));
    let mut planned = String::new();
    for pinned in &install.packages {
        let from = pinned.from.as_deref().unwrap_or("-");
        let _ = writeln!(planned, "+ {} {from} {}", pinned.package, pinned.to);
    }
    for name in &install.removals {
        let _ = writeln!(planned, "- {name}");
    }
    format!(
        "lock_wait={}\npins={}\nplanned={}\n{LOCKS}\n{WAITING}\n{ROOM}\n{TRANSACTION}\n{}",
        install.lock_wait_secs,
        quoted(&pins.join(" ")),
        quoted(&planned),
        include_str!("script/install.sh")
    )
}

fn set_up(unattended: &Unattended) -> String {
    format!(
        "lock_wait={LOCK_WAIT_SECS}\ninstall={}\ndaily={}\n{LOCKS}\n{WAITING}\n{}",
        if unattended.install { "yes" } else { "no" },
        u8::from(unattended.daily),
        include_str!("script/unattended.sh")
    )
}

fn reboot(reboot: &Reboot) -> String {
    // The unit that the script itself runs in is not in its own way.
    format!(
        "lock_wait={}\nboot_id={}\nown=drydock-${{PWD##*/}}.service\n{LOCKS}\n{WAITING}\n{}",
        reboot.lock_wait_secs,
        quoted(reboot.boot_id.as_deref().unwrap_or("any")),
        include_str!("script/reboot.sh")
    )
}
