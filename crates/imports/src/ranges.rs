//! Ansible's ranges: `web[01:10].example.com`, `db-[a:c]`, `rack[1:9:2]`.

/// Why a pattern is no list of names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BadRange {
    /// It is written wrongly.
    Malformed,
    /// It stands for more names than a paste may hold.
    TooMany,
}

/// The names that a pattern stands for; the pattern itself when it has no range. At most `most` of them.
pub(crate) fn expand(pattern: &str, most: usize) -> Result<Vec<String>, BadRange> {
    let mut names = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('[') {
        let (range, behind) = after.split_once(']').ok_or(BadRange::Malformed)?;
        let values = values(range, most)?;
        if names.len().saturating_mul(values.len()) > most {
            return Err(BadRange::TooMany);
        }
        names = names
            .iter()
            .flat_map(|name| values.iter().map(move |value| format!("{name}{before}{value}")))
            .collect();
        rest = behind;
    }
    if rest.contains(']') {
        return Err(BadRange::Malformed);
    }
    for name in &mut names {
        name.push_str(rest);
    }
    Ok(names)
}

fn values(range: &str, most: usize) -> Result<Vec<String>, BadRange> {
    let parts: Vec<&str> = range.split(':').collect();
    let (from, to, step) = match parts.as_slice() {
        [from, to] => (*from, *to, 1),
        [from, to, step] => (
            *from,
            *to,
            step.parse()
                .ok()
                .filter(|step| *step > 0)
                .ok_or(BadRange::Malformed)?,
        ),
        _ => return Err(BadRange::Malformed),
    };
    if let (Some(first), Some(last)) = (letter(from), letter(to)) {
        let names: Vec<String> = (first..=last).step_by(step).map(|c| c.to_string()).collect();
        return if names.is_empty() {
            Err(BadRange::Malformed)
        } else {
            Ok(names)
        };
    }
    // As in Ansible, a missing beginning is 0, and leading zeros give the width.
    let from = if from.is_empty() { "0" } else { from };
    let (first, last) = (number(from)?, number(to)?);
    if first > last {
        return Err(BadRange::Malformed);
    }
    let width = if from.len() > 1 && from.starts_with('0') {
        from.len()
    } else {
        0
    };
    if (last - first) / u64::try_from(step).unwrap_or(1) >= u64::try_from(most).unwrap_or(u64::MAX) {
        return Err(BadRange::TooMany);
    }
    Ok((first..=last)
        .step_by(step)
        .map(|value| format!("{value:0width$}"))
        .collect())
}

fn letter(text: &str) -> Option<char> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_ascii_alphabetic() => Some(c),
        _ => None,
    }
}

fn number(text: &str) -> Result<u64, BadRange> {
    if text.is_empty() || text.len() > 9 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadRange::Malformed);
    }
    text.parse().map_err(|_| BadRange::Malformed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ranges_become_names() {
        let names = |pattern| expand(pattern, 100).unwrap();
        assert_eq!(names("web[08:10].x"), ["web08.x", "web09.x", "web10.x"]);
        assert_eq!(names("db-[a:c]"), ["db-a", "db-b", "db-c"]);
        assert_eq!(names("r[1:2]n[1:5:4]"), ["r1n1", "r1n5", "r2n1", "r2n5"]);
        assert_eq!(names("plain"), ["plain"]);
        assert_eq!(names("w[:2]"), ["w0", "w1", "w2"]);
    }

    #[test]
    fn what_is_no_range_or_too_large_is_refused() {
        for bad in [
            "w[1:",
            "w]1",
            "w[2:1]",
            "w[1]",
            "w[a:2]",
            "w[1:2:0]",
            "w[]",
            "w[1:2:3:4]",
            "w[z:a]",
        ] {
            assert_eq!(expand(bad, 100), Err(BadRange::Malformed), "{bad}");
        }
        assert_eq!(expand("w[1:101]", 100), Err(BadRange::TooMany));
        assert_eq!(expand("w[1:99][1:99][1:99]", 100), Err(BadRange::TooMany));
        assert_eq!(expand("w[0:999999999]", 100), Err(BadRange::TooMany));
    }
}
