//! Who asks. Every use-case takes the actor first and asks for a right before it reads anything.

use crate::Error;
use model::{ErrorCode, PublicError, Right, Role, UserId};
use std::net::IpAddr;

/// The person, or Drydock itself, on whose behalf a use-case runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person; `None` is Drydock's own schedule or the terminal it was started from.
    pub user: Option<UserId>,
    /// The name that the audit trail shows.
    pub name: String,
    /// The role at the time of the request.
    pub role: Role,
    /// Where the request came from.
    pub from: Option<IpAddr>,
}

impl Actor {
    /// Drydock's own schedule.
    pub fn schedule() -> Self {
        Self {
            user: None,
            name: "drydock".to_owned(),
            role: Role::Operator,
            from: None,
        }
    }

    /// The person at the terminal that started Drydock, who can read its files anyway.
    pub fn terminal() -> Self {
        Self {
            user: None,
            name: "terminal".to_owned(),
            role: Role::Admin,
            from: None,
        }
    }

    /// Refuses unless the role has `right`.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`].
    pub(crate) fn needs(&self, right: Right) -> Result<(), Error> {
        if self.role.may(right) {
            return Ok(());
        }
        tracing::info!(actor.name = %self.name, actor.role = %self.role, ?right, "refused");
        Err(Error::public(PublicError::new(ErrorCode::NotAllowed)))
    }
}
