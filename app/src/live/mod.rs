//! Open pages follow what happens: one stream per visible tab says what changed, and whatever page shows that reads
//! itself again.

mod stream;

use leptos::prelude::*;
use model::{LiveMessage, RunId, ServerId, StackId, StepId, Topic};
use std::sync::Arc;
use std::time::Duration;

/// Hints come in bursts (a thousand servers are scanned at once); a page reads itself again at most this often.
const AT_MOST_EVERY: Duration = Duration::from_millis(1_500);

/// What a page shows, and therefore what it wants to hear of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interest {
    /// Any server or stack.
    Fleet,
    /// Any server or stack, and the list of runs.
    FleetAndRuns,
    /// One server.
    Server(Option<ServerId>),
    /// One stack.
    Stack(Option<StackId>),
    /// What surrounds every page: settings, and the numbers of runs and reboots.
    Frame,
    /// People and keys.
    Settings,
    /// The audit trail and the checks.
    Activity,
    /// The list of runs, and what became of plans.
    Runs,
    /// Nothing that hints tell of: what is inside a run comes by its own messages.
    Nothing,
}

impl Interest {
    fn covers(self, topic: &Topic) -> bool {
        match (self, topic) {
            (Self::Fleet, Topic::Server(_) | Topic::Stack(_))
            | (Self::FleetAndRuns, Topic::Server(_) | Topic::Stack(_) | Topic::Runs)
            | (Self::Frame, Topic::Settings | Topic::Runs | Topic::Stack(_))
            | (Self::Settings, Topic::Settings)
            | (Self::Activity, Topic::Activity)
            | (Self::Runs, Topic::Runs) => true,
            (Self::Server(mine), Topic::Server(it)) => mine == Some(*it),
            (Self::Stack(mine), Topic::Stack(it)) => mine == Some(*it),
            _ => false,
        }
    }
}

/// The state of the stream, for the live pill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pulse {
    /// Not opened yet, or closed because nobody looks.
    Idle,
    /// Connected.
    Live,
    /// Lost just now, being opened again.
    Reconnecting,
    /// Lost for longer; since this time of the browser's clock, in milliseconds.
    Offline(f64),
}

/// The run that is open in this tab, and its open log.
#[derive(Clone)]
pub(crate) struct Followed {
    /// The run.
    pub(crate) run: RunId,
    /// The number of the last event that the page knows.
    pub(crate) seq: i64,
    /// The open log; `None`: none, or it is complete.
    pub(crate) log: Option<FollowedLog>,
    /// Is given every message about it.
    pub(crate) hear: Arc<dyn Fn(&LiveMessage) + Send + Sync>,
}

/// A log that is read as it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct FollowedLog {
    /// Whose it is.
    pub(crate) step: StepId,
    /// Which attempt's.
    pub(crate) attempt: u32,
    /// Where what follows begins, in bytes.
    pub(crate) offset: u64,
}

impl FollowedLog {
    fn is_of(&self, other: &Self) -> bool {
        (self.step, self.attempt) == (other.step, other.attempt)
    }
}

/// Whether a listener may follow the next hint at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// It may.
    Over,
    /// It has followed one a moment ago.
    Resting,
    /// It has, and heard another one since.
    RestingWithMore,
}

#[derive(Clone, Copy)]
struct Listener {
    interest: Signal<Interest>,
    version: RwSignal<u32>,
    rest: StoredValue<Rest>,
}

/// The stream and those who listen.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    listeners: StoredValue<Vec<Listener>>,
    pulse: RwSignal<Pulse>,
    farewell: RwSignal<Option<String>>,
    new_build: RwSignal<bool>,
    opened: StoredValue<bool>,
    followed: RwSignal<Option<Followed>>,
}

/// Provides [`Live`] to every page. The stream is opened where somebody is logged in.
pub(crate) fn provide_live() {
    provide_context(Live {
        listeners: StoredValue::new(Vec::new()),
        pulse: RwSignal::new(Pulse::Idle),
        farewell: RwSignal::new(None),
        new_build: RwSignal::new(false),
        opened: StoredValue::new(false),
        followed: RwSignal::new(None),
    });
}

