//! Asking for checks.

use crate::{Actor, Error, Usecases};
use model::{CheckKind, NoParams, Right, ScanParams, ServerId, Timestamp};
use store::NewCheck;

/// What a person waits for goes before what the schedule asked for.
const ASKED: i64 = 10;
const SCHEDULED: i64 = 0;

impl Usecases {
    /// Asks for a scan of each server, with fresh package lists. One that is open already is joined.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such server.
    pub async fn scan(&self, actor: &Actor, servers: Vec<ServerId>) -> Result<u32, Error> {
        actor.needs(Right::Check)?;
        let refresh_older_than_secs = self.settings.refresh_lists_after_secs;
        let checks = servers
            .into_iter()
            .map(|server| self.scan_of(server, refresh_older_than_secs, Some(&actor.name), None))
            .collect();
        self.enqueue(checks).await
    }

    /// Asks a server for its host keys.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such server.
    pub async fn fingerprint(&self, actor: &Actor, server: ServerId) -> Result<(), Error> {
        actor.needs(Right::Check)?;
        self.enqueue(vec![self.check_of(CheckKind::Fingerprint, server, &actor.name)])
            .await
            .map(drop)
    }

    /// Tests the log-in to a server and what the account may do there.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such server.
    pub async fn probe(&self, actor: &Actor, server: ServerId) -> Result<(), Error> {
        actor.needs(Right::Check)?;
        self.enqueue(vec![self.check_of(CheckKind::Probe, server, &actor.name)])
            .await
            .map(drop)
    }

    async fn enqueue(&self, checks: Vec<NewCheck>) -> Result<u32, Error> {
        let asked = self.store.enqueue(checks).await?.len();
        Ok(u32::try_from(asked).unwrap_or(u32::MAX))
    }

    /// A scan that somebody, or the schedule (`by` is `None`), asks for.
    pub(crate) fn scan_of(
        &self,
        server: ServerId,
        refresh_older_than_secs: u32,
        by: Option<&str>,
        not_before: Option<Timestamp>,
    ) -> NewCheck {
        let params = ScanParams {
            refresh_older_than_secs,
        };
        NewCheck {
            kind: CheckKind::Scan.as_str().to_owned(),
            v: CheckKind::Scan.version(),
            server: Some(server),
            params: to_json(&params),
            priority: if by.is_some() { ASKED } else { SCHEDULED },
            not_before,
            asked_by: by.map(str::to_owned),
        }
    }

    /// A probe or a fingerprint that a person asks for.
    pub(crate) fn check_of(&self, kind: CheckKind, server: ServerId, by: &str) -> NewCheck {
        NewCheck {
            kind: kind.as_str().to_owned(),
            v: kind.version(),
            server: Some(server),
            params: to_json(&NoParams {}),
            priority: ASKED,
            not_before: None,
            asked_by: Some(by.to_owned()),
        }
    }
}

/// Parameters are plain structs of numbers and strings, which JSON can always say.
fn to_json<T: serde::Serialize>(params: &T) -> String {
    serde_json::to_string(params).unwrap_or_default()
}
