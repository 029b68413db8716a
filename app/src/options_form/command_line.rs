//! A command in one line: words between spaces, quoted where they hold spaces themselves. There is no shell behind it,
//! so what only a shell understands is refused rather than handed to the program.

/// What only a shell would understand, when it stands outside quotes.
const SHELL: &[char] = &['|', '&', ';', '<', '>', '$', '`', '(', ')', '*', '?', '~', '#'];
/// Characters that need no quotes.
const PLAIN: &[u8] = b"-_./:=@%+,";

/// What is said about a quote that does not end.
const UNENDED: &str = "A quote is not closed.";
/// What is said about shell syntax.
const NO_SHELL: &str = "The program is started without a shell, so |, &, ;, <, >, $, * and the like mean nothing. Quote \
    them, or write sh -c 'all of it in quotes'.";

/// The words of a line.
///
/// # Errors
/// A sentence about what cannot be read.
pub(super) fn read(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), c) if c == open => quote = None,
            (None | Some('"'), '\\') => {
                word.get_or_insert_default()
                    .push(characters.next().ok_or(UNENDED)?);
            }
            (None, c) if SHELL.contains(&c) => return Err(NO_SHELL),
            _ => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(UNENDED);
    }
    words.extend(word);
    Ok(words)
}

/// The line whose words are `argv`.
pub(super) fn write(argv: &[String]) -> String {
    let words: Vec<String> = argv.iter().map(|word| quoted(word)).collect();
    words.join(" ")
}

fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || PLAIN.contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
