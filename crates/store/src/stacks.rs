//! Stacks, and what the dashboard says about each.

use crate::servers::{status_now, tile};
use crate::sql::{Row, statements, values};
use crate::{Store, StoreError, Tx};
use model::{Criticality, Stack, StackId, StackKind, Status, Timestamp, Topic, UserId};

macro_rules! columns {
    () => {
        "st.id, st.name, st.environment, st.kind, st.owner_id, st.criticality"
    };
}

macro_rules! sum {
    ($value:expr, $name:literal) => {
        concat!("CAST(COALESCE(SUM(", $value, "), 0) AS BIGINT) AS ", $name)
    };
}

macro_rules! with_status {
    ($word:literal) => {
        sum!(
            concat!("CASE WHEN ", status_now!(), " = '", $word, "' THEN 1 ELSE 0 END"),
            $word
        )
    };
}

macro_rules! total {
    ($name:literal) => {
        concat!("COALESCE(t.", $name, ", 0) AS ", $name)
    };
}

/// Servers are added up per stack first, so that only one short column is grouped by.
macro_rules! totals {
    ($servers:literal, $stacks:literal) => {
        concat!(
            "SELECT ", columns!(), ", u.name AS owner_name, ",
            total!("servers"), ", ", total!("reboot"), ", ", total!("security"), ", ", total!("other"), ", ",
            total!("failed"), ", ", total!("waiting"), ", ", total!("attention"), ", ", total!("unknown"), ", ",
            total!("running"), ", ", total!("healthy"),
            " FROM stacks st LEFT JOIN users u ON u.id = st.owner_id LEFT JOIN (SELECT s.stack_id, COUNT(*) AS servers, ",
            sum!(concat!("CASE WHEN ", tile!(reboot), " THEN 1 ELSE 0 END"), "reboot"), ", ",
            sum!("COALESCE(s.security, 0) + COALESCE(s.security_not_ready, 0)", "security"), ", ",
            sum!("s.other", "other"), ", ",
            with_status!("failed"), ", ", with_status!("waiting"), ", ", with_status!("attention"), ", ",
            with_status!("unknown"), ", ", with_status!("running"), ", ", with_status!("healthy"),
            " FROM servers s WHERE ", $servers, " GROUP BY s.stack_id) t ON t.stack_id = st.id ", $stacks,
            " ORDER BY st.name, st.id"
        )
    };
}

statements! {
    INSERT = "INSERT INTO stacks (id, name, environment, kind, owner_id, criticality, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    UPDATE = "UPDATE stacks SET name = $2, environment = $3, owner_id = $4, criticality = $5 WHERE id = $1";
    EMPTY = "UPDATE servers SET stack_id = NULL, group_id = NULL WHERE stack_id = $1 RETURNING id";
    REMOVE = "DELETE FROM stacks WHERE id = $1 RETURNING name";
    REMOVE_TRENDS = "DELETE FROM trends WHERE scope = $1";
    BY_NAME = "SELECT id FROM stacks WHERE lower(name) = lower($1)";
    NAMES = "SELECT id, name FROM stacks ORDER BY name, id";
    ONE = concat!("SELECT ", columns!(), " FROM stacks st WHERE st.id = $1");
    TOTALS = totals!("s.stack_id IS NOT NULL", "");
    TOTALS_OF = totals!("s.stack_id = $2", "WHERE st.id = $2");
}

/// What a person says about a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackFields {
    /// Its unique name; upper and lower case count as the same.
    pub name: String,
    /// `production`, `staging`, …
    pub environment: String,
    /// Which kind it is; cannot be changed later.
    pub kind: StackKind,
    /// Whose it is.
    pub owner: Option<UserId>,
    /// How much its absence matters.
    pub criticality: Criticality,
}

/// A stack with what its servers add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackTotals {
    /// The stack.
    pub stack: Stack,
    /// Its owner's name.
    pub owner_name: Option<String>,
    /// Number of servers.
    pub servers: u32,
    /// Servers per status now, in [`Status::ALL`]'s order.
    pub by_status: Vec<(Status, u32)>,
    /// Servers that need a reboot.
    pub reboot: u32,
    /// Pending security updates, ready or not.
    pub security: u32,
    /// Other ready updates.
    pub other: u32,
}

