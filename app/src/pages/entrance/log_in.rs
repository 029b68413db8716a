//! Log-in.

use crate::api::{self, LogIn};
use crate::components::field::Field;
use crate::components::loaded::loaded;
use crate::components::outside::Outside;
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::hooks::use_query_map;

/// Asks for name and password, and leads to the page the person came for.
#[component]
pub(crate) fn LogInPage() -> impl IntoView {
    let next = use_query_map()
        .with_untracked(|query| query.get("next"))
        .unwrap_or_default();
    view! {
        <Outside title="Log in">
            {loaded(String::new, api::entrance, move |state| {
                let next = next.clone();
                view! {
                    {state.show(|state| (!state.has_admin).then(|| view! {
                        <p class="notice">"Nobody has an account yet. " <a href="/first-run">"Set up Drydock"</a></p>
                    }.any()).into_any())}
                    <PostForm action=LogIn::PATH>
                        <input r#type="hidden" name="next" value=next/>
                        <Field label="Name" name="name" required=true autocomplete="username"/>
                        <Field label="Password" name="password" kind="password" required=true
                            autocomplete="current-password"/>
                        <Submit label="Log in"/>
                    </PostForm>
                    <p class="hint">"Lost the password? An admin makes you a new invitation under Settings, People."</p>
                }
                .any()
            })}
        </Outside>
    }
    .any()
}
