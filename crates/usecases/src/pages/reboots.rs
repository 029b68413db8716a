//! Every server that needs a reboot, or restarts of services.

use crate::deploy::not_yet;
use crate::{Actor, Error, Usecases};
use model::Right;
use model::view::{RebootsAsked, RebootsPage};

impl Usecases {
    /// One page of the list: exposed servers first, then the oldest.
    ///
    /// # Errors
    /// When the role does not allow it.
    pub async fn reboots(&self, actor: &Actor, asked: RebootsAsked) -> Result<RebootsPage, Error> {
        actor.needs(Right::Read)?;
        drop(asked);
        not_yet("reboots")
    }
}
