//! What a posted form gives when it was accepted.

use model::view::InviteLink;
use serde::{Deserialize, Serialize};

/// The outcome of something that a person asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The page to go to; without one the present page is read again.
    pub(crate) to: Option<String>,
    /// Whether the page to go to must be loaded afresh, because another person is logged in there.
    pub(crate) afresh: bool,
    /// What was done, one sentence.
    pub(crate) said: Option<String>,
    /// An invitation, shown this once.
    pub(crate) link: Option<InviteLink>,
}

#[cfg(feature = "ssr")]
impl Done {
    /// Done; go to `path`.
    pub(super) fn go(path: impl Into<String>) -> Self {
        Self {
            to: Some(path.into()),
            ..Self::default()
        }
    }

    /// Done; load `path` afresh, as somebody else.
    pub(super) fn enter(path: impl Into<String>) -> Self {
        Self {
            afresh: true,
            ..Self::go(path)
        }
    }

    /// Done; stay here and say so.
    pub(super) fn say(sentence: impl Into<String>) -> Self {
        Self {
            said: Some(sentence.into()),
            ..Self::default()
        }
    }

    /// Done; show the invitation.
    pub(super) fn invited(link: InviteLink) -> Self {
        Self {
            link: Some(link),
            ..Self::default()
        }
    }
}
