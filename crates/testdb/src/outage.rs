//! A database that is away for a while, as it is for a process that uses it.

use crate::PostgresDatabase;
use crate::cluster::Cluster;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// How PostgreSQL is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outage {
    /// Shut down: connections end, and new ones are refused.
    Stopped,
    /// Every process of it is stopped: connections stay, and nothing is answered.
    Paused,
}

/// PostgreSQL is away, with every database of this test process, until this is given back or dropped.
#[derive(Debug)]
pub struct Away {
    cluster: &'static Cluster,
    how: Outage,
}

impl PostgresDatabase {
    /// Takes PostgreSQL away. Takes a while, as giving it back does: call both off the async threads.
    ///
    /// # Panics
    /// When PostgreSQL does not do as it is told.
    pub fn take_away(&self, how: Outage) -> Away {
        let cluster = self.0.cluster();
        cluster.does(match how {
            Outage::Stopped => "stop",
            Outage::Paused => "pause",
        });
        Away { cluster, how }
    }
}

impl Away {
    /// Gives it back, and returns when it answers.
    pub fn give_back(self) {
        drop(self);
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        self.cluster.does(match self.how {
            Outage::Stopped => "start",
            Outage::Paused => "resume",
        });
        self.cluster.answers();
    }
}

/// A SQLite file that is locked by a transaction of another process than the one that uses it: this one.
#[derive(Debug)]
pub struct Locked(SqliteConnection);

impl Locked {
    /// Waits for the lock and takes it.
    ///
    /// # Panics
    /// When it is not to be had within a minute.
    pub async fn take(file: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .busy_timeout(Duration::from_secs(60));
        let mut conn = SqliteConnection::connect_with(&options)
            .await
            .expect("the file can be opened");
        sqlx::query("BEGIN EXCLUSIVE")
            .execute(&mut conn)
            .await
            .expect("the lock is to be had");
        Self(conn)
    }

    /// Lets it go.
    ///
    /// # Panics
    /// When SQLite refuses.
    pub async fn let_go(mut self) {
        sqlx::query("ROLLBACK")
            .execute(&mut self.0)
            .await
            .expect("a transaction can be undone");
        self.0.close().await.expect("the file can be closed");
    }
}
