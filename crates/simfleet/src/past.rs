//! What a server itself can say of its past, for tests that hold it against what Drydock says.

use crate::host::boot_id;
use crate::journal::WorldError;
use crate::work::End;
use crate::world::SimWorld;
use remote::work::Attempt;
use std::collections::BTreeMap;

/// What became of a server so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// How often it was restarted since it was first switched on.
    pub boots: u32,
    /// The id of the boot that runs.
    pub boot_id: String,
    /// What steps had dpkg do, in order, as `dpkg.log` has it: `unpack` or `configure` and a package's name.
    pub dpkg_log: Vec<String>,
    /// Packages that are unpacked and not configured.
    pub unfinished: Vec<String>,
    /// What runs and what is installed, in words that are the same for the same versions and for nothing else.
    pub versions: String,
    /// The attempts of steps whose directories are there.
    pub attempts: BTreeMap<Attempt, PastAttempt>,
}

/// One attempt of a step, as its directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    /// Its exit status; `None` while it runs, and when the machine went down under it.
    pub exit: Option<u32>,
    /// Its log, whole.
    pub log: Vec<u8>,
}

impl SimWorld {
    /// What the server at that address can say of its past; `None` when there is none.
    ///
    /// # Errors
    /// [`WorldError`].
    pub fn past(&self, host: &str) -> Result<Option<Past>, WorldError> {
        self.look(host, |around, state| Past {
            boots: state.boots,
            boot_id: boot_id(around.seed, &around.spec.host, state.boots),
            dpkg_log: state.dpkg_log.to_vec(),
            unfinished: state.unfinished.iter().cloned().collect(),
            versions: format!(
                "kernel {} of {:?}; sources {:?}; apart {:?}",
                state.running, state.kernels, state.installed, state.apart
            ),
            attempts: state
                .jobs
                .iter()
                .map(|(attempt, job)| {
                    let exit = match job.end {
                        End::Ended(_, code) => Some(code),
                        End::Running | End::Cut => None,
                    };
                    let log = job.log_from(state.at, 0, usize::MAX);
                    (*attempt, PastAttempt { exit, log })
                })
                .collect(),
        })
    }
}
