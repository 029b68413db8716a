//! Options saved under a name.

use super::not_yet;
use crate::{Actor, Error, Usecases};
use model::options::Profile;
use model::{ProfileId, Right, StackId};

impl Usecases {
    /// Saves options under a name, for one stack or (`None`) for all. One of the same name there is replaced.
    ///
    /// # Errors
    /// When the role does not allow it, or not the commands among the options; `Invalid` with every field that is not
    /// accepted (those of the options begin with `options.`).
    pub async fn save_profile(
        &self,
        actor: &Actor,
        stack: Option<StackId>,
        profile: Profile,
    ) -> Result<ProfileId, Error> {
        actor.needs(Right::SaveProfiles)?;
        drop((stack, profile));
        not_yet("save_profile")
    }

    /// Removes a profile.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such profile.
    pub async fn remove_profile(&self, actor: &Actor, profile: ProfileId) -> Result<(), Error> {
        actor.needs(Right::SaveProfiles)?;
        let _ = profile;
        not_yet("remove_profile")
    }
}
