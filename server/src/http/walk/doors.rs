//! Who may go through which door: the words of `reliability.md`, *Access*, one line per route.
//!
//! "viewer reads; operator previews, runs, cancels with commands that already exist; lead edits manifests, hooks, checks,
//! balancer commands, profiles, decides host keys, approves, switches traffic; admin people, keys, tokens, protection,
//! notifications." What may be asked without a session is what leads to one, what says that Drydock lives, and files that
//! are the same for everybody.

use model::view::{LogFind, LogFrom, RebootsAsked, RunsAsked, ServersQuery};
use model::{PasteFormat, Role};
use serde::Serialize;

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Everybody, without a session.
    Anybody,
    /// Everybody who brings a password or token of their own; the table's are wrong.
    Credentials,
    /// Whoever is logged in with this role or a stronger one.
    From(Role),
}

/// What is asked there. Words in capitals stand for the ids of things that are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// A page or a file.
    Page,
    /// A posted form.
    Form(&'static str),
    /// A call that reads, with its packed arguments.
    Call(Vec<u8>),
}

/// One route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Door {
    pub(super) method: &'static str,
    pub(super) route: &'static str,
    pub(super) who: Who,
    pub(super) ask: Ask,
}

impl Door {
    pub(super) const fn page(route: &'static str, who: Who) -> Self {
        Self {
            method: "GET",
            route,
            who,
            ask: Ask::Page,
        }
    }

    pub(super) const fn form(route: &'static str, who: Who, form: &'static str) -> Self {
        Self {
            method: "POST",
            route,
            who,
            ask: Ask::Form(form),
        }
    }

    fn call(route: &'static str, who: Who, arguments: &impl Serialize) -> Self {
        Self {
            method: "POST",
            route,
            who,
            ask: Ask::Call(app::pack(arguments).expect("arguments can be packed")),
        }
    }

    pub(super) fn is_closed_to(&self, role: Role) -> bool {
        matches!(self.who, Who::From(least) if role < least)
    }

    pub(super) fn said(&self) -> String {
        format!("{} {}", self.method, self.route)
    }
}

const VIEWER: Who = Who::From(Role::Viewer);
const OPERATOR: Who = Who::From(Role::Operator);
const LEAD: Who = Who::From(Role::Lead);
const ADMIN: Who = Who::From(Role::Admin);

/// Every route there is.
pub(super) fn doors() -> Vec<Door> {
    [
        files_and_streams(),
        pages(),
        reading(),
        entering(),
        operating(),
        leading(),
        administering(),
    ]
    .concat()
}

fn files_and_streams() -> Vec<Door> {
    vec![
        Door::page("/healthz", Who::Anybody),
        Door::page("/assets/{*path}", Who::Anybody),
        Door::page("/live", VIEWER),
        Door::page("/runs/{run}/steps/{step}/log", VIEWER),
    ]
}

/// Pages show what the role may see; what a form on them does is asked again when it is posted.
fn pages() -> Vec<Door> {
    let outside = [
        Door::page("/login", Who::Anybody),
        Door::page("/first-run", Who::Anybody),
        Door::page("/join/{token}", Who::Credentials),
    ];
    let inside = [
        "/",
        "/welcome",
        "/activity",
        "/plans/{id}",
        "/reboots",
        "/runs",
        "/runs/{id}",
        "/runs/{id}/proof",
        "/servers",
        "/servers/add",
        "/servers/import",
        "/servers/{id}",
        "/servers/{id}/edit",
        "/settings",
        "/settings/keys",
        "/settings/people",
        "/stacks",
        "/stacks/{id}",
        "/stacks/{id}/care",
        "/stacks/{id}/deploy",
    ];
    outside
        .into_iter()
        .chain(inside.map(|route| Door::page(route, VIEWER)))
        .collect()
}

/// Calls that read.
fn reading() -> Vec<Door> {
    let id = "01890a5d-ac96-774b-bcce-b302099a8057";
    let log = (id, id, None::<u32>);
    let find = LogFind {
        text: None,
        line: 0,
        backwards: false,
    };
    vec![
        Door::call("/do/frame", VIEWER, &()),
        Door::call("/do/dashboard", VIEWER, &()),
        Door::call("/do/activity", VIEWER, &(1_u32,)),
        Door::call("/do/servers", VIEWER, &(ServersQuery::default(),)),
        Door::call("/do/server", VIEWER, &(id,)),
        Door::call("/do/server_form", VIEWER, &(Some(id),)),
        Door::call("/do/stacks", VIEWER, &()),
        Door::call("/do/stack", VIEWER, &(id,)),
        Door::call("/do/deploy_form", VIEWER, &(id, None::<&str>)),
        Door::call("/do/plan", VIEWER, &(id, 1_u32)),
        Door::call("/do/step_text", VIEWER, &(id, id)),
        Door::call("/do/runs", VIEWER, &(RunsAsked::default(),)),
        Door::call("/do/run", VIEWER, &(id, None::<u32>, 1_u32)),
        Door::call("/do/proof", VIEWER, &(id, 1_u32)),
        Door::call("/do/log", VIEWER, &(log, LogFrom::Tail(1))),
        Door::call("/do/find_in_log", VIEWER, &(log, find)),
        Door::call("/do/reboots", VIEWER, &(RebootsAsked::default(),)),
        Door::call("/do/keys", VIEWER, &()),
        Door::call("/do/people", VIEWER, &()),
        // Reads nothing but the paste; but it is the first half of adding servers.
        Door::call(
            "/do/review_paste",
            LEAD,
            &("Host web-2", Some(PasteFormat::SshConfig)),
        ),
    ]
}

