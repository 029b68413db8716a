//! First run, log-in, joining by invitation, and who a session belongs to.

use crate::access::token::token_hash;
use crate::{Actor, Caller, Error, Usecases};
use model::view::{Invitation, SetupState};
use model::{ErrorCode, Role, UserId, check_new_password, check_person_name};
use secrecy::{ExposeSecret as _, SecretString};
use store::{NewAudit, Person};

impl Usecases {
    /// How far this Drydock is set up.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn setup_state(&self) -> Result<SetupState, Error> {
        Ok(SetupState {
            has_admin: self.store.has_people().await?,
            demo: self.settings.demo,
        })
    }

    /// While there is no admin: a new one-time token for the terminal. It ends the one before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn first_run_token(&self) -> Result<Option<String>, Error> {
        if self.store.has_people().await? {
            Ok(None)
        } else {
            self.first_run.renew().map(Some)
        }
    }

    /// Makes the first admin account.
    ///
    /// # Errors
    /// [`ErrorCode::WrongToken`], [`ErrorCode::Invalid`], or a conflict when there is an admin already.
    pub async fn first_run(
        &self,
        caller: &Caller,
        token: String,
        name: String,
        password: SecretString,
    ) -> Result<UserId, Error> {
        self.throttle.attempt("first run", caller.from)?;
        if !self.first_run.is(&token) {
            return Err(Error::code(ErrorCode::WrongToken));
        }
        let name = name.trim().to_owned();
        check_person_name(&name)?;
        check_new_password(&name, password.expose_secret())?;
        let hash = self.hasher.hash(password).await?;
        let actor = Actor {
            user: None,
            name: name.clone(),
            role: Role::Admin,
            from: caller.from,
        };
        let line = self.line(
            &actor,
            "first_run",
            "made the first admin account".to_owned(),
            None,
        );
        let now = self.clock.now();
        let id = self
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let id = tx.insert_first_admin(&name, &hash, now).await?;
                    tx.audit(&NewAudit {
                        user: Some(id),
                        subject: Some(id.to_string()),
                        ..line
                    })
                    .await?;
                    Ok(id)
                })
            })
            .await?;
        self.first_run.end();
        Ok(id)
    }

    /// Checks a name and password. Which of the two was wrong is not said.
    ///
    /// # Errors
    /// [`ErrorCode::WrongLogin`], [`ErrorCode::TooMany`].
    pub async fn log_in(
        &self,
        caller: &Caller,
        name: String,
        password: SecretString,
    ) -> Result<UserId, Error> {
        let name = name.trim().to_owned();
        self.throttle.attempt(&name, caller.from)?;
        if name.len() > model::NAME_MAX || password.expose_secret().len() > model::PASSWORD_MAX {
            return Err(Error::code(ErrorCode::WrongLogin));
        }
        let user = self.store.credentials(&name).await?;
        let hash = user
            .as_ref()
            .filter(|user| !user.disabled)
            .and_then(|user| user.password.clone());
        let right = self.hasher.verify(hash, password).await?;
        let Some(user) = user.filter(|_| right) else {
            let stranger = Actor {
                user: None,
                name,
                role: Role::Viewer,
                from: caller.from,
            };
            self.note_refused(&stranger, "log_in", "log-in refused".to_owned())
                .await;
            return Err(Error::code(ErrorCode::WrongLogin));
        };
        let actor = Actor {
            user: Some(user.id),
            name: user.name,
            role: user.role,
            from: caller.from,
        };
        let line = self.line(
            &actor,
            "log_in",
            "logged in".to_owned(),
            Some(user.id.to_string()),
        );
        let (id, now) = (user.id, self.clock.now());
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.note_login(id, now).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await?;
        Ok(id)
    }

    /// Who an invitation is for.
    ///
    /// # Errors
    /// [`ErrorCode::WrongToken`] when it is used up, expired or unknown.
    pub async fn invitation(&self, caller: &Caller, token: &str) -> Result<Invitation, Error> {
        self.throttle.attempt("invitation", caller.from)?;
        let user = self.invited(&token_hash(token)).await?;
        Ok(Invitation {
            name: user.name,
            role: user.role,
        })
    }

    /// Takes an invitation: sets the password, and ends the invitation and every older session.
    ///
    /// # Errors
    /// [`ErrorCode::WrongToken`], [`ErrorCode::Invalid`].
    pub async fn join(
        &self,
        caller: &Caller,
        token: String,
        password: SecretString,
    ) -> Result<UserId, Error> {
        self.throttle.attempt("invitation", caller.from)?;
        let hash_of_token = token_hash(&token);
        let now = self.clock.now();
        let user = self.invited(&hash_of_token).await?;
        check_new_password(&user.name, password.expose_secret())?;
        let password = self.hasher.hash(password).await?;
        let id = user.id;
        let actor = Actor {
            user: Some(id),
            name: user.name,
            role: user.role,
            from: caller.from,
        };
        let line = self.line(
            &actor,
            "join",
            "chose a password by invitation".to_owned(),
            Some(id.to_string()),
        );
        let taken = self
            .store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let taken = tx.take_invitation(&hash_of_token, now).await?;
                    if taken.is_some() {
                        tx.set_password(id, &password).await?;
                        tx.end_sessions_of(id).await?;
                        tx.audit(&line).await?;
                    }
                    Ok(taken)
                })
            })
            .await?;
        taken.ok_or_else(|| Error::code(ErrorCode::WrongToken))
    }

    async fn invited(&self, hash: &str) -> Result<Person, Error> {
        let wrong = || Error::code(ErrorCode::WrongToken);
        let id = self
            .store
            .invited(hash, self.clock.now())
            .await?
            .ok_or_else(wrong)?;
        self.store
            .person(id)
            .await?
            .filter(|person| !person.disabled)
            .ok_or_else(wrong)
    }

    /// The actor behind a session's user, as the account is right now; `None` when it is gone or switched off.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn actor(&self, user: UserId, caller: &Caller) -> Result<Option<Actor>, Error> {
        let user = self.store.person(user).await?.filter(|user| !user.disabled);
        Ok(user.map(|user| Actor {
            user: Some(user.id),
            name: user.name,
            role: user.role,
            from: caller.from,
        }))
    }
}
