//! The TLS side of a connection: a handshake that shows the chain even when nobody vouches for it, then the
//! verdict on the chain, before any byte of a request is sent.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jiff::Timestamp;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use statusquo_exchange::{FailureKind, OwnFault, Tls};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::chain::{Chains, Fingerprint};
use super::dial;
use super::fault::Fault;
use super::spec::{ClientCertificate, HttpVersion, Trust};

/// How many different settings are remembered.
const CLIENTS: usize = 4096;

/// How to speak TLS with one host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TlsSettings<'a> {
    pub(crate) host: &'a str,
    pub(crate) trust: &'a Trust,
    pub(crate) certificate: Option<&'a ClientCertificate>,
    pub(crate) http: HttpVersion,
}

/// The TLS clients of a process: one per distinct setting, made when first needed.
#[derive(Debug)]
pub(crate) struct TlsClients {
    provider: Arc<CryptoProvider>,
    system: OnceLock<Arc<RootCertStore>>,
    clients: Mutex<HashMap<Fingerprint, Arc<TlsClient>>>,
    chains: Chains,
}

#[derive(Debug)]
struct TlsClient {
    connector: Arc<ClientConfig>,
    verifier: Arc<WebPkiServerVerifier>,
    fingerprint: Fingerprint,
}

impl TlsClients {
    pub(crate) fn new() -> Self {
        Self {
            provider: Arc::new(aws_lc_rs::default_provider()),
            system: OnceLock::new(),
            clients: Mutex::default(),
            chains: Chains::default(),
        }
    }

    /// Shakes hands, and judges the chain as of `now`. `seen` gets the facts of the connection even when the
    /// verdict is bad.
    pub(crate) async fn connect(
        &self,
        settings: TlsSettings<'_>,
        stream: TcpStream,
        now: Timestamp,
        seen: &mut Option<Tls>,
    ) -> Result<TlsStream<TcpStream>, Fault> {
        let client = self.client(settings)?;
        let host = settings.host;
        let name = ServerName::try_from(host.trim_start_matches('[').trim_end_matches(']'))
            .map_err(|_| Fault::target(FailureKind::NameNotFound, format!("`{host}` is not a host name")))?
            .to_owned();
        let stream = TlsConnector::from(Arc::clone(&client.connector))
            .connect(name.clone(), stream)
            .await
            .map_err(|error| handshake_fault(&error))?;
        let (_, session) = stream.get_ref();
        let chain = session.peer_certificates().unwrap_or_default();
        let known = self.chains.look_up(&client.fingerprint, host, chain);
        *seen = Some(facts(session, Arc::clone(&known.certificates)));
        if !known.is_verified_at(now) {
            self.chains.verify(&known, client.verifier.as_ref(), (chain, &name), now)?;
        }
        if settings.http == HttpVersion::Http2 && session.alpn_protocol() != Some(b"h2") {
            return Err(Fault::target(
                FailureKind::TlsHandshake,
                "the server does not offer HTTP/2 (ALPN `h2`)",
            ));
        }
        Ok(stream)
    }

    fn client(&self, settings: TlsSettings<'_>) -> Result<Arc<TlsClient>, Fault> {
        let fingerprint = fingerprint(settings);
        let known = |clients: &HashMap<Fingerprint, Arc<TlsClient>>| clients.get(&fingerprint).cloned();
        if let Some(client) = known(&self.clients.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(client);
        }
        let client = Arc::new(self.make(settings, fingerprint)?);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS {
            clients.clear();
        }
        clients.insert(fingerprint, Arc::clone(&client));
        Ok(client)
    }

    fn make(&self, settings: TlsSettings<'_>, fingerprint: Fingerprint) -> Result<TlsClient, Fault> {
        let roots = match settings.trust {
            Trust::System => Arc::clone(self.system.get_or_init(system_roots)),
            Trust::Ca(pem) => Arc::new(own_roots(pem)?),
        };
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&self.provider))
            .build()
            .map_err(|error| Fault::own(OwnFault::Credentials, format!("cannot use the CA: {error}")))?;
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Fault::own(OwnFault::Resources, format!("cannot set up TLS: {error}")))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(JudgedLater(Arc::clone(&self.provider))));
        let mut config = match settings.certificate {
            None => builder.with_no_client_auth(),
            Some(certificate) => {
                let (chain, key) = identity(certificate)?;
                builder.with_client_auth_cert(chain, key).map_err(|error| {
                    Fault::own(OwnFault::Credentials, format!("cannot use the client certificate: {error}"))
                })?
            }
        };
        config.resumption = rustls::client::Resumption::disabled();
        config.alpn_protocols = match settings.http {
            HttpVersion::Auto => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            HttpVersion::Http1 => vec![b"http/1.1".to_vec()],
            HttpVersion::Http2 => vec![b"h2".to_vec()],
        };
        Ok(TlsClient { connector: Arc::new(config), verifier, fingerprint })
    }
}

