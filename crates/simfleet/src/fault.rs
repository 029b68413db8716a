//! What can be wrong with a simulated server.

use serde::{Deserialize, Serialize};

/// Something that is wrong with a simulated server until it is taken away again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing answers on its address.
    Down,
    /// The network says that there is no way to it.
    NoRoute,
    /// Its address answers and refuses the port.
    Refused,
    /// Its name does not resolve.
    NameUnknown,
    /// What answers on its port does not speak SSH.
    NotSsh,
    /// It answers, and takes eight times as long.
    Slow,
    /// It has other host keys than when it was added.
    KeyChanged,
    /// It does not accept the account's key.
    LoginRefused,
    /// sudo asks for a password.
    SudoBroken,
    /// The look-only script is gone.
    NoScript,
    /// One of its package sources cannot be fetched.
    BrokenLists,
    /// The connection breaks in the middle of every answer.
    CutOff,
    /// Its answers arrive with lines in them that no scan wrote.
    Garbled,
    /// A shell profile prints a greeting around every answer.
    Noisy,
    /// A shell profile prints without end.
    Flood,
    /// Its clock is nine minutes ahead.
    WrongClock,
    /// The scan hangs on a stuck package manager.
    Hangs,
    /// Another program keeps the package manager's lock.
    Locked,
    /// The next installation fails: a package's service does not start, and its postinst script says so. It fails
    /// once; what it leaves half done can be configured afterwards.
    PostinstFails,
    /// After a restart it is away for three hours, or until the fault is taken away.
    StaysAway,
    /// The unit that it is there for fails at every start of the machine.
    UnitFails,
}

impl Fault {
    /// Every fault, in order of declaration.
    pub const ALL: &'static [Self] = &[
        Self::Down,
        Self::NoRoute,
        Self::Refused,
        Self::NameUnknown,
        Self::NotSsh,
        Self::Slow,
        Self::KeyChanged,
        Self::LoginRefused,
        Self::SudoBroken,
        Self::NoScript,
        Self::BrokenLists,
        Self::CutOff,
        Self::Garbled,
        Self::Noisy,
        Self::Flood,
        Self::WrongClock,
        Self::Hangs,
        Self::Locked,
        Self::PostinstFails,
        Self::StaysAway,
        Self::UnitFails,
    ];
}
