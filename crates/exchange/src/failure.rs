//! What took the response's place when there was none.

use std::fmt;
use std::time::Duration;

/// Why an exchange ended without a (complete) response. The fault lies with the target or the way to it;
/// our own faults (our resolver, our sockets, our clock) are never failures of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In which step it went wrong, and how.
    pub kind: FailureKind,
    /// One clause for people, lower case, no full stop: ``certificate expired 3 days ago``.
    pub detail: String,
    /// How long after the start of the exchange it was noticed.
    pub after: Duration,
}

/// The step that failed. The names follow OpenTelemetry's `error.type` and RFC 9209, 2.3, where those have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// The name does not exist (NXDOMAIN, or no address of a usable family), said by an authority.
    NameNotFound,
    /// The authority for the name failed (SERVFAIL, REFUSED) while our resolver works.
    ResolveFailed,
    /// The port answered with a reset: nothing listens there.
    ConnectRefused,
    /// No answer to the connection attempt in time.
    ConnectTimeout,
    /// No route, host unreachable, or another connection error.
    ConnectFailed,
    /// The proxy on the way refused or failed.
    ProxyFailed,
    /// The TLS handshake failed (alert, no common version or cipher, not TLS at all).
    TlsHandshake,
    /// A certificate of the chain has expired.
    CertificateExpired,
    /// A certificate of the chain is not valid yet.
    CertificateNotYetValid,
    /// The certificate does not cover the host name.
    CertificateName,
    /// The chain does not lead to a trusted root, or is otherwise invalid.
    CertificateUntrusted,
    /// Connected, and no complete answer within the time allowed.
    Timeout,
    /// The connection was reset or closed before the response was complete.
    ConnectionClosed,
    /// The bytes were not valid HTTP.
    Protocol,
    /// The header section was larger than the cap.
    HeadersTooLarge,
    /// The content was larger than the cap, on the wire or once decompressed.
    ContentTooLarge,
    /// More redirects than allowed, or a redirect back to where it came from.
    RedirectLoop,
    /// The client went away (seen in logs: 499, 444, 460, 000).
    ClientClosed,
}

impl FailureKind {
    /// All of them, in order of the step.
    pub const ALL: [Self; 18] = [
        Self::NameNotFound,
        Self::ResolveFailed,
        Self::ConnectRefused,
        Self::ConnectTimeout,
        Self::ConnectFailed,
        Self::ProxyFailed,
        Self::TlsHandshake,
        Self::CertificateExpired,
        Self::CertificateNotYetValid,
        Self::CertificateName,
        Self::CertificateUntrusted,
        Self::Timeout,
        Self::ConnectionClosed,
        Self::Protocol,
        Self::HeadersTooLarge,
        Self::ContentTooLarge,
        Self::RedirectLoop,
        Self::ClientClosed,
    ];

    /// The stable word for it in JSON, metrics and the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NameNotFound => "name_not_found",
            Self::ResolveFailed => "resolve_failed",
            Self::ConnectRefused => "connect_refused",
            Self::ConnectTimeout => "connect_timeout",
            Self::ConnectFailed => "connect_failed",
            Self::ProxyFailed => "proxy_failed",
            Self::TlsHandshake => "tls_handshake",
            Self::CertificateExpired => "certificate_expired",
            Self::CertificateNotYetValid => "certificate_not_yet_valid",
            Self::CertificateName => "certificate_name",
            Self::CertificateUntrusted => "certificate_untrusted",
            Self::Timeout => "timeout",
            Self::ConnectionClosed => "connection_closed",
            Self::Protocol => "protocol",
            Self::HeadersTooLarge => "headers_too_large",
            Self::ContentTooLarge => "content_too_large",
            Self::RedirectLoop => "redirect_loop",
            Self::ClientClosed => "client_closed",
        }
    }

    /// The kind that [`as_str`](Self::as_str) names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// For people, as the predicate of a sentence about the target: "api.test *refuses connections*".
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::NameNotFound => "has no address: its name does not resolve",
            Self::ResolveFailed => "cannot be resolved: its name servers fail",
            Self::ConnectRefused => "refuses connections",
            Self::ConnectTimeout => "does not accept connections in time",
            Self::ConnectFailed => "cannot be reached",
            Self::ProxyFailed => "cannot be reached through the proxy",
            Self::TlsHandshake => "fails the TLS handshake",
            Self::CertificateExpired => "shows an expired certificate",
            Self::CertificateNotYetValid => "shows a certificate that is not valid yet",
            Self::CertificateName => "shows a certificate for another name",
            Self::CertificateUntrusted => "shows a certificate that nobody vouches for",
            Self::Timeout => "does not answer in time",
            Self::ConnectionClosed => "closes the connection before it has answered",
            Self::Protocol => "answers with something that is not valid HTTP",
            Self::HeadersTooLarge => "sends more header fields than we accept",
            Self::ContentTooLarge => "sends more content than we accept",
            Self::RedirectLoop => "redirects in a loop",
            Self::ClientClosed => "was left by the client before it answered",
        }
    }

    /// What its operator should look at first, as one imperative sentence without a full stop.
    #[must_use]
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::NameNotFound => "check the DNS zone: the record is missing or has expired",
            Self::ResolveFailed => "check the zone's name servers and DNSSEC signatures",
            Self::ConnectRefused => "start the server, or check which port it listens on",
            Self::ConnectTimeout | Self::ConnectFailed => {
                "check that the host is up, and the firewall and route to it"
            }
            Self::ProxyFailed => "check the proxy and its rules for this target",
            Self::TlsHandshake => "check the TLS versions, ciphers and port of the server",
            Self::CertificateExpired => "renew the certificate and reload the server",
            Self::CertificateNotYetValid => "check the certificate's start date and the server's clock",
            Self::CertificateName => "serve a certificate that names this host",
            Self::CertificateUntrusted => "serve the whole chain, or tell the monitor your own CA (`tls.ca`)",
            Self::Timeout => "find what the request waits for: upstream, database, locks or a full queue",
            Self::ConnectionClosed => "look for crashes and for idle timeouts in front of the server",
            Self::Protocol => "look at the raw answer on the monitor page; a wrong port is the usual cause",
            Self::HeadersTooLarge => "look for a header field or cookie that grows",
            Self::ContentTooLarge => "ask a smaller target, or raise `max_content`",
            Self::RedirectLoop => "check the redirect rules, most often http to https or a trailing slash",
            Self::ClientClosed => "compare the client's timeout with the server's",
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
