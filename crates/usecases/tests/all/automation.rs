//! What the schedule does.

use crate::support::{drydock, server};
use model::Timestamp;
use model::input::NewServer;
use usecases::Automation;
use world::Clock;

#[tokio::test]
async fn a_confirmed_server_is_scanned_again_when_it_is_due_and_not_before() {
    let drydock = drydock().await;
    let admin = drydock.admin().await;
    let key = drydock.key(&admin).await;
    let line =
        "web-1.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    let id = drydock
        .usecases
        .add_server(
            &admin,
            NewServer {
                known_hosts: Some(line.into()),
                ..server("web-1", key)
            },
        )
        .await
        .unwrap();
    let unconfirmed = drydock
        .usecases
        .add_server(&admin, server("web-2", key))
        .await
        .unwrap();
    let store = drydock.test_store.handle();
    let first = store.open_checks(id).await.unwrap();
    let first = first[0].id;
    store
        .write::<_, store::StoreError, _>(move |tx| Box::pin(async move { tx.cancel_check(first).await }))
        .await
        .unwrap();

    let automation = Automation::new(drydock.usecases.clone());
    let now: Timestamp = drydock.clock.now();
    automation.tick(now).await.unwrap();
    assert!(store.open_checks(id).await.unwrap().is_empty());
    automation.tick(now.plus_secs(2 * 3_600)).await.unwrap();
    let open = store.open_checks(id).await.unwrap();
    assert_eq!(
        (open.len(), open[0].kind.as_str(), open[0].asked_by.as_deref()),
        (1, "scan", None)
    );
    // The server nobody has confirmed is not logged in to.
    assert!(
        store
            .open_checks(unconfirmed)
            .await
            .unwrap()
            .iter()
            .all(|check| check.kind == "fingerprint")
    );
}
