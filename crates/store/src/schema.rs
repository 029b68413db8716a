//! The schema as the database has it, for the test that compares both, and statements as it understands them.

use crate::sql::Conn;
use crate::{Store, StoreError};

/// A column of a table or view.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemaColumn {
    /// The table.
    pub table: String,
    /// Its position in the table, from 1.
    pub position: u32,
    /// Its name.
    pub name: String,
    /// `text`, `bigint`, `boolean` or `bytes`.
    pub kind: String,
    /// Whether it may be missing.
    pub nullable: bool,
}

use crate::db::dialect::COLUMNS;

impl Store {
    /// Every column of every table, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn schema(&self) -> Result<Vec<SchemaColumn>, StoreError> {
        let rows = self.read().await?.all(&COLUMNS, vec![]).await?;
        let mut columns = Vec::new();
        for row in &rows {
            columns.push(SchemaColumn {
                table: row.get("table_name")?,
                position: row.get("position")?,
                name: row.get("column_name")?,
                kind: row.get("kind")?,
                nullable: row.get("nullable")?,
            });
        }
        columns.sort();
        Ok(columns)
    }

    /// Has the database prepare every statement that this crate has. Returns their number.
    ///
    /// # Errors
    /// The name of the first statement that the database does not understand, and why.
    pub async fn prepare_all(&self) -> Result<usize, (&'static str, StoreError)> {
        let mut conn: Conn = self.read().await.map_err(|error| ("connection", error))?;
        let mut prepared = 0;
        for statement in crate::statements() {
            conn.prepare(statement)
                .await
                .map_err(|error| (statement.name, error))?;
            prepared += 1;
        }
        Ok(prepared)
    }
}
