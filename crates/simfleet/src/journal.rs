//! The world's file: appended to under a lock, synced before anything is acknowledged, read by any number of
//! processes at once.

use crate::command::Command;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Why the world's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The file could not be read or written.
    #[error("the simulated fleet's file {}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A line that is neither a command nor torn.
    #[error("line {line} of the simulated fleet's file {} is not a command: {why}", path.display())]
    Corrupt {
        /// Which file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// The file was made with another seed or layout than was asked for.
    #[error("the simulated fleet in {} was made with {found}; asked for was {asked}", path.display())]
    OtherWorld {
        /// Which file.
        path: PathBuf,
        /// What it was made with.
        found: String,
        /// What was asked for.
        asked: String,
    },
    /// A speed that is not a positive number.
    #[error("a simulated fleet cannot run at speed {0}: a positive number is needed")]
    BadSpeed(f64),
    /// A layout without servers, or with too many.
    #[error("a simulated fleet has 1 to {max} servers, not {0}", max = crate::layout::SCALE_MAX)]
    BadSize(u32),
    /// There is no such server in the world.
    #[error("the simulated fleet has no server with the address {0}")]
    NoSuchHost(String),
}

/// The file, and how far it has been read.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
    /// Behind the last whole line that was read.
    read_to: u64,
    lines: usize,
}

impl Journal {
    /// Opens the file, making an empty one (readable by its owner only) where there is none.
    pub(crate) fn open(path: &Path) -> Result<Self, WorldError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let io = |source| WorldError::Io {
            path: path.to_owned(),
            source,
        };
        let file = options.open(path).map_err(io)?;
        // A file that was just made must not be lost with its directory entry.
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(io)?;
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            read_to: 0,
            lines: 0,
        })
    }

    /// The commands that were appended since the last call, by whichever process, with the numbers of their lines. A last line without its newline is
    /// still being written, or torn: it is left alone.
    pub(crate) fn news(&mut self) -> Result<Vec<(usize, Command)>, WorldError> {
        let length = self.file.metadata().map_err(|source| self.io(source))?.len();
        if length <= self.read_to {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::new();
        self.file
            .seek(SeekFrom::Start(self.read_to))
            .and_then(|_| self.file.read_to_end(&mut bytes))
            .map_err(|source| self.io(source))?;
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        let mut commands = Vec::new();
        for line in bytes[..whole].split_inclusive(|byte| *byte == b'\n') {
            let number = self.lines + 1;
            let command =
                serde_json::from_slice(line).map_err(|error| self.corrupt(number, error.to_string()))?;
            commands.push((number, command));
            self.read_to += line.len() as u64;
            self.lines = number;
        }
        Ok(commands)
    }

    /// Appends the command that `decide` makes of the news, and syncs it. No other process appends in between.
    ///
    /// What is appended is not read here: the next [`Self::news`] brings it, as it does for other processes. After an
    /// error it may, or may not, have happened: other processes may have read it already, so it is not taken back.
    pub(crate) fn append<T>(
        &mut self,
        decide: impl FnOnce(&Self, Vec<(usize, Command)>) -> Result<(T, Option<Command>), WorldError>,
    ) -> Result<T, WorldError> {
        self.file.lock().map_err(|source| self.io(source))?;
        let done = self.append_locked(decide);
        let unlocked = self.file.unlock().map_err(|source| self.io(source));
        let done = done?;
        unlocked?;
        Ok(done)
    }

    fn append_locked<T>(
        &mut self,
        decide: impl FnOnce(&Self, Vec<(usize, Command)>) -> Result<(T, Option<Command>), WorldError>,
    ) -> Result<T, WorldError> {
        let news = self.news()?;
        let (answer, command) = decide(self, news)?;
        let Some(command) = command else {
            return Ok(answer);
        };
        let mut line = serde_json::to_vec(&command).map_err(|error| self.io(error.into()))?;
        line.push(b'\n');
        // Under the lock nobody is writing: what stands behind the last whole line is torn.
        self.file
            .set_len(self.read_to)
            .and_then(|()| self.file.seek(SeekFrom::Start(self.read_to)))
            .and_then(|_| self.file.write_all(&line))
            .and_then(|()| self.file.sync_data())
            .map_err(|source| self.io(source))?;
        Ok(answer)
    }

    /// What is wrong with a line of this file.
    pub(crate) fn corrupt(&self, line: usize, why: String) -> WorldError {
        WorldError::Corrupt {
            path: self.path.clone(),
            line,
            why,
        }
    }

    fn io(&self, source: io::Error) -> WorldError {
        WorldError::Io {
            path: self.path.clone(),
            source,
        }
    }
}
