//! Adding, importing, changing servers.

use crate::support::{drydock, server};
use model::input::{JumpChoice, NewServer, StackChoice};
use model::view::ServersQuery;
use model::{ErrorCode, Reach};

#[tokio::test]
async fn a_new_server_is_asked_for_its_keys_and_is_not_healthy() {
    let drydock = drydock().await;
    let admin = drydock.admin().await;
    let key = drydock.key(&admin).await;
    let new = NewServer {
        stack: Some(StackChoice::Named("web-staging".into())),
        group: Some("web".into()),
        ..server("web-1", key)
    };
    let id = drydock.usecases.add_server(&admin, new).await.unwrap();
    let page = drydock.usecases.server(&admin, id).await.unwrap();
    assert_eq!(page.reach, Reach::NeverReported);
    assert_ne!(page.status, model::Status::Healthy);
    assert_eq!(page.checking.as_deref(), Some("Request for host keys queued"));
    assert!(
        page.setup.authorized_keys.starts_with("restrict ssh-ed25519 "),
        "{}",
        page.setup.authorized_keys
    );
    let stacks = drydock.usecases.stacks(&admin).await.unwrap();
    assert_eq!(
        (stacks.rows[0].name.as_str(), stacks.rows[0].environment.as_str()),
        ("web-staging", "staging")
    );
    assert_eq!(page.group.as_deref(), Some("web"));
}

#[tokio::test]
async fn an_import_adds_all_or_nothing_and_finds_jump_hosts_among_its_rows() {
    let drydock = drydock().await;
    let admin = drydock.admin().await;
    let key = drydock.key(&admin).await;
    let behind = NewServer {
        jump: Some(JumpChoice::Named("Bastion".into())),
        ..server("db-1", key)
    };
    let rows = vec![behind.clone(), server("bastion", key)];
    let ids = drydock.usecases.import_servers(&admin, rows).await.unwrap();
    let page = drydock.usecases.server(&admin, ids[0]).await.unwrap();
    assert_eq!(page.jump, Some((ids[1], "bastion".to_owned())));

    let rows = vec![
        server("new-1", key),
        NewServer {
            host: "not a host".into(),
            ..server("new-2", key)
        },
    ];
    let error = drydock
        .usecases
        .import_servers(&admin, rows)
        .await
        .unwrap_err()
        .into_public();
    assert_eq!(error.field.as_deref(), Some("rows[1].host"));
    let rows = vec![server("new-1", key), server("bastion", key)];
    let error = drydock
        .usecases
        .import_servers(&admin, rows)
        .await
        .unwrap_err()
        .into_public();
    assert_eq!(
        (error.code, error.field.as_deref()),
        (ErrorCode::Conflict, Some("rows[1].name"))
    );
    let list = drydock
        .usecases
        .servers(&admin, ServersQuery::default())
        .await
        .unwrap();
    assert_eq!(list.total, 2);
}

#[tokio::test]
async fn known_hosts_lines_about_another_server_are_refused_rather_than_ignored() {
    let drydock = drydock().await;
    let admin = drydock.admin().await;
    let key = drydock.key(&admin).await;
    let line =
        "other.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    let new = NewServer {
        known_hosts: Some(line.into()),
        ..server("web-1", key)
    };
    let error = drydock
        .usecases
        .add_server(&admin, new)
        .await
        .unwrap_err()
        .into_public();
    assert_eq!(error.field.as_deref(), Some("known_hosts"));
    let fits = line.replace("other.example", "web-1.example");
    let new = NewServer {
        known_hosts: Some(fits),
        ..server("web-1", key)
    };
    let id = drydock.usecases.add_server(&admin, new).await.unwrap();
    let page = drydock.usecases.server(&admin, id).await.unwrap();
    assert_eq!(page.host_keys.len(), 1);
    assert_eq!(page.checking.as_deref(), Some("Scan queued"));
}

#[tokio::test]
async fn a_new_address_loses_the_confirmed_keys() {
    let drydock = drydock().await;
    let admin = drydock.admin().await;
    let key = drydock.key(&admin).await;
    let line =
        "web-1.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
    let new = NewServer {
        known_hosts: Some(line.into()),
        ..server("web-1", key)
    };
    let id = drydock.usecases.add_server(&admin, new.clone()).await.unwrap();
    let renamed = NewServer {
        name: "web-one".into(),
        known_hosts: None,
        ..new.clone()
    };
    drydock.usecases.edit_server(&admin, id, renamed).await.unwrap();
    assert_eq!(
        drydock.usecases.server(&admin, id).await.unwrap().host_keys.len(),
        1
    );
    let moved = NewServer {
        host: "elsewhere.example".into(),
        known_hosts: None,
        ..new
    };
    drydock.usecases.edit_server(&admin, id, moved).await.unwrap();
    assert_eq!(
        drydock.usecases.server(&admin, id).await.unwrap().host_keys.len(),
        0
    );
}

#[tokio::test]
async fn a_key_in_use_stays_and_is_said_why() {
    let drydock = drydock().await;
    let admin = drydock.admin().await;
    let key = drydock.key(&admin).await;
    let id = drydock
        .usecases
        .add_server(&admin, server("web-1", key))
        .await
        .unwrap();
    let error = drydock
        .usecases
        .remove_key(&admin, key)
        .await
        .unwrap_err()
        .into_public();
    assert_eq!(error.code, ErrorCode::Conflict);
    drydock.usecases.remove_server(&admin, id).await.unwrap();
    drydock.usecases.remove_key(&admin, key).await.unwrap();
}

#[tokio::test]
async fn what_was_done_is_in_the_audit_trail_with_who_did_it() {
    let drydock = drydock().await;
    let admin = drydock.admin().await;
    let key = drydock.key(&admin).await;
    drydock
        .usecases
        .add_server(&admin, server("web-1", key))
        .await
        .unwrap();
    let page = drydock.usecases.activity(&admin, 1).await.unwrap();
    let said: Vec<_> = page
        .audit
        .iter()
        .map(|line| (line.who.as_str(), line.what.as_str()))
        .collect();
    assert!(
        said.contains(&("ada", "added the server web-1 (root@web-1.example)")),
        "{said:?}"
    );
    assert_eq!(page.checks.len(), 1);
}
