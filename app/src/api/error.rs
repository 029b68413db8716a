//! The one error that server functions give.

use super::packed::{OtherShape, Packing};
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use model::{ErrorCode, PublicError};
use serde::{Deserialize, Serialize};

/// A failed call, as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ApiError(pub(crate) PublicError);

impl From<PublicError> for ApiError {
    fn from(error: PublicError) -> Self {
        Self(error)
    }
}

impl From<OtherShape> for ApiError {
    fn from(_: OtherShape) -> Self {
        Self(PublicError::new(ErrorCode::OtherBuild))
    }
}

#[cfg(feature = "ssr")]
impl From<usecases::Error> for ApiError {
    fn from(error: usecases::Error) -> Self {
        Self(error.into_public())
    }
}

impl FromServerFnError for ApiError {
    type Encoder = Packing;

    /// What went wrong around the call: on the way there, on the way back, or in what was sent.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let public = match error {
            ServerFnErrorErr::Request(_) => PublicError::new(ErrorCode::Offline),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => PublicError::invalid(
                "",
                "The form was incomplete. Reload the page and fill it in again.",
            ),
            // Arguments on their way there, or the answer on its way back.
            ServerFnErrorErr::Deserialization(_) => PublicError::new(ErrorCode::OtherBuild),
            _ => PublicError::new(ErrorCode::Internal),
        };
        // Such an error is made before a server function's own code could set the status.
        #[cfg(feature = "ssr")]
        super::request::set_status(public.code.status());
        Self(public)
    }
}
