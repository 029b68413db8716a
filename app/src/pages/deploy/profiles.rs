//! Options that were saved under a name, to begin with.

use crate::api::RemoveProfile;
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::StackId;
use model::view::{DeployForm, ProfileRow};

/// The profiles of this stack and those of every stack.
pub(super) fn profiles(page: &DeployForm) -> AnyView {
    if page.profiles.is_empty() {
        return ().into_any();
    }
    let rows = page
        .profiles
        .iter()
        .map(|profile| {
            let href = format!("/stacks/{}/deploy?profile={}", page.stack.0, profile.id);
            let here = (page.profile == Some(profile.id)).then_some("true");
            view! {
                <li><a class="chip" href=href aria-current=here title=profile.ticks.clone()>{profile.name.clone()}</a></li>
            }
            .any()
        })
        .collect_view();
    let chosen = page
        .profiles
        .iter()
        .find(|profile| page.profile == Some(profile.id));
    view! {
        <nav class="row" aria-label="Saved options">
            <span class="hint">"Begin with"</span>
            <ul class="row">{rows}</ul>
            {chosen.map(|profile| {
                let remove = page.may_save_profiles.then(|| remove(page.stack.0, profile));
                view! { <span class="hint">{profile.ticks.clone()}</span> {remove} }.any()
            })}
        </nav>
    }
    .any()
}

fn remove(stack: StackId, profile: &ProfileRow) -> AnyView {
    let id = profile.id.to_string();
    let label = format!("Remove the profile {}", profile.name);
    view! {
        <PostForm action=RemoveProfile::PATH class="inline-form">
            <input r#type="hidden" name="stack" value=stack.to_string()/>
            <input r#type="hidden" name="id" value=id/>
            <Submit label=label class="btn btn-danger btn-small"/>
        </PostForm>
    }
    .any()
}
