//! The protocols that a connection may go on with.

use http::HeaderValue;

/// The protocols that a connection may go on with (RFC 9110, 7.8): at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade(HeaderValue);

impl Upgrade {
    /// WebSocket (RFC 6455).
    pub const WEBSOCKET: Self = Self(HeaderValue::from_static("websocket"));
    /// TLS on the same port (RFC 2817).
    pub const TLS: Self = Self(HeaderValue::from_static("TLS/1.3, HTTP/1.1"));

    /// One of these protocols, the most wanted first. `None` when there is none among them.
    #[must_use]
    pub fn to(protocols: &[&str]) -> Option<Self> {
        Some(Self(super::list(protocols.iter().copied()))).filter(|upgrade| !upgrade.0.is_empty())
    }

    pub(crate) fn into_value(self) -> HeaderValue {
        self.0
    }
}
