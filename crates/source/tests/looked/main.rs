//! The probes that speak no HTTP, against real sockets on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    reason = "a test that cannot go on fails; the certificates are shared with the tests of HTTP"
)]

#[path = "../support/certificates.rs"]
mod certificates;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use certificates::{Ca, Signed};
use jiff::Timestamp;
use statusquo_exchange::{FailureKind, Name, OwnFault};
use statusquo_source::http::{Prober, Trust};
use statusquo_source::{CertificateSpec, DnsSpec, Family, Looked, Resolver, TcpSpec, certificate, dns, tcp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_rustls::TlsAcceptor;

const LIMIT: Duration = Duration::from_millis(500);

fn resolver() -> Resolver {
    Resolver::with_servers(&[])
}

/// A server that does this with each connection.
async fn serve<Serve, Done>(act: Serve) -> SocketAddr
where
    Serve: Fn(TcpStream) -> Done + Send + 'static,
    Done: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(act(stream));
        }
    });
    at
}

/// A port at which nothing listens.
async fn nothing() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

fn spec(at: SocketAddr) -> TcpSpec {
    TcpSpec {
        host: at.ip().to_string(),
        port: at.port(),
        send: None,
        read: false,
        family: Family::Any,
        connect_to: None,
        timeout: LIMIT,
    }
}

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

async fn look(spec: &TcpSpec) -> Looked {
    tcp(&resolver(), spec, now()).await
}

fn kind(looked: &Looked) -> Option<FailureKind> {
    assert_eq!(looked.blind, None);
    looked.failure.as_ref().map(|failure| failure.kind)
}

#[tokio::test]
async fn a_port_that_accepts_connections_is_good() {
    let at = serve(|_| async {}).await;
    let looked = look(&spec(at)).await;
    assert_eq!(kind(&looked), None);
    assert_eq!(looked.peer, Some(at));
    assert!(looked.timing.connect.is_some() && looked.timing.total >= looked.timing.connect.unwrap());
}

#[tokio::test]
async fn a_port_at_which_nothing_listens_refuses() {
    assert_eq!(kind(&look(&spec(nothing().await)).await), Some(FailureKind::ConnectRefused));
}

#[tokio::test]
async fn what_a_server_says_is_kept() {
    let greeter = serve(async |mut stream: TcpStream| {
        stream.write_all(b"220 mail.test\r\n").await.unwrap();
        std::future::pending::<()>().await;
    });
    let looked = look(&TcpSpec { read: true, ..spec(greeter.await) }).await;
    assert_eq!(kind(&looked), None);
    assert_eq!(looked.facts, [("banner".to_owned(), "220 mail.test".to_owned())]);

    // No line at all, as of a database: its silence ends it.
    let binary = serve(async |mut stream: TcpStream| {
        stream.write_all(b"\x4a\0\0").await.unwrap();
        std::future::pending::<()>().await;
    });
    assert_eq!(kind(&look(&TcpSpec { read: true, ..spec(binary.await) }).await), None);

    let endless = serve(async |mut stream: TcpStream| while stream.write_all(&[b'x'; 4096]).await.is_ok() {});
    let looked = look(&TcpSpec { read: true, ..spec(endless.await) }).await;
    assert_eq!(looked.facts[0].1.len(), 64 * 1024);
}

#[tokio::test]
async fn a_server_is_spoken_to_first_where_the_protocol_wants_it() {
    let at = serve(async |mut stream: TcpStream| {
        let mut words = [0; 6];
        stream.read_exact(&mut words).await.unwrap();
        stream.write_all(if &words == b"PING\r\n" { b"+PONG\r\n" } else { b"-ERR\r\n" }).await.unwrap();
    });
    let looked = look(&TcpSpec { send: Some(b"PING\r\n".to_vec()), read: true, ..spec(at.await) }).await;
    assert_eq!(looked.facts, [("banner".to_owned(), "+PONG".to_owned())]);
}

#[tokio::test]
async fn silence_and_a_closed_connection_are_told_apart() {
    let silent = serve(async |_stream: TcpStream| std::future::pending().await).await;
    let looked = look(&TcpSpec { read: true, ..spec(silent) }).await;
    assert_eq!(kind(&looked), Some(FailureKind::Timeout));
    let closing = serve(async |_| {}).await;
    let looked = look(&TcpSpec { read: true, ..spec(closing) }).await;
    assert_eq!(kind(&looked), Some(FailureKind::ConnectionClosed));
}

