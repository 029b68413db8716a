//! Migrations, built into the binary. The same number and name on both databases; a test holds this list to the
//! files and compares both schemas.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

macro_rules! migrations {
    ($(($version:literal, $name:literal)),* $(,)?) => {
        /// Version and name of every migration.
        pub(crate) const MIGRATIONS: &[(i64, &str)] = &[$(($version, $name)),*];
        const SQLITE: &[&str] = &[$(include_str!(concat!("../../../../migrations/sqlite/", $name, ".sql"))),*];
        const POSTGRES: &[&str] = &[$(include_str!(concat!("../../../../migrations/postgres/", $name, ".sql"))),*];
    };
}

migrations! {
    (1, "0001_foundation"),
    (2, "0002_runs"),
    (3, "0003_previews"),
    (4, "0004_log_times"),
}

/// Which of the two sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The migrator for one of the databases.
pub(crate) fn migrator(dialect: Dialect) -> Migrator {
    let texts = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    };
    let migrations = MIGRATIONS
        .iter()
        .zip(texts.iter().copied())
        .map(|((version, name), text)| {
            Migration::new(
                *version,
                (*name).into(),
                MigrationType::Simple,
                text.into_sql_str(),
                false,
            )
        });
    Migrator::with_migrations(migrations.collect())
}

/// What a failed migration means to whoever starts Drydock.
pub(crate) fn explain(error: MigrateError) -> crate::OpenError {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => crate::OpenError::Newer,
        other => crate::OpenError::Migration(other.into()),
    }
}
