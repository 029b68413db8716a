//! Adding many servers from a paste: review, then confirm.

use super::packed::{Calls, Outcomes, Packed};
#[cfg(feature = "ssr")]
use super::request::{ask, finish, tell};
use super::server_form::ServerForm;
use super::{ApiError, Done};
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::server_fn::ServerFn as _;
#[cfg(feature = "ssr")]
use model::PublicError;
use model::{PasteFormat, Review};
use serde::{Deserialize, Serialize};

/// One row of the review table as it was confirmed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ImportRowForm {
    /// `on` when the row is to be added; a browser sends nothing for a box without a tick.
    take: String,
    #[serde(flatten)]
    server: ServerForm,
}

/// Reads a paste. Nothing is added.
#[server(name = ReadReviewPaste, prefix = "/do", endpoint = "review_paste", protocol = Calls)]
pub(crate) async fn review_paste(
    text: String,
    format: Option<PasteFormat>,
) -> Result<Packed<Review>, ApiError> {
    let ask = ask().await?;
    tell(ask.usecases.review_paste(&ask.actor, text, format).await)
}

/// Adds the rows that are ticked, all or none of them. `all` holds what rows leave open.
#[server(prefix = "/do", endpoint = "import_servers", output = Outcomes)]
pub(crate) async fn import_servers(
    #[server(default)] all: ServerForm,
    #[server(default)] rows: Vec<ImportRowForm>,
) -> Result<Done, ApiError> {
    let done = async {
        let ask = ask().await?;
        let mut servers = Vec::new();
        let mut lines = Vec::new();
        for (line, row) in rows.into_iter().enumerate().filter(|(_, row)| row.take == "on") {
            let name = row.server.name().to_owned();
            let server = row.server.or(&all).read();
            servers.push(server.map_err(|error| in_row(error, line, &name))?);
            lines.push((line, name));
        }
        if servers.is_empty() {
            return Err(PublicError::invalid("rows", "Tick at least one server.").into());
        }
        let added = ask.usecases.import_servers(&ask.actor, servers).await;
        match added.map_err(ApiError::from) {
            Ok(_) => Ok(Done::go("/servers?tile=waiting")),
            Err(ApiError(error)) => Err(match confirmed_row(&error).and_then(|at| lines.get(at)) {
                Some((line, name)) => in_row(error, *line, name).into(),
                None => error.into(),
            }),
        }
    };
    finish(ImportServers::PATH, done.await)
}

/// The same error, naming the row of the table that it is about.
#[cfg(feature = "ssr")]
fn in_row(mut error: PublicError, line: usize, name: &str) -> PublicError {
    let field = error.field.as_deref().unwrap_or_default();
    let field = field.rsplit_once('.').map_or(field, |(_, field)| field);
    error.field = Some(format!("rows[{line}][{field}]"));
    let said = error.detail.unwrap_or_else(|| error.code.sentence().to_owned());
    error.detail = Some(format!("Row {} ({name}): {said}", line + 1));
    error
}

/// The position among the confirmed rows that the use-case's error is about: its field is `rows[3].host`.
#[cfg(feature = "ssr")]
fn confirmed_row(error: &PublicError) -> Option<usize> {
    error
        .field
        .as_deref()?
        .strip_prefix("rows[")?
        .split_once(']')?
        .0
        .parse()
        .ok()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_row_of_the_table() {
        let error = PublicError::invalid("rows[1].host", "No.");
        assert_eq!(confirmed_row(&error), Some(1));
        let error = in_row(error, 4, "db-1");
        assert_eq!(error.field.as_deref(), Some("rows[4][host]"));
        assert_eq!(error.detail.as_deref(), Some("Row 5 (db-1): No."));
    }
}
