//! Restarting the machine, once, and only the boot that was meant.

use super::job::{Act, Job};
use crate::host::{HostState, Surroundings, boot_id};
use crate::pace::SECOND;
use model::Reboot;
use remote::work::exit;

impl HostState {
    pub(super) fn begin_reboot(&mut self, around: &Surroundings<'_>, reboot: &Reboot, job: &mut Job) {
        let at = self.at;
        let booted = boot_id(around.seed, &around.spec.host, self.boots);
        if let Some(meant) = reboot.boot_id.as_ref().filter(|meant| **meant != booted) {
            job.say(
                at,
                &format!(
                    "This server was restarted meanwhile (boot {booted}, not {meant}). Nothing was done."
                ),
            );
            return job.end(at, exit::REFUSED);
        }
        job.say(at, &format!("Restarting this server: boot {booted} ends."));
        job.then(at.plus(SECOND / 4), Act::GoDown);
    }

    /// systemd has the order; it takes a moment to stop everything.
    pub(super) fn go_down(&mut self, job: &mut Job) {
        let down = self.at.plus(SECOND * 3 / 2);
        self.restarts_at = Some(self.restarts_at.map_or(down, |other| other.min(down)));
        job.end(self.at, 0);
    }
}
