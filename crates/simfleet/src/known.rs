//! What a world's file says, folded: the servers and everything that was done to them.

use crate::archive::Archive;
use crate::command::{Command, Deed};
use crate::host::{Happening, HostState, Life, Sight, Surroundings};
use crate::layout::{Blueprint, LayoutKind, LayoutStack};
use crate::pace::{Moment, Pace};
use model::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;

/// A world as far as its file was read.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) seed: u64,
    pub(crate) kind: LayoutKind,
    pub(crate) pace: Arc<Pace>,
    pub(crate) stacks: Vec<LayoutStack>,
    pub(crate) lives: Vec<Life>,
    by_host: HashMap<String, usize>,
    archive: Archive,
    /// The time of the last command.
    last: Timestamp,
}

impl Known {
    /// The world that a file's first command makes.
    pub(crate) fn made(at: Timestamp, seed: u64, kind: LayoutKind, speed: f64) -> Self {
        let pace = Pace::starting(at, speed);
        let made = pace.moment(at);
        let blueprint = Blueprint::of(kind, seed);
        let lives: Vec<Life> = blueprint
            .hosts
            .into_iter()
            .map(|spec| Life::new(spec, seed, made))
            .collect();
        Self {
            seed,
            kind,
            pace: Arc::new(pace),
            stacks: blueprint.stacks,
            by_host: lives
                .iter()
                .enumerate()
                .map(|(index, life)| (life.spec.host.clone(), index))
                .collect(),
            lives,
            archive: Archive::new(seed, made),
            last: at,
        }
    }

    /// Takes in one further command.
    ///
    /// # Errors
    /// Says what the command cannot mean here.
    pub(crate) fn take(&mut self, command: &Command) -> Result<(), String> {
        self.last = self.last.max(command.at);
        match &command.deed {
            Deed::Made { .. } => return Err("the world is made a second time".to_owned()),
            Deed::Speed { speed } => Arc::make_mut(&mut self.pace).change(self.last, *speed),
            deed => {
                let index = deed.host().and_then(|host| self.by_host.get(host));
                let (Some(index), Some(happening)) = (index, Happening::of(deed)) else {
                    return Err(format!("there is no server {}", deed.host().unwrap_or_default()));
                };
                let moment = self.pace.moment(self.last);
                self.lives[*index].happen(moment, happening);
            }
        }
        Ok(())
    }

    /// The present, by a clock that may have been set back: never before the last command.
    pub(crate) fn present(&self, wall: Timestamp) -> Timestamp {
        wall.max(self.last)
    }

    /// The host's own key for what is drawn about it.
    pub(crate) fn key_of(&self, host: &str) -> Option<u64> {
        self.by_host.get(host).map(|index| self.lives[*index].key)
    }

    /// What there is to see of a server.
    pub(crate) fn sight(&mut self, host: &str, wall: Timestamp) -> Option<Sight> {
        self.look(host, wall, Sight::of)
    }

    /// Looks at a server's state at a time on the wall.
    pub(crate) fn look<T>(
        &mut self,
        host: &str,
        wall: Timestamp,
        look: impl FnOnce(&Surroundings<'_>, &HostState) -> T,
    ) -> Option<T> {
        let index = *self.by_host.get(host)?;
        let moment: Moment = self.pace.moment(self.present(wall));
        self.archive.reach(moment);
        let life = &mut self.lives[index];
        let (spec, key) = (Arc::clone(&life.spec), life.key);
        let state = life.at(&self.archive, &self.pace, moment);
        let around = Surroundings {
            spec: &spec,
            archive: &self.archive,
            pace: &self.pace,
            key,
            seed: self.seed,
        };
        Some(look(&around, state))
    }
}
