//! What a use-case fails with: the part for the person, and the chain for the log.

use model::{ErrorCode, PublicError};
use std::error::Error as StdError;

/// A failed use-case.
#[derive(Debug)]
pub struct Error {
    public: PublicError,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error that is entirely the person's to know.
    pub const fn public(public: PublicError) -> Self {
        Self { public, source: None }
    }

    /// An error of `code` alone.
    pub const fn code(code: ErrorCode) -> Self {
        Self::public(PublicError::new(code))
    }

    /// Something that should not have happened. The person gets an id, the log gets the chain.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let incident = uuid::Uuid::now_v7().simple().to_string();
        let public = PublicError {
            incident: Some(incident),
            ..PublicError::new(ErrorCode::Internal)
        };
        Self {
            public,
            source: Some(source.into()),
        }
    }

    /// The code.
    pub const fn kind(&self) -> ErrorCode {
        self.public.code
    }

    /// The part for the person. What has a chain is logged here, once.
    pub fn into_public(self) -> PublicError {
        if let Some(source) = &self.source {
            let mut chain = source.to_string();
            let mut next = source.source();
            while let Some(error) = next {
                chain.push_str(": ");
                chain.push_str(&error.to_string());
                next = error.source();
            }
            tracing::error!(incident = self.public.incident.as_deref(), code = %self.public.code, error = %chain, "use-case failed");
        }
        self.public
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(
            self.public
                .detail
                .as_deref()
                .unwrap_or_else(|| self.public.code.sentence()),
        )
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<PublicError> for Error {
    fn from(public: PublicError) -> Self {
        Self::public(public)
    }
}

/// What the store says, in the person's words.
impl From<store::StoreError> for Error {
    fn from(error: store::StoreError) -> Self {
        use store::StoreError as E;
        match error {
            E::NotFound => Self::code(ErrorCode::NotFound),
            E::Conflict(conflict) => Self::public(conflict_sentence(conflict)),
            E::Unavailable(_) => Self {
                public: PublicError::new(ErrorCode::Unavailable),
                source: Some(Box::new(error)),
            },
            E::Corrupt { .. } | E::Seal(_) | E::Internal(_) => Self::internal(error),
        }
    }
}

fn conflict_sentence(conflict: store::Conflict) -> PublicError {
    use store::Conflict as C;
    let named = |field: &str, what: &str| PublicError {
        field: Some(field.to_owned()),
        ..PublicError::conflict(what)
    };
    match conflict {
        C::ServerName => named("name", "Another server has that name. Choose another."),
        C::StackName => named("name", "Another stack has that name. Choose another."),
        C::GroupName => named("group", "Another group of this stack has that name."),
        C::KeyName => named("name", "Another key has that name. Choose another."),
        C::PersonName => named("name", "Another person has that name. Choose another."),
        C::ProfileName => named("name", "Another profile has that name. Choose another."),
        C::NotFirst => PublicError::conflict("There is an admin account already. Log in with it."),
        C::JumpInUse => {
            PublicError::conflict("Other servers are reached through this one. Change their jump host first.")
        }
        C::JumpLoop => named(
            "jump",
            "The server would be reached through itself, or through more than eight others.",
        ),
        C::KeyInUse => PublicError::conflict("Servers log in with this key. Give them another one first."),
        C::LastAdmin => PublicError::conflict("This is the last admin. Make somebody else admin first."),
        C::OtherKeys => PublicError::conflict(
            "The server's keys are no longer the ones on the page. Reload, compare and confirm again.",
        ),
        C::Reference | C::Rule => PublicError::new(ErrorCode::Conflict),
    }
}

impl Error {
    /// The same error, about row `index` (from 0) of an import.
    pub(crate) fn in_row(mut self, index: usize) -> Self {
        if matches!(self.public.code, ErrorCode::Invalid | ErrorCode::Conflict) {
            let field = self.public.field.as_deref().unwrap_or("name");
            self.public.field = Some(format!("rows[{index}].{field}"));
        }
        self
    }
}
