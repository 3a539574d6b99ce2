//! For tests: every response of a service is judged by Statusquo's rules.

use std::fmt;
use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::Body;
use statusquo_exchange::{
    Content, Exchange, ExchangeId, Fields, Name, Origin, Outcome, StatusCode, Timing, Version,
};
use statusquo_lint::{Finding, Judge, Level};
use tower::{Layer, Service};

use crate::layer::read;

/// For tests: judges every response of a service, and stops the test by a panic at what is wrong, with the rule, the
/// line that it is about and how to mend it.
///
/// It belongs outside of all other layers, so that it sees what a client sees, and so that no other layer takes its panic
/// for a fault of the service.
///
/// ```should_panic
/// use axum::{Router, body::Body, http::Request, http::StatusCode, routing::get};
/// use statusquo_problem::lint::LintLayer;
/// use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = Router::new().route("/", get(|| async { StatusCode::UNAUTHORIZED }));
/// let service = app.layer(LintLayer::new());
/// // a 401 without a challenge
/// service.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
/// # }
/// ```
#[derive(Clone)]
pub struct LintLayer {
    judge: Arc<Judge>,
    level: Level,
}

/// Content that is longer is judged by its beginning, and not handed on: a test should not hold more.
const LONGEST_CONTENT_BYTES: usize = 16 << 20;

impl LintLayer {
    /// Stops at what is a `must` or `should`.
    #[must_use]
    pub fn new() -> Self {
        Self { judge: Arc::new(Judge::default()), level: Level::Should }
    }

    /// Stops at what is of this level or graver.
    #[must_use]
    pub fn at(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// Judges by these levels and suppressions.
    #[must_use]
    pub fn with(self, judge: Judge) -> Self {
        Self { judge: Arc::new(judge), ..self }
    }

    #[expect(clippy::panic, reason = "this is how a test fails")]
    fn judge(&self, exchange: &Exchange) {
        let judgement = self.judge.judge(exchange);
        let grave = judgement.findings.iter().filter(|finding| finding.level >= self.level);
        let findings: Vec<&Finding> = grave.collect();
        if !findings.is_empty() {
            panic!("{}", Findings { exchange, findings });
        }
    }
}

impl Default for LintLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LintLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LintLayer").field("level", &self.level).finish_non_exhaustive()
    }
}

impl<S> Layer<S> for LintLayer {
    type Service = LintService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        LintService { inner, layer: self.clone() }
    }
}

/// A service whose responses are judged.
#[derive(Debug, Clone)]
pub struct LintService<S> {
    inner: S,
    layer: LintLayer,
}

impl<S, A, B> Service<Request<A>> for LintService<S>
where
    S: Service<Request<A>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Send,
    A: Body<Data: Send> + From<Bytes> + Send + 'static,
    B: Body<Data: Send> + From<Bytes> + Send + 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        // The one that is ready is used, and its copy is left for the next request.
        let copy = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, copy);
        let layer = self.layer.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let content = all_of(body).await;
            let asked = asked(&head, &content);
            let began = Instant::now();
            let response = inner.call(Request::from_parts(head, A::from(content.clone()))).await?;
            let (head, body) = response.into_parts();
            let content = all_of(body).await;
            let answered = answered(&head, &content, asked.method == "HEAD");
            layer.judge(&exchange(asked, answered, began.elapsed()));
            Ok(Response::from_parts(head, B::from(content)))
        })
    }
}

/// What cannot be read, or has no end, is for the test to find out.
async fn all_of<B: Body>(body: B) -> Bytes {
    read(body, LONGEST_CONTENT_BYTES).await.0.into()
}

fn asked(head: &http::request::Parts, content: &Bytes) -> statusquo_exchange::Request {
    let mut fields = fields(&head.headers);
    if !content.is_empty() && !fields.has("content-length") && !fields.has("transfer-encoding") {
        fields.push("content-length", content.len().to_string());
    }
    statusquo_exchange::Request {
        method: head.method.as_str().to_owned(),
        // Whether TLS is in front of the service is not known here, and so not whether it is `https`.
        target: head.uri.to_string(),
        version: version(head.version),
        fields,
        content: Content::Whole(content.clone()),
    }
}

/// The response as a server would send it: it adds the date, and the length where it knows it.
fn answered(head: &http::response::Parts, content: &Bytes, is_head: bool) -> statusquo_exchange::Response {
    let mut fields = fields(&head.headers);
    if !fields.has("date") {
        fields.push("date", httpdate::fmt_http_date(std::time::SystemTime::now()));
    }
    let has_length = fields.has("content-length") || fields.has("transfer-encoding");
    let status = head.status;
    if !has_length && !is_head && !status.is_informational() && !matches!(status.as_u16(), 204 | 304) {
        fields.push("content-length", content.len().to_string());
    }
    statusquo_exchange::Response {
        version: version(head.version),
        status: StatusCode::new(status.as_u16()),
        reason: None,
        fields,
        content: Content::Whole(if is_head { Bytes::new() } else { content.clone() }),
        trailers: Fields::new(),
    }
}

fn fields(headers: &HeaderMap) -> Fields {
    let bytes = |value: &HeaderValue| Bytes::copy_from_slice(value.as_bytes());
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), bytes(value))).collect()
}

fn version(version: http::Version) -> Option<Version> {
    Version::parse(&format!("{version:?}"))
}

fn exchange(
    request: statusquo_exchange::Request,
    response: statusquo_exchange::Response,
    total: Duration,
) -> Exchange {
    Exchange {
        id: ExchangeId("test".to_owned()),
        at: jiff::Timestamp::now(),
        origin: Origin::Recording { source: Name::from("test") },
        scheme: None,
        request,
        interim: Vec::new(),
        outcome: Outcome::Answered(response),
        timing: Timing { total, ..Timing::default() },
        tls: None,
        peer: None,
        raw_response: None,
    }
}

/// Findings in the manner of a compiler.
struct Findings<'a> {
    exchange: &'a Exchange,
    findings: Vec<&'a Finding>,
}

impl fmt::Display for Findings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = &self.exchange.request;
        let status = self.exchange.status().map_or(0, StatusCode::get);
        let count = self.findings.len();
        let noun = if count == 1 { "finding" } else { "findings" };
        writeln!(f, "{} {} -> {status}: {count} {noun}", request.method, request.target)?;
        for finding in &self.findings {
            writeln!(f, "\n{}[{}]: {}", finding.level, finding.rule.id, finding.message)?;
            if let Some(pointed) = finding.pointed(self.exchange) {
                let number = pointed.line.to_string();
                let mut marks = " ".repeat(pointed.marked.start);
                write!(marks, "{}", "^".repeat(pointed.marked.len().max(1)))?;
                writeln!(f, "  --> {}, line {number}", pointed.part)?;
                writeln!(f, "  {number} | {}", pointed.text)?;
                writeln!(f, "  {} | {marks}", " ".repeat(number.len()))?;
            }
            writeln!(f, "  = fix: {}\n  = see: {}", finding.fix, finding.rule.source)?;
        }
        Ok(())
    }
}
