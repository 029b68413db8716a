//! The fleet's trend as stacked areas, with the same numbers in a table behind it.

use super::part::Any as _;
use super::sparkline::tenths;
use leptos::prelude::*;
use model::view::TrendDay;
use std::fmt::Write as _;

// In tenths of the drawing's unit.
const WIDTH: u64 = 6_400;
const HEIGHT: u64 = 1_400;

/// Pending updates per day: security below, other above. Nothing is drawn before there are two days.
pub(crate) fn trend(days: &[TrendDay]) -> AnyView {
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return view! { <p class="hint">"The trend begins with the first scan and grows by a point a day."</p> }.any();
    };
    let only_one = days.len() == 1;
    let most = days.iter().map(|day| day.security + day.other).max().unwrap_or(0);
    let security: Vec<u32> = days.iter().map(|day| day.security).collect();
    let all: Vec<u32> = days.iter().map(|day| day.security + day.other).collect();
    let zero = vec![0; days.len()];
    let plot = (days.len() > 1).then(|| {
        view! {
            <figure class="plot">
                <svg viewBox="0 0 640 140" preserveAspectRatio="none" role="img"
                    aria-label=format!("Pending updates from {} to {}; at most {most}. The table below has the numbers.", first.day, last.day)>
                    <line class="plot-grid" x1="0" y1="0.5" x2="640" y2="0.5"/>
                    <line class="plot-grid" x1="0" y1="70" x2="640" y2="70"/>
                    <polygon class="plot-other" points=area(&all, &security, most)/>
                    <polygon class="plot-security" points=area(&security, &zero, most)/>
                    <line class="plot-axis" x1="0" y1="139.5" x2="640" y2="139.5"/>
                </svg>
                <figcaption class="plot-legend">
                    <span>{first.day.clone()}</span>
                    <span class="plot-key plot-key-security">"security"</span>
                    <span class="plot-key plot-key-other">"other"</span>
                    <span>{format!("highest {most}")}</span>
                    <span>{last.day.clone()}</span>
                </figcaption>
            </figure>
        }.any()
    });
    let rows = days
        .iter()
        .rev()
        .map(|day| {
            view! {
                <tr>
                    <th scope="row">{day.day.clone()}</th>
                    <td class="number">{day.security}</td>
                    <td class="number">{day.other}</td>
                    <td class="number">{day.reboot}</td>
                </tr>
            }
            .any()
        })
        .collect_view();
    view! {
        {plot}
        {only_one.then(|| view! { <p class="hint">"The plot begins with the second day: it grows by a point a day."</p> }.any())}
        <details class="plot-table">
            <summary>"The numbers"</summary>
            <table class="table">
                <thead><tr>
                    <th scope="col">"Day (UTC)"</th>
                    <th scope="col" class="number">"Security"</th>
                    <th scope="col" class="number">"Other"</th>
                    <th scope="col" class="number">"Need a reboot"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .any()
}

/// The polygon between two lines, as SVG writes it.
fn area(upper: &[u32], lower: &[u32], most: u32) -> String {
    let steps = upper.len().max(2) as u64 - 1;
    let mut text = String::new();
    let mut point = |(index, value): (usize, &u32)| {
        let y = HEIGHT - u64::from(*value) * (HEIGHT - 20) / u64::from(most.max(1));
        // Writing to a string cannot fail.
        let _ = write!(text, "{},{} ", tenths(WIDTH * index as u64 / steps), tenths(y));
    };
    upper.iter().enumerate().for_each(&mut point);
    lower.iter().enumerate().rev().for_each(&mut point);
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::area;

    #[test]
    fn an_area_goes_along_the_top_and_back_along_the_bottom() {
        assert_eq!(
            area(&[10, 5], &[0, 0], 10),
            "0.0,2.0 640.0,71.0 640.0,140.0 0.0,140.0"
        );
    }
}
