//! From options to a plan: a draft at once, and surveys that turn it into a plan that may be run.

use super::not_yet;
use crate::{Actor, Error, Usecases};
use model::view::PreviewAsked;
use model::{PlanId, Right};

impl Usecases {
    /// Plans what is asked, at once, from what is known of the servers, and asks those servers what exactly would be
    /// installed whose answer is older than a few minutes or of other packages. Until they have answered the plan is a
    /// draft; [`Usecases::plan_page`] names the plan that takes its place.
    ///
    /// Why there is no plan (nothing to do, a group that would fall below its minimum) is a page, too: the id is then
    /// that of a plan without waves, with refusals.
    ///
    /// # Errors
    /// When the role does not allow it, or not the commands among the options; `Invalid` with every field that is not
    /// accepted; when there is no such stack or server.
    pub async fn preview(&self, actor: &Actor, asked: PreviewAsked) -> Result<PlanId, Error> {
        actor.needs(Right::Run)?;
        drop(asked);
        not_yet("preview")
    }
}
