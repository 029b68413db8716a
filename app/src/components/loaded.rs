//! A page's content around what it reads from the server.

use super::error_box::{error_box, error_page};
use super::part::Any as _;
use super::part::{maybe, memo, words};
use crate::api::{ApiError, InPage, Packed, unpack};
use crate::clock::waiting_since;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use model::{ErrorCode, PublicError};
use serde::de::DeserializeOwned;
use std::any::Any;
use std::marker::PhantomData;
#[cfg(feature = "ssr")]
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;

/// What a page has read, always its newest. The content around it is made once; what shows a value is a part that is
/// made again when the page has read itself again, so that half-filled forms and open panels stay as they are.
pub(crate) struct Data<T> {
    known: Memo<Known>,
    view: PhantomData<fn() -> T>,
}

impl<T> Clone for Data<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Data<T> {}

impl<T: Send + Sync + 'static> Data<T> {
    /// A part of the page that follows the data.
    pub(crate) fn show(self, make: impl Fn(&T) -> AnyView + Send + Sync + 'static) -> AnyView {
        maybe(move || self.known.get().look(&make))
    }

    /// A value that follows the data. `default` is never seen by a person: content is only made once there is data.
    pub(crate) fn derive<V: Default + PartialEq + Send + Sync + 'static>(
        self,
        value: impl Fn(&T) -> V + Send + Sync + 'static,
    ) -> Memo<V> {
        memo(move || self.known.get().look(&value).unwrap_or_default())
    }

    /// One look at the data, without following it.
    pub(crate) fn peek<V>(self, look: impl FnOnce(&T) -> V) -> Option<V> {
        self.known.get_untracked().look(look)
    }
}

/// A view of any type. Pages know theirs; what they have in common does not, and is compiled once.
#[derive(Clone, Default)]
struct Known(Option<Arc<dyn Any + Send + Sync>>);

impl Known {
    fn look<T: 'static, V>(&self, look: impl FnOnce(&T) -> V) -> Option<V> {
        self.0.as_ref()?.downcast_ref::<T>().map(look)
    }
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }
}

/// What a call gave: a packed view, or why there is none.
pub(super) type Answer = Result<Vec<u8>, PublicError>;
pub(super) type Fetch = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;
type Unpack = fn(&[u8]) -> Result<Known, PublicError>;
type Content = Arc<dyn Fn(Memo<Known>) -> AnyView + Send + Sync>;

/// Calls `fetch` now and whenever `key` is another one, and shows `content` around what it gives. When the first call
/// fails, the error takes the page's place; when a later one does, it stands above what was known before.
///
/// `key` says all that `fetch` depends on, so that the server asks the same only once for a page.
#[track_caller]
pub(crate) fn loaded<T, F>(
    key: impl Fn() -> String + Send + Sync + 'static,
    fetch: impl Fn() -> F + Send + Sync + 'static,
    content: impl Fn(Data<T>) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<Packed<T>, ApiError>> + Send + 'static,
{
    let fetch: Fetch = Arc::new(move || {
        let call = fetch();
        Box::pin(async move { call.await.map(Packed::into_bytes).map_err(|error| error.0) })
    });
    let key = memo(key);
    #[cfg(feature = "ssr")]
    let fetch = super::answers::once(Location::caller(), key, fetch);
    let unpack: Unpack = |bytes| match unpack::<T>(bytes) {
        Ok(view) => Ok(Known(Some(Arc::new(view)))),
        Err(_) => Err(PublicError::new(ErrorCode::OtherBuild)),
    };
    let content: Content = Arc::new(move |known| {
        content(Data {
            known,
            view: PhantomData,
        })
    });
    whatever_loaded(key, fetch, unpack, content)
}

fn whatever_loaded(key: Memo<String>, fetch: Fetch, unpack: Unpack, content: Content) -> AnyView {
    let answer = Resource::<Answer, InPage>::new_with_options(move || key.get(), move |_| fetch(), false);
    view! {
        <Transition fallback=waiting>
            {
                let arrived = RwSignal::new(None::<Answer>);
                let read = memo(move || {
                    let newest = answer.get().or_else(|| arrived.get());
                    newest.map(|answer| answer.and_then(|bytes| unpack(&bytes)))
                });
                let known = Memo::new(move |before: Option<&Known>| match read.get() {
                    Some(Ok(known)) => known,
                    _ => before.cloned().unwrap_or_default(),
                });
                let failed = memo(move || read.get().and_then(Result::err));
                let is_known = memo(move || known.get().0.is_some());
                let error = maybe(move || {
                    let error = failed.get()?;
                    Some(if is_known.get() { error_box(&error) } else { error_page(&error) })
                });
                let content = Arc::clone(&content);
                // Content calls the server itself, so it is made once. A closure here would be run again for every look
                // that the server takes at what is still missing. Nothing outside follows what is awaited.
                let first = ScopedFuture::new_untracked(async move {
                    let first = answer.await;
                    // On the server another thread may have woken this one and not yet told what follows the answer.
                    // What were made now would stay empty.
                    if read.get_untracked().is_none() {
                        arrived.set(Some(first));
                    }
                    if is_known.get_untracked() {
                        content(known)
                    } else {
                        maybe(move || is_known.get().then(|| content(known)))
                    }
                });
                (error, Suspend::new(first)).into_any()
            }
        </Transition>
    }
    .any()
}

/// What stands there until the first call has ended; only ever seen while going from page to page.
fn waiting() -> AnyView {
    let waited = waiting_since();
    let words = words(move || match waited() {
        None => "Reading…".to_owned(),
        Some(since) => format!("Still waiting for Drydock to answer, for {since}."),
    });
    view! { <p class="waiting" role="status">{words}</p> }.any()
}
