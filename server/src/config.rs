//! Configuration: one file and the environment, read here and nowhere else.
//!
//! Order of strength: a flag on the command line, an environment variable `DRYDOCK_…`, the file, the default.

use anyhow::{Context, bail};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Everything that can be configured. Unknown names are refused, so that a slip of the pen is not a silent default.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Address and port to listen on; port 0 takes a free one and says which.
    pub(crate) listen: SocketAddr,
    /// Folder that holds everything Drydock keeps.
    pub(crate) data: PathBuf,
    /// A PostgreSQL address (`postgres://…`); without one, SQLite in the data folder.
    pub(crate) database_url: Option<String>,
    /// The address people type, such as `https://drydock.example.org`; what a form must come from.
    pub(crate) public_url: Option<String>,
    /// Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// Own certificate chain in PEM; needs `tls_key`.
    pub(crate) tls_certificate: Option<PathBuf>,
    /// The certificate's private key in PEM.
    pub(crate) tls_key: Option<PathBuf>,
    /// Where `secret.key` is, when not in the data folder.
    pub(crate) secret_key_file: Option<PathBuf>,
    /// Minutes between two scheduled scans of a server, 5 to 1440.
    pub(crate) scan_every_minutes: u32,
    /// Hours after which a scan refreshes a server's package lists, 1 to 48.
    pub(crate) refresh_lists_after_hours: u32,
    /// Servers that are scanned at the same time, 1 to 1024.
    pub(crate) scans_at_once: u32,
    /// Whether a health check that Drydock itself asks may name a host in a private network. The servers' own addresses
    /// may be asked in any case.
    pub(crate) private_health_checks: bool,
    /// How the log is filtered, in `tracing`'s directives.
    pub(crate) log: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data: PathBuf::from("drydock-data"),
            database_url: None,
            public_url: None,
            trusted_proxies: Vec::new(),
            tls_certificate: None,
            tls_key: None,
            secret_key_file: None,
            scan_every_minutes: 60,
            refresh_lists_after_hours: 12,
            scans_at_once: 128,
            private_health_checks: false,
            log: "info".to_owned(),
        }
    }
}

/// The names of all settings.
const NAMES: [&str; 13] = [
    "listen",
    "data",
    "database_url",
    "public_url",
    "trusted_proxies",
    "tls_certificate",
    "tls_key",
    "secret_key_file",
    "scan_every_minutes",
    "refresh_lists_after_hours",
    "scans_at_once",
    "private_health_checks",
    "log",
];

