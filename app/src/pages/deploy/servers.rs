//! Which servers of the stack.

use crate::components::badge::status_badge;
use crate::components::field::error_beside;
use crate::components::part::Any as _;
use crate::components::words::count;
use crate::options_form::Fields;
use leptos::prelude::*;
use model::facts::RebootNeed;
use model::view::{DeployForm, DeployServer};

/// All of them, or some.
pub(super) fn which_servers(page: &DeployForm, fields: &Fields, chosen: &[String]) -> AnyView {
    let some = fields.get("which") == "some";
    let all = u32::try_from(page.servers.len()).unwrap_or(u32::MAX);
    let mut groups: Vec<(Option<&str>, Vec<&DeployServer>)> = Vec::new();
    for server in &page.servers {
        let name = server.group.as_ref().map(|(_, name)| name.as_str());
        match groups.iter_mut().find(|(group, _)| *group == name) {
            Some((_, servers)) => servers.push(server),
            None => groups.push((name, vec![server])),
        }
    }
    groups.sort_by_key(|(name, _)| (name.is_none(), *name));
    let groups = groups
        .into_iter()
        .map(|(name, servers)| {
            let rows = servers.into_iter().map(|server| row(server, chosen)).collect_view();
            view! {
                <fieldset>
                    <legend class="hint">{name.map_or_else(|| "In no group".to_owned(), |name| format!("Group {name}"))}</legend>
                    <ul class="choices">{rows}</ul>
                </fieldset>
            }
            .any()
        })
        .collect_view();
    view! {
        <fieldset class="field which">
            <legend class="label">"Which servers"</legend>
            <label class="explained">
                <input r#type="radio" name="which" value="all" checked=!some/>
                <span>
                    <strong>{format!("All {}", count(all, "server"))}</strong>
                    <span class="hint">"A server on which nothing is to be done is left alone."</span>
                </span>
            </label>
            <label class="explained">
                <input r#type="radio" name="which" value="some" checked=some/>
                <span><strong>"Only some"</strong><span class="hint">"The others stay as they are."</span></span>
            </label>
            {error_beside("servers")}
            <div class="which-some">{groups}</div>
        </fieldset>
    }
    .any()
}

fn row(server: &DeployServer, chosen: &[String]) -> AnyView {
    let id = server.id.to_string();
    let ticked = chosen.contains(&id);
    let pending = server.counts.map_or_else(
        || "updates not known".to_owned(),
        |counts| format!("{} security, {} other", counts.all_security(), counts.other),
    );
    let reboot = (server.reboot == RebootNeed::Yes).then_some(", reboot needed");
    let out = server.out_since.as_ref().map(|_| ", out of service");
    view! {
        <li>
            <label class="choice">
                <input r#type="checkbox" name="servers[]" value=id checked=ticked/>
                <span class="row-name">{server.name.clone()}</span>
                {status_badge(server.status)}
                <span class="hint">{pending}{reboot}{out}</span>
            </label>
        </li>
    }
    .any()
}
