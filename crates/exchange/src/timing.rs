//! How long an exchange took, phase by phase.

use std::time::Duration;

/// The phases of one exchange. A phase that did not happen (a reused connection, plain text, a literal
/// address) is `None`, which is not the same as zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timing {
    /// Resolving the name.
    pub resolve: Option<Duration>,
    /// Establishing the TCP connection (to the proxy, where there is one).
    pub connect: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
    /// From the request's first byte to the response's first byte (interim responses do not count).
    pub wait: Option<Duration>,
    /// From the response's first byte to its last.
    pub transfer: Option<Duration>,
    /// From start to end, whatever happened between the phases included.
    pub total: Duration,
}
