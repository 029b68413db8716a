//! The simulated archives: which version of which package is published when. One archive per distribution, the same
//! for all hosts; each source has its own stream of chance.

mod debian11;
mod debian12;
mod debian13;
mod rhel;
mod source;
mod ubuntu;
mod ubuntu2204;
mod ubuntu2404;

pub(crate) use source::{Distribution, Kernel, List, Part, Publisher, Source};

use crate::pace::{DAY, Moment};
use crate::stream::Stream;
use source::Past;
use std::collections::BTreeMap;

/// Which distribution a host runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Distro {
    Debian11,
    Debian12,
    Debian13,
    Ubuntu2204,
    Ubuntu2404,
    Rocky9,
}

impl Distro {
    pub(crate) const ALL: [Self; 6] = [
        Self::Debian11,
        Self::Debian12,
        Self::Debian13,
        Self::Ubuntu2204,
        Self::Ubuntu2404,
        Self::Rocky9,
    ];

    /// Its tables.
    pub(crate) const fn tables(self) -> &'static Distribution {
        match self {
            Self::Debian11 => &debian11::DEBIAN_11,
            Self::Debian12 => &debian12::DEBIAN_12,
            Self::Debian13 => &debian13::DEBIAN_13,
            Self::Ubuntu2204 => &ubuntu2204::UBUNTU_22_04,
            Self::Ubuntu2404 => &ubuntu2404::UBUNTU_24_04,
            Self::Rocky9 => &rhel::ROCKY_9,
        }
    }
}

/// One release of one source, or of a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) at: Moment,
    pub(crate) security: bool,
}

/// How far back an archive remembers: whatever is older, every host has.
const HISTORY_DAYS: i64 = 200;
/// No drawn release is younger than this when the world is made: only what a layout counts on is.
const QUIET_DAYS: i64 = 3;

/// The releases of one source, in order. The first is older than every host; the last is always yet to come.
#[derive(Debug)]
struct Line {
    draw: Draw,
    releases: Vec<Release>,
}

/// How a line's releases follow each other.
#[derive(Debug)]
struct Draw {
    chance: Stream,
    every_days: u32,
    mostly_security: bool,
}

impl Draw {
    fn after(&mut self, last: Moment) -> Release {
        // From a tenth to nearly twice the usual gap.
        let parts = i64::try_from(self.chance.between(100, 1_900)).unwrap_or(1_000);
        let odds = if self.mostly_security { 850 } else { 30 };
        Release {
            at: last.plus(parts * i64::from(self.every_days) * (DAY / 1_000)),
            security: self.chance.per_mille(odds),
        }
    }
}

impl Line {
    fn begin(mut draw: Draw, made: Moment, past: &[Past]) -> Self {
        let mut releases = vec![Release {
            at: made.plus(-HISTORY_DAYS * DAY),
            security: false,
        }];
        releases.extend(past.iter().map(|one| {
            let (days, security) = match *one {
                Past::S(days) => (days, true),
                Past::P(days) => (days, false),
            };
            Release {
                at: made.plus(-micros(days)),
                security,
            }
        }));
        if past.is_empty() {
            let mut next = draw.after(made.plus(-HISTORY_DAYS * DAY));
            while next.at < made.plus(-QUIET_DAYS * DAY) {
                releases.push(next);
                next = draw.after(next.at);
            }
        }
        // What comes is drawn from the day the world was made, so that a written past does not delay it.
        releases.push(draw.after(made));
        Self { draw, releases }
    }

    fn next_at(&self) -> Moment {
        self.releases
            .last()
            .map_or(Moment(i64::MAX), |release| release.at)
    }

    fn reach(&mut self, until: Moment) {
        while self.next_at() <= until {
            let next = self.draw.after(self.next_at());
            self.releases.push(next);
        }
    }
}

/// All archives.
#[derive(Debug)]
pub(crate) struct Archive {
    sources: BTreeMap<(Distro, usize), Line>,
    kernels: BTreeMap<Distro, Line>,
    /// Nothing is missing up to, and not including, this moment.
    complete_before: Moment,
}

