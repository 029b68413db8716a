//! People and their roles.

use super::tabs;
use crate::api::{self, Invite, InviteAgain, SetDisabled, SetRole};
use crate::clock::{Now, ago_or_never};
use crate::components::badge::badge;
use crate::components::disclosure::Disclosure;
use crate::components::field::{Explained, Field, select_options};
use crate::components::frame::{for_those_who, may, use_frame};
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use crate::components::table_frame::table_frame;
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use model::view::{PeoplePage, PersonRow};
use model::{ROLES, Right, Role, Status, UserId};

/// The people; admins invite, change roles and switch accounts off.
#[component]
pub(crate) fn PeopleSettingsPage() -> impl IntoView {
    let version = use_live().version(Interest::Settings);
    view! {
        <Title text="People"/>
        <header class="page-head">
            <h1>"People"</h1>
            {for_those_who(Right::EditPeople, || view! { <Disclosure label="Invite a person">{invite()}</Disclosure> }.any())}
        </header>
        {tabs("people")}
        {loaded(move || version.get().to_string(), api::people, content)}
    }
    .any()
}

fn content(page: Data<PeoplePage>) -> AnyView {
    let may_edit = may(Right::EditPeople);
    let me = use_frame().derive(|frame| Some(frame.me.id));
    page.show(move |page| {
        let now = Now::of(page.now);
        let (may_edit, me) = (may_edit.get(), me.get());
        let rows = page.people.iter().map(|person| row(person, now, may_edit, me)).collect_view();
        table_frame("People", view! {
                <table class="table cards">
                    <thead><tr>
                        <th scope="col">"Name"</th><th scope="col">"State"</th><th scope="col">"Role"</th>
                        <th scope="col">"Last log-in"</th><th scope="col"><span class="sr-only">"Actions"</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }.any())
    })
}

fn row(person: &PersonRow, now: Now, may_edit: bool, me: Option<UserId>) -> AnyView {
    let mine = me == Some(person.id);
    let state = match (person.disabled, person.joined) {
        (true, _) => badge(Status::Unknown, "switched off"),
        (false, true) => badge(Status::Healthy, "active"),
        (false, false) => badge(Status::Waiting, "invited"),
    };
    // Nobody takes their own rights away by accident.
    let role = if may_edit && !mine {
        change_role(person)
    } else {
        person.role.as_str().into_any()
    };
    let actions = (may_edit && !mine).then(|| actions(person));
    view! {
        <tr id=format!("person-{}", person.id)>
            <td data-label="Name"><span class="row-name">{person.name.clone()}</span>{mine.then_some(" (you)")}</td>
            <td data-label="State">{state}</td>
            <td data-label="Role">{role}</td>
            <td data-label="Last log-in">{ago_or_never(person.last_login.as_ref(), now)}</td>
            <td data-label="">{actions}</td>
        </tr>
    }
    .any()
}

fn change_role(person: &PersonRow) -> AnyView {
    let roles = ROLES
        .iter()
        .map(|role| (role.as_str().to_owned(), role.as_str().to_owned()))
        .collect();
    let (id, label) = (person.id.to_string(), format!("Role of {}", person.name));
    let options = select_options(roles, person.role.as_str());
    view! {
        <PostForm action=SetRole::PATH class="inline-form">
            <input r#type="hidden" name="id" value=id/>
            <select class="input" name="role" aria-label=label>{options}</select>
            <Submit label="Change" class="btn btn-quiet btn-small"/>
        </PostForm>
    }
    .any()
}

fn actions(person: &PersonRow) -> AnyView {
    let id = person.id.to_string();
    let same_id = id.clone();
    let disabled = (!person.disabled).to_string();
    let switch = if person.disabled {
        "Switch on"
    } else {
        "Switch off"
    };
    let link = if person.joined {
        "New log-in link"
    } else {
        "New invitation link"
    };
    view! {
        <div class="row">
            <PostForm action=InviteAgain::PATH class="inline-form">
                <input r#type="hidden" name="id" value=same_id/>
                <Submit label=link class="btn btn-quiet btn-small"/>
            </PostForm>
            <PostForm action=SetDisabled::PATH class="inline-form">
                <input r#type="hidden" name="id" value=id/>
                <input r#type="hidden" name="disabled" value=disabled/>
                <Submit label=switch class="btn btn-quiet btn-small"/>
            </PostForm>
        </div>
    }
    .any()
}

fn invite() -> AnyView {
    let roles = ROLES
        .iter()
        .map(|role| (role.as_str(), role.as_str(), role.explains()))
        .collect();
    view! {
        <PostForm action=Invite::PATH>
            <Field label="Name" name="name" required=true placeholder="anna" hint="They log in with it."/>
            <Explained label="Role" name="role" options=roles chosen=Role::Viewer.as_str()/>
            <Submit label="Make the invitation"/>
        </PostForm>
    }
    .any()
}
