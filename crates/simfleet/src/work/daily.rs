//! Setting up daily security upgrades, and proving them.

use super::job::{Act, Job};
use super::proceed::{date, takes};
use super::script::Script;
use crate::answer::drydocks_settings;
use crate::apt::{file_name, reading_database};
use crate::host::{HostState, Surroundings, Unattended};
use model::{Unattended as Wanted, Work};

/// What the package is called, and its version on every simulated server.
const PACKAGE: (&str, &str) = ("unattended-upgrades", "2.9.1");

impl HostState {
    pub(super) fn begin_daily(&mut self, around: &Surroundings<'_>, wanted: &Wanted, job: &mut Job) {
        let (name, version) = PACKAGE;
        let mut script = Script::default();
        if wanted.install && !self.has_unattended {
            script.print(
                8,
                format!(
                    "Reading package lists...\nBuilding dependency tree...\nReading state information...\n\
                     The following NEW packages will be installed:\n  {name}\n\
                     0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\n"
                ),
            );
            script.print(8, reading_database(34_000 + around.key % 9_000));
            script.print(
                8,
                format!(
                    "Selecting previously unselected package {name}.\nPreparing to unpack .../{} ...\n\
                     Unpacking {name} ({version}) ...\n",
                    file_name(name, version)
                ),
            );
            script.print(
                10,
                format!(
                    "Setting up {name} ({version}) ...\nCreated symlink /etc/systemd/system/multi-user.target.wants/\
                     {name}.service → /lib/systemd/system/{name}.service.\n"
                ),
            );
        }
        script.act(4, Act::SetDaily);
        script.print(4, drydocks_settings(around.spec, wanted.daily));
        if wanted.daily {
            let next = date(around, self.at, 8 * 3_600);
            script.print(
                3,
                format!(
                    "NEXT                    LEFT LAST PASSED UNIT                    ACTIVATES\n\
                     {next} 8h left -    -      apt-daily.timer         apt-daily.service\n\
                     {next} 8h left -    -      apt-daily-upgrade.timer apt-daily-upgrade.service\n\n\
                     2 timers listed.\n"
                ),
            );
            script.print(
                14,
                "Starting unattended upgrades script\nInitial blacklist: \nInitial whitelist (not strict): \n\
                 No packages found that can be upgraded unattended and no pending auto-removals\n",
            );
        }
        script.print(3, "drydock: Proved.\n");
        script.act(1, Act::End(0));
        script.play(
            job,
            self.at,
            takes(around, if wanted.install { 6_500 } else { 3_200 }),
        );
    }

    /// The settings are written, and apt's timers run.
    pub(super) fn set_daily(&mut self, job: &Job) {
        let Work::Unattended(wanted) = &job.work else {
            return;
        };
        self.has_unattended |= wanted.install;
        self.drydocks_daily = Some(wanted.daily);
        self.unattended = wanted.daily.then_some(Unattended {
            security_only: true,
            reboots_at: None,
        });
    }
}
