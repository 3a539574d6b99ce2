//! TLS: what the handshake shows, and no request to a server whose chain is not good.

use bytes::Bytes;
use http::Method;
use statusquo_exchange::{FailureKind, OwnFault};
use statusquo_source::http::{ClientCertificate, HttpSpec, Trust};

use crate::support::certificates::{Ca, Signed};
use crate::support::{Server, send};
use crate::{answered, failed, get, now, probe, prober};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

async fn server(certificate: &Signed) -> Server {
    Server::tls(certificate.server(&["http/1.1"]), |_| send(OK)).await
}

fn spec(server: &Server, ca: &Ca) -> HttpSpec {
    HttpSpec { trust: Trust::Ca(Bytes::from(ca.pem.clone())), ..get(server.url("https", "localhost", "/")) }
}

#[tokio::test]
async fn a_good_chain_is_shown_and_used() {
    let ca = Ca::new("Test CA");
    let server = server(&ca.sign(&["localhost", "127.0.0.1"], 2026, 2027)).await;
    let exchange = probe(&spec(&server, &ca)).await;
    answered(&exchange, 200);
    let tls = exchange.tls.unwrap();
    assert_eq!((tls.version.as_str(), tls.alpn.as_deref()), ("TLSv1.3", Some("http/1.1")));
    assert!(tls.cipher.starts_with("TLS_AES_") || tls.cipher.starts_with("TLS_CHACHA20"), "{}", tls.cipher);
    assert_eq!(tls.chain.len(), 1);
    assert_eq!(tls.chain[0].names, ["localhost", "127.0.0.1"]);
    assert_eq!(tls.chain[0].issuer, "CN=Test CA");
    assert_eq!(tls.chain[0].not_after.to_string(), "2027-01-01T00:00:00Z");
    assert_eq!(tls.chain[0].sha256.len(), 64);
    assert!(exchange.timing.tls.is_some() && exchange.timing.resolve.is_some());
    answered(
        &probe(&HttpSpec { url: server.url("https", "127.0.0.1", "/"), ..spec(&server, &ca) }).await,
        200,
    );
}

#[tokio::test]
async fn a_bad_chain_is_shown_and_gets_no_request() {
    let (ca, other) = (Ca::new("Test CA"), Ca::new("Other CA"));
    let cases = [
        (
            ca.sign(&["localhost"], 2025, 2026),
            FailureKind::CertificateExpired,
            "expired 326 days ago, on 2026-01-01",
        ),
        (
            ca.sign(&["localhost"], 2027, 2028),
            FailureKind::CertificateNotYetValid,
            "in 38 days, from 2027-01-01",
        ),
        (
            ca.sign(&["a.test", "b.test"], 2026, 2027),
            FailureKind::CertificateName,
            "it is for `a.test`, `b.test`",
        ),
        (
            other.sign(&["localhost"], 2026, 2027),
            FailureKind::CertificateUntrusted,
            "issued by `CN=Other CA`",
        ),
    ];
    for (certificate, kind, says) in cases {
        let server = server(&certificate).await;
        let exchange = probe(&spec(&server, &ca)).await;
        failed(&exchange, kind, says);
        assert_eq!(exchange.tls.unwrap().chain.len(), 1);
        assert!(server.requests().is_empty());
    }
}

