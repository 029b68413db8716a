//! A number that is a filter.

use super::badge::symbol;
use super::icon::icon;
use super::part::Any as _;
use leptos::prelude::*;
use model::Status;
use model::view::Tile;

/// One tile of the dashboard. Its colour and icon speak only when its number is not zero.
pub(crate) fn tile(tile: Tile, number: u32) -> AnyView {
    let status = if number == 0 {
        Status::Healthy
    } else {
        tile.status()
    };
    let class = if number == 0 {
        "tile tile-zero".to_owned()
    } else {
        format!("tile tile-{}", status.as_str())
    };
    view! {
        <a class=class href=format!("/servers?tile={}", tile.as_str())>
            <span class="tile-number">{number}</span>
            <span class="tile-label">{(number > 0).then(|| icon(symbol(status)))}{tile.caption()}</span>
        </a>
    }
    .any()
}