impl StackTotals {
    /// The worst status among the servers, and how many have it; `None` without servers.
    pub fn worst(&self) -> Option<(Status, u32)> {
        use Status::{Attention, Failed, Healthy, Running, Unknown, Waiting};
        [Failed, Waiting, Attention, Unknown, Running, Healthy]
            .into_iter()
            .find_map(|status| {
                self.by_status
                    .iter()
                    .copied()
                    .find(|(word, servers)| *word == status && *servers > 0)
            })
    }
}

impl Tx {
    /// Adds a stack.
    ///
    /// # Errors
    /// [`crate::Conflict::StackName`].
    pub async fn insert_stack(
        &mut self,
        fields: &StackFields,
        now: Timestamp,
    ) -> Result<StackId, StoreError> {
        let id = StackId::from_uuid(uuid::Uuid::now_v7());
        let values = values![
            id,
            &fields.name,
            &fields.environment,
            fields.kind,
            fields.owner,
            fields.criticality,
            now
        ];
        self.run(&INSERT, values).await?;
        self.touch(Topic::Stack(id));
        Ok(id)
    }

    /// Changes a stack.
    ///
    /// # Errors
    /// [`crate::Conflict::StackName`], [`StoreError::NotFound`].
    pub async fn update_stack(&mut self, id: StackId, fields: &StackFields) -> Result<(), StoreError> {
        let values = values![
            id,
            &fields.name,
            &fields.environment,
            fields.owner,
            fields.criticality
        ];
        self.touch(Topic::Stack(id));
        match self.run(&UPDATE, values).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// Removes a stack with its groups and trends. Its servers stay, in no stack. Returns its name.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn remove_stack(&mut self, id: StackId) -> Result<String, StoreError> {
        for row in self.all(&EMPTY, values![id]).await? {
            self.touch(Topic::Server(row.get("id")?));
        }
        self.run(&REMOVE_TRENDS, values![id]).await?;
        self.touch(Topic::Stack(id));
        self.first(&REMOVE, values![id])
            .await?
            .ok_or(StoreError::NotFound)?
            .get("name")
    }

    /// The stack of that name, upper and lower case counting as the same.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stack_named(&mut self, name: &str) -> Result<Option<StackId>, StoreError> {
        self.first(&BY_NAME, values![name])
            .await?
            .map(|row| row.get("id"))
            .transpose()
    }
}

impl Store {
    /// All stacks with what their servers add up to, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stack_totals(&self, now: Timestamp) -> Result<Vec<StackTotals>, StoreError> {
        self.read()
            .await?
            .all(&TOTALS, values![now])
            .await?
            .iter()
            .map(totals)
            .collect()
    }

    /// One stack with what its servers add up to.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stack_total(&self, id: StackId, now: Timestamp) -> Result<Option<StackTotals>, StoreError> {
        self.read()
            .await?
            .first(&TOTALS_OF, values![now, id])
            .await?
            .as_ref()
            .map(totals)
            .transpose()
    }

    /// One stack.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stack(&self, id: StackId) -> Result<Option<Stack>, StoreError> {
        self.read()
            .await?
            .first(&ONE, values![id])
            .await?
            .as_ref()
            .map(stack)
            .transpose()
    }

    /// Ids and names of all stacks, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn stack_names(&self) -> Result<Vec<(StackId, String)>, StoreError> {
        let rows = self.read().await?.all(&NAMES, vec![]).await?;
        rows.iter()
            .map(|row| Ok((row.get("id")?, row.get("name")?)))
            .collect()
    }
}

fn stack(row: &Row) -> Result<Stack, StoreError> {
    Ok(Stack {
        id: row.get("id")?,
        name: row.get("name")?,
        environment: row.get("environment")?,
        kind: row.get("kind")?,
        owner: row.get("owner_id")?,
        criticality: row.get("criticality")?,
    })
}

fn totals(row: &Row) -> Result<StackTotals, StoreError> {
    let by_status = Status::ALL
        .iter()
        .map(|status| Ok((*status, row.get(status.as_str())?)));
    Ok(StackTotals {
        stack: stack(row)?,
        owner_name: row.get("owner_name")?,
        servers: row.get("servers")?,
        by_status: by_status.collect::<Result<_, StoreError>>()?,
        reboot: row.get("reboot")?,
        security: row.get("security")?,
        other: row.get("other")?,
    })
}
