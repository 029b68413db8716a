//! Adding servers: one from the form, or many from a confirmed import, in one transaction.

use crate::{Actor, Error, Usecases};
use model::input::{JumpChoice, NewServer, StackChoice};
use model::{
    CheckKind, Criticality, Endpoint, GroupId, HostKey, PublicError, Right, ServerId, StackId, StackKind,
};
use model::{Timestamp, Transport};
use std::collections::HashMap;
use store::{ServerFields, StackFields, Tx};

/// A server that has passed every check that needs no database.
struct Ready {
    new: NewServer,
    pins: Vec<HostKey>,
}

/// Words at the end of a stack's name that say its environment.
const ENVIRONMENTS: [&str; 7] = [
    "production",
    "prod",
    "staging",
    "test",
    "qa",
    "development",
    "dev",
];

/// The most servers that one import adds.
const AT_ONCE_MAX: usize = 5_000;

impl Usecases {
    /// Adds a server, and asks it for its host keys.
    ///
    /// # Errors
    /// When the role does not allow it, a field is not accepted, or the name is taken.
    pub async fn add_server(&self, actor: &Actor, new: NewServer) -> Result<ServerId, Error> {
        actor.needs(Right::EditFleet)?;
        let added = self.add_all(actor, vec![ready(new)?], false).await?;
        added
            .first()
            .copied()
            .ok_or_else(|| Error::internal("a server was added without an id"))
    }

    /// Adds all servers of a confirmed import, or none.
    ///
    /// # Errors
    /// As [`Usecases::add_server`]; the field names the row: `rows[3].host`.
    pub async fn import_servers(&self, actor: &Actor, rows: Vec<NewServer>) -> Result<Vec<ServerId>, Error> {
        actor.needs(Right::EditFleet)?;
        if rows.is_empty() || rows.len() > AT_ONCE_MAX {
            return Err(
                PublicError::invalid("rows", format!("Choose 1 to {AT_ONCE_MAX} servers to add.")).into(),
            );
        }
        let ready = rows
            .into_iter()
            .enumerate()
            .map(|(index, new)| ready(new).map_err(|error| error.in_row(index)))
            .collect::<Result<Vec<_>, _>>()?;
        self.add_all(actor, ready, true).await
    }

    async fn add_all(&self, actor: &Actor, all: Vec<Ready>, rows: bool) -> Result<Vec<ServerId>, Error> {
        let now = self.clock.now();
        let (usecases, actor) = (self.clone(), actor.clone());
        self.store
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move {
                    let in_row =
                        |index: usize| move |error: Error| if rows { error.in_row(index) } else { error };
                    let mut names = HashMap::new();
                    let mut added = Vec::with_capacity(all.len());
                    // A jump host must be there before those behind it: all are added without jump hosts first.
                    for (index, ready) in all.iter().enumerate() {
                        let one = add_one(tx, ready, &actor.name, now)
                            .await
                            .map_err(in_row(index))?;
                        names.insert(ready.new.name.to_lowercase(), one.0);
                        added.push(one);
                    }
                    for (index, ready) in all.iter().enumerate() {
                        let (id, fields) = &added[index];
                        set_jump(tx, *id, fields, ready, &names)
                            .await
                            .map_err(in_row(index))?;
                        let what = format!(
                            "added the server {} ({}@{})",
                            fields.name, ready.new.user, ready.new.host
                        );
                        tx.audit(&usecases.line(&actor, "add_server", what, Some(id.to_string())))
                            .await?;
                        if ready.pins.is_empty() {
                            tx.enqueue(&usecases.check_of(CheckKind::Fingerprint, *id, &actor.name))
                                .await?;
                        } else {
                            // The person brought the keys: the first connection proves them.
                            let refresh = usecases.settings.refresh_lists_after_secs;
                            tx.enqueue(&usecases.scan_of(*id, refresh, Some(&actor.name), None))
                                .await?;
                            tx.set_next_scan(*id, Some(usecases.next_scan(now))).await?;
                        }
                    }
                    Ok(added.into_iter().map(|(id, _)| id).collect())
                })
            })
            .await
    }
}

