//! What a form that was posted without scripts has to say on the page that comes after it.
//!
//! It travels in a cookie of the browser it is meant for, never in an address: no link can put a sentence into
//! Drydock's mouth.

use super::Done;
use model::PublicError;
use serde::{Deserialize, Serialize};

/// What came of the last form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flash {
    /// The address the form was posted to.
    pub(crate) form: String,
    /// What came of it.
    pub(crate) outcome: Result<Done, PublicError>,
}

/// The flash that came with this request, if one did; it will not come again. Always none in the browser.
pub(crate) fn take_flash() -> Option<Flash> {
    #[cfg(feature = "ssr")]
    {
        super::request::take_flash()
    }
    #[cfg(not(feature = "ssr"))]
    {
        None
    }
}
