//! The engine's words, the pages' words, and the database's: all three are the same, which a test holds them to.

use crate::StoreError;
use crate::sql::{Column, Row};
use std::str::FromStr;

/// A column as one of the engine's words.
pub(super) fn word<T: FromStr>(row: &Row, name: &str) -> Result<T, StoreError> {
    let text = String::read(row, name)?;
    T::from_str(&text).map_err(|_| StoreError::corrupt(format!("{name} is {text:?}")))
}

/// A column as one of the engine's words, when it has one.
pub(super) fn word_or_none<T: FromStr>(row: &Row, name: &str) -> Result<Option<T>, StoreError> {
    match Option::<String>::read(row, name)? {
        None => Ok(None),
        Some(_) => word(row, name).map(Some),
    }
}

macro_rules! same_words {
    ($($name:ident: $engine:ty => $model:ty;)*) => {$(
        /// The same word for pages.
        pub(super) fn $name(it: $engine) -> Result<$model, StoreError> {
            it.as_str().parse().map_err(|()| StoreError::corrupt(format!("{it} is no word for pages")))
        }
    )*};
}

same_words! {
    state: engine::StepState => model::run::StepState;
    outcome: engine::StepOutcome => model::run::StepOutcome;
    run_outcome: engine::RunOutcome => model::run::RunOutcome;
    run_state: engine::RunState => model::run::RunState;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    macro_rules! same {
        ($($engine:ty = $model:ty),* $(,)?) => {$(
            let engine: Vec<&str> = <$engine>::ALL.iter().map(|it| it.as_str()).collect();
            let model: Vec<&str> = <$model>::ALL.iter().map(|it| it.as_str()).collect();
            assert_eq!(engine, model, "{}", stringify!($engine));
        )*};
    }

    #[test]
    fn engine_and_pages_use_the_same_words() {
        same! {
            engine::RunState = model::run::RunState,
            engine::StepState = model::run::StepState,
            engine::StepOutcome = model::run::StepOutcome,
            engine::RunOutcome = model::run::RunOutcome,
            engine::Role = model::run::StepRole,
            engine::Wants = model::run::RunWants,
        }
        for state in engine::StepState::ALL {
            assert_eq!(
                super::state(*state).unwrap().is_under_way(),
                state.is_under_way() && *state != engine::StepState::Stuck
            );
        }
    }
}