#[tokio::test]
async fn a_verdict_is_not_kept_beyond_expiry_nor_for_another_trust_or_name() {
    let (ca, other) = (Ca::new("Test CA"), Ca::new("Other CA"));
    let server = server(&ca.sign(&["localhost"], 2026, 2027)).await;
    let (prober, good) = (prober(), spec(&server, &ca));
    let ask = async |spec: &HttpSpec, at: &str| {
        crate::last(prober.probe(spec, at.parse().unwrap()).await).failure().map(|failure| failure.kind)
    };
    assert_eq!(ask(&good, "2026-12-31T23:59:59Z").await, None);
    assert_eq!(ask(&good, "2026-12-31T23:59:59Z").await, None);
    assert_eq!(ask(&good, "2027-01-01T00:00:01Z").await, Some(FailureKind::CertificateExpired));
    assert_eq!(ask(&good, "2025-12-31T23:59:59Z").await, Some(FailureKind::CertificateNotYetValid));
    let at = "2026-12-31T23:59:59Z";
    let elsewhere = HttpSpec { url: server.url("https", "127.0.0.1", "/"), ..good.clone() };
    assert_eq!(ask(&elsewhere, at).await, Some(FailureKind::CertificateName));
    let distrustful = HttpSpec { trust: Trust::Ca(Bytes::from(other.pem)), ..good.clone() };
    assert_eq!(ask(&distrustful, at).await, Some(FailureKind::CertificateUntrusted));
    assert_eq!(ask(&good, at).await, None);
}

#[tokio::test]
async fn plain_http_on_a_tls_port_fails_the_handshake() {
    let ca = Ca::new("Test CA");
    let server = Server::new(|_| send("HTTP/1.1 400 Bad Request\r\n\r\n")).await;
    // The test server waits for the end of a request, so it is given one inside the ClientHello's place.
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = plain.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let (mut stream, _) = plain.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        std::future::pending::<()>().await;
    });
    let exchange =
        probe(&HttpSpec { url: format!("https://{address}/").parse().unwrap(), ..spec(&server, &ca) }).await;
    failed(&exchange, FailureKind::TlsHandshake, "not TLS");
}

#[tokio::test]
async fn a_client_certificate_is_shown_and_missed() {
    let (ca, clients) = (Ca::new("Test CA"), Ca::new("Client CA"));
    let certificate = ca.sign(&["localhost"], 2020, 2040);
    let server = Server::tls(certificate.server_wanting(&clients), |_| send(OK)).await;
    let mine = clients.sign(&["me"], 2020, 2040);
    let shown = ClientCertificate { chain: Bytes::from(mine.pem), key: mine.key.serialize_pem().into() };
    answered(&probe(&HttpSpec { client_certificate: Some(shown), ..spec(&server, &ca) }).await, 200);
    failed(&probe(&spec(&server, &ca)).await, FailureKind::TlsHandshake, "CertificateRequired");
    let mut config = certificate.server_wanting(&clients);
    config.alpn_protocols = vec![b"h2".to_vec()];
    let server = Server::tls(config, |_| send(OK)).await;
    failed(&probe(&spec(&server, &ca)).await, FailureKind::TlsHandshake, "CertificateRequired");
}

#[tokio::test]
async fn a_ca_or_key_that_cannot_be_read_is_our_own_fault() {
    let ca = Ca::new("Test CA");
    let server = server(&ca.sign(&["localhost"], 2026, 2027)).await;
    let bad_key = ClientCertificate { chain: Bytes::from(ca.pem.clone()), key: "s3cret, not PEM".into() };
    for broken in [
        HttpSpec { trust: Trust::Ca(Bytes::from_static(b"nothing")), ..spec(&server, &ca) },
        HttpSpec { client_certificate: Some(bad_key), ..spec(&server, &ca) },
    ] {
        let probed = prober().probe(&broken, now()).await;
        let blind = probed.blind.unwrap();
        assert_eq!(blind.fault, OwnFault::Credentials);
        assert!(!blind.detail.contains("s3cret"));
    }
}

#[tokio::test]
async fn breaking_off_over_tls_without_a_word_is_noticed() {
    let ca = Ca::new("Test CA");
    let config = ca.sign(&["localhost"], 2026, 2027).server(&[]);
    let server = Server::tls(config, |_| send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")).await;
    let exchange = probe(&HttpSpec { method: Method::GET, ..spec(&server, &ca) }).await;
    failed(&exchange, FailureKind::ConnectionClosed, "after");
}
