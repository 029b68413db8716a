//! What the form that adds or changes a server sends, and what the use-cases make of it.

use serde::{Deserialize, Serialize};

/// The form's fields as text. An empty field is one that was left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ServerForm {
    name: String,
    host: String,
    port: String,
    user: String,
    account: String,
    key: String,
    jump: String,
    stack: String,
    group: String,
    criticality: String,
    known_hosts: String,
}

#[cfg(feature = "ssr")]
mod reading {
    use super::ServerForm;
    use model::input::{JumpChoice, NewServer, StackChoice};
    use model::{Account, Criticality, ErrorCode, PublicError};
    use std::str::FromStr;

    impl ServerForm {
        /// The fields, read.
        ///
        /// # Errors
        /// Names the first field that is not accepted.
        pub(crate) fn read(self) -> Result<NewServer, PublicError> {
            let user = self.user.trim();
            let server = NewServer {
                name: self.name.trim().to_owned(),
                host: self.host.trim().to_owned(),
                port: match self.port.trim() {
                    "" => 22,
                    port => port
                        .parse()
                        .map_err(|_| PublicError::invalid("port", "A port is a number from 1 to 65535."))?,
                },
                user: if user.is_empty() {
                    "root".to_owned()
                } else {
                    user.to_owned()
                },
                account: choice("account", &self.account, Account::LookOnly)?,
                key: match self.key.as_str() {
                    "" => None,
                    key => Some(
                        key.parse()
                            .map_err(|_| PublicError::invalid("key", "Choose one of Drydock's keys."))?,
                    ),
                },
                jump: text(self.jump).map(JumpChoice::Named),
                stack: text(self.stack).map(StackChoice::Named),
                group: text(self.group),
                criticality: choice("criticality", &self.criticality, Criticality::Normal)?,
                known_hosts: text(self.known_hosts),
            };
            server.check()?;
            Ok(server)
        }

        /// The name, for sentences about one row of many.
        pub(crate) fn name(&self) -> &str {
            &self.name
        }

        /// Fills what this row leaves open from what was chosen for all rows.
        pub(crate) fn or(mut self, all: &Self) -> Self {
            for (own, other) in [
                (&mut self.user, &all.user),
                (&mut self.account, &all.account),
                (&mut self.key, &all.key),
                (&mut self.jump, &all.jump),
                (&mut self.stack, &all.stack),
                (&mut self.group, &all.group),
                (&mut self.criticality, &all.criticality),
                (&mut self.known_hosts, &all.known_hosts),
            ] {
                if own.trim().is_empty() {
                    own.clone_from(other);
                }
            }
            self
        }
    }

    /// An id from an address or a form. What is no id names nothing.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`].
    pub(crate) fn parse_id<T: FromStr>(id: &str) -> Result<T, PublicError> {
        id.parse().map_err(|_| PublicError::new(ErrorCode::NotFound))
    }

    /// A word of a select, or `default` when it was left open.
    pub(crate) fn choice<T: FromStr>(field: &str, word: &str, default: T) -> Result<T, PublicError> {
        if word.is_empty() {
            return Ok(default);
        }
        word.parse()
            .map_err(|_| PublicError::invalid(field, "Choose one of the values offered."))
    }

    fn text(field: String) -> Option<String> {
        let trimmed = field.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    #[cfg(test)]
    mod tests {
        #![allow(clippy::unwrap_used)]
        use super::*;

        fn form() -> ServerForm {
            ServerForm {
                name: " web-1 ".into(),
                host: "10.0.0.1".into(),
                ..ServerForm::default()
            }
        }

        #[test]
        fn what_is_left_open_has_the_careful_default() {
            let server = form().read().unwrap();
            assert_eq!((server.name.as_str(), server.port), ("web-1", 22));
            assert_eq!(server.account, Account::LookOnly);
            assert_eq!((server.key, server.jump, server.stack), (None, None, None));
        }

        #[test]
        fn a_field_that_is_not_accepted_is_named() {
            for (form, field) in [
                (
                    ServerForm {
                        port: "ssh".into(),
                        ..form()
                    },
                    "port",
                ),
                (
                    ServerForm {
                        account: "god".into(),
                        ..form()
                    },
                    "account",
                ),
                (
                    ServerForm {
                        host: "a b".into(),
                        ..form()
                    },
                    "host",
                ),
                (
                    ServerForm {
                        group: "web".into(),
                        ..form()
                    },
                    "group",
                ),
            ] {
                assert_eq!(form.read().unwrap_err().field.as_deref(), Some(field));
            }
        }

        #[test]
        fn a_row_keeps_its_own_values_and_takes_the_rest() {
            let all = ServerForm {
                user: "ops".into(),
                stack: "shop".into(),
                ..ServerForm::default()
            };
            let server = ServerForm {
                user: "web".into(),
                ..form()
            }
            .or(&all)
            .read()
            .unwrap();
            assert_eq!(server.user, "web");
            assert_eq!(server.stack, Some(StackChoice::Named("shop".into())));
        }
    }
}

#[cfg(feature = "ssr")]
pub(super) use reading::{choice, parse_id};
