//! The proof of one server: what is not as it should be, then everything before and after.

use crate::clock::{Now, ago_or_never};
use crate::components::badge::{badge, status_badge};
use crate::components::part::Any as _;
use crate::components::table_frame::table_frame;
use leptos::prelude::*;
use model::Status;
use model::facts::Known;
use model::plan::{PackagePart, RebootVerdict, RestartCause};
use model::view::{Beside, PackageProof, RestartProof, ServerProof};

/// One server. Open from the start where something is not as planned. While it is under way there is nothing yet to set
/// beside what was before.
pub(super) fn server(proof: &ServerProof, now: Now) -> AnyView {
    if proof.status == Status::Running {
        return view! {
            <p class="row" id=format!("server-{}", proof.server)>
                <strong>{proof.name.clone()}</strong> {status_badge(proof.status)} {proof.said.clone()}
            </p>
        }
        .any();
    }
    let misses: Vec<_> = proof
        .misses
        .iter()
        .map(|miss| view! { <li>{miss.clone()}</li> }.any())
        .collect();
    let misses = (!misses.is_empty()).then(|| {
        view! { <h3>"Not as it should be, or not seen"</h3><ul class="evidence">{misses}</ul> }.any()
    });
    let open = proof.status != Status::Healthy;
    view! {
        <details class="card proof" open=open id=format!("server-{}", proof.server)>
            <summary>
                <h2>{proof.name.clone()}</h2>
                {status_badge(proof.status)}
                <span>{proof.said.clone()}</span>
            </summary>
            {misses}
            {before_and_after(proof)}
            {packages(&proof.packages)}
            {restarts(&proof.restarts)}
            {kept(proof)}
            <p class="hint">
                "Seen before: " {ago_or_never(proof.seen_before.as_ref(), now)}
                " · seen after: " {ago_or_never(proof.seen_after.as_ref(), now)}
                " · " <a href=format!("/servers/{}", proof.server)>"the server now"</a>
            </p>
        </details>
    }
    .any()
}

fn before_and_after(proof: &ServerProof) -> AnyView {
    let mut rows = vec![
        beside("Pending security updates", &proof.security, u32::to_string),
        beside("Failed units", &proof.failed_units, |items| list(items)),
        beside("Ports open beyond loopback", &proof.ports, |items| list(items)),
        beside("Containers", &proof.containers, |items| list(items)),
        beside("Kernel", &proof.kernel, String::clone),
        beside("Boot", &proof.boot_id, |id| id.chars().take(8).collect()),
        beside("Daily updates", &proof.unattended, String::clone),
    ];
    rows.sort_by_key(|(differs, _)| !differs);
    let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
    let predicted = match proof.reboot.predicted {
        RebootVerdict::Expected => "expected",
        RebootVerdict::Possible => "possible",
        RebootVerdict::NotExpected => "not expected",
    };
    view! {
        {table_frame("Before and after", view! {
            <table class="table proof-table">
                <thead><tr><th scope="col">"What"</th><th scope="col">"Before"</th><th scope="col">"After"</th><th scope="col">"Same"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }.any())}
        <h3>"Reboot"</h3>
        <p>{proof.reboot.said.clone()} " " <span class="hint">{format!("Predicted: {predicted}.")}</span></p>
    }
    .into_any()
}

fn list(items: &[String]) -> String {
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.join(", ")
    }
}

/// A row, and whether its two sides differ.
fn beside<T: PartialEq>(what: &'static str, beside: &Beside<T>, text: fn(&T) -> String) -> (bool, AnyView) {
    let same = match (&beside.before, &beside.after) {
        (Known::Known(before), Known::Known(after)) => Some(before == after),
        _ => None,
    };
    let mark = match same {
        Some(true) => view! { <span class="quiet">"same"</span> }.any(),
        Some(false) => view! { <strong>"changed"</strong> }.any(),
        None => badge(Status::Unknown, "unknown"),
    };
    let row = view! {
        <tr>
            <th scope="row">{what}</th>
            <td class="wrap">{seen(&beside.before, text)}</td>
            <td class="wrap">{seen(&beside.after, text)}</td>
            <td>{mark}</td>
        </tr>
    }
    .any();
    (same != Some(true), row)
}

fn seen<T>(value: &Known<T>, text: impl Fn(&T) -> String) -> AnyView {
    match value {
        Known::Known(value) => text(value).into_any(),
        Known::Unknown(why) => view! { <span class="quiet">{format!("unknown: {why}")}</span> }.any(),
    }
}

