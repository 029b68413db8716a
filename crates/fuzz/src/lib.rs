//! Fuzz targets for everything that reads what somebody else wrote: a server's answers, pasted files, the simulated
//! fleet's file. A target takes any bytes; it fails by panicking, or by not coming to an end.
//!
//! The same targets are run in two ways (docs/adr/0016): for seconds by `cargo test`, over the corpus and what a seeded
//! mutator makes of it, and for as long as one likes by `cargo xtask fuzz`, led by coverage.

#![allow(clippy::expect_used, reason = "a fuzz target ends at what must not happen")]

mod answers;
mod heads;
pub mod mutate;
mod pastes;
mod scans;
mod worlds;

use std::path::{Path, PathBuf};

/// Something that reads bytes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// Reads the bytes and panics at what must never be.
    pub run: fn(&[u8]),
    /// Words that its readers give a meaning to, for the mutator.
    pub words: &'static [&'static str],
    /// Folders of other tests' files that it begins with too, from `crates/`.
    pub beside: &'static [&'static str],
}

const DOCUMENTS: &str = "remote/tests/fixtures/documents";
const PASTES: &str = "imports/tests/fixtures";

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "scan_document",
        run: scans::document,
        words: scans::FRAME_WORDS,
        beside: &[DOCUMENTS],
    },
    Target {
        name: "scan_sections",
        run: scans::sections,
        words: scans::SECTION_WORDS,
        beside: &[DOCUMENTS],
    },
    Target {
        name: "step_answers",
        run: answers::all,
        words: answers::WORDS,
        beside: &[],
    },
    Target {
        name: "follow",
        run: answers::follow,
        words: answers::FOLLOW_WORDS,
        beside: &[],
    },
    Target {
        name: "ssh_config",
        run: pastes::ssh_config,
        words: pastes::SSH_WORDS,
        beside: &[PASTES],
    },
    Target {
        name: "inventory",
        run: pastes::inventory,
        words: pastes::INVENTORY_WORDS,
        beside: &[PASTES],
    },
    Target {
        name: "known_hosts",
        run: pastes::known_hosts,
        words: pastes::KNOWN_HOSTS_WORDS,
        beside: &[],
    },
    Target {
        name: "world_file",
        run: worlds::file,
        words: worlds::WORDS,
        beside: &[],
    },
    Target {
        name: "http_head",
        run: heads::head,
        words: heads::WORDS,
        beside: &[],
    },
    Target {
        name: "addresses",
        run: pastes::addresses,
        words: pastes::ADDRESS_WORDS,
        beside: &[],
    },
];

impl Target {
    /// The target of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// The folder of its own corpus. What once failed lies there, too.
    pub fn corpus(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(self.name)
    }

    /// Every input that it begins with, by name.
    ///
    /// # Errors
    /// When a folder or file cannot be read.
    pub fn seeds(&self) -> std::io::Result<Vec<(String, Vec<u8>)>> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let beside = self.beside.iter().map(|folder| crates.join(folder));
        let mut seeds = Vec::new();
        for folder in std::iter::once(self.corpus()).chain(beside) {
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                seeds.push((path.display().to_string(), std::fs::read(&path)?));
            }
        }
        seeds.sort();
        Ok(seeds)
    }
}
