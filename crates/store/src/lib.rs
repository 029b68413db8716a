//! Everything that outlives the process, on SQLite or PostgreSQL through one code path. This is the only crate that
//! names a database.
//!
//! - [`Store`] reads; [`Store::write`] hands out a [`Tx`], which writes. What belongs together is written in one
//!   transaction: a change, its audit row, the checks it asks for.
//! - Every commit that touched something a page shows leaves a hint ([`Store::hints`]).
//! - Leases go by the database's own clock (the view `clock`); every other time is an argument.
//! - One file per aggregate, its statements at the top. Both databases get the same text, except in `db::dialect`.

mod audit;
mod backup;
mod changes;
mod components;
mod contents;
mod db;
mod error;
mod facts;
mod group_care;
mod groups;
mod host_keys;
mod invitations;
mod keys;
mod leases;
mod live;
mod people;
mod place;
mod plans;
mod previews;
mod profiles;
mod retention;
mod runs;
mod schema;
mod seal;
mod servers;
mod sessions;
mod settings;
mod sql;
mod stacks;
mod steps;
mod store;
mod surveys;
mod trends;
mod tx;
mod zipped;

pub use audit::{AuditRecord, NewAudit};
pub use backup::{BackupError, BackupKey, BackupMade, Restored, RestoredKey, backup, restore};
pub use changes::{Change, NewChange};
pub use error::{Conflict, OpenError, StoreError};
pub use facts::{Attempt, Recorded, ScanRecord, StoredFacts};
pub use group_care::GroupSettings;
pub use groups::Group;
pub use host_keys::{FingerprintRecord, KnownHostKey, Offer};
pub use keys::{NewKey, StoredKey};
pub use live::{Hint, Hints};
pub use people::{Credentials, Person};
pub use place::Place;
pub use plans::{NewPlan, StoredPlan};
pub use previews::{Awaited, Preview};
pub use profiles::Profile;
pub use retention::{Pruned, Retention};
pub use runs::{Cancelled, CheckRecord, Enqueued, NewCheck, RunState};
pub use schema::SchemaColumn;
pub use seal::{SealError, Sealer, Slot};
pub use servers::{Need, RebootsFound, Server, ServerFields, ServersFound, Target, TargetLogin, TileCounts};
pub use sessions::StoredSession;
pub use stacks::{StackFields, StackTotals};
pub use steps::{
    Asked, Behind, LOG_KEPT, LaneRecord, LaneStep, LogMark, LogPart, NewRun, OutOfService, RunEventRecord,
    RunFilter, RunPage, RunRecord, Standing, StepRecord, WaveRecord,
};
pub use store::Store;
pub use surveys::SurveyRecord;
pub use trends::Trend;
pub use tx::Tx;

/// Every statement of every module, for the test that prepares them all.
fn statements() -> impl Iterator<Item = &'static sql::Statement> {
    [
        audit::STATEMENTS,
        backup::STATEMENTS,
        changes::STATEMENTS,
        components::STATEMENTS,
        db::dialect::STATEMENTS,
        facts::RECORD_STATEMENTS,
        facts::READ_STATEMENTS,
        group_care::STATEMENTS,
        groups::STATEMENTS,
        host_keys::STATEMENTS,
        host_keys::OFFER_STATEMENTS,
        invitations::STATEMENTS,
        keys::STATEMENTS,
        leases::STATEMENTS,
        live::STATEMENTS,
        people::STATEMENTS,
        plans::STATEMENTS,
        previews::STATEMENTS,
        profiles::STATEMENTS,
        retention::STATEMENTS,
        runs::CHECKS_STATEMENTS,
        runs::ENQUEUE_STATEMENTS,
        runs::QUEUE_STATEMENTS,
        servers::EDIT_STATEMENTS,
        servers::DUE_STATEMENTS,
        servers::LIST_STATEMENTS,
        servers::REBOOTS_STATEMENTS,
        servers::TARGET_STATEMENTS,
        servers::TILES_STATEMENTS,
        sessions::STATEMENTS,
        settings::STATEMENTS,
        stacks::STATEMENTS,
        steps::ASK_STATEMENTS,
        steps::CLAIM_STATEMENTS,
        steps::ENDS_STATEMENTS,
        steps::ENQUEUE_STATEMENTS,
        steps::EVENTS_STATEMENTS,
        steps::HISTORY_STATEMENTS,
        steps::LOAD_STATEMENTS,
        steps::LOGS_STATEMENTS,
        steps::MATRIX_STATEMENTS,
        steps::MOVES_STATEMENTS,
        steps::NEWS_STATEMENTS,
        steps::SERVICE_STATEMENTS,
        store::STATEMENTS,
        surveys::STATEMENTS,
        trends::STATEMENTS,
        tx::STATEMENTS,
    ]
    .into_iter()
    .flatten()
}