/// Whether something is as it was said it would be.
fn judged(as_said: Option<bool>) -> AnyView {
    match as_said {
        Some(true) => badge(Status::Healthy, "as planned"),
        Some(false) => badge(Status::Attention, "not as planned"),
        None => badge(Status::Unknown, "unknown"),
    }
}

fn packages(packages: &[PackageProof]) -> AnyView {
    if packages.is_empty() {
        return ().into_any();
    }
    let mut packages: Vec<_> = packages.iter().collect();
    packages.sort_by_key(|package| package.as_planned);
    let rows: Vec<_> = packages
        .into_iter()
        .map(|package| {
            let part = match package.part {
                Some(PackagePart::Security) => "security",
                Some(PackagePart::ComesAlong) => "comes along",
                Some(PackagePart::Other) => "other",
                None => "removal",
            };
            let version =
                |version: &Option<String>| version.clone().unwrap_or_else(|| "not installed".to_owned());
            view! {
                <tr>
                    <th scope="row"><code>{package.package.clone()}</code></th>
                    <td class="mono">{version(&package.from)}</td>
                    <td class="mono">{version(&package.planned)}</td>
                    <td class="mono">{seen(&package.now, version)}</td>
                    <td>{part}</td>
                    <td>{judged(package.as_planned)}</td>
                </tr>
            }
            .any()
        })
        .collect();
    view! {
        <h3>"Packages"</h3>
        {table_frame("Packages", view! {
            <table class="table">
                <thead><tr>
                    <th scope="col">"Package"</th><th scope="col">"Before"</th><th scope="col">"Planned"</th>
                    <th scope="col">"Now"</th><th scope="col">"Why"</th><th scope="col">"As planned"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }.any())}
    }
    .into_any()
}

fn restarts(restarts: &[RestartProof]) -> AnyView {
    if restarts.is_empty() {
        return ().into_any();
    }
    let as_predicted = |restart: &RestartProof| {
        restart
            .happened
            .get()
            .map(|happened| *happened == restart.expected)
    };
    let mut restarts: Vec<_> = restarts.iter().collect();
    restarts.sort_by_key(|restart| as_predicted(restart));
    let rows: Vec<_> = restarts
        .into_iter()
        .map(|restart| {
            let predicted = match restart.predicted {
                Some(_) if !restart.expected => "no, it goes on with an old library",
                Some(RestartCause::Ships) => "yes, a planned package ships it",
                Some(RestartCause::UsesLibrary) => "yes, it uses a library that is replaced",
                Some(RestartCause::OldLibrary) => "yes, it ran an old library",
                None => "no",
            };
            view! {
                <tr>
                    <th scope="row"><code>{restart.unit.clone()}</code></th>
                    <td>{predicted}</td>
                    <td>{seen(&restart.happened, |happened| if *happened { "yes" } else { "no" }.to_owned())}</td>
                    <td>{judged(as_predicted(restart))}</td>
                </tr>
            }
            .any()
        })
        .collect();
    view! {
        <h3>"Restarts"</h3>
        {table_frame("Restarts", view! {
            <table class="table">
                <thead><tr><th scope="col">"Unit"</th><th scope="col">"Predicted to restart"</th><th scope="col">"Restarted"</th><th scope="col">"As predicted"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }.any())}
    }
    .into_any()
}

fn kept(proof: &ServerProof) -> AnyView {
    if proof.kept.is_empty() {
        return ().into_any();
    }
    let files: Vec<_> = proof
        .kept
        .iter()
        .map(|file| {
            let new = file
                .new
                .clone()
                .map(|new| view! { <p class="hint">"The package's version: " <code>{new}</code></p> }.any());
            let difference = match file.difference.clone() {
                Known::Known(text) => view! {
                    <details><summary>"Difference"</summary><pre class="said said-long" tabindex="0">{text}</pre></details>
                }
                .any(),
                Known::Unknown(why) => view! { <p class="quiet">{format!("Difference: {why}.")}</p> }.any(),
            };
            view! { <li><code>{file.path.clone()}</code>{new}{difference}</li> }.any()
        })
        .collect();
    view! { <h3>"Configuration that was kept as somebody had changed it"</h3><ul class="list">{files}</ul> }
        .into_any()
}
