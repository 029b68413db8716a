//! What every table holds, as digests: for tests that prove that something changed nothing.

use crate::sql::Conn;
use crate::{Store, StoreError};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

impl Store {
    /// For every table the number of its rows and a digest of what stands in them, whatever their order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn contents(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for column in self.schema().await? {
            columns.entry(column.table).or_default().push(column.name);
        }
        let mut conn: Conn = self.read().await?;
        let mut contents = BTreeMap::new();
        for (table, columns) in columns {
            let mut rows = conn.rows_as_text(&table, &columns).await?;
            rows.sort();
            let digest = rows.iter().fold(Sha256::new(), |digest, row| {
                digest.chain_update(row).chain_update([0])
            });
            let digest = hex::encode(digest.finalize());
            contents.insert(table, format!("{} rows, {}", rows.len(), &digest[..16]));
        }
        Ok(contents)
    }
}
