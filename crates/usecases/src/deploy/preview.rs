//! From options to a plan: a draft at once, and checks that turn it into a plan that may be run.

use super::asked::Asked;
use super::making::make;
use super::needs::need;
use crate::{Actor, Error, Usecases};
use model::options::Options;
use model::view::PreviewAsked;
use model::{ErrorCode, PlanId, PublicError, Right, ServerId, StackId};
use std::collections::HashSet;
use store::NewCheck;

/// More servers than this are not named one by one.
const SERVERS_MAX: usize = 10_000;

impl Usecases {
    /// Plans what is asked, at once, from what is known of the servers, and asks those servers what exactly would be
    /// installed whose answer is older than a few minutes or of other packages. Until they have answered the plan is a
    /// draft; [`Usecases::plan_page`] names the plan that takes its place.
    ///
    /// Why there is no plan (nothing to do, a group that would fall below its minimum) is a page, too: the id is then
    /// that of a plan without waves, with refusals.
    ///
    /// # Errors
    /// When the role does not allow it, or not the commands among the options; `Invalid` with every field that is not
    /// accepted; when there is no such stack or server.
    pub async fn preview(&self, actor: &Actor, asked: PreviewAsked) -> Result<PlanId, Error> {
        actor.needs(Right::Run)?;
        asked
            .options
            .validate()
            .map_err(|fields| Error::public(PublicError::fields(fields)))?;
        self.commands_are_allowed(actor, asked.stack, &asked.options)
            .await?;
        self.servers_are_there(&asked).await?;
        let mut asked = Asked::new(asked, self.clock.now());
        asked.profile = self.profile_name(&asked.asked).await?;
        self.preview_as(actor, asked, None).await
    }

    /// Previews what `plan` was asked for once more, from what is known now.
    ///
    /// # Errors
    /// As [`Usecases::preview`]; when there is no such plan.
    pub async fn preview_again(&self, actor: &Actor, plan: PlanId) -> Result<PlanId, Error> {
        actor.needs(Right::Run)?;
        let before = self.plan_page(actor, plan, 1).await?;
        self.preview(actor, before.asked).await
    }

    /// Makes a plan out of what is known, and asks for what is not.
    pub(super) async fn preview_as(
        &self,
        actor: &Actor,
        asked: Asked,
        before: Option<PlanId>,
    ) -> Result<PlanId, Error> {
        let now = self.clock.now();
        let fleet = self.fleet(&asked.asked, now).await?;
        let options = asked.asked.options.clone();
        let mut checks: Vec<(ServerId, NewCheck)> = Vec::new();
        for server in &fleet.snapshot.servers {
            if let Some(need) = need(&fleet, server, &options, asked.at, now) {
                checks.push((server.id, self.check_for(server.id, &need, Some(&actor.name))));
            }
        }
        // Everybody takes the queue's entries in the same order, so that no two wait for each other.
        checks.sort_by(|(a, x), (b, y)| (&x.kind, a).cmp(&(&y.kind, b)));
        let asking: HashSet<ServerId> = checks.iter().map(|(server, _)| *server).collect();
        let made = make(fleet, &options, &asking, now)?;
        let id = made.plan.id;
        if self.store.plan(id).await?.is_some() {
            // Of the same inputs at the same time: somebody clicked twice.
            return Ok(id);
        }
        let keep = made.to_keep(asked, before, Some(&actor.name))?;
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    keep.write(tx, now).await?;
                    for (server, check) in checks {
                        let check = tx.enqueue(&check).await?;
                        tx.await_check(id, server, check.id()).await?;
                    }
                    Ok(id)
                })
            })
            .await
    }

    /// Whoever may not write commands may send those that stand in the settings of the stack's groups, or in a profile.
    pub(super) async fn commands_are_allowed(
        &self,
        actor: &Actor,
        stack: Option<StackId>,
        options: &Options,
    ) -> Result<(), Error> {
        if actor.role.may(Right::WriteCommands) || options.commands().next().is_none() {
            return Ok(());
        }
        let mut known: HashSet<Vec<String>> = HashSet::new();
        if let Some(stack) = stack {
            for settings in self.store.group_settings(stack).await? {
                known.extend(settings.care.commands().map(<[String]>::to_vec));
            }
            for profile in self.store.profiles_of(stack).await? {
                if let Ok(options) = serde_json::from_str::<Options>(&profile.options) {
                    known.extend(options.commands().map(<[String]>::to_vec));
                }
            }
        }
        for (place, group) in options.groups.iter().enumerate() {
            if let Some(command) = group.care.commands().find(|command| !known.contains(*command)) {
                let detail = format!(
                    "Only a lead writes commands that run on servers, and “{}” is new. Ask a lead to put it into the \
                     group's settings.",
                    command.join(" ")
                );
                return Err(Error::public(PublicError {
                    detail: Some(detail),
                    field: Some(format!("groups.{place}")),
                    ..PublicError::new(ErrorCode::NotAllowed)
                }));
            }
        }
        Ok(())
    }

    async fn servers_are_there(&self, asked: &PreviewAsked) -> Result<(), Error> {
        if asked.stack.is_none() && asked.servers.is_empty() {
            let what = "No server is chosen. Choose a stack, or choose servers.";
            return Err(Error::public(PublicError::invalid("servers", what)));
        }
        if asked.servers.len() > SERVERS_MAX {
            let what = format!("At most {SERVERS_MAX} servers can be named. Choose a stack instead.");
            return Err(Error::public(PublicError::invalid("servers", what)));
        }
        let now = self.clock.now();
        if let Some(stack) = asked.stack {
            self.store
                .stack(stack)
                .await?
                .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
            let of_stack = self.store.servers_of_stack(stack, now).await?;
            let of_stack: HashSet<ServerId> = of_stack.into_iter().map(|server| server.id).collect();
            if asked.servers.iter().any(|server| !of_stack.contains(server)) {
                let what = "A chosen server is not in this stack any more. Reload the page and choose again.";
                return Err(Error::public(PublicError::invalid("servers", what)));
            }
        } else {
            for server in &asked.servers {
                self.store
                    .server(*server, now)
                    .await?
                    .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
            }
        }
        Ok(())
    }

    /// The name of the profile that was chosen, if the options are still exactly its.
    async fn profile_name(&self, asked: &PreviewAsked) -> Result<Option<String>, Error> {
        let Some(id) = asked.profile else { return Ok(None) };
        let profile = self.store.profile(id).await?;
        Ok(profile
            .filter(|profile| {
                serde_json::from_str::<Options>(&profile.options)
                    .is_ok_and(|options| options == asked.options)
            })
            .map(|profile| profile.name))
    }
}
