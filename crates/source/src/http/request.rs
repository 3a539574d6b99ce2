//! The request of one hop: as it goes out, and as it may be recorded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use secrecy::ExposeSecret;
use statusquo_exchange::{Content, Fields, OwnFault, Request, Version};
use url::{Position, Url};

use super::fault::Fault;
use super::secret;
use super::spec::{HttpSpec, Login, Proxy};

/// Who we are, unless the monitor says otherwise.
const USER_AGENT: &str = "statusquo/0.1 (+https://github.com/statusquo/statusquo)";

/// What one hop asks.
#[derive(Debug, Clone)]
pub(crate) struct Hop {
    pub(crate) url: Url,
    pub(crate) method: Method,
    /// Does the content go along? A redirect may have turned the request into a GET.
    pub(crate) with_content: bool,
    /// Are we still at the origin that the credentials are for?
    pub(crate) trusted: bool,
}

impl Hop {
    /// The first hop of a probe.
    pub(crate) fn first(spec: &HttpSpec) -> Self {
        Self { url: spec.url.clone(), method: spec.method.clone(), with_content: true, trusted: true }
    }
}

/// How the request travels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route<'a> {
    pub(crate) version: Version,
    /// The proxy that gets the request itself, that is: without a tunnel.
    pub(crate) proxy: Option<&'a Proxy>,
}

/// A request, as it goes out and as it may be recorded.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) request: http::Request<Bytes>,
    pub(crate) record: Request,
}

/// Field lines in both forms.
struct Lines {
    sent: HeaderMap,
    recorded: Fields,
}

impl Lines {
    fn add(&mut self, name: &'static str, value: HeaderValue) {
        self.record(Bytes::from_static(name.as_bytes()), &value);
        self.sent.append(HeaderName::from_static(name), value);
    }

    fn record(&mut self, name: Bytes, value: &HeaderValue) {
        let value = match secret::is_field(&name) {
            true => secret::hide(&name, value.as_bytes()),
            false => Bytes::copy_from_slice(value.as_bytes()),
        };
        self.recorded.push(name, value);
    }
}

/// Builds the request of a hop.
pub(crate) fn build(
    spec: &HttpSpec,
    hop: &Hop,
    authorization: Option<&HeaderValue>,
    route: Route<'_>,
) -> Result<Outgoing, Fault> {
    let own_host = spec.fields.first("host").filter(|_| hop.trusted);
    let authority = match own_host {
        Some(host) => String::from_utf8_lossy(host).into_owned(),
        None => hop.url[Position::BeforeHost..Position::AfterPort].to_owned(),
    };
    let path = &hop.url[Position::BeforePath..Position::AfterQuery];
    let uri = match (route.version, route.proxy) {
        (Version::Http2, _) | (_, Some(_)) => format!("{}://{authority}{path}", hop.url.scheme()).parse(),
        (_, None) => path.parse::<Uri>(),
    };
    let uri = uri.map_err(|error| invalid(&format!("the target cannot be asked for: {error}")))?;
    let content = if hop.with_content { spec.content.clone() } else { Bytes::new() };
    let lines = lines(spec, hop, authorization, (route, &authority, content.len()))?;
    let record = Request {
        method: hop.method.as_str().to_owned(),
        target: secret::hide_in_url(&hop.url),
        version: Some(route.version),
        fields: lines.recorded,
        // What a monitor sends is in its configuration, and may hold secrets that we cannot know.
        content: if content.is_empty() { Content::Whole(Bytes::new()) } else { Content::NotCaptured },
    };
    let mut request = http::Request::new(content);
    *request.method_mut() = hop.method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = lines.sent;
    if route.version == Version::Http2 {
        *request.version_mut() = http::Version::HTTP_2;
    }
    Ok(Outgoing { request, record })
}

fn lines(
    spec: &HttpSpec,
    hop: &Hop,
    authorization: Option<&HeaderValue>,
    (route, authority, length): (Route<'_>, &str, usize),
) -> Result<Lines, Fault> {
    let mut lines = Lines { sent: HeaderMap::with_capacity(8 + spec.fields.len()), recorded: Fields::new() };
    let http1 = route.version != Version::Http2;
    if http1 {
        lines.add("host", HeaderValue::from_str(authority).map_err(|_| invalid("`Host` is not valid"))?);
    }
    for (name, value) in [("user-agent", USER_AGENT), ("accept", "*/*"), ("accept-encoding", "identity")] {
        if !spec.fields.has(name) {
            lines.add(name, HeaderValue::from_static(value));
        }
    }
    own_lines(spec, hop, route.version, &mut lines)?;
    if let Some(value) = authorization.filter(|_| hop.trusted && !spec.fields.has("authorization")) {
        lines.add("authorization", value.clone());
    }
    if let Some(login) = route.proxy.and_then(|proxy| proxy.login.as_ref()) {
        lines.add("proxy-authorization", basic(login)?);
    }
    // A method that is about content says so even when there is none (RFC 9110, 8.6).
    if length > 0 || (hop.with_content && [Method::POST, Method::PUT, Method::PATCH].contains(&hop.method)) {
        lines.add("content-length", HeaderValue::from(length));
    }
    if http1 && !spec.fields.has("connection") {
        lines.add("connection", HeaderValue::from_static("close"));
    }
    Ok(lines)
}

/// The monitor's own fields, without those that another origin must not see or that speak of content that is gone.
fn own_lines(spec: &HttpSpec, hop: &Hop, version: Version, lines: &mut Lines) -> Result<(), Fault> {
    for line in spec.fields.lines() {
        let refuse = || {
            let name = String::from_utf8_lossy(&line.name);
            invalid(&format!("the field `{name}` has bytes that HTTP does not allow, perhaps a line break"))
        };
        let name = HeaderName::from_bytes(&line.name).map_err(|_| refuse())?;
        let gone = !hop.with_content && name.as_str().starts_with("content-");
        let kept_back = !hop.trusted && secret::is_field(&line.name);
        // The host and the framing are ours to say; of connections HTTP/2 speaks otherwise (RFC 9113, 8.2.2).
        let ours = [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(&name);
        let of_http1 = ["connection", "keep-alive", "proxy-connection", "upgrade"].contains(&name.as_str());
        if gone || kept_back || ours || (of_http1 && version == Version::Http2) {
            continue;
        }
        let mut value = HeaderValue::from_maybe_shared(line.value.clone()).map_err(|_| refuse())?;
        value.set_sensitive(secret::is_field(&line.name));
        lines.record(Bytes::copy_from_slice(name.as_str().as_bytes()), &value);
        lines.sent.append(name, value);
    }
    Ok(())
}

/// The value of a Basic `Authorization` (RFC 7617, 2).
pub(crate) fn basic(login: &Login) -> Result<HeaderValue, Fault> {
    let pair = STANDARD.encode(format!("{}:{}", login.user, login.password.expose_secret()));
    secret_value("Basic", &pair)
}

/// The value of a bearer's `Authorization` (RFC 6750, 2.1).
pub(crate) fn bearer(token: &str) -> Result<HeaderValue, Fault> {
    secret_value("Bearer", token)
}

fn secret_value(scheme: &str, secret: &str) -> Result<HeaderValue, Fault> {
    let mut value = HeaderValue::from_str(&format!("{scheme} {secret}"))
        .map_err(|_| invalid("a credential has bytes that HTTP does not allow, perhaps a line break"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A request that cannot be sent is a mistake of our configuration, most often a secret with a line break.
fn invalid(detail: &str) -> Fault {
    Fault::own(OwnFault::Credentials, detail)
}
