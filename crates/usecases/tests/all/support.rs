//! A Drydock over an empty database, with people of every role and a clock that tests move.

use model::input::NewServer;
use model::{Account, Criticality, KeyAlgorithm, KeyId, Role, Timestamp, UserId};
use secrecy::SecretString;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use testdb::TestStore;
use usecases::{Actor, Caller, Settings, Usecases};
use world::{Clock, KeyError, KeyPair, KeyTool};

/// A clock that stands still until it is moved.
#[derive(Debug, Clone)]
pub(crate) struct StillClock(Arc<AtomicI64>);

impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }
}

impl StillClock {
    pub(crate) fn pass(&self, secs: i64) {
        self.0.fetch_add(secs * 1_000_000, Ordering::Relaxed);
    }
}

/// Makes keys that nothing can log in with; real ones are the SSH adapter's.
struct PaperKeys;

impl KeyTool for PaperKeys {
    fn generate(&self, _: KeyAlgorithm) -> Result<KeyPair, KeyError> {
        Ok(KeyPair {
            private: SecretString::from("paper"),
            public: "ssh-ed25519 AAAA".to_owned(),
            algorithm: "ssh-ed25519".to_owned(),
            fingerprint: "SHA256:paper".to_owned(),
        })
    }

    fn read(&self, _: &SecretString, passphrase: Option<&SecretString>) -> Result<KeyPair, KeyError> {
        if passphrase.is_none() {
            Err(KeyError::NeedsPassphrase)
        } else {
            self.generate(KeyAlgorithm::Ed25519)
        }
    }
}

pub(crate) struct Drydock {
    pub(crate) usecases: Usecases,
    pub(crate) clock: StillClock,
    pub(crate) test_store: TestStore,
}

/// The machine that this Drydock runs on.
pub(crate) const OWN_MACHINE: &str = "0123456789abcdef0123456789abcdef";

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) async fn drydock() -> Drydock {
    drydock_on(testdb::sqlite().await).await
}

pub(crate) async fn drydock_on(test_store: TestStore) -> Drydock {
    // Leases and asking times go by the database's clock; this one begins at the same moment.
    let now = test_store.handle().now().await.unwrap();
    let clock = StillClock(Arc::new(AtomicI64::new(now.micros())));
    let settings = Settings {
        demo: false,
        version: "test".to_owned(),
        scan_every_secs: 3_600,
        refresh_lists_after_secs: 43_200,
    };
    let usecases = Usecases::new(
        test_store.handle(),
        Arc::new(clock.clone()),
        Arc::new(PaperKeys),
        settings,
    )
    .unwrap();
    Drydock {
        usecases,
        clock,
        test_store,
    }
}

impl Drydock {
    /// The first admin, through the first run.
    pub(crate) async fn admin(&self) -> Actor {
        let token = self
            .usecases
            .first_run_token()
            .await
            .unwrap()
            .expect("nobody is there yet");
        let password = SecretString::from(PASSWORD);
        let id = self
            .usecases
            .first_run(&Caller::default(), token, "ada".to_owned(), password)
            .await
            .unwrap();
        self.usecases
            .actor(id, &Caller::default())
            .await
            .unwrap()
            .unwrap()
    }

    /// Somebody of `role`, who need not be stored.
    pub(crate) fn somebody(role: Role) -> Actor {
        Actor {
            user: Some(UserId::from_uuid(uuid::Uuid::now_v7())),
            name: format!("some-{role}"),
            role,
            from: None,
        }
    }

    pub(crate) async fn key(&self, admin: &Actor) -> KeyId {
        self.usecases
            .generate_key(admin, "main".to_owned(), KeyAlgorithm::Ed25519)
            .await
            .unwrap()
    }
}

pub(crate) fn server(name: &str, key: KeyId) -> NewServer {
    NewServer {
        name: name.to_owned(),
        host: format!("{name}.example"),
        port: 22,
        user: "root".to_owned(),
        account: Account::Operate,
        key: Some(key),
        jump: None,
        stack: None,
        group: None,
        criticality: Criticality::Normal,
        known_hosts: None,
    }
}
