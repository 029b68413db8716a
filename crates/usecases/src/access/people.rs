//! People: invited by a link, given roles, switched off. Nobody is deleted, since the audit trail names them.

use crate::access::token::{new_token, token_hash};
use crate::pages::when;
use crate::{Actor, Error, Usecases};
use model::input::NewPerson;
use model::view::{InviteLink, PeoplePage, PersonRow};
use model::{Right, Role, Timestamp, UserId, check_person_name};
use store::{NewAudit, Person};

/// An invitation works for a week.
const INVITATION_SECS: i64 = 7 * 86_400;

impl Usecases {
    /// The people.
    ///
    /// # Errors
    /// When the role does not allow it, or the database cannot be read.
    pub async fn people(&self, actor: &Actor) -> Result<PeoplePage, Error> {
        actor.needs(Right::Read)?;
        let people = self.store.people().await?;
        let row = |user: Person| PersonRow {
            id: user.id,
            name: user.name,
            role: user.role,
            joined: user.joined,
            disabled: user.disabled,
            last_login: user.last_login.map(when),
        };
        Ok(PeoplePage {
            now: self.clock.now(),
            people: people.into_iter().map(row).collect(),
        })
    }

    /// Invites a person; the link is shown once.
    ///
    /// # Errors
    /// When the role does not allow it, or the name is taken.
    pub async fn invite(&self, actor: &Actor, person: NewPerson) -> Result<InviteLink, Error> {
        actor.needs(Right::EditPeople)?;
        let name = person.name.trim().to_owned();
        check_person_name(&name)?;
        let now = self.clock.now();
        let (token, until) = (
            new_token().map_err(Error::internal)?,
            now.plus_secs(INVITATION_SECS),
        );
        let hash = token_hash(&token);
        let line = self.line(
            actor,
            "invite",
            format!("invited {name} as {}", person.role),
            None,
        );
        let (new_name, role) = (name.clone(), person.role);
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let id = tx.insert_user(&new_name, role, None, now).await?;
                    tx.invite(id, &hash, now, until).await?;
                    tx.audit(&NewAudit {
                        subject: Some(id.to_string()),
                        ..line
                    })
                    .await?;
                    Ok(())
                })
            })
            .await?;
        Ok(link(name, &token, until))
    }

    /// A fresh link for somebody who has not joined, or has lost the password. It ends the one before.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such person.
    pub async fn invite_again(&self, actor: &Actor, id: UserId) -> Result<InviteLink, Error> {
        actor.needs(Right::EditPeople)?;
        let name = self.person(id).await?.name;
        let now = self.clock.now();
        let (token, until) = (
            new_token().map_err(Error::internal)?,
            now.plus_secs(INVITATION_SECS),
        );
        let hash = token_hash(&token);
        let line = self.line(
            actor,
            "invite",
            format!("made {name} a new link"),
            Some(id.to_string()),
        );
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.invite(id, &hash, now, until).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await?;
        Ok(link(name, &token, until))
    }

    /// Gives a person another role.
    ///
    /// # Errors
    /// When the role does not allow it, or nobody would be left who can manage people.
    pub async fn set_role(&self, actor: &Actor, id: UserId, role: Role) -> Result<(), Error> {
        actor.needs(Right::EditPeople)?;
        let name = self.person(id).await?.name;
        let line = self.line(
            actor,
            "set_role",
            format!("made {name} {role}"),
            Some(id.to_string()),
        );
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.set_role(id, role).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Switches an account off, which ends its sessions, or on again.
    ///
    /// # Errors
    /// When the role does not allow it, or nobody would be left who can manage people.
    pub async fn set_disabled(&self, actor: &Actor, id: UserId, disabled: bool) -> Result<(), Error> {
        actor.needs(Right::EditPeople)?;
        let name = self.person(id).await?.name;
        let what = if disabled {
            format!("switched {name} off")
        } else {
            format!("switched {name} on")
        };
        let line = self.line(actor, "set_disabled", what, Some(id.to_string()));
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.set_disabled(id, disabled).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn person(&self, id: UserId) -> Result<Person, Error> {
        self.store
            .person(id)
            .await?
            .ok_or_else(|| Error::code(model::ErrorCode::NotFound))
    }
}

fn link(name: String, token: &str, until: Timestamp) -> InviteLink {
    InviteLink {
        name,
        path: format!("/join/{token}"),
        until: when(until),
    }
}
