//! TLS for questions: whose certificates are believed.

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use world::WebError;

/// Where Linux distributions keep the certificates that this host believes.
const BUNDLES: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
];

/// A client that believes the certificates of this host beside the well-known ones, so that a company's own authority is
/// set up once, where everything else on the host finds it too.
pub(crate) fn client() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(bundle) = BUNDLES.iter().map(Path::new).find(|path| path.is_file()) {
        believe(&mut roots, bundle);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// Takes in what can be read. A certificate that cannot is of no use to anybody, and no reason not to start.
fn believe(roots: &mut RootCertStore, bundle: &Path) {
    match CertificateDer::pem_file_iter(PathBuf::from(bundle)) {
        Ok(certificates) => {
            let (_, left_out) = roots.add_parsable_certificates(certificates.filter_map(Result::ok));
            tracing::debug!(left_out, bundle = %bundle.display(), "certificates of this host");
        }
        Err(error) => tracing::warn!(%error, bundle = %bundle.display(), "certificates could not be read"),
    }
}

/// The name that the certificate must be for.
pub(crate) fn name(host: &str) -> Result<ServerName<'static>, WebError> {
    ServerName::try_from(host.to_owned()).map_err(|_| {
        WebError::NotAllowed(format!(
            "No certificate can be for the name {host}; ask without TLS."
        ))
    })
}
