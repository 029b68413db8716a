//! Servers, stacks, groups, keys, host keys, and the checks that are asked of servers.

mod add;
mod checks;
mod edit;
mod host_keys;
mod import;
mod keys;
mod seed;
mod stacks;

pub use seed::{SeedServer, SeedStack};

/// The line for `authorized_keys`, with a comment that says whose key it is.
pub(crate) fn public_line(key: &store::StoredKey) -> String {
    remote::setup::authorized_keys(&format!("{} drydock-{}", key.public, key.name))
}
