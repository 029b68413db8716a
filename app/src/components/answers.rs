//! What the server asks for one page is asked once.
//!
//! Leptos makes a page's content several times on the server while it waits for what is missing. Each time its calls
//! would be made again, and with a change in between the page would show the last answer and carry the first one: in the
//! browser, which starts from the one that is carried, it could not come alive.

use super::loaded::{Answer, Fetch};
use futures::FutureExt as _;
use futures::future::Shared;
use leptos::prelude::*;
use std::collections::HashMap;
use std::panic::Location;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

/// A place in the source, and what is asked there.
type Question = (&'static Location<'static>, String);
type Asked = Shared<Pin<Box<dyn Future<Output = Answer> + Send>>>;

/// The answers of one page, shared by all that make it.
#[derive(Clone, Default)]
struct Answers(Arc<Mutex<HashMap<Question, Asked>>>);

/// Begins a page.
pub(crate) fn provide_answers() {
    provide_context(Answers::default());
}

/// Asks unless the same was asked at this place for this page. `key` has to say all that `fetch` depends on.
pub(super) fn once(place: &'static Location<'static>, key: Memo<String>, fetch: Fetch) -> Fetch {
    let Some(Answers(answers)) = use_context::<Answers>() else {
        return fetch;
    };
    Arc::new(move || {
        let question = (place, key.get_untracked());
        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = answers.entry(question).or_insert_with(|| fetch().shared());
        Box::pin(asked.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};

    /// Asks at one place, and says the how-manieth call it was.
    fn asking(calls: &Arc<AtomicU8>, key: &'static str) -> u8 {
        let calls = Arc::clone(calls);
        let fetch: Fetch = Arc::new(move || {
            let call = calls.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move { Ok(vec![call]) })
        });
        let fetch = once(Location::caller(), Memo::new(move |_| key.to_owned()), fetch);
        futures::executor::block_on(fetch()).unwrap_or_default()[0]
    }

    #[test]
    fn a_page_that_is_made_again_shows_what_it_was_told_first() {
        let calls = Arc::default();
        let owner = Owner::new();
        owner.with(|| {
            provide_answers();
            let page = || asking(&calls, "web-1");
            assert_eq!([page(), page(), asking(&calls, "web-2"), page()], [0, 0, 1, 0]);
        });
        Owner::new().with(|| {
            provide_answers();
            assert_eq!(asking(&calls, "web-1"), 2, "another page asks anew");
        });
    }
}
