//! Kinds of steps: what is done to the world, and how the world is asked what became of it.

use super::context::StepContext;
use super::plan::StepOutcome;
use async_trait::async_trait;
use std::sync::Arc;

/// What a probe found, before anything is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// There is something to do.
    Go,
    /// It is so already.
    Done(Said),
    /// It does not apply.
    Skip(Said),
    /// It must not be done: the world is not as the plan says. The step fails without having begun.
    Refuse(Said),
}

/// What came of a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It works by itself now; [`StepKind::follow`] sees it end.
    Running,
    /// It is done within the start; this is left for [`StepKind::verify`].
    Over(String),
}

/// What the world says about an act that may have been started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It was not.
    NotStarted,
    /// It works.
    Running,
    /// It has ended; [`StepKind::follow`] is asked for the rest of its log and for its report.
    Ended,
    /// It was started and is gone without an end: the machine died under it. Only [`StepKind::verify`] can tell
    /// what came of it. The text is left for it.
    Gone(String),
}

/// What was found when an act was looked at afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It did what it was to do.
    Done(Said),
    /// It did, and something about it needs a look.
    Warned(Said),
    /// It did not.
    Failed(Said),
}

/// What a step has to say for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// One sentence for people.
    pub sentence: Option<String>,
    /// What there is to show, in the kind's own format.
    pub result: Option<String>,
}

impl Said {
    /// Nothing to add.
    pub const NOTHING: Self = Self {
        sentence: None,
        result: None,
    };

    /// One sentence.
    pub fn so(sentence: impl Into<String>) -> Self {
        Self {
            sentence: Some(sentence.into()),
            result: None,
        }
    }
}

/// Why a call to the world came to nothing. Each carries one sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// There was no connection, so nothing was sent. It is tried again until the deadline.
    #[error("no connection: {0}")]
    NotConnected(String),
    /// The connection ended in the middle: what became of it has to be asked.
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// It failed, and nothing is under way.
    #[error("{0}")]
    Failed(String),
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepEnd {
    /// The outcome.
    pub outcome: StepOutcome,
    /// What is to be said and shown.
    pub said: Said,
}

/// One kind of step. Every future may be dropped at any await, when the lease is lost or the process stops; what it
/// did until then is found out by [`StepKind::settle`]. None is called while a database transaction is open.
#[async_trait]
pub trait StepKind: Send + Sync + 'static {
    /// Its name in the database.
    fn name(&self) -> &'static str;

    /// The newest version of its parameters that it reads.
    fn version(&self) -> u32;

    /// Looks whether there is something to do. Reads only; may be called any number of times.
    ///
    /// # Errors
    /// [`StepError`]. Without a connection it is asked again until the deadline.
    async fn probe(&self, step: &StepContext) -> Result<Probe, StepError>;

    /// Starts the act, in the name of the step and its attempt. Called again for the same attempt only after
    /// [`Settled::NotStarted`], and must do nothing if it was started all the same.
    ///
    /// # Errors
    /// [`StepError::NotConnected`]: nothing was started, and another attempt is made. [`StepError::Lost`]: the world
    /// is asked. [`StepError::Failed`]: nothing was started, and the step fails.
    async fn start(&self, step: &StepContext) -> Result<Begun, StepError>;

    /// Sees the act end: appends its log from [`StepContext::log_cursor`] on and returns what
    /// [`StepKind::verify`] needs to know.
    ///
    /// # Errors
    /// [`StepError`]. When the connection is lost, the world is asked and this is called again.
    async fn follow(&self, step: &StepContext) -> Result<String, StepError>;

    /// Looks at what came of the act; `gone` when its end was never seen. What is written to the domain's own tables
    /// is written here, under the step's id, so that a repetition changes nothing.
    ///
    /// # Errors
    /// [`StepError`]. Without a connection it is asked again until the deadline.
    async fn verify(&self, step: &StepContext, report: &str, gone: bool) -> Result<Verdict, StepError>;

    /// Asks what became of an act that may have been started.
    ///
    /// # Errors
    /// [`StepError`]. It is asked again until the deadline, and once more after it.
    async fn settle(&self, step: &StepContext) -> Result<Settled, StepError>;
}

/// A kind of run that consists of steps.
#[derive(Clone)]
pub struct SteppedKind {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
    pub(crate) width: usize,
    pub(crate) steps: Vec<Arc<dyn StepKind>>,
}

impl std::fmt::Debug for SteppedKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SteppedKind")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl SteppedKind {
    /// A kind of run called `name`, whose parameters are read up to `version`, of which one worker drives `width` at
    /// the same time, and which consists of `steps`.
    ///
    /// # Errors
    /// When two kinds of steps have the same name.
    pub fn new(
        name: &'static str,
        version: u32,
        width: usize,
        steps: Vec<Arc<dyn StepKind>>,
    ) -> Result<Self, crate::DuplicateKind> {
        for (at, kind) in steps.iter().enumerate() {
            if steps[..at].iter().any(|other| other.name() == kind.name()) {
                return Err(crate::DuplicateKind(kind.name()));
            }
        }
        Ok(Self {
            name,
            version,
            width: width.max(1),
            steps,
        })
    }

    /// The names of its kinds of steps.
    pub fn step_names(&self) -> Vec<&'static str> {
        self.steps.iter().map(|kind| kind.name()).collect()
    }

    pub(crate) fn find(&self, name: &str, v: u32) -> Option<&Arc<dyn StepKind>> {
        self.steps
            .iter()
            .find(|kind| kind.name() == name && v <= kind.version())
    }
}
