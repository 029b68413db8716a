//! Who runs libraries that have been replaced on disk: from needrestart, or from the kernel's own tables.

use crate::scan::Document;
use model::facts::{Known, OldLibraries};

pub(in crate::scan) fn old_libraries(document: &Document, as_root: bool) -> Known<OldLibraries> {
    if !as_root {
        return Known::unknown("only root can see the libraries of other accounts' processes");
    }
    let read = if document.section("needrestart").is_some() {
        document
            .answer("needrestart", "needrestart")
            .map(from_needrestart)
    } else {
        document
            .answer("deleted-libraries", "the kernel")
            .map(from_control_groups)
    };
    read.map_or_else(Known::Unknown, |mut old| {
        old.services.sort();
        old.services.dedup();
        old.others.sort();
        old.others.dedup();
        Known::Known(old)
    })
}

/// needrestart's batch protocol: `NEEDRESTART-SVC: ssh.service`.
fn from_needrestart<'a>(lines: impl Iterator<Item = &'a str>) -> OldLibraries {
    let mut old = OldLibraries::default();
    for line in lines {
        let Some((key, value)) = line.split_once(": ") else {
            continue;
        };
        match key {
            "NEEDRESTART-SVC" if value == "systemd-manager" => old.service_manager = true,
            "NEEDRESTART-SVC" => old.services.push(value.trim().to_owned()),
            "NEEDRESTART-CONT" => old.others.push(format!("container {}", value.trim())),
            // The number of a session changes with every log-in.
            "NEEDRESTART-SESS" => old
                .others
                .push(format!("session of {}", value.split(' ').next().unwrap_or(value))),
            _ => {}
        }
    }
    old
}

/// Control groups of processes that map a deleted library: `/system.slice/ssh.service`.
fn from_control_groups<'a>(lines: impl Iterator<Item = &'a str>) -> OldLibraries {
    let mut old = OldLibraries::default();
    for path in lines.map(str::trim).filter(|path| !path.is_empty()) {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let container = parts.iter().find_map(|part| {
            let id = part.strip_prefix("docker-").unwrap_or(part);
            let id = id.strip_suffix(".scope").unwrap_or(id);
            (id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| id.get(..12))?
        });
        let user = parts.iter().find_map(|part| {
            part.strip_prefix("user-")
                .and_then(|rest| rest.strip_suffix(".slice"))
        });
        let service = parts.iter().find(|part| part.ends_with(".service"));
        match (parts.as_slice(), container, user, service) {
            (["init.scope"], ..) => old.service_manager = true,
            (_, Some(id), ..) => old.others.push(format!("container {id}")),
            (_, _, Some(uid), _) => old.others.push(format!("session of user {uid}")),
            (_, _, _, Some(unit)) => old.services.push((*unit).to_owned()),
            ([.., last], ..) => old.others.push((*last).to_owned()),
            ([], ..) => {}
        }
    }
    old
}
