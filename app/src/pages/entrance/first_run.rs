//! The first page of a new Drydock: make the admin account.

use crate::api::{self, FirstRun};
use crate::components::field::Field;
use crate::components::loaded::loaded;
use crate::components::outside::Outside;
use crate::components::part::Any as _;
use crate::components::part::part;
use crate::components::post_form::{PostForm, Submit};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::hooks::use_query_map;
use model::PASSWORD_MIN;

/// Asks for the one-time token, a name and a password.
#[component]
pub(crate) fn FirstRunPage() -> impl IntoView {
    // Drydock prints a link that carries the token.
    let token = use_query_map()
        .with_untracked(|query| query.get("token"))
        .unwrap_or_default();
    view! {
        <Outside title="Set up Drydock">
            {loaded(String::new, api::entrance, move |state| {
                let token = token.clone();
                let has_admin = state.derive(|state| state.has_admin);
                part(move || if has_admin.get() { set_up_already() } else { form(token.clone()) })
            })}
        </Outside>
    }
    .any()
}

fn form(token: String) -> AnyView {
    view! {
        <p>"Make the account that administers this Drydock. Others are invited later, under Settings."</p>
        <PostForm action=FirstRun::PATH>
            <Field label="One-time token" name="token" value=token required=true
                hint="Drydock printed it in the terminal where it was started. It proves that you run this machine."/>
            <Field label="Your name" name="name" required=true autocomplete="username" placeholder="anna"
                hint="Letters, digits and . - _ @ +."/>
            <Field label="Password" name="password" kind="password" required=true autocomplete="new-password"
                min_length=PASSWORD_MIN hint="At least 15 characters; a few plain words do."/>
            <Submit label="Make the admin account"/>
        </PostForm>
    }
    .any()
}

fn set_up_already() -> AnyView {
    view! {
        <p>"This Drydock has its admin already. Log in, or ask them for an invitation."</p>
        <p><a class="btn" href="/login">"Log in"</a></p>
    }
    .any()
}
