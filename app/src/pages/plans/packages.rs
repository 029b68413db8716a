//! The packages of one server, from which version to which, and those that stay as they are.

use crate::components::badge::badge;
use crate::components::part::Any as _;
use crate::components::table_frame::table_frame;
use crate::components::words::{bytes, count};
use leptos::prelude::*;
use model::Status;
use model::plan::{LeftPackage, PackagePart, PlannedPackage, PlannedRemoval, ServerPlan};

/// Up to this many packages are shown without being asked for.
const OPEN_UP_TO: usize = 8;

/// What is installed and what is removed.
pub(super) fn packages(plan: &ServerPlan) -> AnyView {
    let all = plan.packages.len() + plan.removals.len();
    if all == 0 {
        return ().into_any();
    }
    let rows = plan.packages.iter().map(installed).collect_view();
    let removed = plan.removals.iter().map(removed).collect_view();
    let open = all <= OPEN_UP_TO;
    view! {
        <details open=open>
            <summary>{count(u32::try_from(all).unwrap_or(u32::MAX), "package")}</summary>
            {table_frame("Packages", view! {
                <table class="table cards packages">
                    <thead><tr>
                        <th scope="col">"Package"</th><th scope="col">"From → to"</th>
                        <th scope="col">"Origin"</th><th scope="col" class="number">"Size"</th>
                    </tr></thead>
                    <tbody>{removed}{rows}</tbody>
                </table>
            }.any())}
        </details>
    }
    .any()
}

fn installed(package: &PlannedPackage) -> AnyView {
    let part = match package.part {
        PackagePart::Security => badge(Status::Attention, "security"),
        PackagePart::ComesAlong => view! { <span class="hint">"comes along"</span> }.any(),
        PackagePart::Other => ().into_any(),
    };
    let from = package.from.clone().unwrap_or_else(|| "new".to_owned());
    view! {
        <tr>
            <td data-label="Package"><code class="row-name">{package.package.clone()}</code> " " {part}</td>
            <td data-label="From → to"><span class="wrap"><code>{from}</code> " → " <code class="strong">{package.to.clone()}</code></span></td>
            <td data-label="Origin"><span class="wrap">{package.origins.join(", ")}</span></td>
            <td data-label="Size" class="number">{package.download_bytes.map(bytes)}</td>
        </tr>
    }
    .any()
}

fn removed(removal: &PlannedRemoval) -> AnyView {
    view! {
        <tr>
            <td data-label="Package"><code class="row-name">{removal.package.clone()}</code> " " {badge(Status::Failed, "removed")}</td>
            <td data-label="From → to"><span class="wrap"><code>{removal.version.clone()}</code> " → none"</span></td>
            <td data-label="Origin"></td>
            <td data-label="Size"></td>
        </tr>
    }
    .any()
}

/// Pending updates that stay pending.
pub(super) fn left(left: &[LeftPackage]) -> AnyView {
    if left.is_empty() {
        return ().into_any();
    }
    let security = left.iter().filter(|package| package.security).count();
    let of_them = match security {
        0 => String::new(),
        some => format!(", {some} for security"),
    };
    let rows = left
        .iter()
        .map(|package| {
            let security = package.security.then(|| badge(Status::Attention, "security"));
            view! { <li><code>{package.package.clone()}</code> " " <span class="hint">{package.why.clone()}</span> " " {security}</li> }.any()
        })
        .collect_view();
    let all = count(u32::try_from(left.len()).unwrap_or(u32::MAX), "package");
    view! {
        <details>
            <summary>{format!("Stays pending: {all}{of_them}")}</summary>
            <ul class="chips">{rows}</ul>
        </details>
    }
    .any()
}
