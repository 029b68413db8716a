//! The check *fingerprint*: asks a server for its host keys, without logging in to it.

use crate::desk::{Desk, NotBegun};
use crate::look;
use async_trait::async_trait;
use engine::{Ended, RunContext, RunKind, outcome};
use model::{CheckKind, RunId};
use std::sync::Arc;
use std::time::Duration;
use store::{FingerprintRecord, Offer};
use world::Target;

/// The check *fingerprint*.
pub(crate) struct Fingerprint(pub(crate) Arc<Desk>);

#[async_trait]
impl RunKind for Fingerprint {
    fn name(&self) -> &'static str {
        CheckKind::Fingerprint.as_str()
    }

    fn version(&self) -> u32 {
        CheckKind::Fingerprint.version()
    }

    fn deadline(&self) -> Duration {
        Duration::from_secs(120)
    }

    fn width(&self) -> usize {
        32
    }

    async fn run(&self, context: RunContext) -> Ended {
        match self.ask(&context).await {
            Ok(ended) => ended,
            Err(error) => error.end(&context),
        }
    }
}

impl Fingerprint {
    async fn ask(&self, context: &RunContext) -> Result<Ended, NotBegun> {
        let desk = &self.0;
        let (_, target) = desk.target(context).await?;
        // The server itself is only asked for its keys; jump hosts on the way keep their log-in.
        let target = Target {
            login: None,
            ..target
        };
        let offered = tokio::select! {
            offered = desk.shell.offered_keys(&target, look::SHORT) => offered,
            () = context.cancel.cancelled() => return Ok(Ended::plain(outcome::CANCELLED)),
        };
        let (offer, ended) = match offered {
            Ok(keys) => {
                let said = format!("The server has {} host keys.", keys.len());
                (Offer::Keys(keys), Ended::new("seen", said))
            }
            Err(error) => {
                let said = format!("{} {}", error.reach.sentence(), error.detail);
                (
                    Offer::Failed {
                        reach: error.reach,
                        detail: error.detail,
                    },
                    Ended::new(outcome::FAILED, said),
                )
            }
        };
        let record = FingerprintRecord {
            run: RunId::from_uuid(context.id),
            epoch: context.epoch,
            server: target.server,
            at: desk.clock.now(),
            offer,
        };
        let written = desk.store.record_fingerprint(record).await?;
        Ok(if written {
            ended
        } else {
            Ended::plain(outcome::CANCELLED)
        })
    }
}