/// What tells one setting from another.
fn fingerprint(settings: TlsSettings<'_>) -> Fingerprint {
    let mut hash = Sha256::new();
    match settings.trust {
        Trust::System => hash.update(b"system"),
        Trust::Ca(pem) => {
            hash.update(b"ca");
            hash.update(pem.len().to_be_bytes());
            hash.update(pem);
        }
    }
    if let Some(certificate) = settings.certificate {
        hash.update(certificate.chain.len().to_be_bytes());
        hash.update(&certificate.chain);
        hash.update(certificate.key.expose_secret());
    }
    hash.update([settings.http as u8]);
    hash.finalize().into()
}

/// The roots of this machine, read once; Mozilla's where it has none (a bare container).
fn system_roots() -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    Arc::new(roots)
}

fn own_roots(pem: &[u8]) -> Result<RootCertStore, Fault> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        certificate
            .map_err(|error| error.to_string())
            .and_then(|der| roots.add(der).map_err(|error| error.to_string()))
            .map_err(|error| Fault::own(OwnFault::Credentials, format!("cannot read the CA: {error}")))?;
    }
    if roots.is_empty() {
        return Err(Fault::own(OwnFault::Credentials, "the CA file holds no certificate"));
    }
    Ok(roots)
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn identity(certificate: &ClientCertificate) -> Result<Identity, Fault> {
    let unreadable = |what: &str, error: rustls::pki_types::pem::Error| {
        // The error names a section or a byte, never the key.
        Fault::own(OwnFault::Credentials, format!("cannot read the client {what}: {error}"))
    };
    let chain = CertificateDer::pem_slice_iter(&certificate.chain)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unreadable("certificate", error))?;
    let key = PrivateKeyDer::from_pem_slice(certificate.key.expose_secret().as_bytes())
        .map_err(|error| unreadable("key", error))?;
    Ok((chain, key))
}

fn facts(session: &rustls::ClientConnection, chain: Arc<[statusquo_exchange::Certificate]>) -> Tls {
    let version = match session.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3".to_owned(),
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLSv1.2".to_owned(),
        other => other.and_then(|version| version.as_str()).unwrap_or("unknown").to_owned(),
    };
    // rustls marks the suites of TLS 1.3 by `TLS13_`; IANA has `TLS_` for all.
    let cipher =
        session.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).unwrap_or("unknown");
    Tls {
        version,
        cipher: cipher.replacen("TLS13_", "TLS_", 1),
        alpn: session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned()),
        chain,
    }
}

/// The rustls error inside an I/O error, if it came from there.
pub(crate) fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

fn handshake_fault(error: &io::Error) -> Fault {
    use rustls::Error as E;
    if let Some(own) = dial::own_fault(error) {
        return Fault::own(own, format!("cannot speak TLS: {}", dial::words(error)));
    }
    let detail = match tls_error(error) {
        Some(E::AlertReceived(alert)) => refused_with(*alert),
        Some(E::InvalidMessage(_)) => {
            "the answer to the handshake is not TLS; is this a port for plain HTTP?".to_owned()
        }
        Some(E::PeerIncompatible(_)) => {
            "no TLS version or cipher suite in common (we speak 1.2 and 1.3)".to_owned()
        }
        Some(E::InvalidCertificate(_)) => {
            "the signature of the handshake does not fit the certificate".to_owned()
        }
        Some(other) => format!("the handshake failed: {other}"),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            "the server closed the connection during the handshake".to_owned()
        }
        None => format!("the handshake broke off: {}", dial::words(error)),
    };
    Fault::target(FailureKind::TlsHandshake, detail)
}

/// What to say of a TLS alert.
pub(crate) fn refused_with(alert: rustls::AlertDescription) -> String {
    let name = alert.as_str().map_or_else(|| u8::from(alert).to_string(), ToOwned::to_owned);
    format!("the server refused with the TLS alert `{name}`")
}

/// Accepts every chain, because it is judged right after the handshake, when its facts are safe. That the server
/// holds the leaf's key is checked here as ever.
#[derive(Debug)]
struct JudgedLater(Arc<CryptoProvider>);

impl ServerCertVerifier for JudgedLater {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
