//! What one HTTP probe on a fresh connection costs, beside a bare client's.
//!
//! `cargo bench -p statusquo-source --bench probe`. Counts the CPU time (user and system) of the asking thread
//! alone, as Linux keeps it in `/proc/thread-self/schedstat`. Asks a small server in a thread of its own, or with
//! `PROBE_URL` (and for a private CA `PROBE_CA`, a PEM file) a server of yours; `PROBE_COUNT` says how often.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on stops, and it talks on stdout"
)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use statusquo_exchange::Name;
use statusquo_source::Resolver;
use statusquo_source::http::{HttpSpec, Prober, Trust};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{
    ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned, client::Resumption,
};
use url::Url;

fn main() {
    let count: u32 = std::env::var("PROBE_COUNT").ok().and_then(|text| text.parse().ok()).unwrap_or(3000);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if let Ok(url) = std::env::var("PROBE_URL") {
        let ca = std::env::var("PROBE_CA").ok().map(|path| std::fs::read_to_string(path).unwrap());
        return runtime.block_on(compare(&url.parse().unwrap(), ca.as_deref(), count));
    }
    let (ca, config) = certificates();
    let plain = serve(|mut stream| answer(&mut stream));
    let config = Arc::new(config);
    let tls = serve(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        answer(&mut StreamOwned::new(connection, stream));
    });
    runtime.block_on(async {
        compare(&format!("http://127.0.0.1:{plain}/").parse().unwrap(), None, count).await;
        compare(&format!("https://127.0.0.1:{tls}/").parse().unwrap(), Some(&ca), count).await;
    });
}

/// Measures a bare client and ours in turns, so that a noisy neighbour disturbs both.
async fn compare(url: &Url, ca: Option<&str>, count: u32) {
    const TURNS: u32 = 5;
    let prober = Prober::new(Resolver::system().unwrap(), Name::from("bench")).unwrap();
    let trust = ca.map_or(Trust::System, |pem| Trust::Ca(Bytes::from(pem.to_owned())));
    let spec = HttpSpec { trust, ..HttpSpec::get(Name::from("bench"), url.clone()) };
    let client = ca.map(bare_tls);
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let before = cpu();
        for _ in 0..count / TURNS {
            ask(url, client.as_ref()).await;
        }
        bare.push((cpu() - before) / (count / TURNS));
        let before = cpu();
        for _ in 0..count / TURNS {
            let probed = prober.probe(&spec, Timestamp::now()).await;
            assert!(probed.exchanges.last().unwrap().failure().is_none(), "{probed:#?}");
        }
        ours.push((cpu() - before) / (count / TURNS));
    }
    bare.sort();
    ours.sort();
    let (bare, ours) = (bare[bare.len() / 2], ours[ours.len() / 2]);
    let ratio = ours.as_secs_f64() / bare.as_secs_f64();
    println!("{:5}  bare client {bare:9.1?}  probe {ours:9.1?}  {ratio:.2} ×", url.scheme());
}

/// What the asking thread has used of the CPU.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// The least that a client can do: connect, ask, read to the end.
async fn ask(url: &Url, tls: Option<&TlsConnector>) {
    let host = url.host_str().unwrap();
    let port = url.port_or_known_default().unwrap();
    let request = format!("GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", url.path());
    let mut stream = TcpStream::connect((host, port)).await.unwrap();
    let mut answer = Vec::new();
    if let Some(tls) = tls {
        let name = ServerName::try_from(host.to_owned()).unwrap();
        let mut stream = tls.connect(name, stream).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        let _ = stream.read_to_end(&mut answer).await;
    } else {
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.read_to_end(&mut answer).await.unwrap();
    }
    assert!(answer.starts_with(b"HTTP/1.1 "));
}

fn bare_tls(ca: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.as_bytes()).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    TlsConnector::from(Arc::new(config))
}

/// A CA, and a server that it vouches for.
fn certificates() -> (String, ServerConfig) {
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().unwrap();
    let pem = ca.self_signed(&ca_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let issuer = Issuer::new(ca, ca_key);
    let leaf = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    (pem, config)
}

/// Serves one connection after the other in a thread of its own; gives the port.
fn serve(each: impl Fn(std::net::TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            each(stream);
        }
    });
    port
}

/// An answer like nginx's welcome page.
fn answer(stream: &mut (impl Read + Write)) {
    let mut request = [0; 4096];
    let mut read = 0;
    while !request[..read].ends_with(b"\r\n\r\n") {
        match stream.read(&mut request[read..]) {
            Ok(more) if more > 0 => read += more,
            Ok(_) | Err(_) => return,
        }
    }
    let head = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\n\
                Content-Type: text/html\r\nContent-Length: 615\r\nLast-Modified: Mon, 23 Nov 2026 12:00:00 GMT\r\n\
                Connection: close\r\nETag: \"65f2c1a0-267\"\r\nAccept-Ranges: bytes\r\n\r\n";
    let _ = stream.write_all(&[head.as_bytes(), &[b'a'; 615]].concat());
    let _ = stream.flush();
}
