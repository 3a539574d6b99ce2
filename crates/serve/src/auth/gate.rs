//! Lets nobody in who may not.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, Method, Uri, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use statusquo_alert::Who;
use statusquo_problem::{Challenge, Problem};
use statusquo_store::Role;

use super::{Caller, Via, hash};
use crate::context::App;
use crate::negotiate::Form;

/// What a token is good for (RFC 9110, 11.5).
const REALM: &str = "statusquo";

/// The cookie of a session.
pub(super) const COOKIE: &str = "statusquo_session";

/// Finds out who asks, and refuses who may not look, and changes that another site's page asks for.
pub(crate) async fn gate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if is_public(path) {
        return next.run(request).await;
    }
    let caller = match app.identify(request.headers()).await {
        Ok(Some(caller)) => caller,
        Ok(None) => return unknown(&request),
        Err(problem) => return problem.into_response(),
    };
    let is_risky = changes_something(request.method()) && !matches!(caller.via, Via::Token(_));
    if let (true, Err(problem)) = (is_risky, same_origin(request.headers())) {
        return problem.into_response();
    }
    // Each route asks for the role that it takes; none that changes something can forget to.
    let is_deed = changes_something(request.method()) && path != "/sign-out";
    if let (true, Err(problem)) = (is_deed, caller.require(Role::Responder)) {
        return problem.into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

/// Refuses names that are not ours while we listen on loopback: a page of another site that points its own name at
/// 127.0.0.1 (DNS rebinding) could read everything otherwise.
pub(crate) async fn known_host(State(app): State<App>, request: Request, next: Next) -> Response {
    let site = &app.context.site;
    let host = host(request.uri(), request.headers());
    let public = site.public.as_ref().and_then(Uri::host);
    let is_known = matches!(host, "localhost" | "127.0.0.1" | "[::1]") || Some(host) == public;
    if site.loopback && !is_known {
        let detail = format!("`{host}` is not a name of this server; set `public_url` if it should be");
        return Problem::misdirected_request(detail).into_response();
    }
    next.run(request).await
}

/// The host that was asked for, without the port.
fn host<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> &'a str {
    let named = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let authority = uri.authority().map(http::uri::Authority::as_str).or(named).unwrap_or_default();
    let port = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    port.map_or(authority, |(host, _)| host)
}

/// What is open to everybody: the sign-in page, what it is made of, whether we live, heartbeats, whose address is their
/// secret, and what receivers' services send, which they sign.
fn is_public(path: &str) -> bool {
    matches!(path, "/sign-in" | "/healthz" | "/readyz")
        || ["/assets/", "/heartbeat/", "/hooks/", "/api/v1/heartbeats/"]
            .iter()
            .any(|prefix| path.starts_with(prefix))
}

/// Safe methods ask for no change (RFC 9110, 9.2.1).
fn changes_something(method: &Method) -> bool {
    !method.is_safe()
}

fn unknown(request: &Request) -> Response {
    let (path, method) = (request.uri().path(), request.method());
    let is_page = Form::wanted(request.headers()) == Form::Html && !path.starts_with("/api/");
    if is_page && method.is_safe() {
        let next = request.uri().path_and_query().map_or("/", |next| next.as_str());
        let next = utf8_percent_encode(next, NON_ALPHANUMERIC);
        return Redirect::to(&format!("/sign-in?next={next}")).into_response();
    }
    unauthorized("sign in, or send a token: `Authorization: Bearer …`").into_response()
}

pub(super) fn unauthorized(detail: &'static str) -> Problem {
    Problem::unauthorized(Challenge::bearer(REALM), detail)
}

/// A client that is told so gets a new one without asking anybody (RFC 6750, 3.1).
fn unknown_token() -> Problem {
    let detail = "this token is not known here";
    Problem::unauthorized(Challenge::bearer_rejected(REALM, detail), detail)
}

/// Refuses requests that a browser sends on behalf of another site. Programs send neither field.
pub(super) fn same_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let from_here = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin = text("origin").is_none_or(|origin| {
        origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == text("host"))
    });
    if from_here && origin {
        return Ok(());
    }
    Err(Problem::forbidden("this was asked for by a page of another site"))
}

/// The value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The credentials of a request that brings a token.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

impl App {
    /// Who asks; `None`: somebody who has to sign in.
    async fn identify(&self, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
        let people = self.people().await?;
        if headers.contains_key(header::AUTHORIZATION) {
            let token = bearer(headers).and_then(|secret| people.token(secret));
            let token = token.ok_or_else(unknown_token)?;
            let who = Who(format!("token:{}", token.name));
            let via = Via::Token(token.hash.clone());
            return Ok(Some(Caller { who, role: token.role, csrf: String::new(), via }));
        }
        if people.users.is_empty() && self.context.site.loopback {
            let (who, csrf) = (Who("local".to_owned()), self.csrf.clone());
            return Ok(Some(Caller { who, role: Role::Admin, csrf, via: Via::Open }));
        }
        let Some(cookie) = cookie(headers, COOKIE) else { return Ok(None) };
        let (key, now) = (hash(cookie), self.now());
        let Some(session) = self.ask(move |reader| reader.session(&key, now)).await? else { return Ok(None) };
        let role = people.role(&session.user);
        Ok(role.map(|role| Caller {
            who: Who(session.user),
            role,
            csrf: session.csrf,
            via: Via::Session(session.hash),
        }))
    }
}
