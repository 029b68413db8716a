//! Facts in the database: JSON, zstd.

use super::moment::Moment;
use crate::StoreError;
use crate::zipped::{expand, squeeze};
use model::facts::{FACTS_VERSION, Facts};
use sha2::{Digest as _, Sha256};

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
