//! Splitting a line into words as the shell does, without doing anything else that the shell does.

/// A quotation mark was opened and not closed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unclosed;

/// How a format deals with backslashes and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// OpenSSH: double and single quotes; a backslash stands for itself unless it quotes a quote, a space or itself.
    Ssh,
    /// Python's `shlex`, which Ansible uses for the lines of an inventory.
    Shlex,
}

/// The words of a line. An unquoted `#` at the start of a word begins a comment (in shlex: anywhere).
pub(crate) fn split(line: &str, dialect: Dialect) -> Result<Vec<String>, Unclosed> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('\''), c) if dialect == Dialect::Shlex => word.get_or_insert_default().push(c),
            (_, '\\') => {
                let next = chars.peek().copied();
                let quotes = match (dialect, quote) {
                    (Dialect::Ssh, _) => matches!(next, Some('"' | '\'' | '\\' | ' ')),
                    (Dialect::Shlex, None) => next.is_some(),
                    (Dialect::Shlex, Some(_)) => matches!(next, Some('"' | '\\')),
                };
                let text = word.get_or_insert_default();
                text.push(if quotes { chars.next().unwrap_or(c) } else { c });
            }
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, '#') if dialect == Dialect::Shlex || word.is_none() => break,
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(Unclosed);
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn quotes_comments_and_backslashes() {
        let ssh = |line| split(line, Dialect::Ssh).unwrap();
        assert_eq!(ssh(r#"a "b c" d'e' # f"#), ["a", "b c", "de"]);
        assert_eq!(ssh(r"C:\x a\ b"), [r"C:\x", "a b"]);
        assert_eq!(ssh("a#b"), ["a#b"]);
        let shlex = |line| split(line, Dialect::Shlex).unwrap();
        assert_eq!(
            shlex(r#"h a='x \y' b="q\"r" c=\z d#e"#),
            ["h", r"a=x \y", "b=q\"r", "c=z", "d"]
        );
        assert_eq!(shlex("''"), [""]);
        assert_eq!(split("a 'b", Dialect::Ssh), Err(Unclosed));
    }
}
