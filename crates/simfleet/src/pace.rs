//! The world's time beside the wall's. The world may run faster than the clock on the wall; what a simulated server
//! *says* of time is always the wall's, or every server would seem to have a wrong clock.

use model::Timestamp;

/// A point in the world's time, in microseconds. Before the world was made, both times are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Moment(pub(crate) i64);

/// One day of world time, in microseconds.
pub(crate) const DAY: i64 = 86_400_000_000;
/// One second of world time, in microseconds.
pub(crate) const SECOND: i64 = 1_000_000;

impl Moment {
    /// This moment, `micros` microseconds later.
    pub(crate) const fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this moment.
    pub(crate) const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// From here on, the world runs at this speed.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    wall: Timestamp,
    moment: Moment,
    speed: f64,
}

/// How the world's time follows the wall's: stretches of constant speed, joined without a jump.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    /// Never empty, in order.
    stretches: Vec<Stretch>,
}

impl Pace {
    /// The pace of a world that was made at `wall`.
    pub(crate) fn starting(wall: Timestamp, speed: f64) -> Self {
        let moment = Moment(wall.micros());
        Self {
            stretches: vec![Stretch { wall, moment, speed }],
        }
    }

    /// Changes the speed from `wall` on.
    pub(crate) fn change(&mut self, wall: Timestamp, speed: f64) {
        let moment = self.moment(wall);
        self.stretches.push(Stretch { wall, moment, speed });
    }

    /// The speed that holds at the end of what is recorded.
    pub(crate) fn speed(&self) -> f64 {
        self.stretches.last().map_or(1.0, |stretch| stretch.speed)
    }

    /// The world's time at a time on the wall.
    pub(crate) fn moment(&self, wall: Timestamp) -> Moment {
        match self.stretches.iter().rfind(|stretch| stretch.wall <= wall) {
            Some(at) => {
                let past = wall.micros().saturating_sub(at.wall.micros());
                at.moment.plus(scaled(past, at.speed))
            }
            None => Moment(wall.micros()),
        }
    }

    /// The time on the wall at a moment of the world.
    pub(crate) fn wall(&self, moment: Moment) -> Timestamp {
        match self.stretches.iter().rfind(|stretch| stretch.moment <= moment) {
            Some(at) => {
                let past = scaled(moment.since(at.moment), 1.0 / at.speed);
                Timestamp::from_micros(at.wall.micros().saturating_add(past))
            }
            None => Timestamp::from_micros(moment.0),
        }
    }
}

/// Microseconds times a factor. Within the 285 years that a double counts exactly in microseconds, this is exact to
/// one microsecond; beyond, `as` saturates.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
fn scaled(micros: i64, factor: f64) -> i64 {
    (micros as f64 * factor).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: Timestamp = Timestamp::from_secs(1_000_000);

    #[test]
    fn a_faster_world_has_a_slower_wall() {
        let pace = Pace::starting(MADE, 60.0);
        assert_eq!(
            pace.moment(MADE.plus_secs(10)),
            Moment(MADE.plus_secs(600).micros())
        );
        assert_eq!(
            pace.wall(Moment(MADE.plus_secs(600).micros())),
            MADE.plus_secs(10)
        );
        // History is as it was written.
        assert_eq!(
            pace.moment(MADE.plus_secs(-5)),
            Moment(MADE.plus_secs(-5).micros())
        );
        assert_eq!(pace.wall(Moment(MADE.plus_secs(-5).micros())), MADE.plus_secs(-5));
    }

    #[test]
    fn a_change_of_speed_makes_no_jump() {
        let mut pace = Pace::starting(MADE, 100.0);
        let turn = MADE.plus_secs(50);
        let before = pace.moment(turn);
        pace.change(turn, 1.0);
        assert_eq!(pace.moment(turn), before);
        assert_eq!(pace.moment(turn.plus_secs(7)), before.plus(7 * SECOND));
        assert_eq!(pace.wall(before.plus(7 * SECOND)), turn.plus_secs(7));
        assert_eq!(pace.wall(before.plus(-100 * SECOND)), turn.plus_secs(-1));
    }
}
