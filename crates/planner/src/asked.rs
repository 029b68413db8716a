//! Health checks that could not be asked: a run would find out at its first server.

use crate::care::Inputs;
use crate::refusal::{Refusal, RefusalKind};
use crate::server::Drafted;
use crate::words::list;
use model::options::{Ask, AskedFrom};
use std::collections::HashSet;

/// One refusal per group whose check cannot be asked on its servers in the plan.
pub(crate) fn impossible(inputs: &Inputs<'_>, drafted: &[Drafted<'_>]) -> Vec<Refusal> {
    let mut seen = HashSet::new();
    drafted
        .iter()
        .filter(|draft| seen.insert(draft.server.group_id()))
        .filter_map(|draft| {
            let group = draft.server.group_id();
            let servers = drafted
                .iter()
                .map(|draft| draft.server)
                .filter(|server| server.group_id() == group);
            let behind: Vec<&str> = servers
                .filter(|server| server.jump.is_some())
                .map(|server| server.name.as_str())
                .collect();
            let whose = match &draft.server.group {
                Some(named) => format!("The health check of {}", named.name),
                None => "The health check of servers in no group".to_owned(),
            };
            let sentence = match &inputs.care(group).health?.ask {
                Ask::Named { name } => format!(
                    "{whose} is the command {name} on Drydock's own host, which this build cannot start. Choose HTTP, \
                     or a command on the server."
                ),
                Ask::Http {
                    from: AskedFrom::Drydock,
                    host: None,
                    ..
                } if !behind.is_empty() => format!(
                    "{whose} is asked by Drydock, which reaches {} through a jump host only. Let the server itself \
                     ask, or name a host that Drydock reaches.",
                    list(&behind)
                ),
                _ => return None,
            };
            Some(Refusal {
                group,
                ..Refusal::new(RefusalKind::HealthCheck, sentence)
            })
        })
        .collect()
}
