//! Why there is no plan.

use crate::{Snapshot, repeated};
use model::options::FieldError;
use model::plan::LeftOut;
use model::{GroupId, words};

words! {
    /// What kind of refusal it is.
    pub enum RefusalKind {
        /// A field of the options is not accepted.
        Options = "options",
        /// No server was chosen.
        NoServers = "no_servers",
        /// The snapshot holds a server twice, which is a mistake of Drydock's.
        Twice = "twice",
        /// There is nothing to do on any chosen server, or nothing that can be done.
        NothingToDo = "nothing_to_do",
        /// A group would fall below what must stay in service, whatever the waves.
        MinInService = "min_in_service",
        /// A group's health check cannot be asked.
        HealthCheck = "health_check",
    }
}

/// One reason why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Refusal {
    /// What kind it is.
    pub kind: RefusalKind,
    /// The field of the options that it is about.
    pub field: Option<String>,
    /// The group that it is about.
    pub group: Option<GroupId>,
    /// What is wrong and what to do, as a sentence.
    pub sentence: String,
    /// For [`RefusalKind::NothingToDo`]: why, per server.
    pub left_out: Vec<LeftOut>,
}

impl Refusal {
    pub(crate) fn new(kind: RefusalKind, sentence: impl Into<String>) -> Self {
        Self {
            kind,
            field: None,
            group: None,
            sentence: sentence.into(),
            left_out: Vec::new(),
        }
    }

    pub(crate) fn field(error: FieldError) -> Self {
        Self {
            field: Some(error.field),
            ..Self::new(RefusalKind::Options, error.sentence)
        }
    }

    pub(crate) fn nothing_to_do(left_out: Vec<LeftOut>) -> Self {
        use model::plan::LeftOutReason::NothingToDo;
        let sentence = if left_out.iter().all(|left| left.reason == NothingToDo) {
            "There is nothing to do: no chosen server needs what is ticked."
        } else {
            "Nothing can be done: every chosen server is left out. The reasons stand beside their names."
        };
        Self {
            left_out,
            ..Self::new(RefusalKind::NothingToDo, sentence)
        }
    }
}

pub(crate) fn of_snapshot(snapshot: &Snapshot) -> Vec<Refusal> {
    let mut refusals: Vec<Refusal> = repeated(snapshot)
        .into_iter()
        .map(|server| {
            let sentence = format!(
                "{} was given to the planner twice. Reload the page; if it happens again, report it.",
                server.name
            );
            Refusal::new(RefusalKind::Twice, sentence)
        })
        .collect();
    if !snapshot.servers.iter().any(|server| server.chosen) {
        refusals.push(Refusal::new(
            RefusalKind::NoServers,
            "No server is chosen. Choose a stack that has servers, or choose servers.",
        ));
    }
    refusals
}
