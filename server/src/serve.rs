//! `drydock serve`: from configuration to a listening server, and its orderly end.

use crate::config::{Config, Flags};
use crate::parts::{Parts, open_store};
use anyhow::Context;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use simfleet::LayoutKind;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use usecases::Usecases;

/// How long open requests may take to finish after the signal to end.
const GRACE: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    flags: Flags,
    /// Serve with a simulated fleet beside the real one.
    #[arg(long)]
    demo: bool,
    /// Number of simulated servers instead of the demo's 24; for load.
    #[arg(long, requires = "demo", value_parser = clap::value_parser!(u32).range(10..=10_000))]
    demo_servers: Option<u32>,
    /// Instead of the demo's servers, so many in one stack whose upgrades print much, and one whose upgrade prints
    /// 100,000 lines; for load on logs.
    #[arg(long, requires = "demo", conflicts_with = "demo_servers", value_parser = clap::value_parser!(u32).range(10..=10_000))]
    demo_chatty: Option<u32>,
    /// How many times as fast as the clock everything happens to the simulated servers: at 1 an upgrade takes ten to
    /// twenty seconds and a restart about fifteen, at 20 less than one.
    #[arg(long, requires = "demo", default_value_t = 1.0, value_parser = demo_speed)]
    demo_speed: f64,
}

fn demo_speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.1..=1_000.0).contains(&speed) {
        Ok(speed)
    } else {
        Err("it must be from 0.1 to 1000".to_owned())
    }
}

impl Options {
    /// The configuration that goes with the flags.
    ///
    /// # Errors
    /// With a sentence that names what is wrong.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        Config::read(&self.flags)
    }

    /// Which simulated servers there are in the demo.
    fn layout(&self) -> LayoutKind {
        let chatty = self.demo_chatty.map(LayoutKind::Chatty);
        let many = || self.demo_servers.map(LayoutKind::Scale);
        chatty.or_else(many).unwrap_or(LayoutKind::Demo)
    }
}

/// Serves until SIGINT or SIGTERM, then lets open requests finish.
pub(crate) async fn serve(options: Options, config: Config) -> anyhow::Result<()> {
    let begun = Instant::now();
    // The address first: a second Drydock on the same port should not touch the first one's data.
    let listener =
        TcpListener::bind(config.listen).with_context(|| format!("could not listen on {}", config.listen))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let store = open_store(&config).await?;
    let world = match options.demo {
        true => Some(crate::demo::open(
            &config.data,
            options.layout(),
            options.demo_speed,
        )?),
        false => None,
    };
    let parts = Parts::start(&config, address, store, world).await?;
    let stopping = CancellationToken::new();
    let router = crate::http::router(
        &config,
        Arc::clone(&parts.usecases),
        parts.store.clone(),
        stopping.clone(),
    )?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    tokio::spawn(end_on_signal(handle.clone(), stopping));
    say_where(&parts.usecases, &config, address).await?;
    tracing::info!(start.ms = begun.elapsed().as_millis(), %address, "listening");
    match (&config.tls_certificate, &config.tls_key) {
        (Some(certificate), Some(key)) => {
            let tls = RustlsConfig::from_pem_file(certificate, key)
                .await
                .with_context(|| {
                    format!(
                        "the certificate {} and key {} cannot be used",
                        certificate.display(),
                        key.display()
                    )
                })?;
            axum_server::from_tcp_rustls(listener, tls)?
                .handle(handle)
                .serve(service)
                .await?;
        }
        _ => {
            axum_server::from_tcp(listener)?
                .handle(handle)
                .serve(service)
                .await?
        }
    }
    parts.stop().await;
    tracing::info!("ended");
    Ok(())
}

/// Tells the terminal where to go, and at the first run the token that makes the first admin.
async fn say_where(usecases: &Usecases, config: &Config, address: SocketAddr) -> anyhow::Result<()> {
    let scheme = if config.has_tls() { "https" } else { "http" };
    let base = config
        .public_url
        .clone()
        .unwrap_or_else(|| format!("{scheme}://{address}"));
    let mut out = std::io::stdout();
    writeln!(out, "Drydock listens on {scheme}://{address}")?;
    if let Some(token) = usecases.first_run_token().await? {
        writeln!(
            out,
            "\nThis is its first run. Make the admin account here (the link works once, until a restart):"
        )?;
        writeln!(out, "\n    {base}/first-run?token={token}\n")?;
    }
    Ok(out.flush()?)
}

async fn end_on_signal(handle: Handle<SocketAddr>, stopping: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else {
        tracing::error!("cannot watch for signals: only a kill will end this process");
        return;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("ending: no new requests; open ones may finish");
    // Live streams never finish by themselves.
    stopping.cancel();
    handle.graceful_shutdown(Some(GRACE));
}
