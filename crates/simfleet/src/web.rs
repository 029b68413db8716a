//! A simulated server that Drydock asks by HTTP: it answers as long as none of its units has failed.

use crate::fault::Fault;
use crate::pace::SECOND;
use crate::shell::SimShell;
use async_trait::async_trait;
use std::time::Duration;
use world::{Get, Target, Web, WebError};

#[async_trait]
impl Web for SimShell {
    async fn get(&self, target: &Target, get: &Get, limit: Duration) -> Result<u16, WebError> {
        let host = get.host_from_here(target)?.to_owned();
        let no_answer = |why: &str| Err(WebError::NoAnswer(why.to_owned()));
        let asked = host.clone();
        let seen = self.with_world(target, move |world| world.sight(&asked)).await;
        let seen = seen.map_err(|error| WebError::NoAnswer(error.detail))?;
        let Some((sight, _)) = seen.filter(|(sight, _)| !sight.has(Fault::NameUnknown)) else {
            return no_answer(&format!("the name {host} cannot be resolved"));
        };
        let away = sight.state.down_until.since(sight.state.at);
        if sight.has(Fault::Down) || sight.spec.jump.is_some() || away > 5 * SECOND {
            self.run_out(limit).await;
            return Err(WebError::Late);
        }
        if sight.has(Fault::NoRoute) {
            return no_answer("no connection: no route to host");
        }
        let slowness = if sight.has(Fault::Slow) { 8 } else { 1 };
        if !self
            .pass(sight.spec.build(sight.seed).connect_ms * slowness, limit)
            .await
        {
            return Err(WebError::Late);
        }
        // What serves starts after sshd.
        if away > 0 {
            return no_answer("no connection: connection refused");
        }
        Ok(if sight.state.failed_units.is_empty() {
            200
        } else {
            502
        })
    }
}
