//! Whom we trust to vouch for a receiver.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use crate::SetupError;

/// Whom we trust.
pub(crate) enum Trust<'a> {
    /// The certificate authorities of this machine; Mozilla's where it has none (a bare container).
    System,
    /// These alone, as PEM.
    Ca(&'a [u8]),
}

impl<'a> Trust<'a> {
    pub(crate) const fn new(ca: Option<&'a [u8]>) -> Self {
        match ca {
            Some(pem) => Self::Ca(pem),
            None => Self::System,
        }
    }

    /// Makes TLS connections that are trusted so.
    pub(crate) fn connector(&self) -> Result<TlsConnector, SetupError> {
        let roots = match self {
            Self::System => system_roots().unwrap_or_else(mozilla),
            Self::Ca(pem) => Arc::new(own_roots(pem)?),
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| SetupError::Tls(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

/// Does this machine have certificate authorities of its own?
pub(crate) fn has_system_roots() -> bool {
    system_roots().is_some()
}

/// Read once: it takes some ten milliseconds.
fn system_roots() -> Option<Arc<RootCertStore>> {
    static ROOTS: OnceLock<Option<Arc<RootCertStore>>> = OnceLock::new();
    let read = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        (!roots.is_empty()).then(|| Arc::new(roots))
    };
    ROOTS.get_or_init(read).clone()
}

fn mozilla() -> Arc<RootCertStore> {
    Arc::new(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
}

fn own_roots(pem: &[u8]) -> Result<RootCertStore, SetupError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let der = certificate.map_err(|error| SetupError::Ca(format!("cannot be read: {error}")))?;
        roots.add(der).map_err(|error| SetupError::Ca(format!("cannot be used: {error}")))?;
    }
    if roots.is_empty() {
        return Err(SetupError::Ca("holds no certificate".to_owned()));
    }
    Ok(roots)
}
