//! A connection to either database, and the three ways to use it.

use super::{Row, Statement, Value};
use crate::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

/// A connection, from a pool or in a transaction.
pub(crate) enum Conn {
    /// The writer's own connection.
    Sqlite(SqliteConnection),
    /// One of the readers.
    SqliteReader(PoolConnection<Sqlite>),
    /// Outside a transaction.
    Postgres(PoolConnection<Postgres>),
    /// Inside one; rolled back when dropped.
    PostgresTx(Transaction<'static, Postgres>),
}

enum Either<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Builds the query for either database and evaluates `$body` with it and its connection.
macro_rules! on_either {
    ($conn:expr, $statement:expr, $values:expr, |$query:ident, $on:ident, $row:ident| $body:expr) => {
        match $conn.either() {
            Either::Sqlite($on) => {
                let $row = Row::Sqlite;
                let $query = $values.into_iter().fold(
                    sqlx::query::<Sqlite>($statement.sqlite()),
                    |query, value: Value| value.bind(query),
                );
                $body
            }
            Either::Postgres($on) => {
                let $row = Row::Postgres;
                let $query = $values.into_iter().fold(
                    sqlx::query::<Postgres>($statement.postgres()),
                    |query, value: Value| value.bind(query),
                );
                $body
            }
        }
    };
}

impl Conn {
    fn either(&mut self) -> Either<'_> {
        match self {
            Self::Sqlite(conn) => Either::Sqlite(conn),
            Self::SqliteReader(conn) => Either::Sqlite(conn),
            Self::Postgres(conn) => Either::Postgres(conn),
            Self::PostgresTx(conn) => Either::Postgres(conn),
        }
    }

    /// Runs a statement and returns the number of rows it touched.
    pub(crate) async fn run(&mut self, statement: &Statement, values: Vec<Value>) -> Result<u64, StoreError> {
        on_either!(self, statement, values, |query, on, _row| Ok(query
            .execute(on)
            .await?
            .rows_affected()))
    }

    /// All rows of a statement.
    pub(crate) async fn all(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        on_either!(self, statement, values, |query, on, row| {
            Ok(query.fetch_all(on).await?.into_iter().map(row).collect())
        })
    }

    /// The only row of a statement, when there is one.
    pub(crate) async fn first(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        on_either!(self, statement, values, |query, on, row| Ok(query
            .fetch_optional(on)
            .await?
            .map(row)))
    }

    /// The only row of a statement that always has one.
    pub(crate) async fn one(&mut self, statement: &Statement, values: Vec<Value>) -> Result<Row, StoreError> {
        self.first(statement, values).await?.ok_or(StoreError::NotFound)
    }

    /// Asks the database to prepare a statement, and nothing more.
    pub(crate) async fn prepare(&mut self, statement: &Statement) -> Result<(), StoreError> {
        use sqlx::Executor as _;
        match self.either() {
            Either::Sqlite(on) => drop(on.prepare(statement.sqlite()).await?),
            Either::Postgres(on) => drop(on.prepare(statement.postgres()).await?),
        }
        Ok(())
    }

    /// Every row of a table as one text. The names come from the database's own schema.
    pub(crate) async fn rows_as_text(
        &mut self,
        table: &str,
        columns: &[String],
    ) -> Result<Vec<String>, StoreError> {
        Ok(match self.either() {
            Either::Sqlite(on) => {
                let quoted: Vec<_> = columns.iter().map(|name| format!("quote(\"{name}\")")).collect();
                let text = format!("SELECT {} FROM \"{table}\"", quoted.join(" || ',' || "));
                sqlx::query_scalar::<Sqlite, String>(AssertSqlSafe(text))
                    .fetch_all(on)
                    .await?
            }
            Either::Postgres(on) => {
                let text = format!("SELECT CAST(t.* AS TEXT) FROM \"{table}\" t");
                sqlx::query_scalar::<Postgres, String>(AssertSqlSafe(text))
                    .fetch_all(on)
                    .await?
            }
        })
    }

    /// Whether this is PostgreSQL.
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_) | Self::PostgresTx(_))
    }
}
