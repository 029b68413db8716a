//! What a stack's settings say about the work on a group's servers.

use super::not_yet;
use crate::{Actor, Error, Usecases};
use model::options::Care;
use model::{GroupId, Right};

impl Usecases {
    /// Sets how many servers of a group must be in service at any time, and its drain, restore, health check and settle
    /// time. Its commands run as root on every server of the group.
    ///
    /// # Errors
    /// When the role does not allow it; `Invalid` with every field that is not accepted (`balancer.drain`,
    /// `health.path`, …); when there is no such group.
    pub async fn set_group_care(
        &self,
        actor: &Actor,
        group: GroupId,
        min_in_service: Option<u32>,
        care: Care,
    ) -> Result<(), Error> {
        actor.needs(Right::WriteCommands)?;
        drop((group, min_in_service, care));
        not_yet("set_group_care")
    }
}
