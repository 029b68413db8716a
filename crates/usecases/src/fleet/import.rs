//! Reading a paste into rows to review. Nothing is stored, opened or executed.

use crate::{Actor, Error, Usecases};
use model::input::PASTE_MAX;
use model::{PasteFormat, PublicError, Review, Right};

impl Usecases {
    /// Reads an `ssh_config` or an Ansible inventory; the format is recognised when it is not given.
    ///
    /// # Errors
    /// When the role does not allow it, or the paste is too large.
    pub async fn review_paste(
        &self,
        actor: &Actor,
        text: String,
        format: Option<PasteFormat>,
    ) -> Result<Review, Error> {
        actor.needs(Right::EditFleet)?;
        if text.len() > PASTE_MAX {
            return Err(
                PublicError::invalid("text", "A paste has at most 1 MiB. Import it in parts.").into(),
            );
        }
        tokio::task::spawn_blocking(move || imports::read(&text, format))
            .await
            .map_err(Error::internal)
    }
}
