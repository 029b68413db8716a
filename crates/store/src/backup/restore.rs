//! Restoring a backup into an empty data folder. What is restored is another instance: what was under way is over,
//! nobody is logged in, and nothing happens by itself until somebody says so.

use super::make::{draft_of, make_private};
use super::{BackupError, KEY, MADE_AT};
use crate::db::folder::{DATABASE, DataFolder, SECRET_KEY};
use crate::db::migrations::{Dialect, explain, migrator};
use crate::db::sqlite;
use crate::sql::{Conn, statements, values};
use crate::{SealError, seal, settings};
use model::InstanceId;
use secrecy::SecretString;
use sqlx::Connection as _;
use std::fs;
use std::path::Path;

statements! {
    END_RUNS = "UPDATE runs SET state = 'ended', outcome = 'restored', owner = NULL, lease_until = NULL,
            ended_at = (SELECT now FROM clock)
        WHERE state <> 'ended' AND light";
    // What was under way may have gone on without this database: a person looks first.
    PAUSE_RUNS = "UPDATE runs SET state = 'paused', owner = NULL, lease_until = NULL,
            why = 'It was open when a backup was restored.',
            wants = CASE wants WHEN 'pause' THEN 'none' ELSE wants END
        WHERE state <> 'ended' AND NOT light";
    // So that this instance's numbers are higher than any that the lost one gave out.
    RAISE_FENCE = "UPDATE counters SET value = value + 4294967296 WHERE name = 'fence'";
    END_SESSIONS = "DELETE FROM sessions";
    END_INVITATIONS = "DELETE FROM invitations";
    END_LEASES = "DELETE FROM leases";
    END_HINTS = "DELETE FROM hints";
    AUDIT = "INSERT INTO audit (id, at, who, action, what, done)
        VALUES ($1, (SELECT now FROM clock), 'terminal', 'instance.restore', $2, TRUE)";
}

/// A restored database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The new instance's id.
    pub instance: InstanceId,
    /// When the backup was made, in microseconds UTC.
    pub made_at: i64,
    /// Open runs that were ended.
    pub runs_ended: u64,
    /// Where the secret key is.
    pub key: RestoredKey,
}

/// Where the secret key of a restored database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoredKey {
    /// It was in the backup and is in the folder now.
    FromBackup,
    /// It was in the folder already.
    InPlace,
    /// Nowhere: `secret.key` has to be put into the folder before Drydock is started.
    Missing,
}

/// Restores `file` into the data folder `folder`, which has no database yet. With a passphrase the secret key is
/// taken from the backup, too.
///
/// # Errors
/// [`BackupError`]; then the folder has no database.
pub async fn restore(
    file: &Path,
    folder: &Path,
    passphrase: Option<SecretString>,
) -> Result<Restored, BackupError> {
    if !file.is_file() {
        return Err(BackupError::NotABackup(file.to_owned()));
    }
    let _owned = DataFolder::own(folder)?;
    let (database, key_file) = (folder.join(DATABASE), folder.join(SECRET_KEY));
    if database.exists() {
        return Err(BackupError::NotEmpty(folder.to_owned()));
    }
    let draft = draft_of(&database);
    let done = async {
        copy(file, &draft)?;
        let (restored, sealed) = make_new_instance(file, &draft).await?;
        let key = put_key(&key_file, sealed, passphrase).await?;
        fs::rename(&draft, &database)
            .and_then(|()| fs::File::open(folder)?.sync_all())
            .map_err(|source| BackupError::File {
                path: database.clone(),
                source,
            })?;
        Ok(Restored { key, ..restored })
    };
    let done = done.await;
    if done.is_err() {
        // The draft is worth nothing; that it may not be there is no news.
        drop(fs::remove_file(&draft));
    }
    done
}

fn copy(file: &Path, draft: &Path) -> Result<(), BackupError> {
    let copied = make_private(draft).and_then(|()| {
        std::io::copy(
            &mut fs::File::open(file)?,
            &mut fs::OpenOptions::new().write(true).open(draft)?,
        )
        .map(drop)
    });
    copied.map_err(|source| BackupError::File {
        path: draft.to_owned(),
        source,
    })
}

