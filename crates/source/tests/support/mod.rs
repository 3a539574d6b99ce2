//! Servers on loopback, for tests: they say exactly what the test wants them to say.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod certificates;
pub(crate) mod h2;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// What a server does, step by step, once it has read a request.
pub(crate) enum Step {
    Send(Vec<u8>),
    /// Sends this again and again until the client goes away.
    Endless(Vec<u8>),
    /// Sends this again and again, a little pause between.
    Drip(Vec<u8>, Duration),
    /// Says nothing more, and keeps the connection.
    Hang,
    /// Ends the connection with a TCP reset.
    Reset,
}

pub(crate) fn send(bytes: impl AsRef<[u8]>) -> Vec<Step> {
    vec![Step::Send(bytes.as_ref().to_vec())]
}

/// A server, and the requests that it got (header section and content, as text).
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A plain server that answers each request (given as text) with some steps.
    pub(crate) async fn new(answer: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::start(None, answer).await
    }

    /// The same over TLS.
    pub(crate) async fn tls(
        config: ServerConfig,
        answer: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(config), answer).await
    }

    /// A plain server that always says the same.
    pub(crate) async fn saying(answer: impl AsRef<[u8]>) -> Self {
        let answer = answer.as_ref().to_vec();
        Self::new(move |_| send(&answer)).await
    }

    async fn start(
        tls: Option<ServerConfig>,
        answer: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: listener.local_addr().unwrap(), requests: Arc::default() };
        let acceptor = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        let (answer, requests) = (Arc::new(answer), Arc::clone(&server.requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, requests, acceptor) =
                    (Arc::clone(&answer), Arc::clone(&requests), acceptor.clone());
                tokio::spawn(async move {
                    let answer = |request: String| {
                        let steps = answer(&request);
                        requests.lock().unwrap().push(request);
                        steps
                    };
                    match acceptor {
                        None => plain(stream, answer).await,
                        Some(acceptor) => {
                            if let Ok(mut stream) = acceptor.accept(stream).await {
                                if let Some(request) = read_request(&mut stream).await {
                                    perform(&mut stream, answer(request)).await;
                                }
                                let _ = stream.shutdown().await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    /// What was asked so far.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn url(&self, scheme: &str, host: &str, path: &str) -> url::Url {
        format!("{scheme}://{host}:{}{path}", self.address.port()).parse().unwrap()
    }

    pub(crate) fn http(&self, path: &str) -> url::Url {
        self.url("http", "127.0.0.1", path)
    }
}

async fn plain(mut stream: TcpStream, answer: impl FnOnce(String) -> Vec<Step>) {
    let Some(request) = read_request(&mut stream).await else { return };
    if perform(&mut stream, answer(request)).await {
        // No lingering: the kernel sends a reset.
        let _ = stream.set_zero_linger();
    }
}

/// True when the connection shall be reset.
async fn perform(stream: &mut (impl Io + ?Sized), steps: Vec<Step>) -> bool {
    for step in steps {
        match step {
            Step::Send(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return false;
                }
                let _ = stream.flush().await;
            }
            Step::Endless(bytes) => while stream.write_all(&bytes).await.is_ok() {},
            Step::Drip(bytes, pause) => {
                while stream.write_all(&bytes).await.is_ok() && stream.flush().await.is_ok() {
                    tokio::time::sleep(pause).await;
                }
            }
            Step::Hang => while stream.read_u8().await.is_ok() {},
            Step::Reset => return true,
        }
    }
    false
}

/// A request with its content, as text; `None` when the client went away.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin + ?Sized)) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, content)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.parse().unwrap());
            if content.len() >= length {
                return Some(text);
            }
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}
