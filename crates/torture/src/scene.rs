//! One run over a copy of what was prepared: Drydock is started, something happens to it at a gate, and when the run has
//! ended its evidence is collected.

use crate::drydock::{Drydock, Setup};
use crate::evidence::{Downloads, Evidence, Faults};
use crate::gates::{Gates, Passing};
use crate::http;
use crate::prepared::{Copy, Prepared};
use anyhow::{Context as _, bail};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How long nothing may arrive at a gate before the run counts as hanging.
const QUIET: Duration = Duration::from_secs(60);
/// How long a run may take in all.
const LONGEST: Duration = Duration::from_secs(900);

/// One run.
pub(crate) struct Scene<'p> {
    pub(crate) prepared: &'p Prepared,
    pub(crate) copy: Copy,
    pub(crate) gates: Gates,
    pub(crate) setup: Setup,
    /// Everything that arrived at a gate, but for questions for work.
    pub(crate) passed: Vec<String>,
    begun: Instant,
}

/// What a run left, and what was wrong with it by itself.
pub(crate) struct Left {
    pub(crate) evidence: Evidence,
    pub(crate) faults: Faults,
    pub(crate) took: Duration,
}

impl<'p> Scene<'p> {
    pub(crate) async fn new(prepared: &'p Prepared) -> anyhow::Result<Self> {
        Self::over(prepared, prepared.copy().await?)
    }

    /// A run whose data folder is on a disk that can be filled up.
    pub(crate) async fn on_a_small_disk(prepared: &'p Prepared) -> anyhow::Result<Self> {
        Self::over(prepared, prepared.copy_on_a_small_disk().await?)
    }

    fn over(prepared: &'p Prepared, copy: Copy) -> anyhow::Result<Self> {
        let gates = Gates::open(copy.path())?;
        let setup = copy.setup(gates.path());
        Ok(Self {
            prepared,
            copy,
            gates,
            setup,
            passed: Vec::new(),
            begun: Instant::now(),
        })
    }

    /// Switches something on, of what the feature `torture` has, in every Drydock that is started from now on.
    pub(crate) fn told(&mut self, name: &str, value: u64) {
        let name = format!("DRYDOCK_TORTURE_{name}");
        self.setup.environment.push((name, value.to_string()));
    }

    pub(crate) async fn start(&self) -> anyhow::Result<Drydock> {
        Drydock::start(&self.setup).await
    }

    /// The words of the gate at which the run has ended.
    pub(crate) fn end(&self) -> String {
        format!("written end {}", self.prepared.run)
    }

    /// The next one at a gate that is not a mere question for work.
    pub(crate) async fn arrival(&mut self) -> anyhow::Result<Passing> {
        let quiet = Instant::now();
        loop {
            if self.begun.elapsed() > LONGEST {
                return self.hangs(&format!("the run did not end within {LONGEST:?}"));
            }
            let Some(passing) = self.gates.next(QUIET).await else {
                return self.hangs(&format!("nothing happened for {QUIET:?}"));
            };
            if passing.what == "ask claim" {
                passing.go().await;
                if quiet.elapsed() > QUIET {
                    return self.hangs(&format!("nothing was done for {QUIET:?}"));
                }
                continue;
            }
            self.passed.push(passing.what.clone());
            return Ok(passing);
        }
    }

    /// The run goes on no more: its folder is kept.
    fn hangs<T>(&mut self, why: &str) -> anyhow::Result<T> {
        let last = self.passed.last().map(|what| self.prepared.named(what));
        let last = last.unwrap_or_else(|| "nothing".to_owned());
        bail!("{why} after “{last}”; kept in {}", self.copy.keep().display())
    }

    /// Lets everybody through until somebody arrives at `place`, who is kept. `None`: the run ended before.
    pub(crate) async fn until_at(&mut self, place: &str) -> anyhow::Result<Option<Passing>> {
        let end = self.end();
        loop {
            let passing = self.arrival().await?;
            if passing.what == place {
                return Ok(Some(passing));
            }
            let over = passing.what == end;
            passing.go().await;
            if over {
                return Ok(None);
            }
        }
    }

    /// Lets everybody through until the run has ended.
    pub(crate) async fn until_over(&mut self) -> anyhow::Result<()> {
        let end = self.end();
        if let Some(last) = self.until_at(&end).await? {
            last.go().await;
        }
        Ok(())
    }

    /// Lets everybody through while `work` goes on.
    pub(crate) async fn meanwhile<T>(
        &mut self,
        work: impl Future<Output = anyhow::Result<T>>,
    ) -> anyhow::Result<T> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                passing = self.gates.next(LONGEST) => {
                    if let Some(passing) = passing {
                        if passing.what != "ask claim" {
                            self.passed.push(passing.what.clone());
                        }
                        passing.go().await;
                    }
                }
            }
        }
    }

    /// Downloads every log, ends Drydock in good order, and looks at what is left.
    pub(crate) async fn finish(&mut self, drydock: Drydock) -> anyhow::Result<Left> {
        let took = self.begun.elapsed();
        let prepared = self.prepared;
        let address = drydock.address;
        let downloads = self.meanwhile(downloads(prepared, address)).await?;
        self.meanwhile(drydock.stop()).await?;
        let (evidence, faults) = Evidence::collect(prepared, &self.copy, &downloads).await?;
        Ok(Left {
            evidence,
            faults,
            took,
        })
    }
}

/// Every step's log as a person downloads it.
pub(crate) async fn downloads(prepared: &Prepared, address: SocketAddr) -> anyhow::Result<Downloads> {
    let mut downloads = Downloads::new();
    for step in prepared.servers.iter().flat_map(|server| &server.steps) {
        let request = format!("GET /runs/{}/steps/{}/log", prepared.run, step.id);
        let answer = http::send(address, &request, &prepared.cookie, None).await?;
        let whole = (answer.status == 200).then_some(answer.body);
        let whole = whole.with_context(|| format!("{}: {}", step.name, answer.head))?;
        downloads.insert(step.id, whole);
    }
    Ok(downloads)
}
