//! What a simulated server answers to a scan: the document that the script would print there, section by section.

mod apt;
mod installed;
mod machine;
mod running;
mod settings;
mod simulate;
mod steps;

pub(crate) use apt::update;
pub(crate) use settings::drydocks_settings;
pub(crate) use simulate::survey;
pub(crate) use steps::{kept, pre_check, start, state, stop, tidy};

use crate::apt::simulated;
use crate::host::Sight;
use model::{Account, Timestamp};
use remote::scan::Composer;

/// How the scan was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) nonce: &'a str,
    pub(crate) account: Account,
    /// Whether the lists were refreshed for it.
    pub(crate) refreshed: bool,
    /// When the script began, and now that it ends, by the clock on the wall.
    pub(crate) began: Timestamp,
    pub(crate) ended: Timestamp,
}

/// The document.
pub(crate) fn document(sight: &Sight, asked: &Asked<'_>) -> String {
    let nanoseconds = |wall| sight.clock(wall).micros().saturating_mul(1_000);
    let mut writer = Sections {
        composer: Composer::new(asked.nonce, nanoseconds(asked.began)),
    };
    let has_apt = !sight.spec.distro.tables().lists.is_empty();
    let now = sight.clock(asked.ended).secs();
    writer.add("scan", &machine::scan(asked));
    writer.add("machine", &machine::machine(sight));
    writer.add("os-release", &machine::os_release(sight));
    writer.add("kernel", &machine::kernel(sight));
    writer.add("disks", &machine::disks(sight));
    writer.add("reboot", &machine::reboot(sight));
    if has_apt {
        writer.add("packages", &installed::packages(sight));
        if asked.refreshed {
            let (said, exit) = apt::update(sight);
            writer.composer.section("refresh", &said, "", exit, 2_840);
        }
        writer.add("lists", &apt::lists(sight, now));
        writer.add("targets", &apt::targets(sight));
        writer.add("releases", &apt::releases(sight));
        writer.add("upgradable", &apt::upgradable(sight));
        writer.add("versions", &apt::versions(sight));
        writer.add("holds", &apt::holds(sight));
        let simulated = |may_install| {
            let chosen = sight.offer.whole(may_install);
            simulated(&sight.spec, &sight.offer, &chosen, sight.state.unfinished.len())
        };
        writer.add("upgrade", &simulated(false));
        let full = simulated(true);
        writer.add("upgrade-with-new", &full);
        writer.add("full-upgrade", &full);
        writer.add("apt-settings", &settings::apt_settings(sight));
        writer.add("apt-timers", &settings::apt_timers(sight));
    }
    writer.add("failed-units", &running::failed_units(sight));
    writer.add("active-units", &running::active_units(sight));
    if has_apt && sight.spec.needrestart {
        writer.add("needrestart", &running::needrestart(sight));
    } else {
        writer.add("deleted-libraries", &running::deleted_libraries(sight));
    }
    writer.add("sockets", &running::sockets(sight));
    if running::has_docker(sight) {
        writer.add("containers", &running::containers(sight, now));
    }
    writer.add("components", &running::components(sight));
    writer.composer.end(nanoseconds(asked.ended))
}

struct Sections {
    composer: Composer,
}

impl Sections {
    /// A section whose tool ended well.
    fn add(&mut self, name: &str, output: &str) {
        // Every tool takes a little longer the more it prints; nothing reads more out of it than a number.
        let millis = u32::try_from(10 + output.len() / 64 * 10).unwrap_or(10);
        self.composer.section(name, output, "", 0, millis);
    }
}
