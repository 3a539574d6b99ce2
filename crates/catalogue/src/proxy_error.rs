//! The errors that an intermediary names in `Proxy-Status`.

use crate::StatusCode;

/// The status code that goes with a [`ProxyError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProxyErrorStatus {
    /// This one.
    Code(StatusCode),
    /// The 4xx that fits.
    ClientError,
    /// Whatever fits.
    Any,
}

/// An error type of the `Proxy-Status` field (RFC 9209, 2.3).
///
/// ```
/// use statusquo_catalogue::{ProxyErrorStatus, StatusCode, proxy_error};
///
/// let refused = proxy_error("connection_refused").unwrap();
/// assert_eq!(refused.status, ProxyErrorStatus::Code(StatusCode::new(502)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxyError {
    /// The name, as in the field.
    pub name: &'static str,
    /// The status code that goes with it.
    pub status: ProxyErrorStatus,
    /// Note: what happened.
    pub meaning: &'static str,
}

/// The error type with this name.
#[must_use]
pub fn proxy_error(name: &str) -> Option<&'static ProxyError> {
    PROXY_ERRORS.iter().find(|error| error.name == name)
}

const fn error(name: &'static str, status: u16, meaning: &'static str) -> ProxyError {
    ProxyError { name, status: ProxyErrorStatus::Code(StatusCode::new(status)), meaning }
}

/// All error types of RFC 9209.
pub static PROXY_ERRORS: &[ProxyError] = &[
    error("dns_timeout", 504, "the next hop's name was not resolved in time"),
    error("dns_error", 502, "the next hop's name could not be resolved"),
    error("destination_not_found", 500, "the intermediary does not know where to send the request"),
    error("destination_unavailable", 503, "the intermediary holds the next hop for unavailable"),
    error("destination_ip_prohibited", 502, "the intermediary may not connect to the next hop's address"),
    error("destination_ip_unroutable", 502, "there is no route to the next hop's address"),
    error("connection_refused", 502, "the next hop refused the connection"),
    error("connection_terminated", 502, "the connection broke before the response was complete"),
    error("connection_timeout", 504, "the connection did not come about in time"),
    error("connection_read_timeout", 504, "no data came from the next hop in time"),
    error("connection_write_timeout", 504, "the next hop did not take data in time"),
    error("connection_limit_reached", 503, "the intermediary has as many connections as it allows itself"),
    error("tls_protocol_error", 502, "the TLS handshake with the next hop failed"),
    error("tls_certificate_error", 502, "the next hop's certificate is not valid"),
    error("tls_alert_received", 502, "the next hop broke TLS off with an alert"),
    ProxyError {
        name: "http_request_error",
        status: ProxyErrorStatus::ClientError,
        meaning: "the request is at fault, and the intermediary itself says so",
    },
    error("http_request_denied", 403, "the intermediary refuses the request by a rule of its own"),
    error("http_response_incomplete", 502, "the next hop's response broke off"),
    error("http_response_header_section_size", 502, "the response's header as a whole is too large"),
    error("http_response_header_size", 502, "one field of the response is too large"),
    error("http_response_body_size", 502, "the response's content is too large"),
    error("http_response_trailer_section_size", 502, "the response's trailer as a whole is too large"),
    error("http_response_trailer_size", 502, "one field of the response's trailer is too large"),
    error("http_response_transfer_coding", 502, "the response's transfer coding could not be decoded"),
    error("http_response_content_coding", 502, "the response's content coding could not be decoded"),
    error("http_response_timeout", 504, "the response was not complete in time"),
    error("http_upgrade_failed", 502, "the change of protocol with the next hop failed"),
    error("http_protocol_error", 502, "the next hop broke the rules of HTTP"),
    ProxyError {
        name: "proxy_internal_response",
        status: ProxyErrorStatus::Any,
        meaning: "the intermediary made the response itself",
    },
    error("proxy_internal_error", 500, "the intermediary itself failed"),
    error("proxy_configuration_error", 500, "the intermediary is set up wrongly"),
    error("proxy_loop_detected", 502, "the request came back to the intermediary"),
];
