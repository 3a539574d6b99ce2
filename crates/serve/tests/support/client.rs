//! A client that sends exactly what it is told to, over a real connection.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test takes what it needs, and may fail"
)]

use std::net::SocketAddr;

use statusquo_exchange::{Exchange, Name, Scheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The router on a port of its own.
pub async fn serve(router: axum::Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(statusquo_serve::run(listener, router, std::future::pending()));
    address
}

/// A request under construction.
#[derive(Debug, Clone)]
pub struct Ask {
    server: SocketAddr,
    method: String,
    path: String,
    host: String,
    fields: Vec<(String, String)>,
    content: String,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub fields: Vec<(String, String)>,
    pub content: Vec<u8>,
}

impl Ask {
    pub fn new(server: SocketAddr, method: &str, path: &str) -> Self {
        Self {
            server,
            method: method.to_owned(),
            path: path.to_owned(),
            host: server.to_string(),
            fields: Vec::new(),
            content: String::new(),
        }
    }

    pub fn host(mut self, host: &str) -> Self {
        self.host = host.to_owned();
        self
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn form(self, content: &str) -> Self {
        Self { content: content.to_owned(), ..self.with("content-type", "application/x-www-form-urlencoded") }
    }

    pub fn json(self, content: &str) -> Self {
        Self { content: content.to_owned(), ..self.with("content-type", "application/json") }
    }

    /// What is asked, for messages.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub async fn send(self) -> Answer {
        Answer::parse(&self.bytes().await.1)
    }

    /// Both sides as they were on the connection, for the judge.
    pub async fn exchange(self) -> Exchange {
        let (request, response) = self.bytes().await;
        // What stands apart on the connection stands apart in the text.
        let gap: &[u8] = if request.ends_with(b"\n") { b"" } else { b"\n" };
        let whole = bytes::Bytes::from([&request, gap, &response].concat());
        let mut exchange = Exchange::parse_http1(&whole, Name::from("test")).unwrap();
        exchange.scheme = Some(Scheme::Http);
        exchange
    }

    async fn bytes(self) -> (Vec<u8>, Vec<u8>) {
        let mut text =
            format!("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.method, self.path, self.host);
        for (name, value) in &self.fields {
            text += &format!("{name}: {value}\r\n");
        }
        // Content of no length is announced where a server might wait for some (RFC 9110, 8.6).
        if !matches!(self.method.as_str(), "GET" | "HEAD") {
            text += &format!("Content-Length: {}\r\n", self.content.len());
        }
        text += &format!("\r\n{}", self.content);
        let mut stream = TcpStream::connect(self.server).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        (text.into_bytes(), bytes)
    }
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a header section");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let fields: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut answer = Self { status, fields, content: bytes[end + 4..].to_vec() };
        if answer.field("transfer-encoding") == Some("chunked") {
            answer.content = unchunked(&answer.content);
        }
        answer
    }

    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.content.clone()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.content).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// What a hidden field of the first form says.
    pub fn csrf(&self) -> String {
        let text = self.text();
        let rest = text.split(r#"name="csrf" value=""#).nth(1).expect("a form");
        rest.split('"').next().unwrap().to_owned()
    }
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return content;
        }
        content.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 4 + size..];
    }
}
