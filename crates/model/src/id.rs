//! Typed identifiers. An id is a UUIDv7 made where a clock and a random source are at hand (never in this
//! crate), written as lower-case hyphenated text in the database, in URLs and in JSON.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The text was not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that was made elsewhere.
            pub const fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            /// The bare UUID.
            pub const fn uuid(self) -> Uuid { self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.hyphenated().fmt(f) }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

ids! {
    /// One stack.
    StackId;
    /// One group of servers inside a stack.
    GroupId;
    /// One server.
    ServerId;
    /// One stored SSH key.
    KeyId;
    /// One person with an account.
    UserId;
    /// One run, light ones (scan, probe, fingerprint) included.
    RunId;
    /// One plan. Not a UUIDv7: it follows from the plan's inputs.
    PlanId;
    /// One step of a plan: a UUIDv5 of the plan's id and the step's position.
    StepId;
    /// Options saved under a name.
    ProfileId;
    /// One audit row.
    AuditId;
    /// One line of a server's timeline.
    ChangeId;
    /// One Drydock instance; a restored backup gets a new one.
    InstanceId;
}
