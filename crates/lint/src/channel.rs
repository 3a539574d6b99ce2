//! Did the response go to the client without TLS, and how sure is that?

use statusquo_exchange::{Scheme, Version};

use crate::case::Case;
use crate::known::Known;
use crate::section::Section;
use crate::verdict::Lack;

/// How the response went to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    /// By TLS, or from behind something that may have taken the TLS off.
    Secure,
    /// The recording says `http`, as it would behind something that takes the TLS off and does not say so.
    Unsure,
    /// Without TLS.
    Plain,
}

/// What proxies add for the server behind them.
const OF_PROXIES: [Known; 4] = [Known::XForwardedFor, Known::XForwardedHost, Known::Forwarded, Known::Via];

impl Channel {
    pub(crate) fn of(case: &Case<'_>) -> Result<Self, Lack> {
        if case.scheme()? == Scheme::Https || case.exchange.tls.is_some() {
            return Ok(Self::Secure);
        }
        // An access log knows the request line alone.
        let asked = case.request().ok().and_then(told);
        Ok(asked.unwrap_or_else(|| if is_inside(case) { Self::Unsure } else { Self::Plain }))
    }
}

/// What the fields of the request say of it.
fn told(request: &Section<'_>) -> Option<Channel> {
    let named = |scheme: &str| match scheme.trim().trim_matches('"').to_ascii_lowercase().as_str() {
        "https" | "wss" => Some(Channel::Secure),
        "http" | "ws" => Some(Channel::Plain),
        _ => None,
    };
    let first = |text: &str| text.split([',', ';']).next().and_then(named);
    let proto = request.text(Known::XForwardedProto).and_then(first);
    let forwarded = || {
        let lower = request.text(Known::Forwarded)?.to_ascii_lowercase();
        first(lower.split_once("proto=")?.1)
    };
    if let Some(channel) = proto.or_else(forwarded) {
        return Some(channel);
    }
    // Browsers send these to secure origins alone (Fetch Metadata, 2).
    let is_own = |line: crate::section::Line<'_>| {
        line.name.get(..10).is_some_and(|start| start.eq_ignore_ascii_case(b"sec-fetch-"))
    };
    let is_behind = request.has_any(&OF_PROXIES) || request.has(Known::XForwardedProto);
    (is_behind || request.every().any(is_own)).then_some(Channel::Secure)
}

/// Was it recorded where servers stand among themselves: by a name or a port that no stranger uses, or by a version that
/// browsers speak over TLS alone (RFC 9113, 3.1)?
fn is_inside(case: &Case<'_>) -> bool {
    let Ok(uri) = case.request_uri_with(Ok(Scheme::Http)) else { return false };
    let (host, port) = host_and_port(&uri.authority);
    case.version().is_ok_and(|version| version >= Version::Http2)
        || port.is_some_and(|port| port != "80")
        || is_inner(&host)
}

/// The host in small letters, and the port, of an authority.
pub(crate) fn host_and_port(authority: &str) -> (String, Option<&str>) {
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        Some(_) | None => (authority, None),
    };
    (host.to_ascii_lowercase(), port.filter(|port| !port.is_empty()))
}

/// A name that is known inside alone, or an address.
pub(crate) fn is_inner(host: &str) -> bool {
    let is_suffix = |end: &str| host.ends_with(end);
    !host.contains('.')
        || is_address(host)
        || [".localhost", ".local", ".internal", ".lan", ".svc"].into_iter().any(is_suffix)
}

/// An address in the place of a name.
pub(crate) fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_strangers_and_of_the_house_are_told_apart() {
        for inner in ["localhost", "shop", "10.0.0.5", "[::1]", "api.svc", "shop.default.svc", "a.local"] {
            assert!(is_inner(inner), "{inner}");
        }
        assert!(!is_inner("api.example") && !is_inner("a.example.com"));
        assert_eq!(host_and_port("u@A.Example:8080"), ("a.example".to_owned(), Some("8080")));
        assert_eq!(host_and_port("[::1]"), ("[::1]".to_owned(), None));
    }
}
