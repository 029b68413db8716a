//! One host of the fleet: its keys, its behaviour, its port.

use super::cut::{Cuttable, Cutter};
use super::keys::{host_key, public};
use super::stats::{Stats, count, done, open};
use super::visit::Visit;
use super::{Accepted, Behaviour, Counts, Document, HostSettings, KeyKind};
use model::HostKey;
use russh::server::{Config, run_stream};
use russh::{MethodKind, MethodSet, Preferred};
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

/// One SSH server of a fleet.
#[derive(Debug)]
pub struct Host {
    name: String,
    address: SocketAddr,
    seed: u64,
    kinds: Vec<KeyKind>,
    generation: AtomicU32,
    identity: RwLock<Identity>,
    behaviour: RwLock<Behaviour>,
    connections: Mutex<Vec<Weak<Cutter>>>,
    pub(super) forwards: bool,
    pub(super) accepted: Arc<Accepted>,
    pub(super) document: Arc<Document>,
    pub(super) delay: Duration,
    pub(super) stats: Stats,
}

#[derive(Debug, Clone)]
struct Identity {
    config: Arc<Config>,
    keys: Vec<HostKey>,
}

impl Host {
    pub(super) fn new(
        settings: HostSettings,
        address: SocketAddr,
        seed: u64,
        accepted: Arc<Accepted>,
        document: Arc<Document>,
        delay: Duration,
    ) -> Self {
        Self {
            identity: RwLock::new(identity(seed, &settings.name, &settings.keys, 0)),
            name: settings.name,
            address,
            seed,
            kinds: settings.keys,
            generation: AtomicU32::new(0),
            behaviour: RwLock::new(settings.behaviour),
            connections: Mutex::default(),
            forwards: settings.forwards,
            accepted,
            document,
            delay,
            stats: Stats::default(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its host keys.
    pub fn host_keys(&self) -> Vec<HostKey> {
        self.identity
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .keys
            .clone()
    }

    /// What it saw so far.
    pub fn counts(&self) -> Counts {
        self.stats.counts()
    }

    /// Lets it behave otherwise from now on; commands that are being answered go on as before.
    pub fn behave(&self, behaviour: Behaviour) {
        *self.behaviour.write().unwrap_or_else(PoisonError::into_inner) = behaviour;
    }

    pub(super) fn behaviour(&self) -> Behaviour {
        self.behaviour
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Gives it new host keys for new connections, as a reinstallation does.
    pub fn change_keys(&self) {
        let generation = self.generation.fetch_add(1, Ordering::SeqCst) + 1;
        let new = identity(self.seed, &self.name, &self.kinds, generation);
        *self.identity.write().unwrap_or_else(PoisonError::into_inner) = new;
    }

    /// Drops every open connection, as a power cut does.
    pub fn end_connections(&self) {
        let connections =
            std::mem::take(&mut *self.connections.lock().unwrap_or_else(PoisonError::into_inner));
        connections
            .iter()
            .filter_map(Weak::upgrade)
            .for_each(|cutter| cutter.cut());
    }

    /// Lets nothing through on every open connection, without a word to the other side, as when a cable is pulled.
    pub fn freeze_connections(&self) {
        let connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections
            .iter()
            .filter_map(Weak::upgrade)
            .for_each(|cutter| cutter.freeze());
    }

    fn cutter(&self) -> Arc<Cutter> {
        let cutter = Arc::new(Cutter::default());
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.retain(|known| known.strong_count() > 0);
        connections.push(Arc::downgrade(&cutter));
        cutter
    }

    fn config(&self) -> Arc<Config> {
        Arc::clone(
            &self
                .identity
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .config,
        )
    }
}

fn identity(seed: u64, name: &str, kinds: &[KeyKind], generation: u32) -> Identity {
    let keys: Vec<_> = kinds
        .iter()
        .filter_map(|kind| host_key(seed, name, *kind, generation))
        .collect();
    Identity {
        keys: keys.iter().filter_map(public).collect(),
        config: Arc::new(Config {
            methods: MethodSet::from(&[MethodKind::PublicKey][..]),
            auth_rejection_time: Duration::ZERO,
            keys,
            preferred: Preferred {
                compression: Cow::Borrowed(&[russh::compression::NONE]),
                ..Preferred::DEFAULT
            },
            nodelay: true,
            ..Config::default()
        }),
    }
}

/// Answers the host's port until it is aborted.
pub(super) async fn listen(host: Arc<Host>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(Arc::clone(&host), stream));
            }
            Err(error) => {
                // Out of file descriptors, most often: some come back when connections end.
                tracing::warn!(host = %host.name, %error, "a connection was not accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn serve(host: Arc<Host>, stream: TcpStream) {
    count(&host.stats.connections);
    open(&host.stats.open_connections, None);
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(host = %host.name, %error, "TCP_NODELAY could not be set");
    }
    let cutter = host.cutter();
    let stream = Cuttable::new(stream, Arc::clone(&cutter));
    match host.behaviour() {
        Behaviour::CloseBeforeBanner => {}
        Behaviour::HangBeforeBanner => say(stream, b"").await,
        Behaviour::HangAfterBanner => say(stream, b"SSH-2.0-Fleet\r\n").await,
        Behaviour::NotSsh(words) => say(stream, &words).await,
        _ => {
            let visit = Visit::new(Arc::clone(&host), cutter);
            if let Ok(session) = run_stream(host.config(), stream, visit).await {
                // Ends with the connection; how it ends is the client's business.
                let _ = session.await;
            }
        }
    }
    done(&host.stats.open_connections);
}

/// Says something and listens without a word until the other side hangs up.
async fn say(mut stream: Cuttable, words: &[u8]) {
    if stream.write_all(words).await.is_ok() {
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    }
}
