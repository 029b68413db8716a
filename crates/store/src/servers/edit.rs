//! Adding, changing, moving and removing servers.

use crate::sql::{statements, values};
use crate::{Conflict, StoreError, Tx};
use model::{
    Account, Criticality, Endpoint, GroupId, Reach, ServerId, StackId, Summary, Timestamp, Topic, Transport,
};

statements! {
    INSERT = "INSERT INTO servers (id, name, host, port, login_user, account, transport, jump_id, key_id, stack_id,
            group_id, criticality, created_at, reach, status, reason, reboot)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    UPDATE = "UPDATE servers SET name = $2, host = $3, port = $4, login_user = $5, account = $6, jump_id = $7,
            key_id = $8, criticality = $9
        WHERE id = $1";
    PLACE_OF = "SELECT stack_id, group_id FROM servers WHERE id = $1";
    PLACE = "UPDATE servers SET stack_id = $2, group_id = $3 WHERE id = $1";
    JUMP_OF = "SELECT jump_id FROM servers WHERE id = $1";
    JUMPED_BY = "SELECT name FROM servers WHERE jump_id = $1 LIMIT 1";
    REMOVE_RUNS = "DELETE FROM runs WHERE subject = $1 AND light";
    REMOVE = "DELETE FROM servers WHERE id = $1 RETURNING name";
    BY_NAME = "SELECT id FROM servers WHERE lower(name) = lower($1)";
}

/// How many jump hosts may lie in a row.
pub(super) const JUMPS_MAX: usize = 8;

/// What a person says about a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFields {
    /// Its unique name; upper and lower case count as the same.
    pub name: String,
    /// Where and how it is reached.
    pub endpoint: Endpoint,
    /// What the account may do.
    pub account: Account,
    /// Which adapter speaks to it; cannot be changed later.
    pub transport: Transport,
    /// Its stack.
    pub stack: Option<StackId>,
    /// Its group, which is one of the stack's.
    pub group: Option<GroupId>,
    /// How much its absence matters.
    pub criticality: Criticality,
}

impl Tx {
    /// Adds a server of which nothing has been heard yet. No scan is due before [`Tx::set_next_scan`].
    ///
    /// # Errors
    /// [`Conflict::ServerName`], [`Conflict::JumpLoop`], [`Conflict::Reference`] when jump host, key, stack or group
    /// are not there.
    pub async fn insert_server(
        &mut self,
        fields: &ServerFields,
        now: Timestamp,
    ) -> Result<ServerId, StoreError> {
        let id = ServerId::from_uuid(uuid::Uuid::now_v7());
        self.check_jumps(id, fields.endpoint.jump).await?;
        let fresh = Summary::of(Reach::NeverReported, None, now);
        let values = values![
            id,
            &fields.name,
            &fields.endpoint.host,
            fields.endpoint.port,
            &fields.endpoint.user,
            fields.account,
            fields.transport,
            fields.endpoint.jump,
            fields.endpoint.key,
            fields.stack,
            fields.group,
            fields.criticality,
            now,
            Reach::NeverReported,
            fresh.status,
            fresh.reason,
            fresh.reboot,
        ];
        self.run(&INSERT, values).await?;
        self.touch_place(id, fields.stack);
        Ok(id)
    }

    /// Changes everything but the transport; a new place means what [`Tx::place_server`] does. Whether other host
    /// keys are to be expected at a new address is the caller's to decide.
    ///
    /// # Errors
    /// As [`Tx::insert_server`], and [`StoreError::NotFound`].
    pub async fn update_server(&mut self, id: ServerId, fields: &ServerFields) -> Result<(), StoreError> {
        self.check_jumps(id, fields.endpoint.jump).await?;
        let values = values![
            id,
            &fields.name,
            &fields.endpoint.host,
            fields.endpoint.port,
            &fields.endpoint.user,
            fields.account,
            fields.endpoint.jump,
            fields.endpoint.key,
            fields.criticality,
        ];
        if self.run(&UPDATE, values).await? == 0 {
            return Err(StoreError::NotFound);
        }
        self.place_server(id, fields.stack, fields.group).await
    }

    /// Puts a server into a stack and a group of it, or out of both.
    ///
    /// # Errors
    /// [`Conflict::Reference`] when the group is not one of the stack's, [`StoreError::NotFound`].
    pub async fn place_server(
        &mut self,
        id: ServerId,
        stack: Option<StackId>,
        group: Option<GroupId>,
    ) -> Result<(), StoreError> {
        let (old_stack, old_group) = self.place_of(id).await?;
        // The database lets a group without a stack pass: a key with a NULL in it is not checked.
        if stack.is_none() && group.is_some() {
            return Err(StoreError::Conflict(Conflict::Reference));
        }
        if (old_stack, old_group) != (stack, group) {
            self.run(&PLACE, values![id, stack, group]).await?;
            for group in [old_group, group].into_iter().flatten() {
                self.judge_drift(group);
            }
        }
        self.touch_place(id, old_stack);
        self.touch_place(id, stack);
        Ok(())
    }

    /// Removes a server with its facts, keys, timeline and checks. Returns its name.
    ///
    /// # Errors
    /// [`Conflict::JumpInUse`] when it carries other servers' connections, [`StoreError::NotFound`].
    pub async fn remove_server(&mut self, id: ServerId) -> Result<String, StoreError> {
        if self.first(&JUMPED_BY, values![id]).await?.is_some() {
            return Err(StoreError::Conflict(Conflict::JumpInUse));
        }
        let (stack, group) = self.place_of(id).await?;
        self.run(&REMOVE_RUNS, values![id]).await?;
        let row = self
            .first(&REMOVE, values![id])
            .await?
            .ok_or(StoreError::NotFound)?;
        if let Some(group) = group {
            self.judge_drift(group);
        }
        self.touch_place(id, stack);
        row.get("name")
    }

    /// The server of that name, upper and lower case counting as the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn server_named(&mut self, name: &str) -> Result<Option<ServerId>, StoreError> {
        self.first(&BY_NAME, values![name])
            .await?
            .map(|row| row.get("id"))
            .transpose()
    }

    async fn place_of(&mut self, id: ServerId) -> Result<(Option<StackId>, Option<GroupId>), StoreError> {
        let row = self
            .first(&PLACE_OF, values![id])
            .await?
            .ok_or(StoreError::NotFound)?;
        Ok((row.get("stack_id")?, row.get("group_id")?))
    }

    /// Refuses a way to `id` that leads through itself or through too many others.
    async fn check_jumps(&mut self, id: ServerId, jump: Option<ServerId>) -> Result<(), StoreError> {
        let Some(jump) = jump else { return Ok(()) };
        self.lock("jumps").await?;
        let mut next = Some(jump);
        for _ in 0..JUMPS_MAX {
            let Some(at) = next else { return Ok(()) };
            if at == id {
                break;
            }
            let row = self.first(&JUMP_OF, values![at]).await?;
            next = row
                .ok_or(StoreError::Conflict(Conflict::Reference))?
                .get("jump_id")?;
        }
        if next.is_none() {
            Ok(())
        } else {
            Err(StoreError::Conflict(Conflict::JumpLoop))
        }
    }

    pub(crate) fn touch_place(&mut self, server: ServerId, stack: Option<StackId>) {
        self.touch(Topic::Server(server));
        if let Some(stack) = stack {
            self.touch(Topic::Stack(stack));
        }
    }
}
