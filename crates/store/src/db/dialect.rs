//! Where the two databases differ. Everything else is one text and one code path.

use crate::error::Conflict;
use crate::sql::Statement;
use sqlx::error::{DatabaseError, ErrorKind};

macro_rules! take {
    () => {
        "UPDATE runs SET state = 'running', owner = $1, epoch = epoch + 1, attempt = attempt + 1,
            lease_until = (SELECT now FROM clock) + $2, deadline = (SELECT now FROM clock) + $3,
            started_at = (SELECT now FROM clock)
         WHERE id IN (SELECT id FROM due)
         RETURNING id, kind, v, params, subject, epoch, attempt, deadline, asked_at"
    };
}

macro_rules! claim_queued {
    ($lock:literal) => {
        concat!(
            "WITH due AS MATERIALIZED (SELECT id FROM runs WHERE state = 'queued' AND kind = $4 AND v <= $5
                AND not_before <= (SELECT now FROM clock) AND attempt < $7
                ORDER BY priority DESC, not_before, id LIMIT $6 ",
            $lock,
            ") ",
            take!()
        )
    };
}

macro_rules! claim_expired {
    ($lock:literal) => {
        concat!(
            "WITH due AS MATERIALIZED (SELECT id FROM runs WHERE state = 'running' AND kind = $4 AND v <= $5
                AND lease_until < (SELECT now FROM clock) AND attempt < $7 AND owner <> $1
                ORDER BY lease_until, id LIMIT $6 ",
            $lock,
            ") ",
            take!()
        )
    };
}

/// Declares statements whose text differs, and lists them.
macro_rules! differing {
    ($($(#[$doc:meta])* $name:ident = { sqlite: $sqlite:expr, postgres: $postgres:expr $(,)? };)*) => {
        $($(#[$doc])* pub(crate) const $name: Statement =
            Statement::new(concat!(module_path!(), "::", stringify!($name)), $sqlite, $postgres);)*
        /// Every statement of this module.
        pub(crate) const STATEMENTS: &[Statement] = &[$($name),*];
    };
}

differing! {
    /// Queued runs of one kind that are due; $1 owner, $2 lease µs, $3 deadline µs, $4 kind, $5 version, $6 limit,
    /// $7 attempts at most.
    CLAIM_QUEUED = {
        sqlite: claim_queued!(""),
        postgres: claim_queued!("FOR UPDATE SKIP LOCKED"),
    };
    /// Runs of one kind whose lease has passed; as above.
    CLAIM_EXPIRED = {
        sqlite: claim_expired!(""),
        postgres: claim_expired!("FOR UPDATE SKIP LOCKED"),
    };
    /// Wakes the listeners of other processes. SQLite has none.
    NOTIFY = {
        sqlite: "SELECT $1",
        postgres: "SELECT CAST(pg_notify('drydock', $1) AS TEXT)",
    };
    /// Lets one transaction at a time past this point until it ends. On SQLite there is only ever one.
    LOCK = {
        sqlite: "SELECT $1",
        postgres: "SELECT CAST(pg_advisory_xact_lock(hashtext($1)) AS TEXT)",
    };
    /// Every column of every table.
    COLUMNS = {
        sqlite: "SELECT t.name AS table_name, c.cid + 1 AS position, c.name AS column_name,
                CASE c.type WHEN 'BLOB' THEN 'bytes' ELSE lower(c.type) END AS kind,
                c.\"notnull\" = 0 AS nullable
            FROM sqlite_schema t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_sqlx_migrations'",
        postgres: "SELECT CAST(table_name AS TEXT) AS table_name, CAST(ordinal_position AS BIGINT) AS position,
                CAST(column_name AS TEXT) AS column_name,
                CASE data_type WHEN 'bytea' THEN 'bytes' ELSE CAST(data_type AS TEXT) END AS kind,
                is_nullable = 'YES' AS nullable
            FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name NOT IN ('_sqlx_migrations', 'clock')",
    };
}

/// What an error of the database means.
pub(crate) enum Judged {
    /// It collides with what is there.
    Conflict(Conflict),
    /// Not now.
    Unavailable,
    /// A mistake in a statement.
    Other,
}

/// Sorts a database's error by its code. SQLite says which index collided in its message only.
pub(crate) fn judge(error: &dyn DatabaseError) -> Judged {
    match error.kind() {
        ErrorKind::UniqueViolation => Judged::Conflict(collision(error)),
        ErrorKind::ForeignKeyViolation => Judged::Conflict(Conflict::Reference),
        ErrorKind::NotNullViolation | ErrorKind::CheckViolation => Judged::Conflict(Conflict::Rule),
        _ => {
            let code = error.code().unwrap_or_default();
            let away = if error
                .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .is_some()
            {
                // Connection trouble, resources, shutdown, deadlock and serialisation; read-only standby.
                ["08", "53", "57", "58"]
                    .iter()
                    .any(|class| code.starts_with(class))
                    || matches!(code.as_ref(), "40001" | "40P01" | "25006" | "55P03")
            } else {
                // The primary code is the low byte: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN.
                let primary = code.parse::<i64>().map(|code| code & 0xff).unwrap_or(0);
                matches!(primary, 5 | 6 | 7 | 8 | 10 | 13 | 14)
            };
            if away { Judged::Unavailable } else { Judged::Other }
        }
    }
}

fn collision(error: &dyn DatabaseError) -> Conflict {
    let name = error.constraint().unwrap_or_else(|| error.message());
    let known = [
        ("servers_name", Conflict::ServerName),
        ("stacks_name", Conflict::StackName),
        ("server_groups_name", Conflict::GroupName),
        ("ssh_keys_name", Conflict::KeyName),
        ("users_name", Conflict::PersonName),
        ("profiles_name", Conflict::ProfileName),
    ];
    known
        .into_iter()
        .find(|(index, _)| name.contains(index))
        .map_or(Conflict::Rule, |(_, conflict)| conflict)
}
