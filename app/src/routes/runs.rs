//! The pages of the bundle *runs*: what is and was done on servers, and which of them need a reboot.

use crate::pages::reboots::RebootsListPage;
use crate::pages::run::{ProofDetailPage, RunDetailPage};
use crate::pages::runs::RunsListPage;

pages! {
    "/runs" => RunsListPage,
    "/runs/:id" => RunDetailPage,
    "/runs/:id/proof" => ProofDetailPage,
    "/reboots" => RebootsListPage,
}
