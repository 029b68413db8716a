//! The hash that an approval names.

use crate::digest::Parts;
use model::Work;
use model::plan::Plan;

/// SHA-256, as 64 hexadecimal digits, over the plan as canonical JSON and over the rendered text of every command in
/// it, in order. `render` is the one renderer of `remote`: if a later build would say something else to a server, the
/// hash is another one, and the approval is void.
pub fn hash(plan: &Plan, render: &dyn Fn(&Work) -> String) -> String {
    let mut parts = Parts::new("drydock plan 1");
    parts.add_json(plan);
    let works = plan
        .servers()
        .flat_map(|server| &server.steps)
        .filter_map(|step| step.work.as_ref());
    for work in works {
        parts.add(render(work).as_bytes());
    }
    parts.hex()
}
