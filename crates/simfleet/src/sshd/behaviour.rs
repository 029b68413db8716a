//! How a host misbehaves.

use bytes::Bytes;
use std::time::Duration;

/// What a host does when it is connected to and asked.
#[derive(Debug, Clone, Default)]
pub enum Behaviour {
    /// Answers with the document.
    #[default]
    Answer,
    /// Accepts the connection and says nothing.
    HangBeforeBanner,
    /// Says it speaks SSH, and nothing more.
    HangAfterBanner,
    /// Closes the connection without a word.
    CloseBeforeBanner,
    /// Says this, and is no SSH server.
    NotSsh(Bytes),
    /// Accepts nobody.
    RefuseLogin,
    /// Accepts the key and then wants a password too.
    WantPasswordToo,
    /// Opens no session for commands.
    RefuseSessions,
    /// Runs no command.
    RefuseCommands,
    /// Reads the command and never answers.
    Silence,
    /// Drops the connection after this many bytes of the answer.
    CutAfter(usize),
    /// Ends the channel after this many bytes of the answer, without an exit status.
    CloseAfter(usize),
    /// Drops the connection after every answer.
    CutWhenDone,
    /// Answers this many bytes at a time.
    Slowly(usize, Duration),
    /// Answers with this many bytes of output.
    Flood(u64),
    /// Prints this before the document, as a shell profile does.
    Noise(Bytes),
    /// Ends with this status, output and error output.
    Exit(u32, Bytes, Bytes),
    /// Is ended by the signal TERM.
    Killed,
    /// Answers with its own standard input.
    Echo,
}
