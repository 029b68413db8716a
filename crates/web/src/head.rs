//! The beginning of an answer by HTTP/1.1.

/// What the bytes so far say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Head {
    /// The headers are there, with this status code.
    Status(u16),
    /// They are not complete.
    More,
    /// It is not HTTP.
    Nonsense,
}

/// Answers that say *go on* before the one that counts, and headers in each.
const MOST_HEADERS: usize = 128;

/// Reads the status code of the answer that `bytes` begin with. Answers that only announce one (1xx) are passed over;
/// 101 is one in its own right.
pub fn read_head(bytes: &[u8]) -> Head {
    let mut left = bytes;
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut answer = httparse::Response::new(&mut headers);
        let read = match answer.parse(left) {
            Ok(httparse::Status::Complete(read)) => read,
            Ok(httparse::Status::Partial) => return Head::More,
            Err(_) => return Head::Nonsense,
        };
        match answer.code {
            Some(100 | 102..=199) => left = left.get(read..).unwrap_or_default(),
            Some(code) => return Head::Status(code),
            None => return Head::Nonsense,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_status_that_counts_is_read_however_the_answer_is_cut() {
        let text = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 204 No Content\r\nA: b\r\n\r\n";
        for cut in 0..text.len() {
            assert_eq!(read_head(&text[..cut]), Head::More, "{cut}");
        }
        assert_eq!(read_head(text), Head::Status(204));
        assert_eq!(read_head(b"HTTP/1.0 503 x\n\n<html>"), Head::Status(503));
    }

    #[test]
    fn what_is_not_http_is_said_to_be_none() {
        assert_eq!(read_head(b"SSH-2.0-OpenSSH_9.2\r\n"), Head::Nonsense);
        assert_eq!(read_head(b"HTTP/1.1 abc\r\n\r\n"), Head::Nonsense);
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Head::Status(code) = read_head(&bytes) {
                prop_assert!(code <= 999);
            }
        }

        #[test]
        fn every_status_is_read_with_any_headers(code in 200u16..600, name in "[A-Za-z-]{1,20}", value in "[ -~]{0,60}") {
            let text = format!("HTTP/1.1 {code} So\r\n{name}: {value}\r\n\r\nbody");
            prop_assert_eq!(read_head(text.as_bytes()), Head::Status(code));
        }
    }
}
