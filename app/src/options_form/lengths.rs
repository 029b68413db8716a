//! Lengths of time as people write them: `90 s`, `10 min`, `1 h`.

/// What is said about a length that cannot be read.
pub(super) const UNREADABLE: &str = "Write a length of time with its unit, such as 90 s, 10 min or 1 h.";

/// Seconds, in the largest unit that says them exactly.
pub(super) fn write(secs: u32) -> String {
    match secs {
        0 => "0 s".to_owned(),
        _ if secs.is_multiple_of(3_600) => format!("{} h", secs / 3_600),
        _ if secs.is_multiple_of(60) => format!("{} min", secs / 60),
        _ => format!("{secs} s"),
    }
}

/// Seconds. A bare number is refused unless it is 0: nobody can tell whether it means seconds or minutes.
pub(super) fn read(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u32 = number.parse().ok()?;
    let unit = match unit.trim() {
        "" if number == 0 => 1,
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        _ => return None,
    };
    number.checked_mul(unit)
}
