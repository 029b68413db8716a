//! Proof: planned, before and after, per server.

use crate::deploy::not_yet;
use crate::{Actor, Error, Usecases};
use model::view::ProofPage;
use model::{Right, RunId};

impl Usecases {
    /// One page (from 1) of a run's proof. While the run goes on it is as far as the run is.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such run.
    pub async fn proof(&self, actor: &Actor, run: RunId, page: u32) -> Result<ProofPage, Error> {
        actor.needs(Right::Read)?;
        let _ = (run, page);
        not_yet("proof")
    }
}
