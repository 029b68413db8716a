//! Values in shell text.

/// `value` as one word of a POSIX shell, whatever it holds. A NUL cannot be part of a word; [`super::check`] refuses
/// it, and here it is left out.
pub fn quoted(value: &str) -> String {
    let mut word = String::with_capacity(value.len() + 2);
    word.push('\'');
    for c in value.chars() {
        match c {
            '\'' => word.push_str("'\\''"),
            '\0' => {}
            c => word.push(c),
        }
    }
    word.push('\'');
    word
}
