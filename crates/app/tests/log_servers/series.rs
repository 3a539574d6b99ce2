//! The series of requests, and what became of them.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// A request as it goes over the wire.
pub(crate) struct Case {
    bytes: Vec<u8>,
    /// The endpoint that it belongs to, when it is answered with a success.
    endpoint: String,
    /// Does the client leave without waiting for an answer?
    leaves: bool,
    /// Is it no HTTP, which some servers refuse without writing it down?
    pub(crate) is_noise: bool,
}

/// What was sent, and how it was answered.
#[derive(Default)]
pub(crate) struct Sent {
    /// Endpoint and code.
    exchanges: Vec<(String, u16)>,
}

impl Sent {
    pub(crate) fn note(&mut self, endpoint: &str, code: u16) {
        self.exchanges.push((endpoint.to_owned(), code));
    }

    /// How many were sent.
    pub(crate) fn len(&self) -> u64 {
        self.exchanges.len() as u64
    }

    pub(crate) fn by_code(&self) -> BTreeMap<String, u64> {
        count(self.exchanges.iter().map(|(_, code)| format!("{code:03}")))
    }

    pub(crate) fn by_endpoint(&self) -> BTreeMap<String, u64> {
        count(self.exchanges.iter().map(|(endpoint, _)| endpoint.clone()))
    }
}

fn count(names: impl Iterator<Item = String>) -> BTreeMap<String, u64> {
    names.fold(BTreeMap::new(), |mut counts, name| {
        *counts.entry(name).or_default() += 1;
        counts
    })
}

fn case(request: &str, endpoint: &str) -> Case {
    let bytes = format!("{request}\r\nHost: a.example\r\nUser-Agent: probe/1\r\nConnection: close\r\n\r\n")
        .into_bytes();
    Case { bytes, endpoint: endpoint.to_owned(), leaves: false, is_noise: false }
}

fn noise(bytes: &[u8]) -> Case {
    Case { bytes: bytes.to_vec(), endpoint: "_OTHER (malformed)".to_owned(), leaves: false, is_noise: true }
}

/// The series: orders, an outage, scanners, strange targets, and what is no HTTP.
pub(crate) fn series() -> Vec<Case> {
    let mut all = Vec::new();
    for order in 1..=20 {
        all.push(case(&format!("GET /v1/orders/{order}?page=2&q=a%20b HTTP/1.1"), "GET /v1/orders/{int}"));
    }
    for _ in 0..3 {
        all.push(case("POST /v1/orders HTTP/1.1\r\nContent-Length: 0", "POST /v1/orders"));
        all.push(case("GET /v1/broken HTTP/1.1", "GET /v1/broken"));
        all.push(case("HEAD /v1/orders HTTP/1.1", "HEAD /v1/orders"));
    }
    all.push(case("GET /.env HTTP/1.1", "GET (unmatched)"));
    all.push(case("GET /wp-login.php HTTP/1.1", "GET (unmatched)"));
    all.push(case(
        "GET /v1/quotes HTTP/1.1\r\nReferer: http://a.example/\"x\" y\r\nX-Quoted: \"",
        "GET /v1/quotes",
    ));
    all.push(case("GET /v1/a%22b/caf%C3%A9 HTTP/1.1", "GET /v1/a%22b/caf%C3%A9"));
    all.push(case("GET http://a.example/v1/absolute HTTP/1.1", "GET /v1/absolute"));
    all.push(case(
        &format!("GET /v1/long/{} HTTP/1.1", "a/".repeat(1_000)),
        &format!("GET /v1/long{}", "/a".repeat(10)),
    ));
    let agent = "GET /v1/agents HTTP/1.1\r\nHost: a.example\r\nUser-Agent: \"Mozilla\" \\ (\u{e9}\u{4e16}; \"]) [x\r\nConnection: close\r\n\r\n";
    all.push(Case { bytes: agent.as_bytes().to_vec(), ..case("", "GET /v1/agents") });
    all.push(Case { leaves: true, ..case("GET /v1/hang HTTP/1.1", "GET /v1/hang") });
    // A TLS hello on the plain port, a banner of SSH, and lines of other protocols.
    all.push(noise(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x22\"\x5c\r\n\r\n"));
    all.push(noise(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"));
    all.push(noise(b"GET \r\n\r\n"));
    all.push(noise(b"\x00\x00\"\" 200 \"\r\n\r\n"));
    all
}

impl Case {
    /// Sends it; the code that came back, 0 for none.
    pub(crate) fn send(&self, port: u16) -> u16 {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        // A server may refuse before it has read all.
        let _sent = stream.write_all(&self.bytes);
        if self.leaves {
            return 0;
        }
        if self.is_noise {
            let _closed = stream.shutdown(Shutdown::Write);
        }
        let mut answer = Vec::new();
        let _read = stream.read_to_end(&mut answer);
        let text = String::from_utf8_lossy(&answer);
        text.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
    }
}

/// Sends the series one by one. Which code clients that left are counted with is known of the server; without it nobody
/// leaves.
pub(crate) fn send(port: u16, code_of_leaving: Option<u16>, is_logged: impl Fn(&Case) -> bool) -> Sent {
    let mut sent = Sent::default();
    for case in series().iter().filter(|case| !case.leaves || code_of_leaving.is_some()) {
        let code = case.send(port);
        let code = code_of_leaving.filter(|_| case.leaves).unwrap_or(code);
        if is_logged(case) {
            sent.note(&case.endpoint, code);
        }
    }
    sent
}
