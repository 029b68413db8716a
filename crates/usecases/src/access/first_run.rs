//! The first run: whoever can read the terminal makes the first admin account.

use crate::Error;
use crate::access::token::{new_token, token_hash};
use std::sync::{Arc, RwLock};
use subtle::ConstantTimeEq as _;

/// The one-time token that Drydock prints at start while there is no admin.
///
/// It lives in memory only: a restart makes a new one, and using it ends it.
#[derive(Debug, Clone, Default)]
pub struct FirstRunToken(Arc<RwLock<Option<String>>>);

impl FirstRunToken {
    /// Makes a new token, ends the one before, and returns it for the terminal.
    ///
    /// # Errors
    /// When the system's random source fails.
    pub fn renew(&self) -> Result<String, Error> {
        let token = new_token().map_err(Error::internal)?;
        if let Ok(mut hash) = self.0.write() {
            *hash = Some(token_hash(&token));
        }
        Ok(token)
    }

    /// Whether `token` is the present one.
    pub(crate) fn is(&self, token: &str) -> bool {
        let given = token_hash(token);
        self.0.read().is_ok_and(|hash| {
            hash.as_ref()
                .is_some_and(|hash| bool::from(hash.as_bytes().ct_eq(given.as_bytes())))
        })
    }

    /// Ends the token.
    pub(crate) fn end(&self) {
        if let Ok(mut hash) = self.0.write() {
            *hash = None;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_until_it_is_used_or_renewed() {
        let token = FirstRunToken::default();
        assert!(!token.is(""));
        let first = token.renew().unwrap();
        assert!(token.is(&first) && token.is(&format!(" {first}\n")));
        let second = token.renew().unwrap();
        assert!(!token.is(&first) && token.is(&second));
        token.end();
        assert!(!token.is(&second));
    }
}
