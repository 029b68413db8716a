//! The recorded answer that every host gives.

use bytes::{Bytes, BytesMut};

/// How long a nonce is: 32 lower-case hexadecimal digits.
const NONCE: usize = 32;

/// A recorded answer with places for the nonce of whoever asks.
#[derive(Debug, Clone)]
pub struct Document {
    /// What stands between the places.
    parts: Vec<Bytes>,
}

impl Document {
    /// A document in which every occurrence of `placeholder` becomes the asker's nonce.
    pub fn recorded(text: &[u8], placeholder: &[u8]) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while !placeholder.is_empty()
            && let Some(at) = rest
                .windows(placeholder.len())
                .position(|window| window == placeholder)
        {
            let (part, after) = rest.split_at(at);
            parts.push(Bytes::copy_from_slice(part));
            rest = after.get(placeholder.len()..).unwrap_or_default();
        }
        parts.push(Bytes::copy_from_slice(rest));
        Self { parts }
    }

    /// The answer to whoever sent `stdin`: the first nonce in it is put in its places. Without a nonce they stay
    /// empty.
    pub fn answer(&self, stdin: &[u8]) -> Bytes {
        let nonce = nonce(stdin).unwrap_or_default();
        let mut whole = BytesMut::with_capacity(self.parts.iter().map(|part| part.len() + NONCE).sum());
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 {
                whole.extend_from_slice(nonce);
            }
            whole.extend_from_slice(part);
        }
        whole.freeze()
    }
}

/// The first word of exactly 32 lower-case hexadecimal digits.
fn nonce(stdin: &[u8]) -> Option<&[u8]> {
    stdin
        .split(|byte| !byte.is_ascii_alphanumeric())
        .find(|word| word.len() == NONCE && word.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nonce_of_the_asker_is_put_in() {
        let document = Document::recorded(b"begin @@ body end @@\n", b"@@");
        let nonce = "0123456789abcdef0123456789abcdef";
        let stdin = format!("#!/bin/sh\nx=0123456789abcdef0123456789abcdef0\nnonce='{nonce}'\n");
        let answer = document.answer(stdin.as_bytes());
        assert_eq!(answer, format!("begin {nonce} body end {nonce}\n"));
        assert_eq!(document.answer(b"none here"), "begin  body end \n");
    }
}
