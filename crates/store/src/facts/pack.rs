//! Documents in the database: zstd, and JSON where they are facts.

use super::moment::Moment;
use crate::StoreError;
use model::facts::{FACTS_VERSION, Facts};
use sha2::{Digest as _, Sha256};

/// A document can be this large when it is opened again; larger ones are not written.
const DOCUMENT_MAX: usize = 64 * 1024 * 1024;
/// zstd's own default: a 40 kB answer takes a third of a millisecond and becomes a fifth.
const LEVEL: i32 = 3;

/// Facts, ready to be written.
pub(super) struct Packed {
    pub(super) v: i64,
    pub(super) hash: String,
    pub(super) body: Vec<u8>,
    pub(super) moment: String,
}

pub(super) fn pack(facts: &Facts) -> Result<Packed, StoreError> {
    let (lasting, moment) = Moment::split(facts);
    let json = serde_json::to_vec(&lasting).map_err(StoreError::internal)?;
    Ok(Packed {
        v: i64::from(facts.v),
        hash: hex::encode(Sha256::digest(&json)),
        body: squeeze(&json)?,
        moment: serde_json::to_string(&moment).map_err(StoreError::internal)?,
    })
}

pub(super) fn unpack(v: i64, body: &[u8], moment: &str) -> Result<Facts, StoreError> {
    if v > i64::from(FACTS_VERSION) {
        return Err(StoreError::corrupt(format!(
            "facts of version {v}, which a newer Drydock wrote"
        )));
    }
    let json = expand(body)?;
    let mut facts: Facts =
        serde_json::from_slice(&json).map_err(|error| StoreError::corrupt(format!("facts: {error}")))?;
    let moment: Moment = serde_json::from_str(moment)
        .map_err(|error| StoreError::corrupt(format!("facts' moment: {error}")))?;
    moment.lay_over(&mut facts);
    Ok(facts)
}

pub(super) fn squeeze(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    if bytes.len() > DOCUMENT_MAX {
        return Err(StoreError::internal("a document is too large to be kept"));
    }
    zstd::bulk::compress(bytes, LEVEL).map_err(StoreError::internal)
}

pub(super) fn expand(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    // The frame says how much it becomes; `decode_all` would believe it without a bound.
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten();
    let size = size
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(DOCUMENT_MAX)
        .min(DOCUMENT_MAX);
    zstd::bulk::decompress(bytes, size).map_err(|error| StoreError::corrupt(format!("a document: {error}")))
}
