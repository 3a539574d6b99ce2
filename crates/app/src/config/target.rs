//! What a monitor asks, as configured: secrets are still references.

use std::net::SocketAddr;
use std::ops::Range;
use std::path::PathBuf;

use super::template::Template;

/// What a monitor asks.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// An HTTP endpoint.
    Http(Box<HttpTarget>),
    /// A TCP port.
    Tcp(TcpTarget),
    /// A name in the DNS.
    Dns(DnsTarget),
    /// The certificate chain of a TLS server.
    Certificate(CertificateTarget),
    /// Nothing: a job reports itself, and shows this token.
    Heartbeat(Option<Template>),
}

impl Target {
    /// What a monitor of it does, in a word.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::Tcp(_) => "tcp",
            Self::Dns(_) => "dns",
            Self::Certificate(_) => "tls",
            Self::Heartbeat(_) => "heartbeat",
        }
    }
}

/// The key that makes a monitor one of this kind.
pub(crate) const KINDS: [&str; 5] = ["url", "tcp", "dns", "certificate", "heartbeat"];

/// A request, and how to bring it to the server.
#[derive(Debug, Clone)]
pub(crate) struct HttpTarget {
    /// The method.
    pub(crate) method: String,
    /// Where to.
    pub(crate) url: Template,
    /// Header fields, in the order of the file.
    pub(crate) headers: Vec<(String, Template)>,
    /// The content.
    pub(crate) body: Option<Template>,
    /// Follow at most so many redirects; `None`: do not follow.
    pub(crate) follow: Option<u32>,
    /// How to sign in.
    pub(crate) auth: Option<Auth>,
    /// Whom to trust, and who we are.
    pub(crate) tls: TlsFiles,
    /// The proxy on the way.
    pub(crate) proxy: Option<Template>,
    /// Which protocol.
    pub(crate) version: HttpVersion,
    /// The way to the server.
    pub(crate) route: Route,
    /// More content than this is a failure.
    pub(crate) max_content_bytes: u64,
}

/// A TCP port.
#[derive(Debug, Clone)]
pub(crate) struct TcpTarget {
    /// The host's name or address.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
    /// What to send once connected.
    pub(crate) send: Option<Template>,
    /// What the answer has to contain.
    pub(crate) expect: Vec<String>,
    /// The way to the server.
    pub(crate) route: Route,
}

/// A name in the DNS.
#[derive(Debug, Clone)]
pub(crate) struct DnsTarget {
    /// The name.
    pub(crate) name: String,
    /// The type of record: `A`, `MX` …
    pub(crate) record: &'static str,
    /// Records that have to be among the answers.
    pub(crate) expect: Vec<String>,
    /// Name servers to ask instead of the system's.
    pub(crate) resolver: Vec<SocketAddr>,
}

/// A TLS server.
#[derive(Debug, Clone)]
pub(crate) struct CertificateTarget {
    /// The host's name.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
    /// Whom to trust, and who we are.
    pub(crate) tls: TlsFiles,
    /// The way to the server.
    pub(crate) route: Route,
}

/// The way to a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Route {
    /// Which IP version.
    pub(crate) ip: IpVersion,
    /// Name servers to ask instead of the system's.
    pub(crate) resolver: Vec<SocketAddr>,
    /// Connect here instead of where the name leads.
    pub(crate) connect_to: Option<SocketAddr>,
}

/// Which IP version to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum IpVersion {
    /// Whichever works.
    #[default]
    Any,
    /// Version 4.
    V4,
    /// Version 6.
    V6,
}

/// Which HTTP version to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum HttpVersion {
    /// What client and server agree on.
    #[default]
    Auto,
    /// HTTP/1.1.
    Http1,
    /// HTTP/2, without asking first where there is no TLS.
    Http2,
}

/// How to sign in at a target.
#[derive(Debug, Clone)]
pub(crate) enum Auth {
    /// User name and password.
    Basic {
        /// The user name.
        user: Template,
        /// The password.
        password: Template,
    },
    /// A bearer token.
    Bearer(Template),
    /// A token by client credentials.
    ClientCredentials {
        /// Where tokens are given.
        token_url: String,
        /// Who asks.
        client_id: Template,
        /// The secret.
        client_secret: Template,
        /// What the token is for.
        scope: Option<String>,
    },
}

/// Whom to trust, and who we are: PEM files.
#[derive(Debug, Clone, Default)]
pub(crate) struct TlsFiles {
    /// The certificate authority to trust instead of the usual ones.
    pub(crate) ca: Option<PathBuf>,
    /// The client certificate and its key.
    pub(crate) client: Option<(PathBuf, PathBuf)>,
    /// Where they are named in the configuration.
    pub(crate) span: Range<usize>,
}
