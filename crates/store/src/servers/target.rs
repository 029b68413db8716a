//! How a server is reached: address, account, opened key, pinned host keys, and the same of every jump host.

use super::edit::JUMPS_MAX;
use crate::sql::{Conn, statements, values};
use crate::{Conflict, Store, StoreError};
use model::{Account, HostKey, ServerId, Transport};
use secrecy::SecretString;

statements! {
    // A row per pinned key; one row with none when there is no key.
    SERVER = "SELECT s.name, s.transport, s.host, s.port, s.login_user, s.account, s.jump_id, s.key_id, k.private,
            h.algorithm, h.base64, h.fingerprint
        FROM servers s LEFT JOIN ssh_keys k ON k.id = s.key_id
            LEFT JOIN host_keys h ON h.server_id = s.id AND h.state = 'pinned'
        WHERE s.id = $1 ORDER BY h.algorithm, h.base64";
}

/// Everything an adapter needs to speak to a server.
#[derive(Debug, Clone)]
pub struct Target {
    /// Which server.
    pub server: ServerId,
    /// Its name.
    pub name: String,
    /// Which adapter.
    pub transport: Transport,
    /// DNS name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The account.
    pub user: String,
    /// What the account may do.
    pub account: Account,
    /// How to log in; a simulated server has no key.
    pub login: Option<TargetLogin>,
    /// The pinned host keys.
    pub pinned: Vec<HostKey>,
    /// The jump host.
    pub jump: Option<Box<Target>>,
}

/// An opened key.
#[derive(Debug, Clone)]
pub struct TargetLogin {
    /// The private key in OpenSSH's format.
    pub private_key: SecretString,
}

impl Store {
    /// How a server is reached.
    ///
    /// # Errors
    /// [`StoreError::Seal`] when a key on the way cannot be opened.
    pub async fn target(&self, server: ServerId) -> Result<Option<Target>, StoreError> {
        let mut conn = self.read().await?;
        let mut way = Vec::new();
        let mut next = Some(server);
        while let Some(id) = next {
            // The nearest one may be gone; one further on cannot be, because it is referred to.
            let Some((target, jump)) = self.hop(&mut conn, id).await? else {
                return Ok(None);
            };
            way.push(target);
            if way.len() > JUMPS_MAX + 1 {
                return Err(StoreError::Conflict(Conflict::JumpLoop));
            }
            next = jump;
        }
        let whole = way.into_iter().rev().fold(None, |jump, mut target| {
            target.jump = jump;
            Some(Box::new(target))
        });
        Ok(whole.map(|target| *target))
    }

    async fn hop(
        &self,
        conn: &mut Conn,
        id: ServerId,
    ) -> Result<Option<(Target, Option<ServerId>)>, StoreError> {
        let rows = conn.all(&SERVER, values![id]).await?;
        let Some(row) = rows.first() else {
            return Ok(None);
        };
        let login = match (row.get("key_id")?, row.get::<Option<String>>("private")?) {
            (Some(key), Some(sealed)) => Some(TargetLogin {
                private_key: crate::keys::open(self.sealer(), key, &sealed)?,
            }),
            _ => None,
        };
        let mut pinned = Vec::new();
        for row in &rows {
            if row.get::<Option<String>>("algorithm")?.is_some() {
                pinned.push(crate::host_keys::key(row)?);
            }
        }
        let target = Target {
            server: id,
            name: row.get("name")?,
            transport: row.get("transport")?,
            host: row.get("host")?,
            port: row.get("port")?,
            user: row.get("login_user")?,
            account: row.get("account")?,
            login,
            pinned,
            jump: None,
        };
        Ok(Some((target, row.get("jump_id")?)))
    }
}
