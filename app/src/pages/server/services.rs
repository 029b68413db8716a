//! What runs on the server.

use super::facts::known;
use crate::components::badge::badge;
use crate::components::part::Any as _;
use leptos::prelude::*;
use model::Status;
use model::view::ServerPage;

/// Versions of the software that Drydock knows by name.
pub(super) fn components(page: &ServerPage) -> Option<AnyView> {
    (!page.components.is_empty()).then(|| {
        let rows = page
            .components
            .iter()
            .map(|component| {
                let drift = component.drifts.then(|| badge(Status::Attention, "differs in its group"));
                view! { <tr><th scope="row">{component.name.clone()}</th><td><code>{component.version.clone()}</code></td><td>{drift}</td></tr> }.any()
            })
            .collect_view();
        section("components", "Components", view! {
            <table class="table">
                <thead><tr><th scope="col">"Component"</th><th scope="col">"Version"</th><th scope="col"><span class="sr-only">"Drift"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }.any())
    })
}

/// Units in state *failed*.
pub(super) fn failed_units(page: &ServerPage) -> AnyView {
    let list = known(&page.failed_units, |units| {
        if units.is_empty() {
            return view! { <p class="quiet">"No unit has failed."</p> }.any();
        }
        let units = units
            .iter()
            .map(|unit| {
                view! { <li>{badge(Status::Failed, "failed")} " " <code>{unit.clone()}</code></li> }.any()
            })
            .collect_view();
        view! { <ul class="list">{units}</ul> }.any()
    });
    section("units", "Failed units", list)
}

/// Sockets that listen on more than loopback.
pub(super) fn open_ports(page: &ServerPage) -> AnyView {
    let table = known(&page.open_ports, |ports| {
        if ports.is_empty() {
            return view! { <p class="quiet">"Nothing listens beyond the machine itself."</p> }.any();
        }
        let rows = ports
            .iter()
            .map(|port| {
                let anywhere = if port.is_open_to_anywhere() { "every address".to_owned() } else { port.address.clone() };
                view! { <tr><th scope="row" class="mono">{format!("{}/{}", port.port, port.protocol)}</th><td class="mono">{anywhere}</td><td>{port.process.clone()}</td></tr> }.any()
            })
            .collect_view();
        view! {
            <table class="table">
                <thead><tr><th scope="col">"Port"</th><th scope="col">"Listens on"</th><th scope="col">"Process"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .any()
    });
    section("ports", "Open ports", table)
}

/// Docker's containers. Servers without Docker have no such section.
pub(super) fn containers(page: &ServerPage) -> Option<AnyView> {
    if page.containers.get().is_some_and(Vec::is_empty) {
        return None;
    }
    let table = known(&page.containers, |containers| {
        let rows = containers
            .iter()
            .map(|it| {
                view! {
                    <tr>
                        <td data-label="Container" class="row-name">{it.name.clone()}</td>
                        <td data-label="Image"><code class="wrap">{it.image.clone()}</code></td>
                        <td data-label="State">{it.state.clone()} " " {it.health.clone().map(|health| view! { <span class="hint">{health}</span> }.any())}</td>
                    </tr>
                }.any()
            })
            .collect_view();
        view! {
            <table class="table cards">
                <thead><tr><th scope="col">"Container"</th><th scope="col">"Image"</th><th scope="col">"State"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .any()
    });
    Some(section("containers", "Containers", table))
}

fn section(id: &'static str, title: &'static str, content: AnyView) -> AnyView {
    let title_id = format!("{id}-title");
    let heading_id = title_id.clone();
    view! {
        <section class="card" id=id aria-labelledby=title_id>
            <h2 id=heading_id>{title}</h2>
            {content}
        </section>
    }
    .any()
}
