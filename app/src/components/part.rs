//! Parts of a page that follow signals.
//!
//! A closure given to `view!` as it is compiles an effect, and its share of the renderer, of its own: about 4 kB of
//! WebAssembly each. Closures that pass through here share one.

use leptos::prelude::*;
use std::sync::Arc;

type Make<T> = Arc<dyn Fn() -> T + Send + Sync>;

/// A part that is made again whenever a signal that it reads changes.
pub(crate) fn part(make: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    fn shared(make: Make<AnyView>) -> AnyView {
        (move || make()).into_any()
    }
    shared(Arc::new(make))
}

/// A part that is there only sometimes.
pub(crate) fn maybe(make: impl Fn() -> Option<AnyView> + Send + Sync + 'static) -> AnyView {
    part(move || make().unwrap_or_else(|| ().into_any()))
}

/// Words that follow signals.
pub(crate) fn words(make: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    fn shared(make: Make<String>) -> AnyView {
        (move || make()).into_any()
    }
    shared(Arc::new(make))
}

/// Erases the type of what `view!` makes.
pub(crate) trait Any {
    /// The same view without its type. Unlike `into_any` it unwraps first, so that an element that stands alone and one
    /// inside another share their code.
    fn any(self) -> AnyView;
}

impl<T: IntoView + 'static> Any for View<T> {
    fn any(self) -> AnyView {
        self.into_inner().into_any()
    }
}

/// A value that follows signals, and changes only when it is another one.
pub(crate) fn memo<V>(make: impl Fn() -> V + Send + Sync + 'static) -> Memo<V>
where
    V: PartialEq + Send + Sync + 'static,
{
    fn shared<V: PartialEq + Send + Sync + 'static>(make: Make<V>) -> Memo<V> {
        Memo::new(move |_| make())
    }
    shared(Arc::new(make))
}