/// What the command line may say about it.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Flags {
    /// Configuration file in TOML; `drydock.toml` in the data folder is read when it is there.
    #[arg(long, env = "DRYDOCK_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Address and port to listen on; port 0 takes a free one and says which.
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// Folder that holds everything Drydock keeps.
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Config {
    /// Reads the configuration.
    ///
    /// # Errors
    /// With a sentence that names the file or variable and what is wrong with it.
    pub(crate) fn read(flags: &Flags) -> anyhow::Result<Self> {
        // Only what can be configured: other variables of that prefix belong to the scripts and tests around Drydock.
        let environment = Env::prefixed("DRYDOCK_").filter(|name| NAMES.iter().any(|known| name == known));
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = Self::file(flags, &figment, &environment)? {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(environment);
        if let Some(listen) = flags.listen {
            figment = figment.merge(Serialized::default("listen", listen));
        }
        if let Some(data) = &flags.data {
            figment = figment.merge(Serialized::default("data", data));
        }
        let config: Self = figment.extract().context("the configuration cannot be used")?;
        config.check()?;
        Ok(config)
    }

    /// The file to read: the one that was named, which must exist, or the one in the data folder.
    fn file(flags: &Flags, defaults: &Figment, environment: &Env) -> anyhow::Result<Option<PathBuf>> {
        if let Some(file) = &flags.config {
            if !file.is_file() {
                bail!("the configuration file {} is not there", file.display());
            }
            return Ok(Some(file.clone()));
        }
        let data: PathBuf = match &flags.data {
            Some(data) => data.clone(),
            None => defaults
                .clone()
                .merge(environment.clone())
                .extract_inner("data")?,
        };
        Ok(Some(data.join("drydock.toml")).filter(|file| file.is_file()))
    }

    fn check(&self) -> anyhow::Result<()> {
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            bail!("tls_certificate and tls_key go together: set both or neither");
        }
        if let Some(url) = &self.public_url {
            let uri: http::Uri = url
                .parse()
                .with_context(|| format!("public_url {url:?} is not an address"))?;
            let ok = matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.authority().is_some()
                && uri.path() == "/";
            if !ok || url.ends_with('/') {
                bail!(
                    "public_url is scheme and host alone, such as https://drydock.example.org; it is {url:?}"
                );
            }
        }
        if !self.listen.ip().is_loopback() && !self.has_tls() && self.trusted_proxies.is_empty() {
            bail!(
                "listening on {} would send passwords in the clear: set tls_certificate and tls_key, or name the \
                 proxy that speaks TLS in trusted_proxies, or listen on 127.0.0.1",
                self.listen
            );
        }
        if !self.listen.ip().is_loopback() && self.public_url.is_none() {
            bail!(
                "listening on {} needs public_url: the address that people type",
                self.listen
            );
        }
        for (name, value, low, high) in [
            ("scan_every_minutes", self.scan_every_minutes, 5, 1440),
            ("refresh_lists_after_hours", self.refresh_lists_after_hours, 1, 48),
            ("scans_at_once", self.scans_at_once, 1, 1024),
        ] {
            if !(low..=high).contains(&value) {
                bail!("{name} is {value}; it must be from {low} to {high}");
            }
        }
        Ok(())
    }

    /// Whether Drydock speaks TLS itself.
    pub(crate) const fn has_tls(&self) -> bool {
        self.tls_certificate.is_some()
    }

    /// Whether browsers see this server by TLS, own or a proxy's; decides whether cookies are `Secure`.
    pub(crate) fn is_behind_tls(&self) -> bool {
        self.has_tls()
            || self
                .public_url
                .as_ref()
                .is_some_and(|url| url.starts_with("https://"))
    }

    /// The secret key's file.
    pub(crate) fn secret_key(&self) -> PathBuf {
        self.secret_key_file
            .clone()
            .unwrap_or_else(|| Path::new(&self.data).join("secret.key"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<Config> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("drydock.toml");
        std::fs::write(&file, text)?;
        Config::read(&Flags {
            config: Some(file),
            ..Flags::default()
        })
    }

    #[test]
    fn every_setting_can_come_from_the_environment() {
        let settings = serde_json::to_value(Config::default()).unwrap();
        let mut names: Vec<_> = settings.as_object().unwrap().keys().map(String::as_str).collect();
        let mut known = NAMES.to_vec();
        names.sort_unstable();
        known.sort_unstable();
        assert_eq!(names, known);
    }

    #[test]
    fn a_slip_of_the_pen_is_refused_by_name() {
        let error = format!("{:#}", read("lisen = \"127.0.0.1:1\"").unwrap_err());
        assert!(error.contains("lisen"), "{error}");
    }

    #[test]
    fn passwords_never_go_over_the_network_in_the_clear() {
        assert!(read("listen = \"0.0.0.0:3000\"").is_err());
        let proxied = "listen = \"0.0.0.0:3000\"\ntrusted_proxies = [\"10.0.0.1\"]";
        assert!(read(proxied).is_err());
        assert!(read(&format!("{proxied}\npublic_url = \"https://x.example\"")).is_ok());
    }

    #[test]
    fn a_flag_is_stronger_than_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("drydock.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:1\"\nscan_every_minutes = 30").unwrap();
        let flags = Flags {
            config: Some(file),
            listen: Some("127.0.0.1:2".parse().unwrap()),
            data: None,
        };
        let config = Config::read(&flags).unwrap();
        assert_eq!((config.listen.port(), config.scan_every_minutes), (2, 30));
    }

    #[test]
    fn a_public_url_with_a_path_is_refused() {
        assert!(read("public_url = \"https://x.example/drydock\"").is_err());
        assert!(read("public_url = \"https://x.example\"").is_ok());
    }
}
