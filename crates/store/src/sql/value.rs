//! Values bound to statements. A missing value has a type, too: PostgreSQL asks for it.

use model::Timestamp;
use sqlx::database::Database;
use sqlx::encode::Encode;
use sqlx::query::Query;
use sqlx::types::Type;

/// A bound value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
}

impl Value {
    pub(super) fn bind<DB>(
        self,
        query: Query<'_, DB, <DB as Database>::Arguments>,
    ) -> Query<'_, DB, <DB as Database>::Arguments>
    where
        DB: Database,
        for<'q> Option<String>: Encode<'q, DB>,
        for<'q> Option<i64>: Encode<'q, DB>,
        for<'q> Option<bool>: Encode<'q, DB>,
        for<'q> Option<Vec<u8>>: Encode<'q, DB>,
        String: Type<DB>,
        i64: Type<DB>,
        bool: Type<DB>,
        Vec<u8>: Type<DB>,
    {
        match self {
            Self::Text(value) => query.bind(value),
            Self::Int(value) => query.bind(value),
            Self::Bool(value) => query.bind(value),
            Self::Bytes(value) => query.bind(value),
        }
    }
}

/// What can be bound.
pub(crate) trait Bind {
    /// The value, or the typed nothing.
    fn value(this: Option<Self>) -> Value
    where
        Self: Sized;
}

macro_rules! binds {
    ($($variant:ident: $($type:ty = |$it:ident| $how:expr),* ;)*) => {$($(
        impl Bind for $type {
            fn value(this: Option<Self>) -> Value { Value::$variant(this.map(|$it| $how)) }
        }
        impl From<$type> for Value {
            fn from(it: $type) -> Self { Bind::value(Some(it)) }
        }
    )*)*};
}

binds! {
    Text:
        String = |it| storable(it),
        &str = |it| storable(it.to_owned()),
        &String = |it| storable(it.clone()),
        uuid::Uuid = |it| it.hyphenated().to_string(),
        model::ServerId = |it| it.to_string(),
        model::StackId = |it| it.to_string(),
        model::GroupId = |it| it.to_string(),
        model::KeyId = |it| it.to_string(),
        model::UserId = |it| it.to_string(),
        model::RunId = |it| it.to_string(),
        model::PlanId = |it| it.to_string(),
        model::ProfileId = |it| it.to_string(),
        model::StepId = |it| it.to_string(),
        model::AuditId = |it| it.to_string(),
        model::ChangeId = |it| it.to_string(),
        model::InstanceId = |it| it.to_string(),
        model::Role = |it| it.as_str().to_owned(),
        model::Account = |it| it.as_str().to_owned(),
        model::Transport = |it| it.as_str().to_owned(),
        model::Criticality = |it| it.as_str().to_owned(),
        model::StackKind = |it| it.as_str().to_owned(),
        model::HostKeyState = |it| it.as_str().to_owned(),
        model::Reach = |it| it.as_str().to_owned(),
        model::Status = |it| it.as_str().to_owned(),
        model::facts::RebootNeed = |it| it.as_str().to_owned(),
        model::view::Tile = |it| it.as_str().to_owned();
    Int:
        i64 = |it| it,
        u32 = |it| i64::from(it),
        u16 = |it| i64::from(it),
        u64 = |it| i64::try_from(it).unwrap_or(i64::MAX),
        Timestamp = |it| it.micros();
    Bool: bool = |it| it;
    Bytes: Vec<u8> = |it| it;
}

/// Text as both databases take it: PostgreSQL has no room for NUL, which a server's answer may well contain.
fn storable(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}")
    } else {
        text
    }
}

impl<T: Bind> From<Option<T>> for Value {
    fn from(it: Option<T>) -> Self {
        T::value(it)
    }
}

/// A list of bound values.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::sql::Value::from($value)),*] };
}
pub(crate) use values;
