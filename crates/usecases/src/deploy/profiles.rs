//! Options saved under a name.

use super::asked::ticks;
use crate::{Actor, Error, Usecases};
use model::options::{Options, Profile};
use model::view::ProfileRow;
use model::{ErrorCode, ProfileId, PublicError, Right, StackId};
use uuid::Uuid;

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
        profile
            .validate()
            .map_err(|fields| Error::public(PublicError::fields(fields)))?;
        self.commands_are_allowed(actor, stack, &profile.options).await?;
        if let Some(stack) = stack {
            self.store
                .stack(stack)
                .await?
                .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        }
        let known = self.profiles_in(stack).await?;
        let same = |name: &str| name.to_lowercase() == profile.name.to_lowercase();
        let old = known
            .iter()
            .find(|known| known.stack == stack && same(&known.name));
        let old = old.map(|known| known.id);
        let options = serde_json::to_string(&profile.options).map_err(Error::internal)?;
        let what = format!("saved the profile {}: {}", profile.name, ticks(&profile.options));
        let subject = stack.map(|stack| stack.to_string());
        let line = self.line(actor, "save_profile", what, subject);
        let (now, by) = (self.clock.now(), actor.name.clone());
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let id = match old {
                        Some(id) => {
                            tx.change_profile(id, &profile.name, &options).await?;
                            id
                        }
                        None => {
                            tx.insert_profile(stack, &profile.name, &options, now, Some(&by))
                                .await?
                        }
                    };
                    tx.audit(&line).await?;
                    Ok(id)
                })
            })
            .await
    }

    /// Removes a profile.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such profile.
    pub async fn remove_profile(&self, actor: &Actor, profile: ProfileId) -> Result<(), Error> {
        actor.needs(Right::SaveProfiles)?;
        let found = self.store.profile(profile).await?;
        let found = found.ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let what = format!("removed the profile {}", found.name);
        let subject = found.stack.map(|stack| stack.to_string());
        let line = self.line(actor, "remove_profile", what, subject);
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.remove_profile(profile).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }

    /// The profiles of a stack and those of every stack; `None`: the latter alone.
    async fn profiles_in(&self, stack: Option<StackId>) -> Result<Vec<store::Profile>, Error> {
        let stack = stack.unwrap_or_else(|| StackId::from_uuid(Uuid::nil()));
        Ok(self.store.profiles_of(stack).await?)
    }

    /// The profiles of a stack's Deploy menu, by name. One that this build cannot read says so.
    pub(crate) async fn profile_rows(&self, stack: StackId) -> Result<Vec<ProfileRow>, Error> {
        let profiles = self.profiles_in(Some(stack)).await?;
        let row = |profile: store::Profile| ProfileRow {
            id: profile.id,
            everywhere: profile.stack.is_none(),
            ticks: serde_json::from_str::<Options>(&profile.options).map_or_else(
                |_| "Saved by another version of Drydock".to_owned(),
                |options| ticks(&options),
            ),
            name: profile.name,
        };
        Ok(profiles.into_iter().map(row).collect())
    }
}
