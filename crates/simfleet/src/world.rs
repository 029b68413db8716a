//! The simulated world: a file of commands, and the state that follows from it.

use crate::command::{Command, Deed, FILE_VERSION, Install};
use crate::fault::Fault;
use crate::host::{HostState, Sight, Surroundings};
use crate::journal::{Journal, WorldError};
use crate::known::Known;
use crate::layout::{Layout, LayoutKind, SCALE_MAX, told};
use model::Timestamp;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use world::Clock;

/// A simulated world that outlives the processes which look at it. Its state is a function of its file, its seed and
/// the time; several processes may have the same world open, and what one does the others see.
///
/// Every function but [`SimWorld::open`] is quick; those that change the world wait for the disk. Call them off the
/// async threads.
pub struct SimWorld {
    clock: Arc<dyn Clock>,
    inner: Mutex<Inner>,
}

struct Inner {
    journal: Journal,
    known: Known,
}

impl std::fmt::Debug for SimWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SimWorld").finish_non_exhaustive()
    }
}

impl SimWorld {
    /// Opens the world in the file at `path`, and makes it there when there is none yet. `speed` is how many seconds
    /// pass in the world for one on the wall; it may differ from the last time, `layout` and `seed` may not.
    ///
    /// # Errors
    /// [`WorldError`], also when the file holds another world.
    pub fn open(
        path: &Path,
        layout: LayoutKind,
        seed: u64,
        speed: f64,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, WorldError> {
        if !(speed.is_finite() && speed > 0.0) {
            return Err(WorldError::BadSpeed(speed));
        }
        if let LayoutKind::Scale(servers) | LayoutKind::Chatty(servers) = layout
            && !(1..=SCALE_MAX).contains(&servers)
        {
            return Err(WorldError::BadSize(servers));
        }
        let mut journal = Journal::open(path)?;
        let now = clock.now();
        let known = journal.append(|journal, news| {
            let mut news = news.into_iter();
            let Some((_, first)) = news.next() else {
                let made = Command {
                    at: now,
                    deed: Deed::Made {
                        v: FILE_VERSION,
                        seed,
                        layout,
                        speed,
                    },
                };
                return Ok((None, Some(made)));
            };
            let mut known = begun(journal, &first)?;
            for (line, command) in news {
                known.take(&command).map_err(|why| journal.corrupt(line, why))?;
            }
            if (known.kind, known.seed) != (layout, seed) {
                return Err(WorldError::OtherWorld {
                    path: path.to_owned(),
                    found: format!("layout {}, seed {}", known.kind, known.seed),
                    asked: format!("layout {layout}, seed {seed}"),
                });
            }
            let turn = (known.pace.speed() != speed).then(|| Command {
                at: known.present(now),
                deed: Deed::Speed { speed },
            });
            Ok((Some(known), turn))
        })?;
        let mut news = journal.news()?.into_iter();
        let mut known = match known {
            Some(known) => known,
            None => match news.next() {
                Some((_, first)) => begun(&journal, &first)?,
                None => return Err(journal.corrupt(1, "what was just written is gone".to_owned())),
            },
        };
        for (line, command) in news {
            known.take(&command).map_err(|why| journal.corrupt(line, why))?;
        }
        Ok(Self {
            clock,
            inner: Mutex::new(Inner { journal, known }),
        })
    }

    /// What Drydock is to be told of this world's stacks and servers. It never changes.
    pub fn layout(&self) -> Layout {
        let inner = self.lock();
        Layout {
            stacks: inner.known.stacks.clone(),
            servers: inner
                .known
                .lives
                .iter()
                .map(|life| told(&life.spec, inner.known.seed))
                .collect(),
        }
    }

    /// Begins or ends a fault of the server at that address.
    ///
    /// # Errors
    /// [`WorldError`]; after one that speaks of the disk, it may or may not have happened.
    pub fn set_fault(&self, host: &str, fault: Fault, on: bool) -> Result<(), WorldError> {
        let host = host.to_owned();
        self.act(Deed::Fault { host, fault, on })
    }

    /// Installs pending updates, as somebody at the server's own terminal would.
    ///
    /// # Errors
    /// As [`SimWorld::set_fault`].
    pub fn install(&self, host: &str, what: Install) -> Result<(), WorldError> {
        let host = host.to_owned();
        self.act(Deed::Install { host, what })
    }

    /// Restarts the server, cutting off what works there. It is away for a quarter of a minute of the world's time; a
    /// restart that is going on is not begun again.
    ///
    /// # Errors
    /// As [`SimWorld::set_fault`].
    pub fn reboot(&self, host: &str) -> Result<(), WorldError> {
        let host = host.to_owned();
        self.act(Deed::Reboot { host })
    }

    /// How many seconds pass in the world for one on the wall.
    pub fn speed(&self) -> f64 {
        self.lock().known.pace.speed()
    }

    /// The clock that this world runs by.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What a scan does when it finds the lists too old.
    pub(crate) fn refresh(&self, host: &str) -> Result<(), WorldError> {
        let host = host.to_owned();
        self.act(Deed::Refresh { host })
    }

    /// What there is to see of a server now, with the key of what is drawn about it; `None` when there is none of
    /// that address.
    pub(crate) fn sight(&self, host: &str) -> Result<Option<(Sight, u64)>, WorldError> {
        let now = self.clock.now();
        let mut inner = self.lock();
        inner.catch_up()?;
        let key = inner.known.key_of(host);
        Ok(inner.known.sight(host, now).zip(key))
    }

    /// Looks at a server's state now, without working out what is pending.
    pub(crate) fn look<T>(
        &self,
        host: &str,
        look: impl FnOnce(&Surroundings<'_>, &HostState) -> T,
    ) -> Result<Option<T>, WorldError> {
        let now = self.clock.now();
        let mut inner = self.lock();
        inner.catch_up()?;
        Ok(inner.known.look(host, now, look))
    }

    fn act(&self, deed: Deed) -> Result<(), WorldError> {
        let host = deed.host().unwrap_or_default().to_owned();
        self.decide(&host, |_| ((), Some(deed)))
    }

    /// Does to a server what `decide` makes of its state. Nobody else does anything to the world in between.
    pub(crate) fn decide<T>(
        &self,
        host: &str,
        decide: impl FnOnce(&HostState) -> (T, Option<Deed>),
    ) -> Result<T, WorldError> {
        let now = self.clock.now();
        let mut inner = self.lock();
        let Inner { journal, known } = &mut *inner;
        let answer = journal.append(|journal, news| {
            for (line, command) in news {
                known.take(&command).map_err(|why| journal.corrupt(line, why))?;
            }
            let decided = known.look(host, now, |_, state| decide(state));
            let (answer, deed) = decided.ok_or_else(|| WorldError::NoSuchHost(host.to_owned()))?;
            let at = known.present(now);
            Ok((answer, deed.map(|deed| Command { at, deed })))
        })?;
        inner.catch_up()?;
        Ok(answer)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing is left half done by a panic: the state is worked out anew from the file's commands.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn catch_up(&mut self) -> Result<(), WorldError> {
        for (line, command) in self.journal.news()? {
            let taken = self.known.take(&command);
            taken.map_err(|why| self.journal.corrupt(line, why))?;
        }
        Ok(())
    }
}

/// The world that a file begins with.
fn begun(journal: &Journal, first: &Command) -> Result<Known, WorldError> {
    match first.deed {
        Deed::Made {
            v: FILE_VERSION,
            seed,
            layout,
            speed,
        } => Ok(Known::made(first.at, seed, layout, speed)),
        Deed::Made { v, .. } => Err(journal.corrupt(
            1,
            format!("it has version {v}, and this Drydock reads version {FILE_VERSION}"),
        )),
        _ => Err(journal.corrupt(1, "the file does not begin with a world".to_owned())),
    }
}
