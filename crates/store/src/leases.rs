//! Named leases, for what only one process does at a time.

use crate::sql::{statements, values};
use crate::{Store, StoreError};
use async_trait::async_trait;
use engine::{LeaseStore, RunStoreError};
use std::time::Duration;

statements! {
    TAKE = "INSERT INTO leases (name, owner, lease_until) VALUES ($1, $2, (SELECT now FROM clock) + $3)
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until
        WHERE leases.owner = excluded.owner OR leases.lease_until < (SELECT now FROM clock)
        RETURNING lease_until - $3 AS now";
    GIVE_BACK = "DELETE FROM leases WHERE name = $1 AND owner = $2";
}

#[async_trait]
impl LeaseStore for Store {
    async fn take(&self, name: &str, owner: &str, lease: Duration) -> Result<Option<i64>, RunStoreError> {
        let values = values![name, owner, crate::runs::micros(lease)];
        self.write(|tx| {
            Box::pin(async move {
                tx.first(&TAKE, values)
                    .await?
                    .map(|row| row.get("now"))
                    .transpose()
            })
        })
        .await
        .map_err(|error: StoreError| RunStoreError(error.into()))
    }

    async fn give_back(&self, name: &str, owner: &str) -> Result<(), RunStoreError> {
        let values = values![name, owner];
        self.write(|tx| Box::pin(async move { tx.run(&GIVE_BACK, values).await.map(drop) }))
            .await
            .map_err(|error: StoreError| RunStoreError(error.into()))
    }
}
