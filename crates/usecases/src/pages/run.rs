//! One run's page, and what its live stream says.

use crate::deploy::not_yet;
use crate::{Actor, Error, Usecases};
use model::view::{RunNews, RunPage};
use model::{Right, RunId};
use tokio::sync::watch;

impl Usecases {
    /// A run with one page (from 1) of its matrix, of one wave or of all.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such run.
    pub async fn run_page(
        &self,
        actor: &Actor,
        run: RunId,
        wave: Option<u32>,
        page: u32,
    ) -> Result<RunPage, Error> {
        actor.needs(Right::Read)?;
        let _ = (run, wave, page);
        not_yet("run_page")
    }

    /// What moved in a run after event `after` ([`RunPage::seq`], then [`RunNews::seq`]). Asked again with the same
    /// number it says at least the same.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such run.
    pub async fn run_events(&self, actor: &Actor, run: RunId, after: i64) -> Result<RunNews, Error> {
        actor.needs(Right::Read)?;
        let _ = (run, after);
        not_yet("run_events")
    }

    /// Changes whenever something of the run was committed, events or log: then ask [`Usecases::run_events`], or for
    /// more of a log. May change without news.
    pub fn run_progress(&self, run: RunId) -> watch::Receiver<u64> {
        self.store.run_news(run)
    }
}