/// The ways in and out.
fn entering() -> Vec<Door> {
    vec![
        Door::call("/do/entrance", Who::Anybody, &()),
        Door::call("/do/invitation", Who::Credentials, &("not-a-token",)),
        Door::form(
            "/do/first_run",
            Who::Credentials,
            "token=not-a-token&name=eve&password=correct+horse+battery",
        ),
        Door::form("/do/log_in", Who::Credentials, "name=ada&password=not+hers"),
        Door::form(
            "/do/join",
            Who::Credentials,
            "token=not-a-token&password=correct+horse+battery",
        ),
        // Ends the session that comes with it, if one does.
        Door::form("/do/log_out", Who::Anybody, ""),
    ]
}

/// Operator: checks, previews, runs and cancels with commands that already exist.
fn operating() -> Vec<Door> {
    vec![
        Door::form("/do/scan", OPERATOR, "ids[0]=SERVER"),
        Door::form("/do/probe", OPERATOR, "id=SERVER"),
        Door::form("/do/fingerprint", OPERATOR, "id=SERVER"),
        Door::form("/do/preview", OPERATOR, "stack=STACK&reboot=on"),
        Door::form("/do/preview_again", OPERATOR, "plan=NOTHING"),
        Door::form("/do/plan_reboots", OPERATOR, "ids[0]=SERVER"),
        Door::form("/do/run_plan", OPERATOR, "plan=NOTHING&hash=none"),
        Door::form("/do/ask_run", OPERATOR, "run=NOTHING&wanted=cancel"),
        Door::form(
            "/do/settle_step",
            OPERATOR,
            "run=NOTHING&step=NOTHING&settlement=done",
        ),
        Door::form("/do/retry_failed", OPERATOR, "run=NOTHING"),
        Door::form("/do/mark_in_service", OPERATOR, "server=SERVER"),
    ]
}

/// Lead: the fleet, profiles, commands that run as root on it, and host keys.
fn leading() -> Vec<Door> {
    let server = "name=web-2&host=192.0.2.2&key=KEY&stack=shop";
    vec![
        Door::form("/do/add_server", LEAD, server),
        Door::form(
            "/do/edit_server",
            LEAD,
            "id=SERVER&name=web-9&host=192.0.2.9&key=KEY",
        ),
        Door::form(
            "/do/import_servers",
            LEAD,
            "rows[0][take]=on&rows[0][name]=web-3&rows[0][host]=192.0.2.3&rows[0][key]=KEY",
        ),
        Door::form("/do/create_stack", LEAD, "name=blog&environment=staging"),
        Door::form("/do/edit_stack", LEAD, "id=STACK&name=store&environment=staging"),
        Door::form(
            "/do/save_profile",
            LEAD,
            "stack=STACK&profile_name=weekly&reboot=on",
        ),
        Door::form("/do/remove_profile", LEAD, "stack=STACK&id=PROFILE"),
        Door::form("/do/set_care", LEAD, "group=GROUP&at=care&care.min_in_service=1"),
        Door::form(
            "/do/confirm_host_keys",
            LEAD,
            "id=SERVER&fingerprints[0]=SHA256:x",
        ),
        Door::form(
            "/do/decide_host_keys",
            LEAD,
            "id=SERVER&accept=true&fingerprints[0]=SHA256:x",
        ),
        Door::form("/do/switch_schedule_on", LEAD, ""),
        Door::form("/do/remove_server", LEAD, "id=SERVER"),
        Door::form("/do/remove_stack", LEAD, "id=STACK"),
    ]
}

/// Admin: people and keys.
fn administering() -> Vec<Door> {
    vec![
        Door::form("/do/invite", ADMIN, "name=eve&role=admin"),
        Door::form("/do/invite_again", ADMIN, "id=PERSON"),
        Door::form("/do/set_role", ADMIN, "id=PERSON&role=operator"),
        Door::form("/do/set_disabled", ADMIN, "id=PERSON&disabled=true"),
        Door::form("/do/generate_key", ADMIN, "name=second&algorithm=ed25519"),
        Door::form("/do/add_key", ADMIN, "name=third&pem=not+a+key"),
        Door::form("/do/remove_key", ADMIN, "id=KEY"),
    ]
}
