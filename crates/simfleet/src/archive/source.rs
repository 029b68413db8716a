//! What a distribution's archive holds, as tables are written: sources, their binary packages and their releases.

/// What a host must be for a source's packages to be installed on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Base,
    Nginx,
    Haproxy,
    Docker,
    Postgres,
    Redis,
    Node,
    Ruby,
    Python,
    Build,
}

/// Who publishes a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Publisher {
    Distribution,
    Docker,
}

/// A release before the world was made: how many days before, and whether it is a security update.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Past {
    /// Security.
    S(f32),
    /// Anything else.
    P(f32),
}

/// A source package: what is released together, under one version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub(crate) name: &'static str,
    pub(crate) binaries: &'static [&'static str],
    /// With one `{}` for the number of the release, or `{l}` for its letter.
    pub(crate) version: &'static str,
    /// The number of the release that every host had long before the world was made.
    pub(crate) first: u32,
    pub(crate) part: Part,
    pub(crate) publisher: Publisher,
    /// Whether most of its releases are security updates.
    pub(crate) security: bool,
    /// Days between releases, on average.
    pub(crate) every: u32,
    /// Releases that a layout counts on, oldest first. Empty: drawn by the seed.
    pub(crate) past: &'static [Past],
    /// The unit that its installation restarts.
    pub(crate) unit: Option<&'static str>,
    /// The source it is released together with, under the same numbers.
    pub(crate) with: Option<&'static str>,
    /// Units that go on with the old library until they are restarted.
    pub(crate) used_by: &'static [&'static str],
}

/// A source that is on every host, mostly of security updates.
pub(crate) const fn source(
    name: &'static str,
    binaries: &'static [&'static str],
    version: &'static str,
    first: u32,
) -> Source {
    Source {
        name,
        binaries,
        version,
        first,
        part: Part::Base,
        publisher: Publisher::Distribution,
        security: true,
        every: 70,
        past: &[],
        unit: None,
        with: None,
        used_by: &[],
    }
}

impl Source {
    /// The version of release `index`.
    pub(crate) fn version_of(&self, index: usize) -> String {
        let number = self
            .first
            .saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
        let letter = char::from(b'a' + u8::try_from(number.saturating_sub(1).min(25)).unwrap_or(25));
        self.version
            .replace("{}", &number.to_string())
            .replace("{l}", letter.encode_utf8(&mut [0; 4]))
    }

    pub(crate) const fn of(mut self, part: Part) -> Self {
        self.part = part;
        self
    }
    pub(crate) const fn plain(mut self) -> Self {
        self.security = false;
        self
    }
    pub(crate) const fn by(mut self, publisher: Publisher) -> Self {
        self.publisher = publisher;
        self.security = false;
        self
    }
    pub(crate) const fn every(mut self, days: u32) -> Self {
        self.every = days;
        self
    }
    pub(crate) const fn past(mut self, past: &'static [Past]) -> Self {
        self.past = past;
        self
    }
    pub(crate) const fn with(mut self, source: &'static str) -> Self {
        self.with = Some(source);
        self
    }
    pub(crate) const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }
    pub(crate) const fn used_by(mut self, units: &'static [&'static str]) -> Self {
        self.used_by = units;
        self
    }
}

/// One flavour of a distribution's kernel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernel {
    /// `uname -r`; `{a}` is the ABI number, `{n}` the upstream number.
    pub(crate) running: &'static str,
    /// The version of the packages.
    pub(crate) version: &'static str,
    /// The package that is the kernel.
    pub(crate) image: &'static str,
    /// Every new package a release brings, the image included.
    pub(crate) brings: &'static [&'static str],
    /// The packages that pull in the newest; plain `upgrade` keeps them back.
    pub(crate) metas: &'static [&'static str],
    /// ABI number of the first release, and its step.
    pub(crate) abi: (u32, u32),
    /// Upstream number of the first release, and its step.
    pub(crate) upstream: (u32, u32),
}

impl Kernel {
    /// A template with the numbers of release `index`.
    pub(crate) fn fill(&self, template: &str, index: usize) -> String {
        let step = u32::try_from(index).unwrap_or(u32::MAX);
        let number = |(first, step_by): (u32, u32)| first.saturating_add(step.saturating_mul(step_by));
        template
            .replace("{a}", &number(self.abi).to_string())
            .replace("{n}", &number(self.upstream).to_string())
    }
}

/// One line of `sources.list`, and how apt names what comes from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List {
    pub(crate) uri: &'static str,
    pub(crate) suite: &'static str,
    pub(crate) component: &'static str,
    /// `Origin` of its Release file.
    pub(crate) origin: &'static str,
    /// `Label` of its Release file.
    pub(crate) label: &'static str,
    /// `Suite` of its Release file.
    pub(crate) archive: &'static str,
    /// `Version` of its Release file; empty when it has none.
    pub(crate) version: &'static str,
    pub(crate) holds: Holds,
    /// Days that its Release file is valid for, when it says so.
    pub(crate) valid_days: Option<i64>,
}

/// Which releases a list brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// What was there when the distribution was released, and on Debian its point releases.
    Main,
    /// Ubuntu's updates: everything after the release, security included.
    Updates,
    Security,
    Docker,
}

impl List {
    /// Whether a release is in this list.
    pub(crate) fn brings(&self, publisher: Publisher, security: bool, has_updates: bool) -> bool {
        match (self.holds, publisher) {
            (Holds::Docker, Publisher::Docker) => true,
            (Holds::Docker, _) | (_, Publisher::Docker) => false,
            (Holds::Security, _) => security,
            (Holds::Updates, _) => true,
            (Holds::Main, _) => !security && !has_updates,
        }
    }
}

/// One distribution.
#[derive(Debug)]
pub(crate) struct Distribution {
    pub(crate) id: &'static str,
    pub(crate) id_like: &'static str,
    pub(crate) pretty_name: &'static str,
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) codename: &'static str,
    /// Empty where apt is not the package manager.
    pub(crate) lists: &'static [List],
    pub(crate) sources: &'static [Source],
    /// Flavours; all are released together.
    pub(crate) kernels: &'static [Kernel],
    /// Days between releases of the kernel, on average.
    pub(crate) kernel_every: u32,
    /// Its releases before the world was made, oldest first.
    pub(crate) kernel_past: &'static [Past],
    /// Whether needrestart restarts services by itself (Ubuntu's default) or only lists them (Debian's).
    pub(crate) restarts_services: bool,
}

impl Distribution {
    /// Whether everything after the release comes through a pocket of its own, as on Ubuntu.
    pub(crate) fn has_updates_pocket(&self) -> bool {
        self.lists.iter().any(|list| list.holds == Holds::Updates)
    }

    /// Whether its archive phases updates.
    pub(crate) fn phases(&self) -> bool {
        self.id == "ubuntu"
    }
}
