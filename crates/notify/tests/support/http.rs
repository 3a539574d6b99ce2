//! An HTTP server that answers each connection by a rule of the test.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Request {
    pub line: String,
    pub fields: Vec<(String, String)>,
    pub content: String,
}

impl Request {
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.content).unwrap()
    }
}

/// What the server does with a request.
pub enum Reply {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Says nothing and keeps the connection.
    Silence,
    /// Sends these bytes again and again, as long as somebody reads.
    Forever(Vec<u8>),
}

impl Reply {
    pub fn text(text: &str) -> Self {
        Self::Bytes(text.as_bytes().to_vec())
    }
}

pub struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
}

type Rule = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;

impl Server {
    pub async fn start(rule: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(None, rule).await
    }

    pub async fn start_with(
        tls: Option<TlsAcceptor>,
        rule: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (requests, rule): (Arc<Mutex<Vec<Request>>>, Rule) = (Arc::default(), Arc::new(rule));
        let kept = requests.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, rule, tls) = (kept.clone(), rule.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, &kept, &rule).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => serve(stream, &kept, &rule).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Self { port, requests }
    }

    /// The URL of a path on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The only request so far.
    pub fn request(&self) -> Request {
        let mut all = self.requests();
        assert_eq!(all.len(), 1, "one request");
        all.remove(0)
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    kept: &Mutex<Vec<Request>>,
    rule: &Rule,
) -> Option<()> {
    let request = read(&mut stream).await?;
    kept.lock().unwrap().push(request.clone());
    match rule(&request) {
        Reply::Bytes(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            stream.shutdown().await.ok()
        }
        Reply::Close => None,
        Reply::Silence => std::future::pending().await,
        Reply::Forever(bytes) => {
            while stream.write_all(&bytes).await.is_ok() {}
            None
        }
    }
}

async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Request> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let line = lines.next()?.to_owned();
    let fields: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = fields.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let content = String::from_utf8(bytes[end + 4..].to_vec()).unwrap();
    Some(Request { line, fields, content })
}
