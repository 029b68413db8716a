//! Servers that are out of service, and the least that must stay in it.

use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use model::{GroupId, RunId, ServerId, StepId, Timestamp, Topic};

statements! {
    // Writing the row locks it, so that two runs count one after the other.
    LOCK_GROUP = "UPDATE server_groups SET drifts = drifts
        WHERE id = (SELECT group_id FROM servers WHERE id = $1) RETURNING id, name, min_in_service";
    IS_OUT = "SELECT 1 AS out FROM out_of_service WHERE server_id = $1";
    IN_SERVICE = "SELECT COUNT(*) AS servers FROM servers s
        WHERE s.group_id = $1 AND s.id <> $2 AND s.reach IN ('reached', 'unsupported')
            AND NOT EXISTS (SELECT 1 FROM out_of_service o WHERE o.server_id = s.id)";
    TAKE_OUT = "INSERT INTO out_of_service (server_id, run_id, step_id, since)
        SELECT id, $2, $3, (SELECT now FROM clock) FROM servers WHERE id = $1
        ON CONFLICT (server_id) DO UPDATE SET run_id = excluded.run_id, step_id = excluded.step_id";
    PUT_BACK = "DELETE FROM out_of_service WHERE server_id = $1";
    NEVER_OUT = "DELETE FROM out_of_service WHERE server_id = $1 AND step_id = $2";
    ALL = "SELECT o.server_id, s.name, s.group_id, o.run_id, o.since,
            r.state IS NOT NULL AND r.state <> 'ended' AS under_way
        FROM out_of_service o JOIN servers s ON s.id = o.server_id LEFT JOIN runs r ON r.id = o.run_id
        ORDER BY o.since, o.server_id";
    SET_MINIMUM = "UPDATE server_groups SET min_in_service = $2 WHERE id = $1 RETURNING stack_id";
    MINIMUM = "SELECT min_in_service FROM server_groups WHERE id = $1";
}

/// A server that is out of service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfService {
    /// The server.
    pub server: ServerId,
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: Option<GroupId>,
    /// The run that took it out.
    pub run: RunId,
    /// Whether that run is still under way; if not, a person has to put the server back.
    pub under_way: bool,
    /// Since when, by the database's clock.
    pub since: Timestamp,
}

impl Tx {
    /// Takes a server out of service, unless too few of its group would be left: then nothing is written, and the
    /// answer says why, in one sentence. A server that is out already is not counted again.
    pub(super) async fn take_out(
        &mut self,
        lane: &str,
        run: RunId,
        step: StepId,
    ) -> Result<Option<String>, StoreError> {
        if let Some(group) = self.first(&LOCK_GROUP, values![lane]).await?
            && let Some(minimum) = group.get::<Option<u32>>("min_in_service")?
            && self.first(&IS_OUT, values![lane]).await?.is_none()
        {
            let (id, name): (GroupId, String) = (group.get("id")?, group.get("name")?);
            let left: i64 = self.one(&IN_SERVICE, values![id, lane]).await?.get("servers")?;
            if left < i64::from(minimum) {
                return Ok(Some(format!(
                    "Taking this server out would leave {left} of {name} in service; at least {minimum} must stay."
                )));
            }
        }
        self.run(&TAKE_OUT, values![lane, run, step]).await?;
        self.touch_lane(lane);
        Ok(None)
    }

    /// Notes that a server is back in service.
    pub(super) async fn put_back(&mut self, lane: &str) -> Result<(), StoreError> {
        self.run(&PUT_BACK, values![lane]).await?;
        self.touch_lane(lane);
        Ok(())
    }

    /// Takes back what [`Tx::take_out`] wrote for this step.
    pub(super) async fn was_never_out(&mut self, lane: &str, step: StepId) -> Result<(), StoreError> {
        self.run(&NEVER_OUT, values![lane, step]).await?;
        self.touch_lane(lane);
        Ok(())
    }

    fn touch_lane(&mut self, lane: &str) {
        if let Ok(server) = lane.parse::<ServerId>() {
            self.touch(Topic::Server(server));
        }
    }

    /// Says that a person has put a server back into service.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn mark_in_service(&mut self, server: ServerId) -> Result<(), StoreError> {
        self.put_back(&server.to_string()).await
    }

    /// Sets how many servers of a group must be in service at any time; `None` is any number.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_min_in_service(
        &mut self,
        group: GroupId,
        minimum: Option<u32>,
    ) -> Result<(), StoreError> {
        let row = self.first(&SET_MINIMUM, values![group, minimum]).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        self.touch(Topic::Stack(row.get("stack_id")?));
        Ok(())
    }
}

impl Store {
    /// Every server that is out of service, the longest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn out_of_service(&self) -> Result<Vec<OutOfService>, StoreError> {
        let rows = self.read().await?.all(&ALL, vec![]).await?;
        let read = |row: &crate::sql::Row| {
            Ok(OutOfService {
                server: row.get("server_id")?,
                name: row.get("name")?,
                group: row.get("group_id")?,
                run: row.get("run_id")?,
                under_way: row.get("under_way")?,
                since: row.get("since")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// How many servers of a group must be in service at any time.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn min_in_service(&self, group: GroupId) -> Result<Option<u32>, StoreError> {
        self.read()
            .await?
            .one(&MINIMUM, values![group])
            .await?
            .get("min_in_service")
    }
}
