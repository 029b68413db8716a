//! One SQL text, one set of values, one kind of row for both databases.

mod conn;
mod row;
mod statement;
mod value;

pub(crate) use conn::Conn;
pub(crate) use row::{Column, Row};
pub(crate) use statement::{Statement, statements};
pub(crate) use value::{Value, values};
