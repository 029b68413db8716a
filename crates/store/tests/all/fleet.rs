//! Servers, stacks, groups and keys: adding, changing, moving, removing.

use crate::support::*;
use model::{Criticality, HostKeyState, Reach, ServerId, StackKind, Status, Transport};
use secrecy::ExposeSecret as _;
use store::{Conflict, ServerFields, StackFields, StoreError};

fn conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) -> Conflict {
    match result {
        Err(StoreError::Conflict(conflict)) => conflict,
        other => panic!("expected a conflict, got {other:?}"),
    }
}

async fn try_add(db: &store::Store, fields: ServerFields) -> Result<ServerId, StoreError> {
    db.write(move |tx| Box::pin(async move { tx.insert_server(&fields, NOW).await }))
        .await
}

async fn update(db: &store::Store, id: ServerId, fields: ServerFields) -> Result<(), StoreError> {
    db.write(move |tx| Box::pin(async move { tx.update_server(id, &fields).await }))
        .await
}

async fn remove(db: &store::Store, id: ServerId) -> Result<String, StoreError> {
    db.write(move |tx| Box::pin(async move { tx.remove_server(id).await }))
        .await
}

testdb::on_both! {
    async fn a_new_server_is_unknown_and_has_never_reported(db: TestStore) {
        let id = add_named(&db, "web-1").await;
        let server = db.server(id, NOW).await.unwrap().unwrap();
        assert_eq!((server.reach, server.status), (Reach::NeverReported, Status::Unknown));
        assert_eq!((server.name.as_str(), server.endpoint.host.as_str(), server.endpoint.port), ("web-1", "web-1.example.net", 22));
        assert_eq!((server.counts, server.seen_at, server.checking), (None, None, false));
        let named = |name: &'static str| db.write(move |tx| Box::pin(async move { tx.server_named(name).await }));
        assert_eq!(named("WEB-1").await.map_err(show).unwrap(), Some(id));
        assert_eq!(named("web").await.map_err(show).unwrap(), None);
    }

    async fn a_name_is_taken_once_whatever_its_case(db: TestStore) {
        let id = add_named(&db, "web").await;
        assert_eq!(conflict(try_add(&db, fields("WEB")).await), Conflict::ServerName);
        let other = add_named(&db, "other").await;
        assert_eq!(conflict(update(&db, other, fields("Web")).await), Conflict::ServerName);
        update(&db, id, fields("WEB")).await.unwrap();
        add_stack(&db, "shop").await;
        let shop = StackFields { name: "Shop".into(), environment: "x".into(), kind: StackKind::Servers, owner: None, criticality: Criticality::Low };
        let again = db.write(move |tx| Box::pin(async move { tx.insert_stack(&shop, NOW).await })).await;
        assert_eq!(conflict(again), Conflict::StackName);
    }

    async fn a_server_is_changed_but_not_its_transport(db: TestStore) {
        let id = add_named(&db, "web").await;
        let jump = add_named(&db, "gate").await;
        let mut new = fields("db");
        new.transport = Transport::Ssh;
        new.criticality = Criticality::High;
        new.endpoint.jump = Some(jump);
        new.endpoint.port = 2222;
        update(&db, id, new).await.unwrap();
        let server = db.server(id, NOW).await.unwrap().unwrap();
        assert_eq!((server.name.as_str(), server.endpoint.port, server.jump_name.as_deref()), ("db", 2222, Some("gate")));
        assert_eq!((server.criticality, server.transport), (Criticality::High, Transport::Sim));
        let gone = ServerId::from_uuid(uuid::Uuid::now_v7());
        assert!(matches!(update(&db, gone, fields("x")).await, Err(StoreError::NotFound)));
    }

    async fn jump_hosts_never_form_a_loop_and_are_not_pulled_away(db: TestStore) {
        let via = |name: &str, jump: ServerId| {
            let mut fields = fields(name);
            fields.endpoint.jump = Some(jump);
            fields
        };
        let a = add_named(&db, "a").await;
        let b = add(&db, via("b", a)).await;
        let c = add(&db, via("c", b)).await;
        assert_eq!(conflict(update(&db, a, via("a", c)).await), Conflict::JumpLoop);
        assert_eq!(conflict(update(&db, a, via("a", a)).await), Conflict::JumpLoop);
        assert_eq!(conflict(remove(&db, b).await), Conflict::JumpInUse);
        let target = db.target(c).await.unwrap().unwrap();
        let way = target.jump.unwrap();
        assert_eq!((way.server, way.jump.as_ref().unwrap().server, way.jump.as_ref().unwrap().jump.is_none()), (b, a, true));
        let gone = ServerId::from_uuid(uuid::Uuid::now_v7());
        assert_eq!(conflict(try_add(&db, via("d", gone)).await), Conflict::Reference);
        let mut last = c;
        for n in 0..5 {
            last = add(&db, via(&format!("x{n}"), last)).await;
        }
        // a, b, c, x0 … x4 are eight in a row.
        let ninth = add(&db, via("y", last)).await;
        assert_eq!(conflict(try_add(&db, via("z", ninth)).await), Conflict::JumpLoop);
        assert_eq!(db.jump_choices(1).await.unwrap()[0].1, "a", "jump hosts are offered first");
    }

    async fn a_target_has_the_opened_key_and_the_pinned_host_keys_only(db: TestStore) {
        let key = db.write(|tx| Box::pin(async move { tx.insert_key(&new_key("main"), NOW).await })).await.map_err(show).unwrap();
        let mut fields = fields("web");
        fields.endpoint.key = Some(key);
        let id = add(&db, fields).await;
        let (pinned, offered) = (host_key("ssh-ed25519", "p"), host_key("ssh-rsa", "o"));
        let pins = vec![pinned.clone()];
        db.write(move |tx| Box::pin(async move { tx.offer_host_keys(id, &[offered], NOW).await })).await.map_err(show).unwrap();
        assert!(db.target(id).await.unwrap().unwrap().pinned.is_empty());
        db.write(move |tx| Box::pin(async move { tx.pin_host_keys(id, &pins, "ada", NOW).await })).await.map_err(show).unwrap();
        let target = db.target(id).await.unwrap().unwrap();
        assert_eq!(target.pinned, [pinned]);
        assert!(target.login.as_ref().unwrap().private_key.expose_secret().contains("secret"));
        assert!(!format!("{target:?}").contains("secret"), "a target shows no key");
        assert!(db.target(ServerId::from_uuid(uuid::Uuid::now_v7())).await.unwrap().is_none());
    }

    async fn a_key_in_use_stays(db: TestStore) {
        let key = db.write(|tx| Box::pin(async move { tx.insert_key(&new_key("main"), NOW).await })).await.map_err(show).unwrap();
        let twice = db.write(|tx| Box::pin(async move { tx.insert_key(&new_key("MAIN"), NOW).await })).await;
        assert_eq!(conflict(twice), Conflict::KeyName);
        let mut fields = fields("web");
        fields.endpoint.key = Some(key);
        let id = add(&db, fields).await;
        assert_eq!(db.keys().await.unwrap()[0].servers, 1);
        assert_eq!(db.server(id, NOW).await.unwrap().unwrap().key_name.as_deref(), Some("main"));
        let drop_key = || db.write(move |tx| Box::pin(async move { tx.remove_key(key).await }));
        assert_eq!(conflict(drop_key().await), Conflict::KeyInUse);
        remove(&db, id).await.unwrap();
        db.write(move |tx| Box::pin(async move { tx.rename_key(key, "spare").await })).await.map_err(show).unwrap();
        assert_eq!(drop_key().await.unwrap(), "spare");
        assert!(matches!(drop_key().await, Err(StoreError::NotFound)));
        assert!(db.private_key(key).await.unwrap().is_none());
    }

    async fn removing_a_server_removes_everything_about_it(db: TestStore) {
        let stack = add_stack(&db, "shop").await;
        let group = add_group(&db, stack, "web").await;
        let id = add(&db, ServerFields { stack: Some(stack), group: Some(group), ..fields("web") }).await;
        scan(&db, id, facts(NOW)).await;
        let mut other = facts(NOW);
        other.kernel.running = "6.1.0-2-amd64".into();
        scan(&db, id, other).await;
        db.write(move |tx| Box::pin(async move { tx.offer_host_keys(id, &[host_key("ssh-rsa", "o")], NOW).await })).await.map_err(show).unwrap();
        db.enqueue(vec![check("probe", Some(id))]).await.unwrap();
        let held = claimed(&db, "scan", id).await;
        assert_eq!(remove(&db, id).await.unwrap(), "web");
        assert!(db.server(id, NOW).await.unwrap().is_none());
        assert!(db.facts(id).await.unwrap().is_none() && db.components(id).await.unwrap().is_empty());
        assert!(db.host_keys(id).await.unwrap().is_empty() && db.timeline(id, 10).await.unwrap().is_empty());
        assert!(db.open_checks(id).await.unwrap().is_empty());
        assert!(!finish(&db, held).await, "a check of it that was under way has nothing to finish");
        add_named(&db, "web").await;
    }

    async fn a_group_is_one_of_its_stacks(db: TestStore) {
        let (shop, blog) = (add_stack(&db, "shop").await, add_stack(&db, "blog").await);
        let (web, other) = (add_group(&db, shop, "web").await, add_group(&db, blog, "web").await);
        let id = add(&db, ServerFields { stack: Some(shop), group: Some(web), ..fields("a") }).await;
        let place = |stack, group| db.write(move |tx| Box::pin(async move { tx.place_server(id, stack, group).await }));
        assert_eq!(conflict(place(Some(shop), Some(other)).await), Conflict::Reference);
        assert_eq!(conflict(place(None, Some(web)).await), Conflict::Reference);
        place(Some(blog), Some(other)).await.unwrap();
        let server = db.server(id, NOW).await.unwrap().unwrap();
        assert_eq!((server.stack, server.group), (Some((blog, "blog".into())), Some((other, "web".into()))));
        place(None, None).await.unwrap();
        assert_eq!(db.server(id, NOW).await.unwrap().unwrap().stack, None);
        let named = db.write(move |tx| Box::pin(async move { Ok((tx.group_named(shop, "WEB").await?, tx.stack_named("Blog").await?)) }));
        assert_eq!(named.await.map_err(show).unwrap(), (Some(web), Some(blog)));
        let twice = db.write(move |tx| Box::pin(async move { tx.insert_group(shop, "Web").await })).await;
        assert_eq!(conflict(twice), Conflict::GroupName);
    }

    async fn removing_a_stack_leaves_its_servers(db: TestStore) {
        let stack = add_stack(&db, "shop").await;
        let group = add_group(&db, stack, "web").await;
        let id = add(&db, ServerFields { stack: Some(stack), group: Some(group), ..fields("a") }).await;
        db.write(|tx| Box::pin(async move { tx.record_trends("2026-11-21").await })).await.map_err(show).unwrap();
        assert_eq!(db.write(move |tx| Box::pin(async move { tx.remove_stack(stack).await })).await.map_err(show).unwrap(), "shop");
        let server = db.server(id, NOW).await.unwrap().unwrap();
        assert_eq!((server.stack, server.group), (None, None));
        assert!(db.stack(stack).await.unwrap().is_none() && db.groups().await.unwrap().is_empty());
        assert!(db.trend(Some(stack), "2026-01-01").await.unwrap().is_empty());
        assert_eq!(db.trend(None, "2026-01-01").await.unwrap().len(), 1);
    }

    async fn groups_are_renamed_and_removed(db: TestStore) {
        let stack = add_stack(&db, "shop").await;
        let group = add_group(&db, stack, "web").await;
        let id = add(&db, ServerFields { stack: Some(stack), group: Some(group), ..fields("a") }).await;
        db.write(move |tx| Box::pin(async move { tx.rename_group(group, "front").await })).await.map_err(show).unwrap();
        assert_eq!(db.groups_of(stack).await.unwrap()[0].name, "front");
        db.write(move |tx| Box::pin(async move { tx.remove_group(group).await })).await.map_err(show).unwrap();
        let server = db.server(id, NOW).await.unwrap().unwrap();
        assert_eq!((server.stack.unwrap().0, server.group), (stack, None));
    }

    async fn a_stack_is_changed(db: TestStore) {
        let owner = db.write(|tx| Box::pin(async move { tx.insert_user("ada", model::Role::Lead, None, NOW).await })).await.map_err(show).unwrap();
        let stack = add_stack(&db, "shop").await;
        let fields = StackFields { name: "store".into(), environment: "staging".into(), kind: StackKind::Servers, owner: Some(owner), criticality: Criticality::High };
        db.write(move |tx| Box::pin(async move { tx.update_stack(stack, &fields).await })).await.map_err(show).unwrap();
        let total = db.stack_total(stack, NOW).await.unwrap().unwrap();
        assert_eq!((total.stack.name.as_str(), total.stack.environment.as_str(), total.owner_name.as_deref()), ("store", "staging", Some("ada")));
        assert_eq!((total.stack.criticality, total.servers, total.worst()), (Criticality::High, 0, None));
        assert_eq!(db.stack_names().await.unwrap(), [(stack, "store".to_owned())]);
    }

    async fn a_known_hosts_line_spares_the_confirmation(db: TestStore) {
        let id = add_named(&db, "web").await;
        db.write(move |tx| Box::pin(async move { tx.pin_host_keys(id, &[host_key("ssh-ed25519", "k")], "ada", NOW).await })).await.map_err(show).unwrap();
        let keys = db.host_keys(id).await.unwrap();
        assert_eq!((keys[0].state, keys[0].decided_by.as_deref()), (HostKeyState::Pinned, Some("ada")));
        assert_eq!(db.server(id, NOW).await.unwrap().unwrap().reach, Reach::NeverReported);
    }
}
