//! Packages that change hands on a server, one after the other.

use crate::archive::Source;
use crate::fault::Fault;
use crate::host::{HostState, Item, Surroundings};
use std::sync::Arc;

impl HostState {
    /// dpkg has unpacked a package: its files are the new ones, and it is not configured.
    pub(super) fn unpack(&mut self, around: &Surroundings<'_>, package: String, item: Item) {
        Arc::make_mut(&mut self.dpkg_log).push(format!("unpack {package}"));
        self.unfinished.insert(package);
        match item {
            Item::Binary {
                source,
                name,
                release,
            } => {
                self.put_binary(around, source, name, release);
                self.leave_old(around, source, true);
            }
            Item::Kernel { release, is_image } => {
                if is_image {
                    self.add_kernel(release);
                }
            }
        }
    }

    /// dpkg has configured a package, whose scripts have restarted what it ships.
    pub(super) fn set_up(&mut self, around: &Surroundings<'_>, package: &str, item: Item) {
        Arc::make_mut(&mut self.dpkg_log).push(format!("configure {package}"));
        self.unfinished.remove(package);
        let tables = around.tables();
        match item {
            Item::Binary { source, name, .. } => {
                if let Some(unit) = unit_shipped_by(&tables.sources[source], name) {
                    self.restarted(unit);
                    self.failed_units.retain(|failed| *failed != unit);
                }
                if name == "libc6" && tables.restarts_services {
                    self.ask_for_restart(around, self.at, &["libc6"]);
                }
            }
            Item::Kernel { is_image: true, .. } => {
                let image = tables.kernels[around.spec.flavour].image;
                self.ask_for_restart(around, self.at, &[image]);
            }
            Item::Kernel { .. } => {}
        }
    }

    /// The package's script fails: it stays unconfigured, and its unit does not run. It fails this one time.
    pub(super) fn fail_to_set_up(&mut self, around: &Surroundings<'_>, item: Item) {
        self.faults.remove(&Fault::PostinstFails);
        if let Item::Binary { source, name, .. } = item
            && let Some(unit) = unit_shipped_by(&around.tables().sources[source], name)
            && !self.failed_units.contains(&unit)
        {
            self.failed_units.push(unit);
        }
    }

    /// One binary package becomes another release; its source is where all of them are.
    fn put_binary(&mut self, around: &Surroundings<'_>, source: usize, name: &'static str, release: usize) {
        self.apart.insert(name, release);
        let binaries = around.tables().sources[source].binaries;
        if binaries
            .iter()
            .all(|binary| self.release_of(source, binary) == Some(release))
        {
            self.installed[source] = Some(release);
            self.apart.retain(|apart, _| !binaries.contains(apart));
        }
    }
}

/// The unit that a binary package of a source ships.
pub(crate) fn unit_shipped_by(source: &Source, binary: &str) -> Option<&'static str> {
    let unit = source.unit?;
    let stem = unit.split(['@', '.']).next().unwrap_or(unit);
    let ships = source
        .binaries
        .iter()
        .find(|name| **name == stem || name.ends_with("-server"))
        .or_else(|| source.binaries.iter().find(|name| name.starts_with(stem)))
        .or_else(|| source.binaries.first())?;
    (*ships == binary).then_some(unit)
}

/// The package of a source whose library others have mapped.
pub(crate) fn library_of(source: &Source) -> &'static str {
    let library = source
        .binaries
        .iter()
        .find(|name| name.starts_with("lib") && **name != "libc-bin");
    library
        .or_else(|| source.binaries.first())
        .copied()
        .unwrap_or(source.name)
}
