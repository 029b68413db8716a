//! Canonical JSON: the same value is the same bytes in every build, whatever the order of fields in its type.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The value with sorted keys and without white space. Strings and numbers are written as `serde_json` writes them.
pub(crate) fn text(value: &impl Serialize) -> String {
    // Plans and options are plain data: their keys are strings, so that this cannot fail.
    let value = serde_json::to_value(value).unwrap_or_default();
    let mut text = String::new();
    write(&value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (place, (key, value)) in fields.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

/// A digest over parts, each under its length: no two lists of parts give the same bytes.
pub(crate) struct Parts(Sha256);

impl Parts {
    pub(crate) fn new(purpose: &str) -> Self {
        let mut parts = Self(Sha256::new());
        parts.add(purpose.as_bytes());
        parts
    }

    pub(crate) fn add(&mut self, part: &[u8]) {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        self.0.update(length.to_le_bytes());
        self.0.update(part);
    }

    pub(crate) fn hex(self) -> String {
        hex::encode(self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_lists_are_not() {
        #[derive(Serialize)]
        struct Unsorted {
            b: Vec<u8>,
            a: Option<&'static str>,
        }
        let value = Unsorted {
            b: vec![2, 1],
            a: Some("\"ü\n"),
        };
        assert_eq!(text(&value), r#"{"a":"\"ü\n","b":[2,1]}"#);
    }

    #[test]
    fn where_a_part_ends_counts() {
        let digest = |parts: &[&str]| {
            let mut all = Parts::new("test");
            parts.iter().for_each(|part| all.add(part.as_bytes()));
            all.hex()
        };
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        assert_ne!(digest(&["ab"]), digest(&["ab", ""]));
    }
}
