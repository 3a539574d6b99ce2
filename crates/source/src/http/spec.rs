//! What an HTTP probe is told to ask.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use secrecy::SecretString;
use statusquo_exchange::{Fields, Name};
use url::Url;

use super::secret;
use crate::resolve::Family;

/// One HTTP question: what to ask, whom, how, and within which bounds.
#[derive(Clone)]
pub struct HttpSpec {
    /// The monitor on whose behalf we ask.
    pub monitor: Name,
    /// The target, `http` or `https`. A user and password in it become Basic credentials.
    pub url: Url,
    /// The method.
    pub method: Method,
    /// Header fields to send; they take the place of ours (`User-Agent`, `Accept`, `Host` and so on).
    pub fields: Fields,
    /// The content to send.
    pub content: Bytes,
    /// What to do with a redirect.
    pub redirects: Redirects,
    /// The credentials to show to the target.
    pub auth: Option<Auth>,
    /// Whose certificates count.
    pub trust: Trust,
    /// The certificate to show to the target.
    pub client_certificate: Option<ClientCertificate>,
    /// The proxy to go through.
    pub proxy: Option<Proxy>,
    /// The address family to use.
    pub family: Family,
    /// The protocol version to speak.
    pub http: HttpVersion,
    /// The time for everything from start to end, all redirects included.
    pub timeout: Duration,
    /// How much to read at most.
    pub limits: Limits,
    /// How the request goes out.
    pub sending: Sending,
    /// Dial this instead of what the URL says; `Host` and the name in TLS stay those of the URL.
    pub connect_to: Option<ConnectTo>,
}

impl HttpSpec {
    /// A plain GET with the defaults: no redirects followed, the system's trust, 10 seconds.
    #[must_use]
    pub fn get(monitor: Name, url: Url) -> Self {
        Self {
            monitor,
            url,
            method: Method::GET,
            fields: Fields::new(),
            content: Bytes::new(),
            redirects: Redirects::None,
            auth: None,
            trust: Trust::System,
            client_certificate: None,
            proxy: None,
            family: Family::Any,
            http: HttpVersion::Auto,
            timeout: Duration::from_secs(10),
            limits: Limits::default(),
            sending: Sending::AtOnce,
            connect_to: None,
        }
    }

    /// Can this be asked at all? Tells all that stands against it.
    ///
    /// Certificates and keys are looked at when a probe first needs them.
    ///
    /// # Errors
    /// Everything that is wrong with the specification.
    pub fn check(&self) -> Result<(), Vec<SpecError>> {
        let mut errors = Vec::new();
        if !matches!(self.url.scheme(), "http" | "https") {
            errors.push(SpecError::Scheme(self.url.scheme().to_owned()));
        }
        if self.url.host_str().is_none_or(str::is_empty) {
            errors.push(SpecError::NoHost);
        }
        for line in self.fields.lines() {
            let name = String::from_utf8_lossy(&line.name).into_owned();
            if HeaderName::from_bytes(&line.name).is_err() {
                errors.push(SpecError::FieldName(name));
            } else if HeaderValue::from_bytes(&line.value).is_err() {
                errors.push(SpecError::FieldValue(name));
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// Shows what is asked, without what is secret in it.
impl fmt::Debug for HttpSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSpec")
            .field("monitor", &self.monitor)
            .field("method", &self.method)
            .field("url", &secret::hide_in_url(&self.url))
            .finish_non_exhaustive()
    }
}

/// Why something cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// Only `http` and `https` can be probed.
    #[error("the scheme is `{0}`; only `http` and `https` can be probed")]
    Scheme(String),
    /// The URL names no host.
    #[error("the URL names no host")]
    NoHost,
    /// A field name is not a token (RFC 9110, 5.1).
    #[error("`{0}` is not a field name")]
    FieldName(String),
    /// A field value has bytes that HTTP does not allow (RFC 9110, 5.5); often a line break of a secret's file.
    #[error("the value of `{0}` has bytes that HTTP does not allow, perhaps a line break")]
    FieldValue(String),
}

/// What to do with a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redirects {
    /// It is the answer.
    None,
    /// Follow it.
    Follow {
        /// How many at most.
        max: u8,
    },
}

/// A user and a password, for the Basic scheme (RFC 7617).
#[derive(Debug, Clone)]
pub struct Login {
    /// The user; has no colon.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// Credentials for the target. Another origin never gets them.
#[derive(Debug, Clone)]
pub enum Auth {
    /// A user and a password (RFC 7617).
    Basic(Login),
    /// A token (RFC 6750).
    Bearer(SecretString),
    /// A token that we fetch first (RFC 6749, 4.4).
    ClientCredentials(Box<ClientCredentials>),
}

/// How to get a token with the client credentials grant (RFC 6749, 4.4).
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    /// The token endpoint.
    pub token_url: Url,
    /// Who we are.
    pub client_id: String,
    /// What proves it.
    pub client_secret: SecretString,
    /// The scope to ask for.
    pub scope: Option<String>,
    /// The audience to ask for, where the server wants one.
    pub audience: Option<String>,
    /// Where the secret goes.
    pub placement: SecretPlacement,
}

/// Where the client's secret goes in a token request (RFC 6749, 2.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecretPlacement {
    /// Into the `Authorization` field, as the standard prefers.
    #[default]
    Authorization,
    /// Into the content, for servers that know nothing else.
    Content,
}

/// Whose certificates count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The roots of this machine; Mozilla's where the machine has none.
    System,
    /// These roots alone, in PEM form.
    Ca(Bytes),
}

/// The certificate that we show.
#[derive(Debug, Clone)]
pub struct ClientCertificate {
    /// The chain in PEM form, our own certificate first.
    pub chain: Bytes,
    /// The private key in PEM form.
    pub key: SecretString,
}

/// An HTTP proxy: CONNECT for `https`, the absolute form for `http` (RFC 9112, 3.2.2).
#[derive(Debug, Clone)]
pub struct Proxy {
    /// The proxy's host.
    pub host: String,
    /// The proxy's port.
    pub port: u16,
    /// What it wants to know of us.
    pub login: Option<Login>,
}

/// The protocol version to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HttpVersion {
    /// Over TLS what the server picks, else HTTP/1.1.
    Auto,
    /// HTTP/1.1.
    Http1,
    /// HTTP/2; without TLS, with prior knowledge (RFC 9113, 3.3).
    Http2,
}

/// How a request goes out. Of HTTP/1 alone: over HTTP/2 all go out at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sending {
    /// At once.
    #[default]
    AtOnce,
    /// After an empty line, which a server should ignore (RFC 9112, 2.2).
    AfterEmptyLine,
    /// The content when a 100 asks for it, or when this time is over (RFC 9110, 10.1.1). Content that did not go out, since
    /// the final response came first, is recorded as the beginning of which nothing went.
    HoldingBack(Duration),
}

/// How much to read at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The header section, interim responses included, in bytes; more is a failure.
    pub headers: usize,
    /// The content, in bytes; reading stops there.
    pub content: usize,
    /// The copy of the response as it came, in bytes.
    pub raw: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { headers: 64 << 10, content: 1 << 20, raw: 64 << 10 }
    }
}

/// Where to connect to instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectTo {
    /// A name or an address.
    pub host: String,
    /// The port.
    pub port: u16,
}
