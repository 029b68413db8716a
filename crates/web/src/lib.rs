//! The adapter for questions by HTTP: one GET over one connection, to an address that may be asked.
//!
//! There is no client with pools, redirects and cookies in it, because none of that is wanted: the name is resolved
//! once, that address is dialled, and the status code is the answer (docs/adr/0018).

mod allowed;
mod head;
mod tls;

pub use allowed::Allowed;
pub use head::{Head, read_head};

use async_trait::async_trait;
use rustls::ClientConfig;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use world::{Get, Target, Web, WebError};

/// The answer's headers may be so many bytes.
const HEAD_MAX: usize = 64 * 1024;

/// Asks by HTTP/1.1.
#[derive(Debug, Clone)]
pub struct Http {
    allowed: Allowed,
    tls: Arc<ClientConfig>,
}

impl Http {
    /// Asks what is allowed. Certificates are held against those of this host, and the well-known ones.
    ///
    /// # Errors
    /// When TLS cannot be set up, which is a mistake in this build.
    pub fn new(allowed: Allowed) -> Result<Self, rustls::Error> {
        Ok(Self {
            allowed,
            tls: Arc::new(tls::client()?),
        })
    }

    /// The addresses behind the host, all of which may be asked.
    async fn addresses(&self, target: &Target, get: &Get) -> Result<Vec<SocketAddr>, WebError> {
        let host = get.host_from_here(target)?;
        let found = tokio::net::lookup_host((host, get.port)).await;
        let found: Vec<SocketAddr> = found
            .map_err(|_| WebError::NoAnswer(format!("the name {host} cannot be resolved")))?
            .collect();
        for address in &found {
            self.allowed
                .ask(*address, get.host.is_none())
                .map_err(|why| WebError::NotAllowed(format!("Drydock does not ask {host}: {why}")))?;
        }
        Ok(found)
    }

    async fn ask(&self, target: &Target, get: &Get, until: Instant) -> Result<u16, WebError> {
        let addresses = self.addresses(target, get).await?;
        let stream = dial(&addresses, until).await?;
        let request = request(target, get);
        if !get.tls {
            return status(stream, &request).await;
        }
        let stream = TlsConnector::from(Arc::clone(&self.tls))
            .connect(tls::name(get.host(target))?, stream)
            .await
            .map_err(|error| no_answer("TLS failed", &error))?;
        status(stream, &request).await
    }
}

#[async_trait]
impl Web for Http {
    async fn get(&self, target: &Target, get: &Get, limit: Duration) -> Result<u16, WebError> {
        let asked = timeout(limit, self.ask(target, get, Instant::now() + limit));
        asked.await.unwrap_or(Err(WebError::Late))
    }
}

/// Connects to the first address that lets it, and gives none of them the whole time.
async fn dial(addresses: &[SocketAddr], until: Instant) -> Result<TcpStream, WebError> {
    let mut last = WebError::NoAnswer("the name has no address".to_owned());
    for (tried, address) in addresses.iter().enumerate() {
        let left = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        let share = until.saturating_duration_since(Instant::now()) / left;
        last = match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => no_answer(&format!("no connection to {address}"), &error),
            Err(_) => WebError::Late,
        };
    }
    Err(last)
}

fn request(target: &Target, get: &Get) -> String {
    format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: drydock\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        get.path,
        get.authority(target)
    )
}

/// Sends the request and reads up to the end of the answer's headers.
async fn status(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> Result<u16, WebError> {
    let sent = async {
        stream.write_all(request.as_bytes()).await?;
        stream.flush().await
    };
    sent.await
        .map_err(|error| no_answer("the connection broke", &error))?;
    let mut said = Vec::new();
    loop {
        match read_head(&said) {
            Head::Status(code) => return Ok(code),
            Head::Nonsense => {
                return Err(WebError::NoAnswer("what answers does not speak HTTP".to_owned()));
            }
            Head::More if said.len() >= HEAD_MAX => {
                return Err(WebError::NoAnswer(format!(
                    "the answer's headers are longer than {HEAD_MAX} bytes"
                )));
            }
            Head::More => {}
        }
        let read = stream.read_buf(&mut said).await;
        if read.map_err(|error| no_answer("the connection broke", &error))? == 0 {
            return Err(WebError::NoAnswer(
                "the connection was closed without an answer".to_owned(),
            ));
        }
    }
}

fn no_answer(what: &str, error: &std::io::Error) -> WebError {
    // What a server put into its certificate can be in the error.
    let error: String = error
        .to_string()
        .chars()
        .filter(|c| !c.is_control())
        .take(300)
        .collect();
    WebError::NoAnswer(format!("{what}: {error}"))
}
