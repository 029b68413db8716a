//! What a paste became: rows to correct, to leave out and to confirm.

use super::fields::{ACCOUNTS, key_options, place_suggestions};
use crate::api::ImportServers;
use crate::components::field::{Area, select_options, suggestions};
use crate::components::part::Any as _;
use crate::components::post_form::{PostForm, Submit};
use crate::components::table_frame::table_frame;
use crate::components::words::{count, format};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use model::view::ServerChoices;
use model::{ImportRow, PasteNote, Review};

/// The table, under what holds for all rows.
pub(super) fn review_table(review: &Review, choices: &ServerChoices) -> AnyView {
    let found = format!(
        "Read as {}: {}",
        format(review.format),
        count(len(&review.rows), "server")
    );
    let ignored = notes(
        "Ignored",
        "Not a mistake: Drydock has no use for these lines.",
        &review.ignored,
    );
    if !review.problems.is_empty() {
        return view! {
            <section class="review">
                <h2>{found}</h2>
                <div class="notice notice-failed" role="alert">
                    <p>"Some lines could not be read, so nothing can be imported. Correct them above and read the paste again."</p>
                </div>
                {notes("Could not be read", "", &review.problems)}
                {ignored}
            </section>
        }
        .any();
    }
    let all = for_all(choices);
    let rows = review
        .rows
        .iter()
        .enumerate()
        .map(|(index, row)| review_row(index, row, choices))
        .collect_view();
    view! {
        <section class="review">
            <h2>{found}</h2>
            <PostForm action=ImportServers::PATH class="form">
                {all}
                {table_frame("Found servers", view! {
                    <table class="table cards review-table">
                        <thead><tr>
                            <th scope="col">"Add"</th>
                            <th scope="col">"Name"</th>
                            <th scope="col">"Address"</th>
                            <th scope="col">"Port"</th>
                            <th scope="col">"Account"</th>
                            <th scope="col">"It may"</th>
                            <th scope="col">"Key"</th>
                            <th scope="col">"Jump host"</th>
                            <th scope="col">"Stack"</th>
                            <th scope="col">"Group"</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                }.any())}
                <div class="row">
                    <Submit label="Add the ticked servers"/>
                    <span class="hint">"All of them or, if one is refused, none."</span>
                </div>
            </PostForm>
            {ignored}
        </section>
    }
    .any()
}

/// What rows take where they leave something open.
fn for_all(choices: &ServerChoices) -> AnyView {
    let accounts = ACCOUNTS
        .iter()
        .map(|(value, words, _)| ((*value).to_owned(), (*words).to_owned()))
        .collect();
    view! {
        <fieldset class="card">
            <legend class="label">"For every row that leaves it open"</legend>
            <div class="fields">
                {input("Account", "all[user]", "root", "")}
                <label class="field"><span class="label">"It may"</span>
                    <select class="input" name="all[account]">{select_options(accounts, "")}</select>
                </label>
                <label class="field"><span class="label">"Key"</span>
                    <select class="input" name="all[key]">{select_options(key_options(choices), "")}</select>
                </label>
                {input("Stack", "all[stack]", "", "stacks")}
            </div>
            <details>
                <summary>"known_hosts lines"</summary>
                <Area label="Lines of a known_hosts file" name="all[known_hosts]" rows="4"
                    hint="Servers whose keys are in it need no confirmation."/>
            </details>
        </fieldset>
        {place_suggestions(choices)}
        {suggestions("jumps", &choices.jumps)}
    }
    .any()
}

fn review_row(index: usize, row: &ImportRow, choices: &ServerChoices) -> AnyView {
    let field = |name: &str| format!("rows[{index}][{name}]");
    let mut accounts = vec![(String::new(), "as above".to_owned())];
    accounts.extend(
        ACCOUNTS
            .iter()
            .map(|(value, words, _)| ((*value).to_owned(), (*words).to_owned())),
    );
    let mut keys = vec![(String::new(), "as above".to_owned())];
    keys.extend(key_options(choices));
    let cell = |label: &'static str, name: &str, value: String, list: &'static str| {
        view! {
            <td data-label=label>
                <input class="input" name=field(name) value=value list=(!list.is_empty()).then_some(list) aria-label=format!("{label} in line {}", row.line) spellcheck="false"/>
            </td>
        }.any()
    };
    let group = row.groups.last().cloned().unwrap_or_default();
    // The outermost group is most often the application; the innermost the role.
    let stack = if row.groups.len() > 1 {
        row.groups.first().cloned().unwrap_or_default()
    } else {
        String::new()
    };
    let group = if stack.is_empty() { String::new() } else { group };
    view! {
        <tr class:problem=row.problem.is_some()>
            <td data-label="Add">
                <input r#type="checkbox" name=field("take") value="on" checked=row.problem.is_none() aria-label=format!("Add {}", row.name)/>
                <span class="hint">{format!("line {}", row.line)}</span>
                {row.problem.clone().map(|problem| view! { <p class="field-error">{problem}</p> }.any())}
            </td>
            {cell("Name", "name", row.name.clone(), "")}
            {cell("Address", "host", row.host.clone(), "")}
            {cell("Port", "port", row.port.to_string(), "")}
            {cell("Account", "user", row.user.clone().unwrap_or_default(), "")}
            <td data-label="It may"><select class="input" name=field("account") aria-label="What the account may do">{select_options(accounts, "")}</select></td>
            <td data-label="Key"><select class="input" name=field("key") aria-label="Key">{select_options(keys, "")}</select></td>
            {cell("Jump host", "jump", row.jump.clone().unwrap_or_default(), "jumps")}
            {cell("Stack", "stack", stack, "stacks")}
            {cell("Group", "group", group, "groups")}
        </tr>
    }
    .any()
}

fn input(label: &'static str, name: &'static str, placeholder: &'static str, list: &'static str) -> AnyView {
    view! {
        <label class="field"><span class="label">{label}</span>
            <input class="input" name=name placeholder=placeholder list=(!list.is_empty()).then_some(list) spellcheck="false"/>
        </label>
    }
    .any()
}

fn notes(title: &'static str, meaning: &'static str, notes: &[PasteNote]) -> Option<AnyView> {
    (!notes.is_empty()).then(|| {
        let rows = notes
            .iter()
            .map(|note| view! {
                <tr>
                    <th scope="row" class="number">{note.line}</th>
                    <td><code>{note.text.clone()}</code></td>
                    <td>{note.why.clone()}</td>
                </tr>
            }.any())
            .collect_view();
        view! {
            <h3>{title}</h3>
            <p class="hint">{meaning}</p>
            {table_frame("Lines", view! {
                <table class="table">
                    <thead><tr><th scope="col" class="number">"Line"</th><th scope="col">"Text"</th><th scope="col">"Why"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }.any())}
        }
        .any()
    })
}

fn len<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
