//! Errors have one form, whoever made them.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use tower::{Layer, Service};

use super::{Boxed, mend};
use crate::form::{Form, Page};
use crate::request_id::RequestId;
use crate::scope::Scope;
use crate::{Problem, X_REQUEST_ID};

/// Errors have one form, whoever made them.
///
/// * A [`Problem`] is written in the form that was chosen here, or in the one that the client prefers (Accept), with
///   the id of the request.
/// * An error of somebody else, such as the framework's own 404 and 405 or the text of a proxy, is **mended**: content
///   that is missing, text or HTML is replaced. Fields stay, so that `Allow`, `Retry-After`, challenges and cookies
///   are where they were; a text of a client error becomes the detail, that of a server error is logged and not shown.
///   Errors in JSON or XML are left as they are.
/// * A panic is an internal error. (With `panic = "abort"` there is nothing that could be caught.)
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use statusquo_problem::{Form, Problem, ProblemLayer};
/// use tower::{Layer, ServiceExt, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let orders = service_fn(|_: Request<()>| async {
///     Ok::<Response<http_body_util::Full<Bytes>>, std::convert::Infallible>(
///         Problem::not_found("there is no order 17").into_http().map(Into::into),
///     )
/// });
/// let service = ProblemLayer::new(Form::Envelope).layer(orders);
/// let response = service.oneshot(Request::new(())).await.unwrap();
/// assert_eq!(response.headers()["content-type"], "application/json");
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ProblemLayer {
    form: Form,
    page: Option<Page>,
}

impl ProblemLayer {
    /// Errors have this form.
    #[must_use]
    pub const fn new(form: Form) -> Self {
        Self { form, page: None }
    }

    /// Browsers get this page instead. Pages of others with a status code of an error are replaced by it as well.
    ///
    /// ```
    /// use statusquo_problem::{Form, Problem, ProblemLayer, RequestId};
    ///
    /// fn page(problem: &Problem, id: Option<&RequestId>) -> String {
    ///     let id = id.map(RequestId::as_str).unwrap_or_default();
    ///     format!("<!doctype html><title>Sorry</title><h1>{}</h1><p>Request {id}", problem.status())
    /// }
    /// let layer = ProblemLayer::new(Form::Problem).page(page);
    /// ```
    #[must_use]
    pub const fn page(self, page: Page) -> Self {
        Self { page: Some(page), ..self }
    }

    fn scope<B>(self, request: &Request<B>) -> Scope {
        let outer = Scope::current();
        Scope {
            media: self.form.wanted(self.page, request.headers()),
            is_negotiated: true,
            request_id: request.extensions().get::<RequestId>().cloned().or(outer.request_id),
        }
    }
}

impl<S> Layer<S> for ProblemLayer {
    type Service = ProblemService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ProblemService { inner, layer: *self }
    }
}

/// A service whose errors have one form.
#[derive(Debug, Clone, Copy)]
pub struct ProblemService<S> {
    inner: S,
    layer: ProblemLayer,
}

impl<S, A, B> Service<Request<A>> for ProblemService<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    B: http_body::Body<Data: Send> + From<Bytes> + Send + 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Boxed<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let scope = self.layer.scope(&request);
        let is_head = request.method() == Method::HEAD;
        let called = scope.within(|| catch_unwind(AssertUnwindSafe(|| self.inner.call(request))));
        Box::pin(async move {
            let polled = match called {
                Ok(future) => {
                    let mut future = pin!(future);
                    // What panicked is not polled again, and nothing of it is looked at.
                    let mut poll = |context: &mut Context<'_>| {
                        catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)))
                    };
                    poll_fn(|context| match scope.within(|| poll(context)) {
                        Ok(Poll::Pending) => Poll::Pending,
                        Ok(Poll::Ready(result)) => Poll::Ready(Ok(result)),
                        Err(panic) => Poll::Ready(Err(panic)),
                    })
                    .await
                }
                Err(panic) => Err(panic),
            };
            let response = match polled {
                Ok(result) => result?,
                Err(panic) => return Ok(scope.within(|| panicked(&*panic)).map(B::from)),
            };
            Ok(mend::mend(response, &scope, is_head).await)
        })
    }
}

/// What somebody gets whose request made a handler panic; the words are for the log alone.
fn panicked(panic: &(dyn Any + Send)) -> Response<Bytes> {
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Problem::internal(format!("a panic: {}", words.unwrap_or("without words"))).into_http()
}

/// Fields that a response has in any case, whoever made it.
pub(super) fn tell_id<B>(response: &mut Response<B>, scope: &Scope) {
    if let Some(id) = &scope.request_id {
        response.headers_mut().entry(X_REQUEST_ID).or_insert_with(|| id.value().clone());
    }
}

/// The content of a mended error depends on what the client accepts.
pub(super) fn vary<B>(response: &mut Response<B>) {
    let lines = response.headers().get_all(header::VARY).iter().filter_map(|line| line.to_str().ok());
    let mut names = lines.flat_map(|line| line.split(',')).map(str::trim);
    if !names.any(|name| name == "*" || name.eq_ignore_ascii_case("accept")) {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    }
}
