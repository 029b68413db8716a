//! Statements are constants, declared by one macro that also lists them, so that a test prepares every one on both
//! databases.

use sqlx::{SqlSafeStr as _, SqlStr};

/// One statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement {
    /// Module and constant.
    pub(crate) name: &'static str,
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Statement {
    pub(crate) const fn new(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self {
            name,
            sqlite,
            postgres,
        }
    }

    pub(crate) fn sqlite(&self) -> SqlStr {
        self.sqlite.into_sql_str()
    }

    pub(crate) fn postgres(&self) -> SqlStr {
        self.postgres.into_sql_str()
    }
}

/// Declares statements and the module's list of them, `STATEMENTS`, which `crate::statements` collects.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: $crate::sql::Statement = $crate::sql::Statement::new(
            concat!(module_path!(), "::", stringify!($name)), $text, $text,
        );)*
        /// Every statement of this module.
        pub(crate) const STATEMENTS: &[$crate::sql::Statement] = &[$($name),*];
    };
}
pub(crate) use statements;
