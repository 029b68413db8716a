//! The fields that describe a stack.

use crate::components::field::{Choice, Field};
use crate::components::part::Any as _;
use crate::pages::servers::criticalities;
use leptos::prelude::*;
use model::view::StackRow;
use model::{Criticality, UserId};

/// All fields, filled with what the stack is now.
pub(super) fn stack_fields(
    now: Option<&StackRow>,
    owner: Option<UserId>,
    people: &[(UserId, String)],
) -> AnyView {
    let mut owners = vec![(String::new(), "nobody".to_owned())];
    owners.extend(people.iter().map(|(id, name)| (id.to_string(), name.clone())));
    view! {
        <div class="fields">
            <Field label="Name" name="name" required=true placeholder="shop" hint="The application."
                value=now.map(|stack| stack.name.clone()).unwrap_or_default()/>
            <Field label="Environment" name="environment" required=true placeholder="production"
                value=now.map(|stack| stack.environment.clone()).unwrap_or_default()/>
            <Choice label="Criticality" name="criticality" options=criticalities()
                chosen=now.map_or(Criticality::Normal, |stack| stack.criticality).as_str()/>
            <Choice label="Owner" name="owner" options=owners
                chosen=owner.map(|owner| owner.to_string()).unwrap_or_default()/>
        </div>
    }
    .any()
}
