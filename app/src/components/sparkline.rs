//! A small line without axes: where a number comes from.

use super::part::Any as _;
use leptos::prelude::*;
use std::fmt::Write as _;

// In tenths of the drawing's unit: whole numbers need no code that writes fractions.
const WIDTH: u64 = 960;
const HEIGHT: u64 = 240;
const MARGIN: u64 = 20;

/// A sparkline of pending security updates per day, oldest first, from the second day on. Its words are for those
/// who cannot see it.
pub(crate) fn sparkline(values: &[u32]) -> AnyView {
    let [first, .., last] = values else {
        return ().into_any();
    };
    let label = format!(
        "Pending security updates over {} days: from {first} to {last}",
        values.len()
    );
    let (points, end) = points(values);
    view! {
        <svg class="sparkline" viewBox="0 0 96 24" width="96" height="24" role="img" aria-label=label>
            <polyline points=points/>
            <circle cx=tenths(end.0) cy=tenths(end.1) r="1.8"/>
        </svg>
    }
    .any()
}

/// The line's points as SVG writes them, and the last one.
fn points(values: &[u32]) -> (String, (u64, u64)) {
    let most = u64::from(values.iter().copied().max().unwrap_or(0).max(1));
    let steps = values.len().max(2) as u64 - 1;
    let mut text = String::new();
    let mut end = (MARGIN, HEIGHT - MARGIN);
    for (index, value) in values.iter().enumerate() {
        end = (
            MARGIN + (WIDTH - 2 * MARGIN) * index as u64 / steps,
            HEIGHT - MARGIN - u64::from(*value) * (HEIGHT - 2 * MARGIN) / most,
        );
        // Writing to a string cannot fail.
        let _ = write!(text, "{},{} ", tenths(end.0), tenths(end.1));
    }
    (text.trim_end().to_owned(), end)
}

/// A number of tenths as SVG writes it.
pub(super) fn tenths(number: u64) -> String {
    format!("{}.{}", number / 10, number % 10)
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn the_line_stays_inside_and_more_is_higher() {
        let (text, end) = points(&[0, 5, 10]);
        assert_eq!(text, "2.0,22.0 48.0,12.0 94.0,2.0");
        assert_eq!(end, (940, 20));
    }

    #[test]
    fn days_without_updates_lie_on_the_ground() {
        assert_eq!(points(&[0, 0]).0, "2.0,22.0 94.0,22.0");
    }
}
