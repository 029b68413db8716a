//! A server as lists and its own page show it.

use crate::StoreError;
use crate::sql::Row;
use model::facts::{Counts, RebootNeed};
use model::{
    Account, Criticality, Endpoint, GroupId, Reach, ServerId, StackId, Status, Timestamp, Transport,
};

/// A server: what a person entered, and the summary of what was last seen. Status and reason are those of the time
/// it was read at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Where and how it is reached.
    pub endpoint: Endpoint,
    /// The name of the jump host.
    pub jump_name: Option<String>,
    /// The name of the key.
    pub key_name: Option<String>,
    /// What the account may do.
    pub account: Account,
    /// Which adapter speaks to it.
    pub transport: Transport,
    /// Its stack, id and name.
    pub stack: Option<(StackId, String)>,
    /// Its group, id and name.
    pub group: Option<(GroupId, String)>,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// When it was added.
    pub created_at: Timestamp,
    /// How the last attempt ended.
    pub reach: Reach,
    /// What exactly the last failed attempt said.
    pub reach_detail: Option<String>,
    /// When the last attempt ended.
    pub tried_at: Option<Timestamp>,
    /// When facts were last read.
    pub seen_at: Option<Timestamp>,
    /// When the next scheduled scan is due.
    pub next_scan_at: Option<Timestamp>,
    /// Its status.
    pub status: Status,
    /// That status in one sentence.
    pub reason: String,
    /// Pending updates; `None` is unknown.
    pub counts: Option<Counts>,
    /// The reboot verdict.
    pub reboot: RebootNeed,
    /// Since when the server itself asks for a reboot.
    pub reboot_since: Option<Timestamp>,
    /// The operating system.
    pub os: Option<String>,
    /// The running kernel.
    pub kernel: Option<String>,
    /// Ports that listen on every address.
    pub open_ports: Option<u32>,
    /// Whether a check of it is queued or running.
    pub checking: bool,
}

/// The columns of [`Server`], from `servers s` joined with its stack `st`, group `g`, jump host `j` and key `k`.
macro_rules! columns {
    () => {
        "s.id, s.name, s.host, s.port, s.login_user, s.account, s.transport, s.jump_id, j.name AS jump_name,
         s.key_id, k.name AS key_name, s.stack_id, st.name AS stack_name, s.group_id, g.name AS group_name,
         s.criticality, s.created_at, s.reach, s.reach_detail, s.tried_at, s.seen_at, s.next_scan_at, s.status,
         s.reason, s.trusted_until, s.security, s.other, s.held, s.kept_back, s.phased, s.security_not_ready,
         s.reboot, s.reboot_since, s.os, s.kernel, s.open_ports,
         EXISTS (SELECT 1 FROM runs r WHERE r.subject = s.id AND r.state <> 'ended') AS checking"
    };
}

/// The joins that [`columns`] needs.
macro_rules! joins {
    () => {
        " LEFT JOIN stacks st ON st.id = s.stack_id LEFT JOIN server_groups g ON g.id = s.group_id
          LEFT JOIN servers j ON j.id = s.jump_id LEFT JOIN ssh_keys k ON k.id = s.key_id "
    };
}

pub(super) use {columns, joins};

/// Reads a row of [`columns`] as of `now`.
pub(super) fn server(row: &Row, now: Timestamp) -> Result<Server, StoreError> {
    let seen_at: Option<Timestamp> = row.get("seen_at")?;
    let trusted_until: Option<Timestamp> = row.get("trusted_until")?;
    let (status, reason) = model::status_at(
        row.get("status")?,
        row.get("reason")?,
        trusted_until,
        seen_at,
        now,
    );
    Ok(Server {
        id: row.get("id")?,
        name: row.get("name")?,
        endpoint: Endpoint {
            host: row.get("host")?,
            port: row.get("port")?,
            user: row.get("login_user")?,
            jump: row.get("jump_id")?,
            key: row.get("key_id")?,
        },
        jump_name: row.get("jump_name")?,
        key_name: row.get("key_name")?,
        account: row.get("account")?,
        transport: row.get("transport")?,
        stack: named(row, "stack_id", "stack_name")?,
        group: named(row, "group_id", "group_name")?,
        criticality: row.get("criticality")?,
        created_at: row.get("created_at")?,
        reach: row.get("reach")?,
        reach_detail: row.get("reach_detail")?,
        tried_at: row.get("tried_at")?,
        seen_at,
        next_scan_at: row.get("next_scan_at")?,
        status,
        reason,
        counts: counts(row)?,
        reboot: row.get("reboot")?,
        reboot_since: row.get("reboot_since")?,
        os: row.get("os")?,
        kernel: row.get("kernel")?,
        open_ports: row.get("open_ports")?,
        checking: row.get("checking")?,
    })
}

fn named<T: crate::sql::Column>(row: &Row, id: &str, name: &str) -> Result<Option<(T, String)>, StoreError> {
    let id: Option<T> = row.get(id)?;
    Ok(id.zip(row.get(name)?))
}

fn counts(row: &Row) -> Result<Option<Counts>, StoreError> {
    let Some(security) = row.get("security")? else {
        return Ok(None);
    };
    Ok(Some(Counts {
        security,
        other: row.get("other")?,
        held: row.get("held")?,
        kept_back: row.get("kept_back")?,
        phased: row.get("phased")?,
        security_not_ready: row.get("security_not_ready")?,
    }))
}
