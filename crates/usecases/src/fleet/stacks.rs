//! Making, changing and removing stacks.

use crate::{Actor, Error, Usecases};
use model::input::NewStack;
use model::{ErrorCode, Right, StackId, StackKind};
use store::{NewAudit, StackFields};

impl Usecases {
    /// Makes a stack.
    ///
    /// # Errors
    /// When the role does not allow it, or the name is taken.
    pub async fn create_stack(&self, actor: &Actor, new: NewStack) -> Result<StackId, Error> {
        actor.needs(Right::EditFleet)?;
        new.check()?;
        let line = self.line(
            actor,
            "create_stack",
            format!("made the stack {}", new.name),
            None,
        );
        let stack = fields(new);
        let now = self.clock.now();
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let id = tx.insert_stack(&stack, now).await?;
                    tx.audit(&NewAudit {
                        subject: Some(id.to_string()),
                        ..line
                    })
                    .await?;
                    Ok(id)
                })
            })
            .await
    }

    /// Changes a stack.
    ///
    /// # Errors
    /// When the role does not allow it, the name is taken, or there is no such stack.
    pub async fn edit_stack(&self, actor: &Actor, id: StackId, new: NewStack) -> Result<(), Error> {
        actor.needs(Right::EditFleet)?;
        new.check()?;
        let line = self.line(
            actor,
            "edit_stack",
            format!("changed the stack {}", new.name),
            Some(id.to_string()),
        );
        let stack = fields(new);
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.update_stack(id, &stack).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }

    /// Removes a stack. Its servers stay, in no stack.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such stack.
    pub async fn remove_stack(&self, actor: &Actor, id: StackId) -> Result<(), Error> {
        actor.needs(Right::EditFleet)?;
        let stack = self
            .store
            .stack(id)
            .await?
            .ok_or_else(|| Error::code(ErrorCode::NotFound))?;
        let line = self.line(
            actor,
            "remove_stack",
            format!("removed the stack {}", stack.name),
            Some(id.to_string()),
        );
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    tx.remove_stack(id).await?;
                    tx.audit(&line).await?;
                    Ok(())
                })
            })
            .await
    }
}

fn fields(new: NewStack) -> StackFields {
    StackFields {
        name: new.name,
        environment: new.environment,
        kind: StackKind::Servers,
        owner: new.owner,
        criticality: new.criticality,
    }
}
