//! The form *Deploy with options*.

use super::when;
use crate::{Actor, Error, Usecases};
use model::options::Options;
use model::view::{DeployForm, DeployServer, When};
use model::{ErrorCode, ProfileId, PublicError, Right, ServerId, StackId};
use std::collections::{BTreeSet, HashMap};

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
        let now = self.clock.now();
        let found = self.store.stack(stack).await?;
        let found = found.ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let mut out: HashMap<ServerId, When> = self
            .store
            .out_of_service()
            .await?
            .into_iter()
            .map(|out| (out.server, when(out.since)))
            .collect();
        let servers = self.store.servers_of_stack(stack, now).await?;
        let servers = servers.into_iter().map(|server| DeployServer {
            out_since: out.remove(&server.id),
            id: server.id,
            name: server.name,
            group: server.group,
            status: server.status,
            reason: server.reason,
            counts: server.counts,
            reboot: server.reboot,
            seen: server.seen_at.map(when),
        });
        Ok(DeployForm {
            now,
            servers: servers.collect(),
            groups: self.group_rows(stack).await?,
            profiles: self.profile_rows(stack).await?,
            options: self.options_of(stack, profile).await?,
            profile,
            open_runs: self.open_runs_of(&BTreeSet::from([stack])).await?,
            may_run: actor.role.may(Right::Run),
            may_write_commands: actor.role.may(Right::WriteCommands),
            may_save_profiles: actor.role.may(Right::SaveProfiles),
            stack: (stack, found.name),
        })
    }

    async fn options_of(&self, stack: StackId, profile: Option<ProfileId>) -> Result<Options, Error> {
        let Some(profile) = profile else {
            return Ok(Options::default());
        };
        let found = self.store.profile(profile).await?;
        let found = found
            .filter(|found| found.stack.is_none_or(|of| of == stack))
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        serde_json::from_str(&found.options).map_err(|_| {
            Error::public(PublicError::conflict(
                "This profile was saved by another version of Drydock. Tick the options again and save them anew.",
            ))
        })
    }
}
