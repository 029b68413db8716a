//! One package of a transaction.

/// One package that apt would upgrade, or install anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) package: String,
    /// `None`: it is new.
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    /// Indexes of the lists that hold the new version.
    pub(crate) lists: Vec<usize>,
    pub(crate) fate: Fate,
    pub(crate) item: Item,
}

/// What a package belongs to, at the release that it would become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    Binary {
        source: usize,
        name: &'static str,
        release: usize,
    },
    /// A package of a kernel's release; one of them is the kernel itself.
    Kernel { release: usize, is_image: bool },
}

/// What the two kinds of upgrade do with a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Both upgrade it.
    Upgraded,
    /// Only the one that may install new packages.
    NeedsNew,
    /// Neither: it is on hold.
    Held,
    /// Neither: it is not this machine's turn.
    Deferred,
}

/// Why apt makes no transaction of what it was told to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    Unknown(String),
    NoSuchVersion(String, String),
    Held(Vec<String>),
}