/// The page's [`Live`].
pub(crate) fn use_live() -> Live {
    expect_context::<Live>()
}

impl Live {
    /// Opens the stream, in the browser, once.
    pub(crate) fn open(self) {
        Effect::new(move |_| {
            if !self.opened.get_value() {
                self.opened.set_value(true);
                stream::open(self);
            }
        });
    }

    /// A number that grows whenever something of `interest` has changed.
    pub(crate) fn version(self, interest: impl Into<Signal<Interest>>) -> RwSignal<u32> {
        let version = RwSignal::new(0);
        let listener = Listener {
            interest: interest.into(),
            version,
            rest: StoredValue::new(Rest::Over),
        };
        self.listeners.update_value(|all| all.push(listener));
        on_cleanup(move || {
            // The list is gone first when the whole page is.
            self.listeners
                .try_update_value(|all| all.retain(|one| one.version != version));
        });
        version
    }

    /// Follows a run, from the places that `followed` names, until the page is left.
    pub(crate) fn follow(self, followed: Followed) {
        self.followed.set(Some(followed));
    }

    /// Follows no run any more.
    pub(crate) fn unfollow(self) {
        // The signal is gone first when the whole page is.
        self.followed.try_set(None);
    }

    /// The state of the stream.
    pub(crate) fn pulse(self) -> Pulse {
        self.pulse.get()
    }

    /// Why the server ended the stream, when it said so.
    pub(crate) fn farewell(self) -> Option<String> {
        self.farewell.get()
    }

    /// Whether Drydock was updated since this page was loaded.
    pub(crate) fn new_build(self) -> bool {
        self.new_build.get()
    }

    /// Reads everything on this page again, at once: the person has just changed something.
    pub(crate) fn refresh(self) {
        for listener in self.listeners.get_value() {
            listener.version.update(|version| *version += 1);
        }
    }

    fn hear(self, message: &LiveMessage, my_build: &str) {
        match message {
            LiveMessage::Hello { build } => {
                self.new_build.set(build != my_build);
                self.farewell.set(None);
            }
            LiveMessage::Resync => self.refresh(),
            LiveMessage::Changed { topics } => {
                for listener in self.listeners.get_value() {
                    let interest = listener.interest.get_untracked();
                    if topics.iter().any(|topic| interest.covers(topic)) {
                        listener.refresh_soon();
                    }
                }
            }
            LiveMessage::Run { .. } | LiveMessage::Log { .. } => {
                if let Some(followed) = self.followed.get_untracked() {
                    (followed.hear)(message);
                }
            }
            LiveMessage::Bye { reason } => self.farewell.set(Some(reason.clone())),
            LiveMessage::Heartbeat => {}
        }
    }
}

impl Listener {
    /// The first hint is followed at once, those of the following moment together at its end.
    fn refresh_soon(self) {
        match self.rest.try_get_value() {
            Some(Rest::Over) => self.refresh_and_rest(),
            Some(_) => {
                self.rest.try_set_value(Rest::RestingWithMore);
            }
            None => {}
        }
    }

    fn refresh_and_rest(self) {
        self.version.try_update(|version| *version += 1);
        self.rest.try_set_value(Rest::Resting);
        set_timeout(
            move || match self.rest.try_get_value() {
                Some(Rest::RestingWithMore) => self.refresh_and_rest(),
                Some(_) => {
                    self.rest.try_set_value(Rest::Over);
                }
                // The page was left in the meantime.
                None => {}
            },
            AT_MOST_EVERY,
        );
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_page_hears_only_of_what_it_shows() {
        let id: ServerId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let other: ServerId = "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap();
        assert!(Interest::Fleet.covers(&Topic::Server(id)));
        assert!(Interest::Server(Some(id)).covers(&Topic::Server(id)));
        assert!(!Interest::Server(Some(id)).covers(&Topic::Server(other)));
        assert!(!Interest::Server(None).covers(&Topic::Server(id)));
        assert!(!Interest::Activity.covers(&Topic::Settings));
        assert!(Interest::Runs.covers(&Topic::Runs) && !Interest::Nothing.covers(&Topic::Runs));
    }
}
