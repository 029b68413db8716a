//! Configuration files that were kept because somebody had changed them, and how the packages' own versions differ.

use super::answer::{AnswerError, document, foreign, lines, number};
use super::{Asked, Attempt};
use model::deploy::KeptConfig;
use model::facts::Known;
use std::time::Duration;

/// How long the answer takes at most.
pub const LONGEST: Duration = Duration::from_secs(60);

/// Look what an attempt has left beside configuration files. It changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOp {
    /// How to ask.
    pub asked: Asked,
    /// Which attempt.
    pub attempt: Attempt,
}

/// Reads the answer: the files in the order of their names. Differences are shown of files that every account of the
/// server may read, and of no others.
///
/// # Errors
/// [`AnswerError`].
pub fn read(
    op: &KeptOp,
    stdout: &[u8],
    stderr: &[u8],
    exit: Option<u32>,
) -> Result<Vec<KeptConfig>, AnswerError> {
    let document = document(&op.asked, stdout, stderr, exit)?;
    let mut files: Vec<KeptConfig> = Vec::new();
    for line in lines(&document, "kept")? {
        let words: Vec<&str> = line.split('\t').collect();
        if let ["file", ..] = words[..] {
            files.push(file(&words).ok_or_else(|| foreign("kept", line))?);
            continue;
        }
        let last = files.last_mut().filter(|file| file.more_lines == 0);
        let understood = last.is_some_and(|file| goes_on(file, line, &words));
        if !understood {
            return Err(foreign("kept", line));
        }
    }
    Ok(files)
}

/// Takes a line about a file whose difference has not ended; false when it cannot be one.
fn goes_on(file: &mut KeptConfig, line: &str, words: &[&str]) -> bool {
    let Known::Known(difference) = &mut file.difference else {
        return false;
    };
    if let Some(text) = line.strip_prefix(' ') {
        difference.extend(text.chars().filter(|c| !c.is_control() || *c == '\t'));
        difference.push('\n');
        return true;
    }
    match words {
        ["more", count] => match number("the rest of a difference", count) {
            Ok(count @ 1..) => file.more_lines = count,
            _ => return false,
        },
        ["hidden", why] if difference.is_empty() => match hidden(why) {
            Some(why) => file.difference = Known::unknown(why),
            None => return false,
        },
        _ => return false,
    }
    true
}

/// A line that begins a file. Only absolute paths without control characters are taken.
fn file(words: &[&str]) -> Option<KeptConfig> {
    let is_path = |path: &str| path.starts_with('/') && !path.chars().any(char::is_control);
    match words {
        ["file", path, new] if is_path(path) && is_path(new) => Some(KeptConfig {
            path: (*path).to_owned(),
            new: (*new).to_owned(),
            difference: Known::Known(String::new()),
            more_lines: 0,
        }),
        _ => None,
    }
}

/// Why a difference is not shown, a plain sentence.
fn hidden(why: &str) -> Option<&'static str> {
    Some(match why {
        "private" => "not shown: not every account on the server may read it",
        "binary" => "not shown: it is not a text",
        "gone" => "the kept file is not there any more",
        "many" => "not shown: too much differs on this server already; compare them there",
        _ => return None,
    })
}
