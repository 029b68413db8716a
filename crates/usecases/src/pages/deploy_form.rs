//! The form *Deploy with options*.

use crate::deploy::not_yet;
use crate::{Actor, Error, Usecases};
use model::view::DeployForm;
use model::{ProfileId, Right, StackId};

impl Usecases {
    /// The form for one stack, filled in from a profile or (`None`) with nothing ticked.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such stack or profile.
    pub async fn deploy_form(
        &self,
        actor: &Actor,
        stack: StackId,
        profile: Option<ProfileId>,
    ) -> Result<DeployForm, Error> {
        actor.needs(Right::Read)?;
        let _ = (stack, profile);
        not_yet("deploy_form")
    }
}
