//! A line of a log as runs of text that look alike. Colours are the sixteen of a terminal, mapped to classes that can be
//! read in both themes; those of larger palettes become the nearest of them.

/// How a run of text looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Look {
    /// One of eight colours.
    ink: Option<u8>,
    /// One of eight colours behind the text.
    ground: Option<u8>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    inverse: bool,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// Its classes; empty: plain text.
    pub(super) class: String,
    /// The text, without any control character.
    pub(super) text: String,
}

/// Reads a line. Every line begins plain: what a line looks like does not depend on lines that may not be loaded.
pub(super) fn spans(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut look = Look::default();
    let mut text = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('\u{1b}') {
        push_text(&mut text, &rest[..at]);
        rest = &rest[at + 1..];
        // The server leaves nothing but whole `ESC [ … m`; whatever else came along would be dropped here.
        let Some(body) = rest.strip_prefix('[') else {
            continue;
        };
        let end = body
            .find(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':'))
            .unwrap_or(body.len());
        let (numbers, after) = body.split_at(end);
        let Some(after) = after.strip_prefix('m') else {
            rest = after;
            continue;
        };
        rest = after;
        let before = look;
        look.follow(numbers);
        if look != before {
            flush(&mut spans, &mut text, before);
        }
    }
    push_text(&mut text, rest);
    flush(&mut spans, &mut text, look);
    spans
}

fn push_text(to: &mut String, text: &str) {
    to.extend(text.chars().filter(|c| *c == '\t' || !c.is_control()));
}

fn flush(spans: &mut Vec<Span>, text: &mut String, look: Look) {
    if !text.is_empty() {
        spans.push(Span {
            class: look.class(),
            text: std::mem::take(text),
        });
    }
}

impl Look {
    /// Follows the numbers of one sequence.
    fn follow(&mut self, numbers: &str) {
        // A number too large for a colour means nothing; nothing at all means 0.
        let mut numbers = numbers.split([';', ':']).map(|number| {
            if number.is_empty() {
                0
            } else {
                number.parse().unwrap_or(u8::MAX)
            }
        });
        while let Some(number) = numbers.next() {
            match number {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                3 => self.italic = true,
                4 => self.underline = true,
                7 => self.inverse = true,
                22 => (self.bold, self.dim) = (false, false),
                23 => self.italic = false,
                24 => self.underline = false,
                27 => self.inverse = false,
                30..=37 => self.ink = Some(number - 30),
                38 => self.ink = extended(&mut numbers).or(self.ink),
                39 => self.ink = None,
                40..=47 => self.ground = Some(number - 40),
                48 => self.ground = extended(&mut numbers).or(self.ground),
                49 => self.ground = None,
                90..=97 => self.ink = Some(number - 90),
                100..=107 => self.ground = Some(number - 100),
                _ => {}
            }
        }
    }

    fn class(self) -> String {
        let mut class = String::new();
        let mut add = |name: &str| {
            if !class.is_empty() {
                class.push(' ');
            }
            class.push_str(name);
        };
        if let Some(ink) = self.ink {
            add(INKS[usize::from(ink & 7)]);
        }
        if let Some(ground) = self.ground {
            add(GROUNDS[usize::from(ground & 7)]);
        }
        for (is, name) in [
            (self.bold, "sgr-bold"),
            (self.dim, "sgr-dim"),
            (self.italic, "sgr-italic"),
            (self.underline, "sgr-underline"),
            (self.inverse, "sgr-inverse"),
        ] {
            if is {
                add(name);
            }
        }
        class
    }
}

const INKS: [&str; 8] = [
    "sgr-0", "sgr-1", "sgr-2", "sgr-3", "sgr-4", "sgr-5", "sgr-6", "sgr-7",
];
const GROUNDS: [&str; 8] = [
    "sgr-on-0", "sgr-on-1", "sgr-on-2", "sgr-on-3", "sgr-on-4", "sgr-on-5", "sgr-on-6", "sgr-on-7",
];

