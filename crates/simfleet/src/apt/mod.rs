//! What apt and dpkg print, on any simulated server.

mod output;
mod size;
mod transaction;

pub(crate) use output::{Downloads, fetched, kernel_is_set_up, reading_database, unpacked};
pub(crate) use size::{file_name, said_bytes, size};
pub(crate) use transaction::{refused, simulated, source_of, summary};
