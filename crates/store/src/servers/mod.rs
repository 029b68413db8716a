//! Servers: their configuration, the columns that lists need of their facts, and how to reach them.

mod due;
mod edit;
mod list;
mod reboots;
mod row;
mod target;
mod tiles;

pub(crate) use due::STATEMENTS as DUE_STATEMENTS;
pub(crate) use edit::STATEMENTS as EDIT_STATEMENTS;
pub use edit::ServerFields;
pub(crate) use list::STATEMENTS as LIST_STATEMENTS;
pub use list::ServersFound;
pub use reboots::RebootsFound;
pub(crate) use reboots::STATEMENTS as REBOOTS_STATEMENTS;
pub use row::Server;
pub(crate) use target::STATEMENTS as TARGET_STATEMENTS;
pub use target::{Target, TargetLogin};
pub(crate) use tiles::STATEMENTS as TILES_STATEMENTS;
pub use tiles::{Need, TileCounts};

/// SQL for what a server's status is now: what was true once is unknown after `trusted_until`. $1 is now.
macro_rules! status_now {
    () => {
        "(CASE WHEN s.trusted_until IS NOT NULL AND s.trusted_until < $1 THEN 'unknown' ELSE s.status END)"
    };
}

/// SQL for the order of statuses, worst first. $1 is now.
macro_rules! worst_first {
    () => {
        concat!(
            "(CASE ",
            crate::servers::status_now!(),
            " WHEN 'failed' THEN 0 WHEN 'waiting' THEN 1 WHEN 'attention' THEN 2 WHEN 'unknown' THEN 3
              WHEN 'running' THEN 4 ELSE 5 END)"
        )
    };
}

/// SQL for the condition of one tile, on the server `s`. $1 is now.
macro_rules! tile {
    (reboot) => {
        "(s.reboot = 'yes')"
    };
    (security) => {
        "(COALESCE(s.security, 0) + COALESCE(s.security_not_ready, 0) > 0)"
    };
    (unreachable) => {
        "(s.reach NOT IN ('never_reported', 'key_unconfirmed', 'reached', 'unsupported'))"
    };
    (never_reported) => {
        "(s.seen_at IS NULL)"
    };
    (drift) => {
        "(s.group_id IN (SELECT id FROM server_groups WHERE drifts))"
    };
    (running) => {
        "(s.id IN (SELECT subject FROM runs WHERE state = 'running'))"
    };
    (waiting) => {
        "(s.reach IN ('key_unconfirmed', 'key_changed'))"
    };
    (unknown) => {
        concat!(
            "(s.seen_at IS NOT NULL AND ",
            crate::servers::status_now!(),
            " = 'unknown')"
        )
    };
}

use worst_first;
pub(crate) use {status_now, tile};
