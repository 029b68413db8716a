//! Absolute times for pages. Zones are a matter of the server, so that the browser carries no zone data.

use model::Timestamp;
use model::view::When;

/// The instant with its absolute text in UTC.
pub(crate) fn when(at: Timestamp) -> When {
    let absolute = jiff::Timestamp::from_microsecond(at.micros()).map_or_else(
        |_| "at an unknown time".to_owned(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    );
    When { at, absolute }
}

/// The day as `YYYY-MM-DD` in UTC.
pub(crate) fn day(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.micros()).map_or_else(
        |_| "0000-00-00".to_owned(),
        |time| time.strftime("%Y-%m-%d").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_names_its_zone() {
        let at = Timestamp::from_secs(1_795_251_799);
        assert_eq!(when(at).absolute, "2026-11-21 09:03:19 UTC");
        assert_eq!(day(at), "2026-11-21");
    }
}
