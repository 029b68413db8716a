//! Documents in the database, zstd.

use crate::StoreError;

/// A document can be this large when it is opened again; larger ones are not written.
const DOCUMENT_MAX: usize = 64 * 1024 * 1024;
/// zstd's own default: a 40 kB answer takes a third of a millisecond and becomes a fifth.
const LEVEL: i32 = 3;

pub(crate) fn squeeze(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    if bytes.len() > DOCUMENT_MAX {
        return Err(StoreError::internal("a document is too large to be kept"));
    }
    zstd::bulk::compress(bytes, LEVEL).map_err(StoreError::internal)
}

pub(crate) fn expand(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    // The frame says how much it becomes; `decode_all` would believe it without a bound.
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten();
    let size = size
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(DOCUMENT_MAX)
        .min(DOCUMENT_MAX);
    zstd::bulk::decompress(bytes, size).map_err(|error| StoreError::corrupt(format!("a document: {error}")))
}