/// Brings the copy up to date and makes it an instance of its own. Returns the sealed key that it carried.
async fn make_new_instance(file: &Path, draft: &Path) -> Result<(Restored, Option<String>), BackupError> {
    let damaged = || BackupError::NotABackup(file.to_owned());
    let mut raw = sqlite::connect_file(draft).await.map_err(|_| damaged())?;
    let checked: Result<String, _> = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut raw)
        .await;
    let marked: Result<Option<String>, _> = sqlx::query_scalar("SELECT value FROM settings WHERE key = $1")
        .bind(MADE_AT)
        .fetch_optional(&mut raw)
        .await;
    let (Ok("ok"), Ok(Some(made_at))) = (checked.as_deref(), marked) else {
        return Err(damaged());
    };
    let made_at: i64 = made_at.parse().map_err(|_| damaged())?;
    migrator(Dialect::Sqlite)
        .run_direct(None, &mut raw, false)
        .await
        .map_err(explain)?;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut raw).await?;
    let mut conn = Conn::Sqlite(raw);
    let sealed = match conn.first(&settings::GET, values![KEY]).await? {
        Some(row) => Some(row.get("value")?),
        None => None,
    };
    let old: String = conn
        .one(&settings::GET, values![settings::INSTANCE])
        .await?
        .get("value")?;
    for (key, value) in [(MADE_AT, None), (KEY, None)].into_iter().chain(new_settings()?) {
        match value {
            None => conn.run(&settings::REMOVE, values![key]).await?,
            Some(value) => conn.run(&settings::SET, values![key, value]).await?,
        };
    }
    let instance = conn
        .one(&settings::GET, values![settings::INSTANCE])
        .await?
        .get::<String>("value")?;
    let instance: InstanceId = serde_json::from_str(&instance).map_err(|_| damaged())?;
    let runs_ended = conn.run(&END_RUNS, vec![]).await?;
    for statement in [
        PAUSE_RUNS,
        RAISE_FENCE,
        END_SESSIONS,
        END_INVITATIONS,
        END_LEASES,
        END_HINTS,
    ] {
        conn.run(&statement, vec![]).await?;
    }
    let what = format!("A backup of the instance {} was restored.", old.trim_matches('"'));
    conn.run(&AUDIT, values![uuid::Uuid::now_v7(), what]).await?;
    if let Conn::Sqlite(mut raw) = conn {
        sqlx::query("COMMIT").execute(&mut raw).await?;
        raw.close().await?;
    }
    Ok((
        Restored {
            instance,
            made_at,
            runs_ended,
            key: RestoredKey::Missing,
        },
        sealed,
    ))
}

/// What a restored instance is set to.
fn new_settings() -> Result<[(&'static str, Option<String>); 2], crate::StoreError> {
    let json = |value: &str| serde_json::to_string(value).map_err(crate::StoreError::internal);
    let reason = "This Drydock was restored from a backup. Look it over, then switch the schedule on.";
    Ok([
        (
            settings::INSTANCE,
            Some(json(&settings::new_instance().to_string())?),
        ),
        (settings::SCHEDULER_OFF, Some(json(reason)?)),
    ])
}

async fn put_key(
    key_file: &Path,
    sealed: Option<String>,
    passphrase: Option<SecretString>,
) -> Result<RestoredKey, BackupError> {
    match (sealed, passphrase) {
        (Some(sealed), Some(passphrase)) => {
            let open = tokio::task::spawn_blocking(move || seal::open_with(&passphrase, &sealed));
            let text = open.await.map_err(crate::StoreError::internal)??;
            if key_file.exists() {
                let kept = fs::read_to_string(key_file).map_err(|source| BackupError::File {
                    path: key_file.to_owned(),
                    source,
                })?;
                let same = kept.trim() == text.trim();
                return if same {
                    Ok(RestoredKey::InPlace)
                } else {
                    Err(SealError::File {
                        path: key_file.to_owned(),
                        source: std::io::Error::new(
                            std::io::ErrorKind::AlreadyExists,
                            "there is another key in the folder: move it away first",
                        ),
                    }
                    .into())
                };
            }
            seal::write_text(key_file, &text)?;
            Ok(RestoredKey::FromBackup)
        }
        (None, Some(_)) => Err(BackupError::NoKey),
        (_, None) if key_file.exists() => Ok(RestoredKey::InPlace),
        (_, None) => Ok(RestoredKey::Missing),
    }
}