impl Archive {
    /// The archives of a world that was made at `made`.
    pub(crate) fn new(seed: u64, made: Moment) -> Self {
        let mut sources = BTreeMap::new();
        let mut kernels = BTreeMap::new();
        for distro in Distro::ALL {
            let tables = distro.tables();
            for (index, source) in tables.sources.iter().enumerate() {
                let draw = Draw {
                    chance: Stream::named(
                        seed,
                        &[
                            "archive",
                            tables.id,
                            tables.version,
                            source.with.unwrap_or(source.name),
                        ],
                    ),
                    every_days: source.every,
                    mostly_security: source.security,
                };
                sources.insert((distro, index), Line::begin(draw, made, source.past));
            }
            let draw = Draw {
                chance: Stream::named(seed, &["archive", tables.id, tables.version, "linux"]),
                every_days: tables.kernel_every,
                mostly_security: true,
            };
            kernels.insert(distro, Line::begin(draw, made, tables.kernel_past));
        }
        Self {
            sources,
            kernels,
            complete_before: made,
        }
    }

    /// Draws everything that is published up to `until`.
    pub(crate) fn reach(&mut self, until: Moment) {
        if until < self.complete_before {
            return;
        }
        let mut complete = Moment(i64::MAX);
        for line in self.sources.values_mut().chain(self.kernels.values_mut()) {
            line.reach(until);
            complete = complete.min(line.next_at());
        }
        self.complete_before = complete;
    }

    /// The releases of a source, oldest first; some may be yet to come.
    pub(crate) fn releases(&self, distro: Distro, source: usize) -> &[Release] {
        self.sources
            .get(&(distro, source))
            .map_or(&[], |line| line.releases.as_slice())
    }

    /// The releases of a distribution's kernel, for all flavours at once.
    pub(crate) fn kernel_releases(&self, distro: Distro) -> &[Release] {
        self.kernels
            .get(&distro)
            .map_or(&[], |line| line.releases.as_slice())
    }
}

/// The newest of `releases` that was there at `moment`.
pub(crate) fn newest_at(releases: &[Release], moment: Moment) -> usize {
    releases
        .partition_point(|release| release.at <= moment)
        .saturating_sub(1)
}

/// Days in microseconds; the tables' days are small.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
fn micros(days: f32) -> i64 {
    (f64::from(days) * DAY as f64) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: Moment = Moment(1_790_000_000_000_000);

    #[test]
    fn releases_are_in_order_and_go_on() {
        let mut archive = Archive::new(3, MADE);
        let year = MADE.plus(365 * DAY);
        archive.reach(year);
        for distro in Distro::ALL {
            for index in 0..distro.tables().sources.len() {
                let releases = archive.releases(distro, index);
                assert!(releases.is_sorted_by(|a, b| a.at < b.at), "{distro:?} {index}");
                assert!(releases.last().unwrap().at > year);
            }
        }
        let kernels = archive.kernel_releases(Distro::Debian12);
        assert!(newest_at(kernels, year) > Distro::Debian12.tables().kernel_past.len());
    }

    #[test]
    fn how_often_one_looks_changes_nothing() {
        let (mut once, mut often) = (Archive::new(9, MADE), Archive::new(9, MADE));
        once.reach(MADE.plus(200 * DAY));
        for day in 0..=200 {
            often.reach(MADE.plus(day * DAY));
        }
        for index in 0..Distro::Debian12.tables().sources.len() {
            assert_eq!(
                once.releases(Distro::Debian12, index),
                often.releases(Distro::Debian12, index)
            );
        }
    }

    #[test]
    fn a_written_past_is_kept_to_and_nothing_drawn_falls_into_the_quiet_days() {
        let archive = Archive::new(5, MADE);
        let kernel = archive.kernel_releases(Distro::Debian12);
        let newest = kernel[newest_at(kernel, MADE)];
        assert_eq!((newest.at, newest.security), (MADE.plus(-11 * DAY), true));
        for (index, source) in Distro::Debian12.tables().sources.iter().enumerate() {
            let releases = archive.releases(Distro::Debian12, index);
            if source.past.is_empty() {
                assert!(releases[newest_at(releases, MADE)].at < MADE.plus(-QUIET_DAYS * DAY));
            }
        }
    }
}
