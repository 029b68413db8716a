//! Steps on a server: the texts, run by the shells of this machine where that changes nothing here, and the readers of
//! the answers.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod following;
mod here;
mod hostile;
mod keeping;
mod kept;
mod quoting;
mod reading;
mod running;
mod texts;
