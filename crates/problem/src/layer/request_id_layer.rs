//! Each request gets an id, and each response tells it.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::{Layer, Service};

use super::Boxed;
use crate::request_id::{RequestId, X_REQUEST_ID};
use crate::scope::Scope;

/// Each request gets an id, and each response tells it, as `X-Request-Id`.
///
/// An id that comes with the request is kept if it is harmless ([`RequestId::parse`]); behind an edge that is open to
/// everybody it is better not to believe it: [`RequestIdLayer::distrusting`]. Handlers find it in the request's
/// extensions, the service behind sees it in the field, and the current span's field `request_id` is filled if it has
/// one.
///
/// It belongs outside of the [`ProblemLayer`](super::ProblemLayer), so that errors tell it.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestIdLayer {
    is_distrusting: bool,
}

impl RequestIdLayer {
    /// Keeps an id that comes with the request, and makes one where none does.
    #[must_use]
    pub const fn new() -> Self {
        Self { is_distrusting: false }
    }

    /// Makes an id for every request.
    #[must_use]
    pub const fn distrusting() -> Self {
        Self { is_distrusting: true }
    }

    /// The id that came, if it is one and may be believed.
    fn came<B>(self, request: &Request<B>) -> Option<RequestId> {
        let mut lines = request.headers().get_all(X_REQUEST_ID).iter();
        // Of two different ones nobody knows which is right.
        let only = lines.next().filter(|_| lines.next().is_none() && !self.is_distrusting)?;
        RequestId::parse(only.to_str().ok()?)
    }
}

impl<S> Layer<S> for RequestIdLayer {
    type Service = RequestIdService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        RequestIdService { inner, layer: *self }
    }
}

/// A service whose requests have ids.
#[derive(Debug, Clone, Copy)]
pub struct RequestIdService<S> {
    inner: S,
    layer: RequestIdLayer,
}

impl<S, A, B> Service<Request<A>> for RequestIdService<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    S::Future: Send + 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Boxed<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        let id = self.layer.came(&request).unwrap_or_else(RequestId::generate);
        tracing::Span::current().record("request_id", id.as_str());
        request.headers_mut().insert(X_REQUEST_ID, id.value().clone());
        request.extensions_mut().insert(id.clone());
        let scope = Scope { request_id: Some(id.clone()), ..Scope::current() };
        let future = scope.within(|| self.inner.call(request));
        Box::pin(async move {
            let mut future = pin!(future);
            let mut response = poll_fn(|context| scope.within(|| future.as_mut().poll(context))).await?;
            response.headers_mut().insert(X_REQUEST_ID, id.value().clone());
            Ok(response)
        })
    }
}
