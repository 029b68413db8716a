//! Stacks: the list, and one stack.

mod care;
mod deploy_menu;
mod fields;
mod list;
mod overview;
mod stack;

pub(crate) use care::CarePage;
pub(crate) use list::StacksListPage;
pub(crate) use stack::StackDetailPage;
