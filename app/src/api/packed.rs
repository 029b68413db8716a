//! How everything between pages and server travels: packed.
//!
//! Values are packed by position, without names: in JSON every view would compile a decoder that matches names, which
//! was a quarter of all WebAssembly. Positions mean nothing to another build, so what is packed begins with the name
//! of the shape it was packed in, and another shape is refused.

use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, Http};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::marker::PhantomData;

/// The shape of everything that is packed: a digest of the sources that define it.
const SHAPE: &[u8] = env!("DRYDOCK_SHAPE").as_bytes();

/// The media type of what is packed.
pub(super) const MEDIA_TYPE: &str = "application/octet-stream";

/// What was packed by another build, or was never packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not packed by this build")]
pub struct OtherShape;

/// Packs a value.
///
/// # Errors
/// When it has a form that cannot be packed.
pub fn pack<T: Serialize>(value: &T) -> Result<Vec<u8>, OtherShape> {
    postcard::to_extend(value, SHAPE.to_vec()).map_err(|_| OtherShape)
}

/// Unpacks a value.
///
/// # Errors
/// When it was packed by another build.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, OtherShape> {
    bytes
        .strip_prefix(SHAPE)
        .and_then(|value| postcard::from_bytes(value).ok())
        .ok_or(OtherShape)
}

/// A packed view. Pages unpack it in one place, wherever it came from.
pub(crate) struct Packed<T> {
    bytes: Vec<u8>,
    view: PhantomData<fn() -> T>,
}

impl<T> Packed<T> {
    /// The bytes alone.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl<T: Serialize> Packed<T> {
    /// Packs a view.
    ///
    /// # Errors
    /// When it has a form that cannot be packed.
    #[cfg(feature = "ssr")]
    pub(super) fn of(view: &T) -> Result<Self, OtherShape> {
        pack(view).map(|bytes| Self {
            bytes,
            view: PhantomData,
        })
    }
}

/// Arguments, outcomes and errors, packed on their way.
pub struct Packing;

/// Views, which are packed already.
pub struct Views;

/// The protocol of calls that read.
pub(super) type Calls = Http<Post<Packing>, Post<Views>>;

/// The answer's encoding of forms that are posted.
pub(super) type Outcomes = Post<Packing>;

impl ContentType for Packing {
    const CONTENT_TYPE: &'static str = MEDIA_TYPE;
}

impl FormatType for Packing {
    const FORMAT_TYPE: Format = Format::Binary;
}

impl<T: Serialize> Encodes<T> for Packing {
    type Error = OtherShape;

