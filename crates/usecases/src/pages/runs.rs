//! The list of runs.

use crate::deploy::not_yet;
use crate::{Actor, Error, Usecases};
use model::Right;
use model::view::{RunsAsked, RunsPage};

impl Usecases {
    /// One page of the runs that match, newest first.
    ///
    /// # Errors
    /// When the role does not allow it.
    pub async fn runs(&self, actor: &Actor, asked: RunsAsked) -> Result<RunsPage, Error> {
        actor.needs(Right::Read)?;
        drop(asked);
        not_yet("runs")
    }
}
