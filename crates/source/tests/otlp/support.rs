//! Messages, a port that takes them, and a client of few words.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use statusquo_source::otlp::{Figures, Limits, Listener, Receive, Reception, Signal, encode_json, read};
use tokio::net::{TcpListener, TcpStream};

/// What a span says, as text, for comparing.
pub(crate) fn spans(attributes: &str) -> Vec<u8> {
    let text = format!(
        r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"shop"}}}}]}},
        "scopeSpans":[{{"spans":[{{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174",
        "name":"GET /orders/{{id}}","kind":2,"startTimeUnixNano":"1544712660000000000",
        "endTimeUnixNano":"1544712661500000000","attributes":[{attributes}]}}]}}]}}]}}"#
    );
    encode_json(Signal::Traces, text.as_bytes()).unwrap()
}

/// An attribute with a text.
pub(crate) fn text(key: &str, value: &str) -> String {
    format!(r#"{{"key":"{key}","value":{{"stringValue":"{value}"}}}}"#)
}

/// An attribute with a number.
pub(crate) fn number(key: &str, value: i64) -> String {
    format!(r#"{{"key":"{key}","value":{{"intValue":"{value}"}}}}"#)
}

/// A span that answers 200, as a message.
pub(crate) fn good() -> Vec<u8> {
    spans(&[text("http.request.method", "GET"), number("http.response.status_code", 200)].join(","))
}

/// Takes what it is given, and remembers how many parts were taken.
#[derive(Default)]
pub(crate) struct Taker {
    pub(crate) taken: Mutex<Vec<(Signal, u64)>>,
    pub(crate) is_busy: bool,
    pub(crate) cannot_save: bool,
    pub(crate) rejects: u64,
}

impl Receive for Taker {
    async fn receive(&self, signal: Signal, message: Vec<u8>) -> Reception {
        if self.is_busy {
            return Reception::Busy;
        }
        if self.cannot_save {
            return Reception::Unsaved;
        }
        match read(signal, &message, &mut |_, _| {}) {
            Err(fault) => Reception::Malformed(fault),
            Ok(held) => {
                self.taken.lock().unwrap().push((signal, held.items));
                Reception::Taken { rejected: self.rejects, why: "without an end".to_owned() }
            }
        }
    }
}

/// A port that takes messages.
pub(crate) struct Port {
    pub(crate) address: std::net::SocketAddr,
    pub(crate) taker: Arc<Taker>,
    pub(crate) figures: Arc<Figures>,
}

/// Small limits, so that tests need not send much.
pub(crate) fn limits() -> Limits {
    Limits { message: 1 << 20, waiting: 8 << 20, connections: 8, patience: Duration::from_secs(20) }
}

pub(crate) async fn port(taker: Taker, limits: Limits) -> Port {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let (taker, figures) = (Arc::new(taker), Arc::new(Figures::default()));
    tokio::spawn(Listener::new(socket, limits, figures.clone()).run(taker.clone()));
    Port { address, taker, figures }
}

impl Port {
    /// Sends a request over HTTP/1.1.
    pub(crate) async fn ask(&self, request: Request<Vec<u8>>) -> Response<Bytes> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = request.map(|content| Full::new(Bytes::from(content)));
        let (parts, content) = sender.send_request(request).await.unwrap().into_parts();
        Response::from_parts(parts, content.collect().await.unwrap().to_bytes())
    }

    /// Sends a request over HTTP/2; header fields and trailers come together.
    pub(crate) async fn ask_h2(&self, request: Request<Vec<u8>>) -> Response<Bytes> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = request.map(|content| Full::new(Bytes::from(content)));
        let (mut parts, content) = sender.send_request(request).await.unwrap().into_parts();
        let collected = content.collect().await.unwrap();
        parts.headers.extend(collected.trailers().cloned().unwrap_or_default());
        Response::from_parts(parts, collected.to_bytes())
    }

    /// Posts content of a type to a path.
    pub(crate) async fn post(&self, path: &str, media_type: &str, content: Vec<u8>) -> Response<Bytes> {
        let request = Request::post(path).header("host", "otlp.test").header("content-type", media_type);
        self.ask(request.body(content).unwrap()).await
    }
}

pub(crate) const PROTOBUF: &str = "application/x-protobuf";
pub(crate) const JSON: &str = "application/json";

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn field<'a>(response: &'a Response<Bytes>, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}