#[tokio::test]
async fn without_a_name_server_nothing_is_known_about_a_name() {
    let named = TcpSpec { host: "api.test".to_owned(), ..spec(nothing().await) };
    let looked = look(&named).await;
    assert_eq!(looked.failure, None);
    assert_eq!(looked.blind.unwrap().fault, OwnFault::Resolver);
    let at = serve(|_| async {}).await;
    let looked = look(&TcpSpec { connect_to: Some(at), ..named }).await;
    assert_eq!((kind(&looked), looked.peer), (None, Some(at)));
}

/// A name server that knows one address of any name but `nowhere.*` (RFC 1035, 4.1).
async fn name_server() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 1500];
        while let Ok((_, from)) = socket.recv_from(&mut buffer).await {
            let end = 12 + buffer[12..].iter().position(|&byte| byte == 0).unwrap() + 5;
            let exists = !buffer[13..].starts_with(b"nowhere");
            let mut answer = buffer[..2].to_vec();
            answer.extend([0x81, if exists { 0x80 } else { 0x83 }, 0, 1, 0, u8::from(exists), 0, 0, 0, 0]);
            answer.extend(&buffer[12..end]);
            if exists {
                answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 10, 0, 0, 7]);
            }
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    at
}

fn question(name: &str, resolver: Option<Resolver>) -> DnsSpec {
    DnsSpec { name: name.to_owned(), record: "A".to_owned(), resolver, timeout: LIMIT }
}

#[tokio::test]
async fn answers_of_a_name_server_are_facts() {
    let own = Resolver::with_servers(&[name_server().await]);
    let looked = dns(&own, &question("api.test", None), now()).await;
    assert_eq!(kind(&looked), None);
    assert_eq!(looked.facts, [("answer".to_owned(), "10.0.0.7".to_owned())]);
    let looked = dns(&own, &question("nowhere.test", None), now()).await;
    assert_eq!(kind(&looked), Some(FailureKind::NameNotFound));
}

#[tokio::test]
async fn a_silent_name_server_is_at_fault_only_if_it_is_the_target() {
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let silent = Resolver::with_servers(&[silent.local_addr().unwrap()]);
    let looked = dns(&silent, &question("api.test", None), now()).await;
    assert_eq!(looked.blind.unwrap().fault, OwnFault::Resolver);
    let looked = dns(&resolver(), &question("api.test", Some(silent)), now()).await;
    assert_eq!(kind(&looked), Some(FailureKind::ResolveFailed));
}

async fn tls_server(signed: &Signed) -> SocketAddr {
    let acceptor = TlsAcceptor::from(Arc::new(signed.server(&[])));
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let _ = acceptor.accept(stream).await;
        }
    })
    .await
}

async fn look_at_certificate(ca: &Ca, host: &str, at: SocketAddr) -> Looked {
    let spec = CertificateSpec {
        host: host.to_owned(),
        port: 1,
        trust: Trust::Ca(Bytes::from(ca.pem.clone())),
        client_certificate: None,
        family: Family::Any,
        connect_to: Some(at),
        timeout: 10 * LIMIT,
    };
    certificate(&Prober::new(resolver(), Name::from("here")).unwrap(), &spec, now()).await
}

#[tokio::test]
async fn a_certificate_is_judged_and_its_facts_are_kept_either_way() {
    let ca = Ca::new("private");
    let at = tls_server(&ca.sign(&["api.test"], 2026, 2027)).await;
    let looked = look_at_certificate(&ca, "api.test", at).await;
    assert_eq!(kind(&looked), None);
    assert_eq!(looked.tls.unwrap().expires().unwrap().to_string(), "2027-01-01T00:00:00Z");
    assert!(looked.timing.tls.is_some());

    let looked = look_at_certificate(&ca, "other.test", at).await;
    assert_eq!(kind(&looked), Some(FailureKind::CertificateName));
    assert!(looked.tls.is_some());

    let expired = tls_server(&ca.sign(&["api.test"], 2020, 2021)).await;
    let looked = look_at_certificate(&ca, "api.test", expired).await;
    assert_eq!(kind(&looked), Some(FailureKind::CertificateExpired));
    let looked = look_at_certificate(&Ca::new("another"), "api.test", at).await;
    assert_eq!(kind(&looked), Some(FailureKind::CertificateUntrusted));
}

#[tokio::test]
async fn a_port_that_does_not_speak_tls_fails_the_handshake() {
    let plain = serve(async |mut stream: TcpStream| {
        stream.write_all(b"220 mail.test ESMTP, pleased to meet you\r\n").await.unwrap();
        std::future::pending::<()>().await;
    });
    let looked = look_at_certificate(&Ca::new("private"), "api.test", plain.await).await;
    assert_eq!(kind(&looked), Some(FailureKind::TlsHandshake));
}
