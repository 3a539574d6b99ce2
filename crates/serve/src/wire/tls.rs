//! The facts of a TLS connection, as JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use statusquo_exchange::{Certificate, Tls};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TlsWire {
    version: String,
    cipher: String,
    #[serde(default)]
    alpn: Option<String>,
    #[serde(default)]
    chain: Vec<CertificateWire>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct CertificateWire {
    subject: String,
    issuer: String,
    #[serde(default)]
    names: Vec<String>,
    not_before: Timestamp,
    not_after: Timestamp,
    serial: String,
    sha256: String,
}

impl From<&Tls> for TlsWire {
    fn from(tls: &Tls) -> Self {
        Self {
            version: tls.version.clone(),
            cipher: tls.cipher.clone(),
            alpn: tls.alpn.clone(),
            chain: tls.chain.iter().map(CertificateWire::from).collect(),
        }
    }
}

impl From<TlsWire> for Tls {
    fn from(wire: TlsWire) -> Self {
        let chain = wire.chain.into_iter().map(Certificate::from).collect();
        Self { version: wire.version, cipher: wire.cipher, alpn: wire.alpn, chain }
    }
}

impl From<&Certificate> for CertificateWire {
    fn from(certificate: &Certificate) -> Self {
        let Certificate { subject, issuer, names, not_before, not_after, serial, sha256 } =
            certificate.clone();
        Self { subject, issuer, names, not_before, not_after, serial, sha256 }
    }
}

impl From<CertificateWire> for Certificate {
    fn from(wire: CertificateWire) -> Self {
        let CertificateWire { subject, issuer, names, not_before, not_after, serial, sha256 } = wire;
        Self { subject, issuer, names, not_before, not_after, serial, sha256 }
    }
}
