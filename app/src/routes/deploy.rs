//! The pages of the bundle *deploy*: what is to be done on a stack, as options and as plans.

use crate::pages::deploy::DeployPage;
use crate::pages::plans::PlanDetailPage;
use crate::pages::stacks::CarePage;

pages! {
    "/stacks/:id/deploy" => DeployPage,
    "/stacks/:id/care" => CarePage,
    "/plans/:id" => PlanDetailPage,
}
