//! Adding one server.

use super::fields::server_fields;
use crate::api::{self, AddServer, GenerateKey};
use crate::components::copy::copyable;
use crate::components::field::Field;
use crate::components::frame::may;
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::part::part;
use crate::components::post_form::{PostForm, Submit};
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use model::Right;
use model::view::ServerFormPage;

/// The form, or the first key when there is none yet.
#[component]
pub(crate) fn AddServerPage() -> impl IntoView {
    let version = use_live().version(Interest::Settings);
    view! {
        <Title text="Add a server"/>
        <header class="page-head">
            <h1>"Add a server"</h1>
            <a class="btn btn-quiet" href="/servers/import">"Add many at once"</a>
        </header>
        {loaded(move || version.get().to_string(), || api::server_form(None), content)}
    }
    .any()
}

fn content(page: Data<ServerFormPage>) -> AnyView {
    let has_key = page.derive(|page| !page.choices.keys.is_empty());
    let may_make_keys = may(Right::EditKeys);
    part(move || match (has_key.get(), may_make_keys.get()) {
        (true, _) => form(page),
        (false, true) => first_key("server"),
        (false, false) => no_key_yet(),
    })
}

fn form(page: Data<ServerFormPage>) -> AnyView {
    view! {
        <div class="columns">
            <div class="card column">
                <PostForm action=AddServer::PATH>
                    {page.peek(server_fields)}
                    <div class="row">
                        <Submit label="Add and ask for its host key"/>
                        <a class="btn btn-quiet" href="/servers">"Cancel"</a>
                    </div>
                </PostForm>
            </div>
            <aside class="column">
                <h2>"What happens next"</h2>
                <ol class="steps">
                    <li>"Drydock connects once, without logging in, and shows the server's host key fingerprints."</li>
                    <li>"You compare one with the server's own and confirm. Nothing is sent to the server before that."</li>
                    <li>"The server's page shows the line for the account's authorized_keys, and what sudo needs."</li>
                    <li>"Drydock scans the server and shows what it found."</li>
                </ol>
                <h2>"The public keys"</h2>
                {page.show(|page| page.choices.keys.iter().map(|key| view! {
                    <h3>{key.name.clone()}</h3>
                    {copyable("the public key", key.public.clone())}
                }.any()).collect_view().into_any())}
            </aside>
        </div>
    }
    .any()
}

/// Makes the first key on the way to the first `what`.
pub(super) fn first_key(what: &'static str) -> AnyView {
    view! {
        <section class="card narrow">
            <h2>"First a key"</h2>
            <p>
                {format!("Drydock logs in to servers with an SSH key. It makes one now, keeps its private half sealed, and shows you the public half to put on the {what}.")}
            </p>
            <PostForm action=GenerateKey::PATH>
                <Field label="Name of the key" name="name" value="drydock" required=true/>
                <Submit label="Make the key"/>
            </PostForm>
            <p class="hint">"Or " <a href="/settings/keys">"bring one of your own"</a> "."</p>
        </section>
    }
    .any()
}

pub(super) fn no_key_yet() -> AnyView {
    view! {
        <p class="notice notice-attention">"Drydock has no SSH key yet. Ask an admin to make one under Settings, Keys."</p>
    }
    .any()
}
