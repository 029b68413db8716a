//! Where things lie: the checkout, the cache outside it, and what is built where.

use std::path::{Path, PathBuf};

use anyhow::Context;

/// How much is optimised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

impl Profile {
    /// The name of cargo's folder for this profile of the server.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Profile::Dev => "debug",
            Profile::Release => "release",
        }
    }
}

/// Folders of this checkout and of the cache.
pub(crate) struct Places {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// What is slow to make and may be kept between checkouts.
    pub(crate) cache: PathBuf,
    /// Cargo's target folder for the host.
    pub(crate) target: PathBuf,
}

impl Places {
    /// `DRYDOCK_CACHE` (default `~/.cache/drydock`) and `CARGO_TARGET_DIR` (default `target` in the cache).
    pub(crate) fn find() -> anyhow::Result<Self> {
        // Read when it runs: checkouts that share a target folder share this executable's name.
        let own = std::env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
        let root = Path::new(&own)
            .parent()
            .context("xtask lies outside a workspace")?
            .to_owned();
        let cache = match std::env::var_os("DRYDOCK_CACHE") {
            Some(cache) => PathBuf::from(cache),
            None => std::env::home_dir()
                .context("no home folder: set DRYDOCK_CACHE")?
                .join(".cache/drydock"),
        };
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), PathBuf::from);
        let target = root.join(target);
        std::fs::create_dir_all(&cache).with_context(|| format!("could not make {}", cache.display()))?;
        Ok(Places { root, cache, target })
    }

    /// The server's executable.
    pub(crate) fn server(&self, profile: Profile) -> PathBuf {
        self.target.join(profile.folder()).join("drydock")
    }

    /// The built front end. `server/build.rs` looks for it there.
    pub(crate) fn site(&self, profile: Profile) -> PathBuf {
        self.target.join(profile.folder()).join("site")
    }

    /// A program that npm installed.
    pub(crate) fn npm_program(&self, name: &str) -> PathBuf {
        self.root.join("node_modules/.bin").join(name)
    }
}
