//! What is sent for each operation: a prelude of values, the frame, and the operation's own script.

use super::follow::FollowOp;
use super::kept::KeptOp;
use super::quote::quoted;
use super::simulate::{SimulateOp, Wanted};
use super::sound::is_package;
use super::start::StartOp;
use super::state::StateOp;
use super::stop::StopOp;
use super::tidy::TidyOp;
use super::{Attempt, files};
use model::Upgrade;
use std::fmt::Write as _;

const FRAME: &str = include_str!("../scan/script/frame.sh");
const LISTS: &str = include_str!("../scan/script/lists.sh");
const PLACE: &str = include_str!("script/place.sh");
const LOCKS: &str = include_str!("script/locks.sh");
const TRANSACTION: &str = include_str!("script/transaction.sh");

/// Where Drydock keeps what it must find again on a server.
const HOME: &str = "/var/lib/drydock";

/// The environment of a step. Whatever the server's own needrestart.conf says, needrestart only lists: it would
/// restart the step's own unit in the middle of dpkg.
pub const SURROUNDINGS: &str = "HOME=/root LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_MODE=l";

/// The nonce, which holds hexadecimal digits only, whatever was given.
pub(crate) fn plain_nonce(nonce: &str) -> String {
    nonce.chars().filter(char::is_ascii_hexdigit).collect()
}

fn at(attempt: Attempt) -> String {
    format!(
        "home={}\nstep={}\nattempt={}\n",
        quoted(HOME),
        attempt.step,
        attempt.number
    )
}

pub(crate) fn state(op: &StateOp) -> String {
    let script = include_str!("script/state.sh");
    format!("{}{FRAME}\n{PLACE}\n{script}", at(op.attempt))
}

pub(crate) fn follow(op: &FollowOp) -> String {
    let script = include_str!("script/follow.sh");
    format!(
        "{}offset={}\n{FRAME}\n{PLACE}\n{script}",
        at(op.attempt),
        op.offset
    )
}

pub(crate) fn kept(op: &KeptOp) -> String {
    let script = include_str!("script/kept.sh");
    format!("{}{FRAME}\n{PLACE}\n{script}", at(op.attempt))
}

pub(crate) fn stop(op: &StopOp) -> String {
    let script = include_str!("script/stop.sh");
    format!("{}{FRAME}\n{PLACE}\n{script}", at(op.attempt))
}

pub(crate) fn tidy(op: &TidyOp) -> String {
    let script = include_str!("script/tidy.sh");
    let named: Vec<String> = op
        .attempts
        .iter()
        .map(|attempt| format!("{} {}", attempt.step, attempt.number))
        .collect();
    format!(
        "home={}\nstep=none\nattempt=0\nattempts={}\n{FRAME}\n{PLACE}\n{script}",
        quoted(HOME),
        quoted(&named.join("\n"))
    )
}

pub(crate) fn pre_check() -> String {
    format!("{FRAME}\n{LOCKS}\n{}", include_str!("script/precheck.sh"))
}

pub(crate) fn start(op: &StartOp) -> String {
    let mut text = at(op.attempt);
    let (fence, take_over) = (&op.fence, if op.fence.take_over { "yes" } else { "no" });
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "instance={}\nfence={}\ntake_over={take_over}\nsurroundings={}\nput_files() {{",
        fence.instance,
        fence.number.max(0),
        quoted(SURROUNDINGS)
    );
    for file in files(&op.work) {
        let mode = if file.is_program { 700 } else { 600 };
        let _ = writeln!(
            text,
            "  put \"$1\" {} {mode} {} || return",
            file.name,
            quoted(&file.text)
        );
    }
    let _ = write!(text, "}}\n{FRAME}\n{PLACE}\n{}", include_str!("script/start.sh"));
    text
}

pub(crate) fn simulate(op: &SimulateOp) -> String {
    let mut text = format!(
        "refresh_after={}\n{FRAME}\n{LISTS}\n{TRANSACTION}\nsurveys() {{\n  :\n",
        op.refresh_older_than_secs
    );
    for (number, wanted) in op.wanted.iter().enumerate() {
        let _ = writeln!(text, "  {}", survey(number, wanted));
    }
    let _ = write!(text, "}}\n{}", include_str!("script/simulate.sh"));
    text
}

fn survey(number: usize, wanted: &Wanted) -> String {
    let (only, exclude) = (packages(&wanted.only), packages(&wanted.exclude).join(" "));
    let command = match wanted.upgrade {
        _ if !only.is_empty() => {
            let kept = only
                .into_iter()
                .filter(|name| !wanted.exclude.iter().any(|out| out == name));
            let kept: Vec<String> = kept.map(quoted).collect();
            if kept.is_empty() {
                return format!("section nothing-{number} 10 true");
            }
            format!("install --mark-auto {}", kept.join(" "))
        }
        // Names that are none of a package's, or no security updates.
        _ if !wanted.only.is_empty() => return format!("section nothing-{number} 10 true"),
        Upgrade::Security => return format!("section nothing-{number} 10 true"),
        Upgrade::Upgrade => "upgrade --with-new-pkgs".to_owned(),
        Upgrade::FullUpgrade => "full-upgrade".to_owned(),
    };
    format!("survey {number} {} {command}", quoted(&exclude))
}

/// What is no package's name could be an option; apt would find no such package either.
fn packages(names: &[String]) -> Vec<&str> {
    names
        .iter()
        .map(String::as_str)
        .filter(|name| is_package(name))
        .collect()
}