/// A colour of the palette of 256, or one of three parts, as one of eight.
fn extended(numbers: &mut impl Iterator<Item = u8>) -> Option<u8> {
    match numbers.next()? {
        5 => Some(match numbers.next()? {
            basic @ 0..=15 => basic & 7,
            cube @ 16..=231 => {
                let cube = cube - 16;
                of_parts(cube / 36 * 51, cube / 6 % 6 * 51, cube % 6 * 51)
            }
            grey => of_parts(
                grey.wrapping_sub(232) * 10,
                grey.wrapping_sub(232) * 10,
                grey.wrapping_sub(232) * 10,
            ),
        }),
        2 => Some(of_parts(numbers.next()?, numbers.next()?, numbers.next()?)),
        _ => None,
    }
}

/// The nearest of the eight: which parts are at least half as strong as the strongest.
fn of_parts(red: u8, green: u8, blue: u8) -> u8 {
    let strongest = red.max(green).max(blue);
    if strongest < 48 {
        return 0;
    }
    let strong = |part: u8| u8::from(part > strongest / 2);
    strong(red) | strong(green) << 1 | strong(blue) << 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The line's text alone.
    fn plain(line: &str) -> String {
        spans(line).into_iter().map(|span| span.text).collect()
    }

    fn seen(line: &str) -> Vec<(String, String)> {
        spans(line)
            .into_iter()
            .map(|span| (span.class, span.text))
            .collect()
    }

    fn of(class: &str, text: &str) -> (String, String) {
        (class.to_owned(), text.to_owned())
    }

    #[test]
    fn colours_become_classes_and_end() {
        assert_eq!(
            seen("a \u{1b}[1;31mE:\u{1b}[0m b"),
            [of("", "a "), of("sgr-1 sgr-bold", "E:"), of("", " b")]
        );
        assert_eq!(
            seen("\u{1b}[92;44mok\u{1b}[39;49m."),
            [of("sgr-2 sgr-on-4", "ok"), of("", ".")]
        );
        assert_eq!(seen("\u{1b}[2mx\u{1b}[22my"), [of("sgr-dim", "x"), of("", "y")]);
    }

    #[test]
    fn larger_palettes_become_the_nearest_of_eight() {
        assert_eq!(seen("\u{1b}[38;5;196mx"), [of("sgr-1", "x")]);
        assert_eq!(seen("\u{1b}[38;5;9mx"), [of("sgr-1", "x")]);
        assert_eq!(seen("\u{1b}[38;5;250mx"), [of("sgr-7", "x")]);
        assert_eq!(seen("\u{1b}[38;5;232mx"), [of("sgr-0", "x")]);
        assert_eq!(seen("\u{1b}[38;2;20;200;190mx"), [of("sgr-6", "x")]);
        assert_eq!(seen("\u{1b}[38;2mx"), [of("", "x")]);
    }

    #[test]
    fn a_new_line_begins_plain_and_the_empty_line_is_empty() {
        assert_eq!(seen(""), []);
        assert_eq!(seen("\u{1b}[m"), []);
        assert_eq!(plain("\u{1b}[31mred\u{1b}[0m and not"), "red and not");
    }

    proptest! {
        /// Nothing of what a server prints reaches the page but text.
        #[test]
        fn no_control_character_is_left(line in any::<String>()) {
            for span in spans(&line) {
                prop_assert!(!span.text.chars().any(|c| c != '\t' && c.is_control()), "{:?}", span.text);
                prop_assert!(span.class.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b' '));
            }
        }

        #[test]
        fn text_without_colours_stays_as_it_is(line in "[^\\p{Cc}]{0,40}") {
            prop_assert_eq!(plain(&line), line);
        }

        #[test]
        fn colours_take_nothing_from_the_text(
            parts in proptest::collection::vec(("[^\\p{Cc}]{0,8}", "[0-9;:]{0,9}"), 0..8),
        ) {
            let line: String = parts.iter().map(|(text, numbers)| format!("{text}\u{1b}[{numbers}m")).collect();
            let text: String = parts.iter().map(|(text, _)| text.as_str()).collect();
            prop_assert_eq!(plain(&line), text);
        }
    }
}
