//! The button that says that a person has put a server back into service.

use super::frame::for_those_who;
use super::part::Any as _;
use super::post_form::{PostForm, Submit};
use crate::api::MarkInService;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::{Right, ServerId};

/// *Mark in service*, for those who may.
pub(crate) fn mark_in_service(server: ServerId) -> AnyView {
    for_those_who(Right::MarkInService, move || {
        let field = view! { <input r#type="hidden" name="server" value=server.to_string()/> }.any();
        view! {
            <PostForm action=MarkInService::PATH class="inline-form">
                {field}
                <Submit label="Mark in service" class="btn btn-quiet btn-small"/>
            </PostForm>
        }
        .into_any()
    })
}
