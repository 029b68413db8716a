//! Lines of the audit trail. A use-case writes its line in the transaction that does the thing.

use crate::{Actor, Usecases};
use store::NewAudit;

impl Usecases {
    /// A line about something that was done. `subject` is the id of what it is about.
    pub(crate) fn line(
        &self,
        actor: &Actor,
        action: &'static str,
        what: String,
        subject: Option<String>,
    ) -> NewAudit {
        NewAudit {
            at: self.clock.now(),
            user: actor.user,
            who: actor.name.clone(),
            action: action.to_owned(),
            what,
            subject,
            from: actor.from.map(|from| from.to_string()),
            done: true,
        }
    }

    /// Notes an attempt that was refused. A failure to note it does not hide the refusal from the person.
    pub(crate) async fn note_refused(&self, actor: &Actor, action: &'static str, what: String) {
        let line = NewAudit {
            done: false,
            ..self.line(actor, action, what, None)
        };
        let written: Result<(), store::StoreError> = self
            .store
            .write(move |tx| Box::pin(async move { tx.audit(&line).await.map(drop) }))
            .await;
        if let Err(error) = written {
            tracing::error!(%error, action, "a refused attempt could not be noted in the audit trail");
        }
    }
}