fn ready(new: NewServer) -> Result<Ready, Error> {
    new.check()?;
    if new.key.is_none() {
        return Err(PublicError::invalid("key", "Choose the SSH key that Drydock logs in with.").into());
    }
    let pins = super::host_keys::pins_for(&new)?;
    Ok(Ready { new, pins })
}

async fn add_one(
    tx: &mut Tx,
    ready: &Ready,
    by: &str,
    now: Timestamp,
) -> Result<(ServerId, ServerFields), Error> {
    let new = &ready.new;
    let (stack, group) = place_for(tx, new, now).await?;
    let endpoint = Endpoint {
        host: new.host.clone(),
        port: new.port,
        user: new.user.clone(),
        jump: None,
        key: new.key,
    };
    let fields = ServerFields {
        name: new.name.clone(),
        endpoint,
        account: new.account,
        transport: Transport::Ssh,
        stack,
        group,
        criticality: new.criticality,
    };
    let id = tx.insert_server(&fields, now).await?;
    if !ready.pins.is_empty() {
        tx.pin_host_keys(id, &ready.pins, by, now).await?;
    }
    Ok((id, fields))
}

async fn set_jump(
    tx: &mut Tx,
    id: ServerId,
    fields: &ServerFields,
    ready: &Ready,
    names: &HashMap<String, ServerId>,
) -> Result<(), Error> {
    let Some(choice) = &ready.new.jump else {
        return Ok(());
    };
    let mut fields = fields.clone();
    fields.endpoint.jump = Some(jump_for(tx, choice, names).await?);
    Ok(tx.update_server(id, &fields).await?)
}

/// The stack and group that a form names, made when they are not there.
pub(super) async fn place_for(
    tx: &mut Tx,
    new: &NewServer,
    now: Timestamp,
) -> Result<(Option<StackId>, Option<GroupId>), Error> {
    let Some(choice) = &new.stack else {
        return Ok((None, None));
    };
    let stack = stack_for(tx, choice, new.criticality, now).await?;
    let group = match &new.group {
        Some(name) => Some(group_for(tx, stack, name).await?),
        None => None,
    };
    Ok((Some(stack), group))
}

/// The server behind a choice of jump host: one of this import first, then one that Drydock has.
pub(super) async fn jump_for(
    tx: &mut Tx,
    choice: &JumpChoice,
    names: &HashMap<String, ServerId>,
) -> Result<ServerId, Error> {
    match choice {
        JumpChoice::Existing(id) => Ok(*id),
        JumpChoice::Named(name) => {
            let name = name.trim();
            if let Some(id) = names.get(&name.to_lowercase()) {
                return Ok(*id);
            }
            let there = tx.server_named(name).await?;
            there.ok_or_else(|| {
                let said = format!("There is no server called {name}. A jump host is a server too: add it first, or in the same import.");
                PublicError::invalid("jump", said).into()
            })
        }
    }
}

/// The stack behind a choice, made when there is none of that name.
pub(super) async fn stack_for(
    tx: &mut Tx,
    choice: &StackChoice,
    criticality: Criticality,
    now: Timestamp,
) -> Result<StackId, Error> {
    let name = match choice {
        StackChoice::Existing(id) => return Ok(*id),
        StackChoice::Named(name) => name.trim(),
    };
    if let Some(id) = tx.stack_named(name).await? {
        return Ok(id);
    }
    // The last part of a name like web-staging says the environment; production is the careful guess.
    let last = name
        .rsplit(['-', '.', '_'])
        .next()
        .filter(|last| ENVIRONMENTS.contains(last));
    let environment = last.unwrap_or("production");
    let stack = StackFields {
        name: name.to_owned(),
        environment: environment.to_owned(),
        kind: StackKind::Servers,
        owner: None,
        criticality,
    };
    Ok(tx.insert_stack(&stack, now).await?)
}

/// The group of that name in a stack, made when there is none.
pub(super) async fn group_for(tx: &mut Tx, stack: StackId, name: &str) -> Result<GroupId, Error> {
    let name = name.trim();
    match tx.group_named(stack, name).await? {
        Some(id) => Ok(id),
        None => Ok(tx.insert_group(stack, name).await?),
    }
}
