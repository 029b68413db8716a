//! People with an account.

use crate::sql::{Row, statements, values};
use crate::{Conflict, Store, StoreError, Tx};
use model::{Role, Timestamp, Topic, UserId};

macro_rules! columns {
    () => {
        "id, name, role, password IS NOT NULL AS joined, disabled, created_at, last_login"
    };
}

statements! {
    INSERT = "INSERT INTO users (id, name, role, password, disabled, created_at) VALUES ($1, $2, $3, $4, FALSE, $5)";
    ANYBODY = "SELECT COUNT(*) AS n FROM users";
    LIST = concat!("SELECT ", columns!(), " FROM users ORDER BY name, id");
    ONE = concat!("SELECT ", columns!(), " FROM users WHERE id = $1");
    CREDENTIALS = "SELECT id, name, role, password, disabled FROM users WHERE lower(name) = lower($1)";
    SET_PASSWORD = "UPDATE users SET password = $2 WHERE id = $1";
    SET_ROLE = "UPDATE users SET role = $2 WHERE id = $1";
    SET_DISABLED = "UPDATE users SET disabled = $2 WHERE id = $1";
    LOGGED_IN = "UPDATE users SET last_login = $2 WHERE id = $1";
    ACTIVE_ADMINS = "SELECT COUNT(*) AS n FROM users WHERE role = 'admin' AND NOT disabled AND password IS NOT NULL";
    REMOVE_UNJOINED = "DELETE FROM users WHERE id = $1 AND password IS NULL RETURNING name";
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Their log-in name.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// Whether they have chosen a password.
    pub joined: bool,
    /// Whether the account is switched off.
    pub disabled: bool,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they last logged in.
    pub last_login: Option<Timestamp>,
}

/// What a log-in is checked against.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Their id.
    pub id: UserId,
    /// Their log-in name as it was entered first.
    pub name: String,
    /// Their role.
    pub role: Role,
    /// The PHC string; `None` until they have chosen a password.
    pub password: Option<String>,
    /// Whether the account is switched off.
    pub disabled: bool,
}

/// Without the hash.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Tx {
    /// Adds the first person, an admin with a password.
    ///
    /// # Errors
    /// [`Conflict::NotFirst`] when there is anybody already.
    pub async fn insert_first_admin(
        &mut self,
        name: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<UserId, StoreError> {
        self.lock("people").await?;
        let anybody: i64 = self.one(&ANYBODY, vec![]).await?.get("n")?;
        if anybody > 0 {
            return Err(StoreError::Conflict(Conflict::NotFirst));
        }
        self.insert_user(name, Role::Admin, Some(password), now).await
    }

    /// Adds a person. Without a password they cannot log in until they have used an invitation.
    ///
    /// # Errors
    /// [`Conflict::PersonName`].
    pub async fn insert_user(
        &mut self,
        name: &str,
        role: Role,
        password: Option<&str>,
        now: Timestamp,
    ) -> Result<UserId, StoreError> {
        let id = UserId::from_uuid(uuid::Uuid::now_v7());
        self.run(&INSERT, values![id, name, role, password.map(str::to_owned), now])
            .await?;
        self.touch(Topic::Settings);
        Ok(id)
    }

    /// Sets a password's PHC string. Sessions of that person are the caller's to end.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_password(&mut self, id: UserId, password: &str) -> Result<(), StoreError> {
        self.touch(Topic::Settings);
        found(self.run(&SET_PASSWORD, values![id, password]).await?)
    }

    /// Changes a role.
    ///
    /// # Errors
    /// [`Conflict::LastAdmin`], [`StoreError::NotFound`].
    pub async fn set_role(&mut self, id: UserId, role: Role) -> Result<(), StoreError> {
        self.lock("people").await?;
        found(self.run(&SET_ROLE, values![id, role]).await?)?;
        self.still_managed().await
    }

    /// Switches an account off, which ends its sessions, or on again.
    ///
    /// # Errors
    /// [`Conflict::LastAdmin`], [`StoreError::NotFound`].
    pub async fn set_disabled(&mut self, id: UserId, disabled: bool) -> Result<(), StoreError> {
        self.lock("people").await?;
        found(self.run(&SET_DISABLED, values![id, disabled]).await?)?;
        if disabled {
            self.end_sessions_of(id).await?;
        }
        self.still_managed().await
    }

    /// Removes somebody who was invited and has not joined. Returns their name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such person, or they have joined.
    pub async fn remove_invited(&mut self, id: UserId) -> Result<String, StoreError> {
        self.touch(Topic::Settings);
        self.first(&REMOVE_UNJOINED, values![id])
            .await?
            .ok_or(StoreError::NotFound)?
            .get("name")
    }

    /// Notes a log-in.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn note_login(&mut self, id: UserId, now: Timestamp) -> Result<(), StoreError> {
        found(self.run(&LOGGED_IN, values![id, now]).await?)
    }

    async fn still_managed(&mut self) -> Result<(), StoreError> {
        self.touch(Topic::Settings);
        let admins: i64 = self.one(&ACTIVE_ADMINS, vec![]).await?.get("n")?;
        if admins > 0 {
            Ok(())
        } else {
            Err(StoreError::Conflict(Conflict::LastAdmin))
        }
    }
}

fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}

impl Store {
    /// Whether there is anybody; if not, Drydock is at its first run.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_people(&self) -> Result<bool, StoreError> {
        let n: i64 = self.read().await?.one(&ANYBODY, vec![]).await?.get("n")?;
        Ok(n > 0)
    }

    /// Everybody, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        self.read()
            .await?
            .all(&LIST, vec![])
            .await?
            .iter()
            .map(person)
            .collect()
    }

    /// One person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn person(&self, id: UserId) -> Result<Option<Person>, StoreError> {
        self.read()
            .await?
            .first(&ONE, values![id])
            .await?
            .as_ref()
            .map(person)
            .transpose()
    }

    /// What a log-in under that name is checked against, upper and lower case counting as the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn credentials(&self, name: &str) -> Result<Option<Credentials>, StoreError> {
        let Some(row) = self.read().await?.first(&CREDENTIALS, values![name]).await? else {
            return Ok(None);
        };
        Ok(Some(Credentials {
            id: row.get("id")?,
            name: row.get("name")?,
            role: row.get("role")?,
            password: row.get("password")?,
            disabled: row.get("disabled")?,
        }))
    }
}

fn person(row: &Row) -> Result<Person, StoreError> {
    Ok(Person {
        id: row.get("id")?,
        name: row.get("name")?,
        role: row.get("role")?,
        joined: row.get("joined")?,
        disabled: row.get("disabled")?,
        created_at: row.get("created_at")?,
        last_login: row.get("last_login")?,
    })
}
