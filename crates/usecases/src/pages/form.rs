//! What the form that adds or changes a server offers.

use crate::{Actor, Error, Usecases};
use model::view::{KeyChoice, ServerChoices, ServerFormPage, ServerValues};
use model::{ErrorCode, Right, ServerId};

/// Jump hosts that are offered; others can be typed.
const JUMPS_OFFERED: u32 = 100;

impl Usecases {
    /// The form, empty or with a server's values.
    ///
    /// # Errors
    /// When the role does not allow it, or there is no such server.
    pub async fn server_form(&self, actor: &Actor, id: Option<ServerId>) -> Result<ServerFormPage, Error> {
        actor.needs(Right::Read)?;
        let server = match id {
            None => None,
            Some(id) => {
                let found = self.store.server(id, self.clock.now()).await?;
                let server = found.ok_or_else(|| Error::code(ErrorCode::NotFound))?;
                Some(ServerValues {
                    id,
                    transport: server.transport,
                    name: server.name,
                    host: server.endpoint.host,
                    port: server.endpoint.port,
                    user: server.endpoint.user,
                    account: server.account,
                    key: server.endpoint.key,
                    jump: server.jump_name,
                    stack: server.stack.map(|(_, name)| name),
                    group: server.group.map(|(_, name)| name),
                    criticality: server.criticality,
                })
            }
        };
        let keys = self.store.keys().await?;
        let keys = keys.into_iter().map(|key| KeyChoice {
            public: crate::fleet::public_line(&key),
            id: key.id,
            name: key.name,
        });
        let jumps = self.store.jump_choices(JUMPS_OFFERED).await?;
        let choices = ServerChoices {
            keys: keys.collect(),
            stacks: self.stacks_with_groups().await?,
            jumps: jumps.into_iter().map(|(_, name)| name).collect(),
        };
        Ok(ServerFormPage { server, choices })
    }

    async fn stacks_with_groups(&self) -> Result<Vec<(String, Vec<String>)>, Error> {
        let groups = self.store.groups().await?;
        let of = |id| {
            groups
                .iter()
                .filter(|group| group.stack == id)
                .map(|group| group.name.clone())
                .collect()
        };
        let stacks = self.store.stack_names().await?;
        Ok(stacks.into_iter().map(|(id, name)| (name, of(id))).collect())
    }
}
