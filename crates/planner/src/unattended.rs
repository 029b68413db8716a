//! Whether daily security upgrades have to be set up on a server.

use model::Unattended;
use model::facts::{Facts, Known};
use model::options::{Daily, Options};

/// What to set, or nothing when the server is set so already. What is not known is set.
pub(crate) fn wanted(options: &Options, facts: &Facts) -> Option<Unattended> {
    if !options.security {
        return None;
    }
    let daily = options.daily == Daily::Server;
    let known = match &facts.unattended {
        Known::Known(known) => known,
        Known::Unknown(_) => {
            return Some(Unattended {
                install: daily,
                daily,
            });
        }
    };
    let is_so = match options.daily {
        Daily::Server => known.works() && known.security_only && !known.automatic_reboot,
        Daily::Drydock => !known.works(),
    };
    (!is_so).then_some(Unattended {
        install: daily && !known.installed,
        daily,
    })
}

/// What the step does.
pub(crate) const fn sentence(unattended: &Unattended) -> &'static str {
    match (unattended.daily, unattended.install) {
        (true, true) => "Install unattended-upgrades and set up daily security upgrades, without reboots.",
        (true, false) => "Set up daily security upgrades, without reboots.",
        (false, _) => "Switch off the server's own daily upgrades: Drydock installs them.",
    }
}
