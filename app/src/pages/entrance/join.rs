//! Taking up an invitation.

use crate::api::{self, Join};
use crate::components::field::Field;
use crate::components::loaded::loaded;
use crate::components::outside::Outside;
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_router::hooks::use_params_map;
use model::PASSWORD_MIN;

/// Asks an invited person for a password.
#[component]
pub(crate) fn JoinPage() -> impl IntoView {
    let token = use_params_map()
        .with_untracked(|params| params.get("token"))
        .unwrap_or_default();
    let asked = token.clone();
    view! {
        <Outside title="Join Drydock">
            {loaded(String::new, move || api::invitation(asked.clone()), move |invitation| {
                let token = token.clone();
                let name = invitation.derive(|it| it.name.clone());
                view! {
                    {invitation.show(|it| view! {
                        <p>"You are invited as " <strong>{it.name.clone()}</strong> {format!(" with the role {}. {}", it.role, it.role.explains())}</p>
                    }.any())}
                    <PostForm action=Join::PATH>
                        <input r#type="hidden" name="token" value=token/>
                        // So that password keepers know whose password this is.
                        <input r#type="text" autocomplete="username" value=name readonly hidden/>
                        <Field label="Choose a password" name="password" kind="password" required=true
                            autocomplete="new-password" min_length=PASSWORD_MIN
                            hint="At least 15 characters; a few plain words do."/>
                        <Submit label="Join"/>
                    </PostForm>
                }
                .any()
            })}
        </Outside>
    }
    .any()
}
