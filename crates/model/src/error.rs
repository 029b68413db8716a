//! The part of an error that people see: a code with its sentence, and an id that leads to the log. The
//! internal chain never leaves the server.

use crate::options::FieldError;
use crate::words;
use serde::{Deserialize, Serialize};

words! {
    /// Every error that a person can be shown. The sentence is looked up from the code where it is shown, so that
    /// no link can invent one.
    pub enum ErrorCode {
        /// No session, or an expired one.
        NotLoggedIn = "not_logged_in",
        /// The person's role does not allow it.
        NotAllowed = "not_allowed",
        /// There is no such thing (any more).
        NotFound = "not_found",
        /// Somebody changed it in between, or it exists already.
        Conflict = "conflict",
        /// The input was not accepted; the detail names the field and the reason.
        Invalid = "invalid",
        /// Too many attempts.
        TooMany = "too_many",
        /// Wrong name or password; which one is not said.
        WrongLogin = "wrong_login",
        /// The first-run token is wrong or used up.
        WrongToken = "wrong_token",
        /// The request did not come from Drydock's own pages.
        WrongOrigin = "wrong_origin",
        /// The database cannot be used right now.
        Unavailable = "unavailable",
        /// Drydock itself did not answer; only the browser says so.
        Offline = "offline",
        /// The page and the server are of different builds, or something in between answered.
        OtherBuild = "other_build",
        /// Anything that should not have happened.
        Internal = "internal",
    }
}

impl ErrorCode {
    /// What happened and what to do next.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NotLoggedIn => "You are not logged in. Log in and try again.",
            Self::NotAllowed => "Your role does not allow this. Ask an admin of this Drydock.",
            Self::NotFound => "There is nothing here. It may have been removed; go back and reload the list.",
            Self::Conflict => "Somebody changed this in the meantime. Reload the page and try again.",
            Self::Invalid => "Something in the form was not accepted. Nothing was changed.",
            Self::TooMany => "Too many attempts. Wait a minute and try again.",
            Self::WrongLogin => "That name and password do not go together. Try again.",
            Self::WrongToken => {
                "That link or token is wrong or used up. An admin can make a fresh invitation; at the first run, restart \
                 Drydock and take the new link from its terminal."
            }
            Self::WrongOrigin => {
                "The request did not come from Drydock's own pages, so nothing was done. Reload the page."
            }
            Self::Unavailable => {
                "Drydock cannot reach its database right now. Nothing was changed; try again shortly."
            }
            Self::Offline => {
                "Drydock did not answer. Check the connection to it; what you sent may or may not have arrived."
            }
            Self::OtherBuild => {
                "Drydock's answer could not be read: it was updated since this page was loaded, or something in between \
                 answered instead. Load the page again."
            }
            Self::Internal => {
                "Something went wrong inside Drydock. Nothing is hidden: the log has the details under the id below."
            }
        }
    }

    /// The HTTP status that goes with the code.
    pub const fn status(self) -> u16 {
        match self {
            Self::NotLoggedIn | Self::WrongLogin => 401,
            Self::NotAllowed | Self::WrongOrigin | Self::WrongToken => 403,
            Self::NotFound => 404,
            Self::Conflict | Self::OtherBuild => 409,
            Self::Invalid => 422,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Offline | Self::Unavailable => 503,
        }
    }
}

/// An error as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", code.as_str())]
pub struct PublicError {
    /// What kind of error it is.
    pub code: ErrorCode,
    /// For [`ErrorCode::Invalid`] and [`ErrorCode::Conflict`]: what exactly, as a sentence without secrets.
    pub detail: Option<String>,
    /// The form field that `detail` is about.
    pub field: Option<String>,
    /// For [`ErrorCode::Internal`]: the id under which the log has the chain.
    pub incident: Option<String>,
    /// For [`ErrorCode::Invalid`], when a form has several: every field that is not accepted, in the form's order.
    #[serde(default)]
    pub fields: Vec<FieldError>,
}

impl PublicError {
    /// An error that is said in full by its code.
    pub const fn new(code: ErrorCode) -> Self {
        Self {
            code,
            detail: None,
            field: None,
            incident: None,
            fields: Vec::new(),
        }
    }

    /// Input that was not accepted, naming the field and the reason.
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::Invalid,
            detail: Some(detail.into()),
            field: Some(field.into()),
            incident: None,
            fields: Vec::new(),
        }
    }

    /// Several fields that were not accepted. The first is said in `field` and `detail`, too.
    pub fn fields(fields: Vec<FieldError>) -> Self {
        let first = fields.first().cloned();
        Self {
            code: ErrorCode::Invalid,
            detail: first.as_ref().map(|first| first.sentence.clone()),
            field: first.map(|first| first.field),
            incident: None,
            fields,
        }
    }

    /// Something that exists already or has changed, with the reason.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::Conflict,
            detail: Some(detail.into()),
            field: None,
            incident: None,
            fields: Vec::new(),
        }
    }
}
