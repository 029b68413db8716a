//! The simulated fleet as Drydock is told of it, and the clock that both go by.

use model::{Endpoint, ServerId, StackId, StackKind, Timestamp, Transport};
use simfleet::LayoutServer;
use std::collections::HashMap;
use std::time::Instant;
use store::{ServerFields, StackFields, StoreError};
use testdb::TestStore;
use world::Clock;

/// 2026-11-21 12:00:00 UTC
const MADE: Timestamp = Timestamp::from_secs(1_795_262_400);
/// A clock that began at [`MADE`]: what the world does by itself, it then does in every test alike.
pub(crate) struct Began(pub(crate) Instant);

impl Clock for Began {
    fn now(&self) -> Timestamp {
        let micros = i64::try_from(self.0.elapsed().as_micros()).unwrap();
        Timestamp::from_micros(MADE.micros() + micros)
    }
}

/// Adds servers as a person would; a jump host comes before the servers behind it.
pub(crate) async fn add(
    db: &TestStore,
    servers: Vec<LayoutServer>,
    now: Timestamp,
) -> (StackId, Vec<ServerId>) {
    let added = db.write::<_, StoreError, _>(move |tx| {
        Box::pin(async move {
            let stack = StackFields {
                name: "all".to_owned(),
                environment: "production".to_owned(),
                kind: StackKind::Servers,
                owner: None,
                criticality: model::Criticality::Normal,
            };
            let stack = tx.insert_stack(&stack, now).await?;
            let mut ids: HashMap<String, ServerId> = HashMap::new();
            let mut all = Vec::new();
            for server in servers {
                let fields = ServerFields {
                    name: server.name.clone(),
                    endpoint: Endpoint {
                        host: server.host,
                        port: server.port,
                        user: server.user,
                        jump: server.jump.and_then(|jump| ids.get(&jump).copied()),
                        key: None,
                    },
                    account: server.account,
                    transport: Transport::Sim,
                    stack: Some(stack),
                    group: None,
                    criticality: server.criticality,
                };
                let id = tx.insert_server(&fields, now).await?;
                tx.pin_host_keys(id, &server.host_keys, "ada", now).await?;
                ids.insert(server.name, id);
                all.push(id);
            }
            Ok((stack, all))
        })
    });
    added.await.unwrap()
}