    fn encode(value: &T) -> Result<Bytes, OtherShape> {
        pack(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for Packing {
    type Error = OtherShape;

    fn decode(bytes: Bytes) -> Result<T, OtherShape> {
        unpack(&bytes)
    }
}

impl ContentType for Views {
    const CONTENT_TYPE: &'static str = MEDIA_TYPE;
}

impl FormatType for Views {
    const FORMAT_TYPE: Format = Format::Binary;
}

impl<T> Encodes<Packed<T>> for Views {
    type Error = Infallible;

    fn encode(packed: &Packed<T>) -> Result<Bytes, Infallible> {
        Ok(Bytes::copy_from_slice(&packed.bytes))
    }
}

impl<T> Decodes<Packed<T>> for Views {
    type Error = Infallible;

    fn decode(bytes: Bytes) -> Result<Packed<T>, Infallible> {
        Ok(Packed {
            bytes: bytes.to_vec(),
            view: PhantomData,
        })
    }
}

/// The character of a byte in a page or a stream: its own, or one 256 further for those that do not arrive. In a page
/// Leptos writes 0 as `\0`, which JavaScript takes together with a digit that follows, and `<` as six characters that
/// only JSON undoes; in a stream the ends of lines are the stream's own.
fn to_character(byte: u8) -> char {
    match byte {
        0..=0x1f | b'<' => char::from_u32(0x100 + u32::from(byte)).unwrap_or_default(),
        other => char::from(other),
    }
}

fn to_byte(character: char) -> Result<u8, OtherShape> {
    match u32::from(character) {
        far @ (0x100..=0x11f | 0x13c) => u8::try_from(far - 0x100),
        near => u8::try_from(near),
    }
    .map_err(|_| OtherShape)
}

/// Packs a view as one line of text, for a live stream.
///
/// # Errors
/// When it has a form that cannot be packed.
#[cfg(feature = "ssr")]
pub fn packed_line<T: Serialize>(view: &T) -> Result<String, OtherShape> {
    InPage::encode(view)
}

/// Unpacks a view out of a line of text.
///
/// # Errors
/// When it was packed by another build.
pub(crate) fn unpack_line<T: DeserializeOwned>(line: &str) -> Result<T, OtherShape> {
    InPage::decode(line)
}

/// What comes with a page: packed, and written with one character per byte.
pub(crate) struct InPage;

impl<T: Serialize> Encoder<T> for InPage {
    type Error = OtherShape;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, OtherShape> {
        Ok(pack(value)?.into_iter().map(to_character).collect())
    }
}

impl<T: DeserializeOwned> Decoder<T> for InPage {
    type Error = OtherShape;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, OtherShape> {
        let bytes: Result<Vec<u8>, _> = text.chars().map(to_byte).collect();
        unpack(&bytes?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use model::facts::Known;
    use model::{Reach, Timestamp};

    type View = (Reach, Known<Vec<u32>>, Option<String>, Timestamp);

    fn view() -> View {
        (
            Reach::Refused,
            Known::Known(vec![1, 70_000]),
            Some("Zoë".to_owned()),
            Timestamp::from_secs(-1),
        )
    }

    #[test]
    fn a_view_survives_the_way() {
        assert_eq!(unpack::<View>(&pack(&view()).unwrap()), Ok(view()));
        assert_eq!(InPage::decode(&InPage::encode(&view()).unwrap()), Ok(view()));
    }

    #[test]
    fn what_a_run_page_asks_survives_the_way() {
        use model::view::{LogFind, LogFrom, RunsAsked};
        let asked = (
            vec![
                LogFrom::Tail(400),
                LogFrom::Byte(1 << 40),
                LogFrom::Line(0),
                LogFrom::Before(9),
            ],
            LogFind {
                text: Some("E:".into()),
                line: 7,
                backwards: true,
            },
            RunsAsked {
                open: true,
                page: Some(2),
                ..RunsAsked::default()
            },
        );
        assert_eq!(
            unpack::<(Vec<LogFrom>, LogFind, RunsAsked)>(&pack(&asked).unwrap()),
            Ok(asked)
        );
    }

    #[test]
    fn options_and_work_survive_the_way_in_every_form() {
        use model::options::{Ask, AskedFrom, Strategy, WaveSize};
        use model::{Repair, Upgrade, Work};
        let strategies = vec![
            Strategy::Serial,
            Strategy::Parallel,
            Strategy::Waves(WaveSize::Servers(3)),
            Strategy::Waves(WaveSize::Percent(25)),
        ];
        let asks = vec![
            Ask::Http {
                from: AskedFrom::Drydock,
                tls: true,
                host: None,
                port: 443,
                path: "/".into(),
                accept: vec![200],
            },
            Ask::Command {
                argv: vec!["true".into()],
            },
            Ask::Named { name: "probe".into() },
        ];
        let works = vec![
            Work::Refresh,
            Work::Repair(Repair::FixBroken),
            Work::Install(model::Install {
                upgrade: Upgrade::Security,
                packages: vec![],
                removals: vec![],
                lock_wait_secs: 600,
            }),
            Work::RestartServices {
                units: vec!["nginx.service".into()],
            },
            Work::Command {
                argv: vec!["true".into()],
            },
        ];
        let all = (strategies, asks, works);
        let packed = pack(&all).unwrap();
        assert_eq!(unpack::<(Vec<Strategy>, Vec<Ask>, Vec<Work>)>(&packed), Ok(all));
    }

    #[test]
    fn no_byte_in_a_page_can_be_taken_for_another() {
        let every: Vec<u8> = (0..=255).chain([0, b'7']).collect();
        let written = <InPage as Encoder<Vec<u8>>>::encode(&every).unwrap();
        assert!(!written.contains(|c: char| c == '<' || c.is_ascii_control() && c != '\u{7f}'));
        assert_eq!(<InPage as Decoder<Vec<u8>>>::decode(&written), Ok(every));
    }

    #[test]
    fn what_another_build_has_packed_is_refused() {
        let mut packed = pack(&view()).unwrap();
        packed[0] ^= 1;
        assert_eq!(unpack::<View>(&packed), Err(OtherShape));
        assert_eq!(unpack::<View>(b""), Err(OtherShape));
        assert_eq!(<InPage as Decoder<View>>::decode("€"), Err(OtherShape));
    }
}
