//! Fills an empty Drydock with the servers of the simulated fleet, for the demo and for load.

use super::add::group_for;
use crate::{Actor, Error, Usecases};
use model::{
    Account, CheckKind, Criticality, Endpoint, HostKey, Right, StackId, StackKind, Timestamp, Transport,
};
use store::{ServerFields, StackFields, Tx};

/// A stack of the simulated fleet.
#[derive(Debug, Clone)]
pub struct SeedStack {
    /// Its name.
    pub name: String,
    /// `production`, `staging`, …
    pub environment: String,
    /// How much its absence matters.
    pub criticality: Criticality,
}

/// A server of the simulated fleet.
#[derive(Debug, Clone)]
pub struct SeedServer {
    /// Its name.
    pub name: String,
    /// Its address, by which the simulated fleet knows it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The account.
    pub user: String,
    /// What Drydock's account may do there.
    pub account: Account,
    /// Its stack's name.
    pub stack: Option<String>,
    /// Its group's name.
    pub group: Option<String>,
    /// How much its absence matters.
    pub criticality: Criticality,
    /// The name of its jump host, which comes before it.
    pub jump: Option<String>,
    /// The host keys to pin; without any, the server waits for a person.
    pub pinned: Vec<HostKey>,
}

impl Usecases {
    /// Adds simulated stacks and servers, and asks for their first checks. Returns how many servers were added; those
    /// whose name is taken are left as they are, so a second start adds nothing.
    ///
    /// # Errors
    /// When the actor may not, or the database cannot be written.
    pub async fn seed(
        &self,
        actor: &Actor,
        stacks: Vec<SeedStack>,
        servers: Vec<SeedServer>,
    ) -> Result<u32, Error> {
        actor.needs(Right::EditFleet)?;
        let now = self.clock.now();
        let mut added = 0;
        // In parts, so that ten thousand servers do not hold the database for seconds.
        for part in servers.chunks(500) {
            let (usecases, part) = (self.clone(), part.to_vec());
            let stacks = stacks.clone();
            let by = actor.name.clone();
            added += self
                .store
                .write::<u32, Error, _>(move |tx| {
                    Box::pin(async move {
                        let mut added = 0;
                        for server in &part {
                            if tx.server_named(&server.name).await?.is_some() {
                                continue;
                            }
                            let stack = match &server.stack {
                                Some(name) => Some(seed_stack(tx, name, &stacks, now).await?),
                                None => None,
                            };
                            let group = match (stack, &server.group) {
                                (Some(stack), Some(name)) => Some(group_for(tx, stack, name).await?),
                                _ => None,
                            };
                            let jump = match &server.jump {
                                Some(name) => tx.server_named(name).await?,
                                None => None,
                            };
                            let endpoint = Endpoint {
                                host: server.host.clone(),
                                port: server.port,
                                user: server.user.clone(),
                                jump,
                                key: None,
                            };
                            let fields = ServerFields {
                                name: server.name.clone(),
                                endpoint,
                                account: server.account,
                                transport: Transport::Sim,
                                stack,
                                group,
                                criticality: server.criticality,
                            };
                            let id = tx.insert_server(&fields, now).await?;
                            let check = if server.pinned.is_empty() {
                                usecases.check_of(CheckKind::Fingerprint, id, &by)
                            } else {
                                tx.pin_host_keys(id, &server.pinned, &by, now).await?;
                                tx.set_next_scan(id, Some(usecases.next_scan(now))).await?;
                                usecases.scan_of(
                                    id,
                                    usecases.settings.refresh_lists_after_secs,
                                    Some(&by),
                                    None,
                                )
                            };
                            tx.enqueue(&check).await?;
                            added += 1;
                        }
                        Ok(added)
                    })
                })
                .await?;
        }
        Ok(added)
    }
}

async fn seed_stack(tx: &mut Tx, name: &str, stacks: &[SeedStack], now: Timestamp) -> Result<StackId, Error> {
    if let Some(id) = tx.stack_named(name).await? {
        return Ok(id);
    }
    let seed = stacks.iter().find(|stack| stack.name == name);
    let fields = StackFields {
        name: name.to_owned(),
        environment: seed.map_or_else(|| "production".to_owned(), |stack| stack.environment.clone()),
        kind: StackKind::Servers,
        owner: None,
        criticality: seed.map_or(Criticality::Normal, |stack| stack.criticality),
    };
    Ok(tx.insert_stack(&fields, now).await?)
}
