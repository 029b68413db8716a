//! Versions of components per server, and whether the servers of a group drift apart.

use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use model::facts::Component;
use model::{GroupId, ServerId};
use std::collections::BTreeSet;

statements! {
    OF_SERVER = "SELECT name, version FROM components WHERE server_id = $1 ORDER BY name, version";
    // Eight at a time: on the one connection that writes, statements cost more than rows.
    ADD = "INSERT INTO components (server_id, name, version) VALUES ($1, $2, $3), ($1, $4, $5), ($1, $6, $7),
            ($1, $8, $9), ($1, $10, $11), ($1, $12, $13), ($1, $14, $15), ($1, $16, $17)
        ON CONFLICT DO NOTHING";
    DROP = "DELETE FROM components WHERE server_id = $1 AND name = $2 AND version = $3";
    // A group drifts when some version of a component is on fewer of its servers than the component itself.
    JUDGE = "UPDATE server_groups SET drifts = EXISTS (
            SELECT 1 FROM (SELECT c.name AS name, COUNT(*) AS n FROM components c JOIN servers s ON s.id = c.server_id
                    WHERE s.group_id = $1 GROUP BY c.name, c.version) v
                JOIN (SELECT c.name AS name, COUNT(DISTINCT c.server_id) AS n FROM components c
                    JOIN servers s ON s.id = c.server_id WHERE s.group_id = $1 GROUP BY c.name) w ON w.name = v.name
            WHERE v.n < w.n)
        WHERE id = $1";
    DRIFTING = "SELECT DISTINCT v.name FROM (SELECT c.name AS name, COUNT(*) AS n FROM components c
                    JOIN servers s ON s.id = c.server_id WHERE s.group_id = $1 GROUP BY c.name, c.version) v
                JOIN (SELECT c.name AS name, COUNT(DISTINCT c.server_id) AS n FROM components c
                    JOIN servers s ON s.id = c.server_id WHERE s.group_id = $1 GROUP BY c.name) w ON w.name = v.name
            WHERE v.n < w.n ORDER BY v.name";
}

/// Rows that one [`ADD`] writes.
const ROWS: usize = 8;
/// Characters kept of a component's name, and of its version.
const TEXT_MAX: usize = 200;

impl Tx {
    /// Makes the rows of a server those of `now`, touching only what differs. `true` when anything did.
    pub(crate) async fn set_components(
        &mut self,
        server: ServerId,
        now: &[Component],
    ) -> Result<bool, StoreError> {
        let mut old = BTreeSet::new();
        for row in self.all(&OF_SERVER, values![server]).await? {
            old.insert(Component {
                name: row.get("name")?,
                version: row.get("version")?,
            });
        }
        let new: BTreeSet<Component> = now.iter().map(kept).collect();
        for gone in old.difference(&new) {
            self.run(&DROP, values![server, &gone.name, &gone.version])
                .await?;
        }
        let come: Vec<&Component> = new.difference(&old).collect();
        for rows in come.chunks(ROWS) {
            let mut values = values![server];
            // A last row that is named again conflicts with itself.
            let padded = rows
                .iter()
                .chain(std::iter::repeat_n(&rows[rows.len() - 1], ROWS - rows.len()));
            for component in padded {
                values.extend(values![&component.name, &component.version]);
            }
            self.run(&ADD, values).await?;
        }
        Ok(old != new)
    }

    /// Finds out anew whether a group's servers drift apart.
    pub(crate) async fn find_drift(&mut self, group: GroupId) -> Result<(), StoreError> {
        self.run(&JUDGE, values![group]).await.map(drop)
    }
}

/// A component as it is kept: PostgreSQL refuses keys beyond some 2,700 bytes, and a server says what it likes.
fn kept(component: &Component) -> Component {
    let short = |text: &str| text.replace('\0', "\u{fffd}").chars().take(TEXT_MAX).collect();
    Component {
        name: short(&component.name),
        version: short(&component.version),
    }
}

impl Store {
    /// The names of the components of which the servers of `group` run different versions.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn drifting_components(&self, group: GroupId) -> Result<Vec<String>, StoreError> {
        let rows = self.read().await?.all(&DRIFTING, values![group]).await?;
        rows.iter().map(|row| row.get("name")).collect()
    }
}
