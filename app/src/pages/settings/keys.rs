//! Drydock's SSH keys.

use super::tabs;
use crate::api::{self, AddKey, GenerateKey, RemoveKey};
use crate::clock::{Now, ago};
use crate::components::copy::copyable;
use crate::components::disclosure::Disclosure;
use crate::components::empty::empty;
use crate::components::field::{Area, Choice, Field};
use crate::components::frame::{for_those_who, may};
use crate::components::loaded::{Data, loaded};
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use crate::components::words::{self, count};
use crate::live::{Interest, use_live};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Title;
use model::view::{KeyRow, KeysPage};
use model::{KeyAlgorithm, Right};

/// The keys with their public halves; admins make, bring and remove them.
#[component]
pub(crate) fn KeysSettingsPage() -> impl IntoView {
    let version = use_live().version(Interest::Settings);
    view! {
        <Title text="Keys"/>
        <header class="page-head">
            <h1>"Keys"</h1>
            {for_those_who(Right::EditKeys, || view! {
                <div class="row">
                    <Disclosure label="Make a key">{make()}</Disclosure>
                    <Disclosure label="Bring a key">{bring()}</Disclosure>
                </div>
            }.any())}
        </header>
        {tabs("keys")}
        {loaded(move || version.get().to_string(), api::keys, content)}
    }
    .any()
}

fn content(page: Data<KeysPage>) -> AnyView {
    let may_edit = may(Right::EditKeys);
    page.show(move |page| {
        if page.keys.is_empty() {
            return empty(
                "No key yet",
                "Drydock logs in to servers with an SSH key, whose private half is kept sealed and never shown.",
                view! { <p class="hint">"An admin makes one above."</p> }.any(),
            );
        }
        let now = Now::of(page.now);
        let may_edit = may_edit.get();
        page.keys.iter().map(|key| key_card(key, now, may_edit)).collect_view().into_any()
    })
}

fn key_card(key: &KeyRow, now: Now, may_edit: bool) -> AnyView {
    let origin = if key.generated {
        "made by Drydock"
    } else {
        "brought along"
    };
    let id = key.id.to_string();
    let remove = if !may_edit {
        ().into_any()
    } else if key.servers == 0 {
        view! {
            <Disclosure label="Remove…" danger=true>
                <p>"The private half is deleted and cannot be brought back from here."</p>
                <PostForm action=RemoveKey::PATH>
                    <input r#type="hidden" name="id" value=id/>
                    <Submit label="Remove the key" class="btn btn-danger"/>
                </PostForm>
            </Disclosure>
        }
        .any()
    } else {
        view! { <p class="hint">{format!("Used by {}: it cannot be removed before they use another.", count(key.servers, "server"))}</p> }.any()
    };
    view! {
        <section class="card" id=format!("key-{}", key.id)>
            <header class="card-head">
                <h2>{key.name.clone()}</h2>
                <span class="hint">{format!("{}, {origin} ", key.algorithm)}{ago(&key.created, now)}</span>
            </header>
            <p><code class="fingerprint">{key.fingerprint.clone()}</code></p>
            {copyable("the public key", key.public.clone())}
            {remove}
        </section>
    }
    .any()
}

fn make() -> AnyView {
    let algorithms = KeyAlgorithm::ALL
        .iter()
        .map(|it| (it.as_str().to_owned(), words::algorithm(*it).to_owned()))
        .collect();
    view! {
        <PostForm action=GenerateKey::PATH>
            <Field label="Name" name="name" required=true placeholder="drydock"/>
            <Choice label="Kind" name="algorithm" options=algorithms/>
            <Submit label="Make the key"/>
        </PostForm>
    }
    .any()
}

fn bring() -> AnyView {
    view! {
        <PostForm action=AddKey::PATH>
            <Field label="Name" name="name" required=true placeholder="team"/>
            <Area label="Private key" name="pem" rows="8" required=true placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
                hint="OpenSSH or PEM. It is sealed before it is stored and never shown again."/>
            <Field label="Passphrase" name="passphrase" kind="password" hint="Only if the key has one. It opens the key this once and is not kept."/>
            <Submit label="Add the key"/>
        </PostForm>
    }
    .any()
}
