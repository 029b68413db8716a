//! Backup and restore.

use crate::support::*;
use secrecy::ExposeSecret as _;
use std::path::Path;
use store::{
    BackupError, BackupKey, OpenError, Place, RestoredKey, SealError, Sealer, Store, backup, restore,
};

/// A data folder with a key of its own, some contents, and a folder beside it for the backup.
struct Scene {
    dir: tempfile::TempDir,
    db: Store,
}

impl Scene {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let sealer = Sealer::of_folder(&data).unwrap();
        let db = Store::open(&Place::Folder(data), sealer).await.unwrap();
        Self { dir, db }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    async fn back_up(&self, name: &str, key: BackupKey) -> Result<store::BackupMade, BackupError> {
        backup(&Place::Folder(self.path("data")), &self.path(name), &key).await
    }

    fn with_key(&self, passphrase: &str) -> BackupKey {
        BackupKey::Sealed {
            file: self.path("data/secret.key"),
            passphrase: passphrase.into(),
        }
    }
}

async fn open(folder: &Path) -> Store {
    Store::open(
        &Place::Folder(folder.to_owned()),
        Sealer::of_folder(folder).unwrap(),
    )
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_with_its_key_is_a_whole_other_instance() {
    let scene = Scene::new().await;
    let db = &scene.db;
    let key = db
        .write(|tx| Box::pin(async move { tx.insert_key(&new_key("main"), NOW).await }))
        .await
        .map_err(show)
        .unwrap();
    let web = add_named(db, "web").await;
    scan(db, web, facts(NOW)).await;
    let (running, _) = claimed(db, "scan", web).await;
    db.save_session("s", None, "{}".into(), NOW.plus_secs(9_999_999_999))
        .await
        .unwrap();
    let made = scene
        .back_up("b.drydock", scene.with_key("open sesame"))
        .await
        .unwrap();
    assert!(made.with_key && made.bytes > 0);
    assert!(matches!(
        scene.back_up("b.drydock", BackupKey::LeftOut).await,
        Err(BackupError::Exists(_))
    ));
    // Drydock went on meanwhile.
    add_named(db, "later").await;

    let new = scene.path("new");
    let wrong = restore(&made.file, &new, Some("open barley".into())).await;
    assert!(
        matches!(wrong, Err(BackupError::Seal(SealError::WrongPassphrase))),
        "{wrong:?}"
    );
    assert!(!new.join("drydock.db").exists(), "nothing is half restored");
    let restored = restore(&made.file, &new, Some("open sesame".into()))
        .await
        .unwrap();
    assert_eq!((restored.key, restored.runs_ended), (RestoredKey::FromBackup, 1));
    let twice = restore(&made.file, &new, None).await;
    assert!(matches!(twice, Err(BackupError::NotEmpty(_))), "{twice:?}");

    let other = open(&new).await;
    assert_eq!(other.instance().await.unwrap(), restored.instance);
    assert_ne!(restored.instance, db.instance().await.unwrap());
    assert!(other.scheduler_off().await.unwrap().is_some());
    assert_eq!(
        other.check(running).await.unwrap().unwrap().outcome.as_deref(),
        Some("restored")
    );
    assert!(other.open_checks(web).await.unwrap().is_empty());
    assert_eq!(other.tile_counts(NOW).await.unwrap().servers, 1);
    assert_eq!(
        other.private_key(key).await.unwrap().unwrap().expose_secret(),
        new_key("").private.expose_secret()
    );
    assert_eq!(other.facts(web).await.unwrap().unwrap().facts, facts(NOW));
    assert!(
        other.load_session("s", NOW).await.unwrap().is_none(),
        "nobody is logged in"
    );
    assert_eq!(
        other.audit_page(1, 9).await.unwrap()[0].entry.action,
        "instance.restore"
    );
    assert_eq!(other.setting::<String>("backup.secret_key").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_without_its_key_says_that_it_is_missing() {
    let scene = Scene::new().await;
    let made = scene.back_up("b", BackupKey::LeftOut).await.unwrap();
    assert!(!made.with_key);
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&made.file.metadata().unwrap().permissions()) & 0o777,
        0o600
    );
    let asked = restore(&made.file, &scene.path("asked"), Some("x".into())).await;
    assert!(matches!(asked, Err(BackupError::NoKey)), "{asked:?}");
    let new = scene.path("new");
    assert_eq!(
        restore(&made.file, &new, None).await.unwrap().key,
        RestoredKey::Missing
    );
    assert!(matches!(Sealer::of_folder(&new), Err(SealError::Missing(_))));
    let beside = scene.path("beside");
    Sealer::create(&beside.join("secret.key")).unwrap();
    assert_eq!(
        restore(&made.file, &beside, None).await.unwrap().key,
        RestoredKey::InPlace
    );
    open(&beside).await.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_backup_is_not_restored() {
    let scene = Scene::new().await;
    let made = scene.back_up("b", BackupKey::LeftOut).await.unwrap();
    let whole = std::fs::read(&made.file).unwrap();
    std::fs::write(scene.path("cut"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(scene.path("text"), "hello").unwrap();
    std::fs::write(scene.path("empty"), "").unwrap();
    std::fs::copy(scene.path("data/drydock.db"), scene.path("live")).unwrap();
    for name in ["cut", "text", "empty", "live", "absent"] {
        let new = scene.path(&format!("new-{name}"));
        let refused = restore(&scene.path(name), &new, None).await;
        assert!(
            matches!(refused, Err(BackupError::NotABackup(_))),
            "{name}: {refused:?}"
        );
        assert!(!new.join("drydock.db").exists());
    }
    let locked = restore(&made.file, &scene.path("data"), None).await;
    assert!(
        matches!(locked, Err(BackupError::Open(OpenError::Locked(_)))),
        "{locked:?}"
    );
    let nowhere = backup(
        &Place::Folder(scene.path("nowhere")),
        &scene.path("n"),
        &BackupKey::LeftOut,
    )
    .await;
    assert!(matches!(nowhere, Err(BackupError::NoDatabase(_))));
    let postgres = backup(
        &Place::Postgres("postgres://x".into()),
        &scene.path("p"),
        &BackupKey::LeftOut,
    )
    .await;
    assert!(postgres.unwrap_err().to_string().contains("pg_dump"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_under_way_waits_for_a_person_in_a_restored_backup() {
    use crate::toy_runs::*;
    use crate::toy_world::{Does, World, hasty, kind_on, work};
    use model::run::{RunOutcome, RunState, StepState};
    use std::sync::Arc;
    let scene = Scene::new().await;
    let world = World::new();
    world.script("a", "install", Does::Hang);
    let id = ask(&scene.db, "toy", vec![wave(1)], way("a", 1)).await;
    let worker = work(
        &scene.db,
        Arc::new(scene.db.clone()),
        kind_on("toy", &world),
        hasty(),
    );
    until("it works", async || {
        let lanes = scene.db.run_matrix(id, None, 1, 1).await.unwrap();
        lanes[0].steps[2].state == StepState::Started
    })
    .await;
    let made = scene.back_up("b.drydock", BackupKey::LeftOut).await.unwrap();
    worker.abort();
    let new = scene.path("new");
    restore(&made.file, &new, None).await.unwrap();
    std::fs::copy(scene.path("data/secret.key"), new.join("secret.key")).unwrap();
    let db = open(&new).await;
    let run = run_of(&db, id).await;
    assert_eq!(run.state, RunState::Paused);
    assert!(run.why.unwrap().contains("restored"));
    let worker = work(&db, Arc::new(db.clone()), kind_on("toy", &world), hasty());
    world.relent("a", "install");
    let resume = db.write(move |tx| Box::pin(async move { tx.resume_run(id, Some("ben")).await }));
    resume.await.map_err(show).unwrap();
    until_state(&db, id, RunState::Ended).await;
    assert_eq!(run_of(&db, id).await.outcome, Some(RunOutcome::Succeeded));
    assert_eq!(world.count("a", "install"), 1);
    // The lost instance can do nothing any more where this one has been.
    assert!(world.fence("a") > 1 << 32);
    worker.shutdown().await;
}
