//! An answer within a certain time.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use ::axum::body::{Body, Bytes};
use ::axum::extract::Request;
use ::axum::response::{IntoResponse, Response};
use http_body::{Frame, SizeHint};
use tower::{Layer, Service};

use crate::{Problem, RetryAfter};

/// An answer within a certain time. When there is none, the answer is
///
/// * 408, where the client had not sent its content by then: it was the slow one;
/// * 503 with `Retry-After`, where the service was ([`DeadlineLayer::of_service`]);
/// * 504, where the service waits for others ([`DeadlineLayer::of_gateway`]).
///
/// It belongs inside of the [`ProblemLayer`](crate::ProblemLayer).
#[derive(Debug, Clone, Copy)]
pub struct DeadlineLayer {
    within: Duration,
    /// When to come back; `None` for a gateway.
    retry_after: Option<RetryAfter>,
}

impl DeadlineLayer {
    /// For a service that does the work itself.
    #[must_use]
    pub const fn of_service(within: Duration, retry_after: RetryAfter) -> Self {
        Self { within, retry_after: Some(retry_after) }
    }

    /// For a service that mostly waits for others.
    #[must_use]
    pub const fn of_gateway(within: Duration) -> Self {
        Self { within, retry_after: None }
    }

    fn problem(self, waits_for_client: bool) -> Problem {
        let seconds = self.within.as_secs_f64();
        match self.retry_after {
            _ if waits_for_client => {
                Problem::request_timeout(format!("the content had not come within {seconds} s"))
            }
            Some(retry_after) => {
                Problem::unavailable(retry_after, format!("there was no answer within {seconds} s"))
            }
            None => Problem::gateway_timeout(format!("no answer came from behind within {seconds} s")),
        }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = DeadlineService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        DeadlineService { inner, layer: *self }
    }
}

/// A service that answers within a certain time.
#[derive(Debug, Clone, Copy)]
pub struct DeadlineService<S> {
    inner: S,
    layer: DeadlineLayer,
}

impl<S> Service<Request> for DeadlineService<S>
where
    S: Service<Request, Response = Response>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let waits = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| Body::new(Watched { body, waits: Arc::clone(&waits) }));
        let answer = self.inner.call(request);
        let layer = self.layer;
        Box::pin(async move {
            match tokio::time::timeout(layer.within, answer).await {
                Ok(answer) => answer,
                Err(_) => Ok(layer.problem(waits.load(Ordering::Relaxed)).into_response()),
            }
        })
    }
}

/// The content of a request, of which one can see whether somebody waits for more of it.
struct Watched {
    body: Body,
    waits: Arc<AtomicBool>,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = ::axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.waits.store(polled.is_pending(), Ordering::Relaxed);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
