//! When a server acts by itself: apt's two daily timers with their random delays.

use crate::pace::{DAY, Moment, SECOND};
use crate::stream::scatter;

/// A timer: once in every `period`, at a moment between `earliest` and `earliest + spread` into it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timer {
    period: i64,
    earliest: i64,
    spread: i64,
    key: u64,
}

impl Timer {
    /// `apt-daily.timer`: twice a day, with up to twelve hours of delay.
    pub(crate) const fn refresh(host_key: u64) -> Self {
        Self {
            period: DAY / 2,
            earliest: 0,
            spread: DAY / 2,
            key: host_key ^ 0x7265_6672,
        }
    }

    /// `apt-daily-upgrade.timer`: at six, with up to an hour of delay.
    pub(crate) const fn upgrade(host_key: u64) -> Self {
        Self {
            period: DAY,
            earliest: DAY / 4,
            spread: DAY / 24,
            key: host_key ^ 0x7570_6772,
        }
    }

    /// The first time it fires after `moment`.
    pub(crate) fn after(&self, moment: Moment) -> Moment {
        let mut slot = moment.0.div_euclid(self.period) - 1;
        loop {
            let fires = self.fires(slot);
            if fires > moment {
                return fires;
            }
            slot += 1;
        }
    }

    fn fires(&self, slot: i64) -> Moment {
        let delay = scatter(self.key, slot.unsigned_abs()) % self.spread.unsigned_abs();
        let delay = i64::try_from(delay).unwrap_or(0);
        Moment(slot * self.period + self.earliest + delay)
    }
}

/// The first `HH:MM` after `moment`.
pub(crate) const fn clock_time_after(moment: Moment, (hour, minute): (u32, u32)) -> Moment {
    let into_day = (hour as i64 * 3_600 + minute as i64 * 60) * SECOND;
    let today = moment.0.div_euclid(DAY) * DAY + into_day;
    if today > moment.0 {
        Moment(today)
    } else {
        Moment(today + DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Moment = Moment(20_000 * DAY + DAY / 2);

    #[test]
    fn timers_fire_once_a_period_and_differ_by_host() {
        let timer = Timer::upgrade(1);
        let first = timer.after(NOON);
        let second = timer.after(first);
        assert!(first > NOON && first.since(NOON) <= DAY);
        assert!((second.since(first) - DAY).abs() < DAY / 24);
        assert_ne!(first, Timer::upgrade(2).after(NOON));
        let mut moment = NOON;
        for _ in 0..100 {
            moment = Timer::refresh(3).after(moment);
        }
        let halves = moment.since(NOON) / (DAY / 2);
        assert!((99..=101).contains(&halves), "{halves}");
    }

    #[test]
    fn a_time_of_day_is_today_or_tomorrow() {
        assert_eq!(clock_time_after(NOON, (13, 0)), NOON.plus(DAY / 24));
        assert_eq!(clock_time_after(NOON, (12, 0)), NOON.plus(DAY));
        assert_eq!(
            clock_time_after(NOON, (2, 30)),
            NOON.plus(14 * DAY / 24 + DAY / 48)
        );
    }
}
