//! One small HTTP client for notifiers: one POST on one connection.
//!
//! The URL is the operator's own choice, so private addresses are allowed; redirects are not followed, since they
//! are somebody else's choice.

mod answer;
mod dial;
mod endpoint;
mod post;
mod tls;

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use crate::{Delivery, SetupError};

pub(crate) use answer::Answer;
pub(crate) use dial::dial;
pub(crate) use endpoint::Endpoint;
pub(crate) use post::Post;
pub(crate) use tls::{Trust, has_system_roots};

/// All of it: name, connection, request, answer.
const DEADLINE: Duration = Duration::from_secs(10);
/// More of an answer is not read.
const MOST_CONTENT: usize = 64 * 1024;
const MOST_HEAD: usize = 64 * 1024;
const USER_AGENT: &str = concat!("Statusquo/", env!("CARGO_PKG_VERSION"));

/// One small HTTP client for notifiers.
#[derive(Clone)]
pub(crate) struct Client {
    tls: TlsConnector,
}

impl Client {
    pub(crate) fn new(ca: Option<&[u8]>) -> Result<Self, SetupError> {
        Ok(Self { tls: Trust::new(ca).connector()? })
    }

    /// Posts. `Err` is what to do when no answer came.
    pub(crate) async fn post(
        &self,
        endpoint: &Endpoint,
        post: Post,
        now: Timestamp,
    ) -> Result<Answer, Delivery> {
        let request = request(endpoint, post)
            .map_err(|error| Delivery::Refused { reason: format!("cannot make the request: {error}") })?;
        let deadline = Instant::now() + DEADLINE;
        timeout_at(deadline, self.exchange(endpoint, request, (deadline, now)))
            .await
            .unwrap_or_else(|_| Err(format!("no answer within {} s", DEADLINE.as_secs())))
            .map_err(Delivery::later)
    }

    async fn exchange(
        &self,
        endpoint: &Endpoint,
        request: Request<Full<Bytes>>,
        times: (Instant, Timestamp),
    ) -> Result<Answer, String> {
        let stream = dial(endpoint.host(), endpoint.port())
            .await
            .map_err(|error| format!("cannot connect: {error}"))?;
        let Some(name) = endpoint.tls_name() else { return talk(stream, request, times).await };
        let stream = self
            .tls
            .connect(name, stream)
            .await
            .map_err(|error| format!("the TLS handshake fails: {error}"))?;
        talk(stream, request, times).await
    }
}

/// rustls' configuration would fill pages.
impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

fn request(endpoint: &Endpoint, post: Post) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(endpoint.path_and_query())
        .header(header::HOST, endpoint.authority())
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, "*/*")
        .header(header::CONNECTION, "close")
        .header(header::CONTENT_TYPE, post.media_type);
    for (name, value) in post.fields {
        request = request.header(name, value);
    }
    request.body(Full::new(Bytes::from(post.content)))
}

async fn talk<S>(
    stream: S,
    request: Request<Full<Bytes>>,
    (deadline, now): (Instant, Timestamp),
) -> Result<Answer, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(MOST_HEAD)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| no_answer(&error))?;
    let answer = async move {
        let response = sender.send_request(request).await.map_err(|error| no_answer(&error))?;
        Ok(read(response, deadline, now).await)
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        _ = connection => answer.await,
    }
}

/// Reads what comes of the content. The status code counts, so content that breaks off is no failure.
async fn read(response: Response<Incoming>, deadline: Instant, now: Timestamp) -> Answer {
    let (head, mut body) = response.into_parts();
    let mut content = Vec::new();
    // A little earlier than the deadline, or the answer would be lost with its content.
    let until = deadline.checked_sub(Duration::from_millis(250)).unwrap_or(deadline);
    while content.len() < MOST_CONTENT {
        let Ok(Some(Ok(frame))) = timeout_at(until, body.frame()).await else { break };
        if let Some(data) = frame.data_ref() {
            content.extend_from_slice(data);
        }
    }
    content.truncate(MOST_CONTENT);
    Answer::new(&head, content, now)
}

fn no_answer(error: &hyper::Error) -> String {
    if error.is_parse() {
        return "the answer is not HTTP".to_owned();
    }
    if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        return "the connection was closed before an answer came".to_owned();
    }
    "the connection broke before an answer came".to_owned()
}
