//! Exit statuses that Drydock's own scripts end with. They mean this only for the works named; the status of
//! [`model::Work::Command`] is the command's own, and other statuses are apt's, dpkg's or systemd's.

/// The work was refused before anything was done: it was not sound.
pub const UNSOUND: u32 = 64;
/// The attempt could not be prepared on the server.
pub const NOT_PREPARED: u32 = 71;
/// Install: the server has changed since the plan was made. Nothing was touched; the log holds the difference.
pub const PLAN_DIFFERS: u32 = 73;
/// Somebody else's lock, or work, did not end in time. Nothing was changed.
pub const LOCKED: u32 = 75;
/// Reboot: refused, because another boot than the meant one was running. Nothing was done.
pub const REFUSED: u32 = 77;
/// The work was done, and its own check failed.
pub const NOT_PROVED: u32 = 78;

/// Install and repair: a disk has become full. What was begun may be half done.
pub const NO_ROOM: u32 = 79;

/// What a status of Drydock's own scripts means, as a sentence that says what to do next.
pub const fn sentence(code: u32) -> Option<&'static str> {
    Some(match code {
        UNSOUND => "The step could not be carried out as it is written; make a new plan.",
        NOT_PREPARED => "The step could not be prepared on the server; look at its disk and try again.",
        PLAN_DIFFERS => {
            "The server has changed since the plan was made. Nothing was touched; preview again. The log shows the difference."
        }
        LOCKED => {
            "Another program kept its lock for too long. Nothing was changed; the log shows which one. Try again when it has ended."
        }
        REFUSED => "The restart was refused, and nothing was done; the log says why. Plan it again.",
        NOT_PROVED => {
            "The work ended, but its own check failed; the log says what is not as it should be. Look at the server."
        }
        NO_ROOM => {
            "A disk of the server became full, and packages may be half done; the log shows which disk. Make room on it, then preview again: the plan first finishes what was interrupted."
        }
        _ => return None,
    })
}
