//! The certificate probe: shakes hands over TLS and looks at the chain, whatever is spoken after that.

use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::http::{ClientCertificate, HttpVersion, Prober, TlsSettings, Trust};
use crate::looked::{Looking, Step, Target};
use crate::{Family, Looked};

/// What the certificate probe asks.
#[derive(Debug, Clone)]
pub struct CertificateSpec {
    /// The name that the certificate has to cover.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whose word counts.
    pub trust: Trust,
    /// The certificate that we show.
    pub client_certificate: Option<ClientCertificate>,
    /// Which addresses to try.
    pub family: Family,
    /// Where to connect instead.
    pub connect_to: Option<SocketAddr>,
    /// The time allowed for all of it.
    pub timeout: Duration,
}

/// Asks what `spec` says, with the TLS settings and chains that the prober remembers. It is `now`.
pub async fn certificate(prober: &Prober, spec: &CertificateSpec, now: Timestamp) -> Looked {
    let target =
        Target { host: &spec.host, port: spec.port, family: spec.family, connect_to: spec.connect_to };
    let settings = TlsSettings {
        host: &spec.host,
        trust: &spec.trust,
        certificate: spec.client_certificate.as_ref(),
        http: HttpVersion::Auto,
    };
    let shake_hands = async |looking: &mut Looking| {
        let stream = looking.reach(&prober.resolver, target).await?;
        looking.step = Step::Tls;
        let started = Instant::now();
        let secured = prober.tls.connect(settings, stream, now, &mut looking.looked.tls).await;
        looking.looked.timing.tls = Some(started.elapsed());
        secured.map(drop)
    };
    Looking::new(now).within(spec.timeout, shake_hands).await
}
