//! Changing a server, and removing it.

use super::id_in_address;
use crate::api::{self, EditServer, RemoveServer};
use crate::components::disclosure::Disclosure;
use crate::components::frame::for_those_who;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use crate::pages::servers::server_fields;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use model::Right;
use model::view::{ServerFormPage, ServerPage};

/// The form with what the server is now.
#[component]
pub(crate) fn EditServerPage() -> impl IntoView {
    let id = id_in_address();
    view! {
        <Title text="Change a server"/>
        <h1>"Change a server"</h1>
        {loaded(move || id.get(), move || api::server_form(Some(id.get_untracked())), move |page| content(page, id))}
    }
    .any()
}

fn content(page: Data<ServerFormPage>, id: Memo<String>) -> AnyView {
    view! {
        <div class="card narrow">
            <PostForm action=EditServer::PATH>
                <input r#type="hidden" name="id" value=id/>
                {page.peek(server_fields)}
                <div class="row">
                    <Submit label="Save"/>
                    <a class="btn btn-quiet" href=Signal::derive(move || format!("/servers/{}", id.get()))>"Cancel"</a>
                </div>
                <p class="hint">"With another address or port the host keys have to be confirmed again."</p>
            </PostForm>
        </div>
    }
    .any()
}

/// Removing the server from Drydock, at the end of its page.
pub(super) fn remove(page: Data<ServerPage>) -> AnyView {
    let id = page.derive(|page| page.id.to_string());
    let name = page.derive(|page| page.name.clone());
    for_those_who(Right::EditFleet, move || {
        let label = Signal::derive(move || format!("Remove {}", name.get()));
        view! {
            <Disclosure label="Remove this server…" danger=true>
                <p>"Drydock forgets the server: its facts, its timeline, its host keys. Nothing is done on the server itself; remove the line from its authorized_keys by hand."</p>
                <PostForm action=RemoveServer::PATH>
                    <input r#type="hidden" name="id" value=id/>
                    <Submit label class="btn btn-danger"/>
                </PostForm>
            </Disclosure>
        }
        .any()
    })
}
