//! Versions of components per server, and whether the servers of a group drift apart.

use crate::sql::{statements, values};
use crate::{Store, StoreError, Tx};
use model::facts::Component;
use model::{GroupId, ServerId};
use std::collections::BTreeSet;

statements! {
    OF_SERVER = "SELECT name, version FROM components WHERE server_id = $1 ORDER BY name, version";
    ADD = "INSERT INTO components (server_id, name, version) VALUES ($1, $2, $3)";
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
        for come in new.difference(&old) {
            self.run(&ADD, values![server, &come.name, &come.version]).await?;
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
