//! What the TLS handshake showed.

use std::sync::Arc;

use jiff::Timestamp;

/// Facts of the TLS connection that carried the exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// `TLSv1.3` or `TLSv1.2`.
    pub version: String,
    /// The cipher suite's IANA name.
    pub cipher: String,
    /// The protocol chosen by ALPN, if any: `h2`, `http/1.1`.
    pub alpn: Option<String>,
    /// The chain as the server sent it, leaf first; shared, since it rarely changes between probes.
    pub chain: Arc<[Certificate]>,
}

impl Tls {
    /// The moment at which the first certificate of the chain expires.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.chain.iter().map(|certificate| certificate.not_after).min()
    }
}

/// One certificate of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The subject's distinguished name.
    pub subject: String,
    /// The issuer's distinguished name.
    pub issuer: String,
    /// The names it covers (subject alternative names), as text.
    pub names: Vec<String>,
    /// Valid from.
    pub not_before: Timestamp,
    /// Valid until.
    pub not_after: Timestamp,
    /// The serial number, hexadecimal.
    pub serial: String,
    /// SHA-256 over the DER form, hexadecimal.
    pub sha256: String,
}
