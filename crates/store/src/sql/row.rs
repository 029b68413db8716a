//! Rows, and what their columns are read as. A word or an id that cannot be read names its column.

use crate::StoreError;
use model::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, ValueRef as _};
use std::str::FromStr;

/// A row of either database.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The column `name` as a `T`.
    pub(crate) fn get<T: Column>(&self, name: &str) -> Result<T, StoreError> {
        T::read(self, name)
    }

    fn is_null(&self, name: &str) -> Result<bool, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_raw(name)?.is_null(),
            Self::Postgres(row) => row.try_get_raw(name)?.is_null(),
        })
    }
}

/// What a column can be read as.
pub(crate) trait Column: Sized {
    /// Reads it.
    fn read(row: &Row, name: &str) -> Result<Self, StoreError>;
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn read(row: &Row, name: &str) -> Result<Self, StoreError> {
                Ok(match row {
                    Row::Sqlite(row) => row.try_get(name)?,
                    Row::Postgres(row) => row.try_get(name)?,
                })
            }
        }
    )*};
}
plain!(String, i64, bool, Vec<u8>);

macro_rules! parsed {
    ($($type:ty),* $(,)?) => {$(
        impl Column for $type {
            fn read(row: &Row, name: &str) -> Result<Self, StoreError> {
                let text = String::read(row, name)?;
                <$type>::from_str(&text).map_err(|_| StoreError::corrupt(format!("{name} is {text:?}")))
            }
        }
    )*};
}
parsed!(
    uuid::Uuid,
    model::ServerId,
    model::StackId,
    model::GroupId,
    model::KeyId,
    model::UserId,
    model::RunId,
    model::PlanId,
    model::ProfileId,
    model::StepId,
    model::AuditId,
    model::ChangeId,
    model::InstanceId,
    model::Role,
    model::Account,
    model::Transport,
    model::Criticality,
    model::StackKind,
    model::HostKeyState,
    model::Reach,
    model::Status,
    model::facts::RebootNeed,
);

impl Column for Timestamp {
    fn read(row: &Row, name: &str) -> Result<Self, StoreError> {
        i64::read(row, name).map(Self::from_micros)
    }
}

macro_rules! narrowed {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn read(row: &Row, name: &str) -> Result<Self, StoreError> {
                let wide = i64::read(row, name)?;
                Self::try_from(wide).map_err(|_| StoreError::corrupt(format!("{name} is {wide}")))
            }
        }
    )*};
}
narrowed!(u64, u32, u16);

impl<T: Column> Column for Option<T> {
    fn read(row: &Row, name: &str) -> Result<Self, StoreError> {
        if row.is_null(name)? {
            Ok(None)
        } else {
            T::read(row, name).map(Some)
        }
    }
}
