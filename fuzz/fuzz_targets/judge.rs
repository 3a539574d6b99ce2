//! Any bytes as the parts of an exchange: a status code, field lines whose names are known, and content.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use statusquo_exchange::{Exchange, Name};

/// Names that rules know; a line begins with the number of one.
const NAMES: &[&str] = &[
    "Accept", "Accept-CH", "Accept-Encoding", "Accept-Patch", "Accept-Ranges", "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin",
    "Access-Control-Max-Age", "Age", "Allow", "Alt-Svc", "Authentication-Info", "Authorization", "Cache-Control",
    "Clear-Site-Data", "Connection", "Content-Digest", "Content-Disposition", "Content-Encoding", "Content-Language",
    "Content-Length", "Content-Location", "Content-Range", "Content-Security-Policy", "Content-Type", "Cookie", "Date",
    "Deprecation", "ETag", "Expect", "Expires", "Forwarded", "Grpc-Status", "Host", "Idempotency-Key", "If-Match",
    "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Keep-Alive", "Last-Modified", "Link",
    "Location", "Max-Forwards", "Origin", "Permissions-Policy", "Prefer", "Preference-Applied", "Priority",
    "Proxy-Authenticate", "Proxy-Status", "Range", "RateLimit", "RateLimit-Policy", "Referrer-Policy",
    "Reporting-Endpoints", "Retry-After", "Sec-WebSocket-Accept", "Sec-WebSocket-Key", "Server", "Server-Timing",
    "Set-Cookie", "Strict-Transport-Security", "Sunset", "TE", "Timing-Allow-Origin", "Traceparent", "Trailer",
    "Transfer-Encoding", "Upgrade", "Vary", "Via", "Warning", "WWW-Authenticate", "X-Content-Type-Options",
    "X-Frame-Options", "X-RateLimit-Reset", "X-Request-Id",
];
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"];

fuzz_target!(|bytes: &[u8]| {
    if let Some(text) = text(bytes)
        && let Ok(exchange) = Exchange::parse_http1(&Bytes::from(text), Name::from("fuzz"))
    {
        statusquo_fuzz::judge(&exchange);
    }
});

/// Lines that end with 0x00: those with an even number belong to the request, the others to the response; what follows
/// an empty one is content.
fn text(bytes: &[u8]) -> Option<Vec<u8>> {
    let ([method, code, version], rest) = bytes.split_first_chunk()?;
    let method = METHODS.get(usize::from(*method) % METHODS.len())?;
    let code = 100 + u16::from(*code) * 2;
    let version = ["HTTP/1.1", "HTTP/1.0", "HTTP/2"].get(usize::from(*version % 3))?;
    let mut lines = rest.split(|byte| *byte == 0);
    let mut request = format!("{method} /v1/orders/17?a=b HTTP/1.1\r\n").into_bytes();
    let mut response = format!("{version} {code} Phrase\r\n").into_bytes();
    for line in lines.by_ref() {
        let Some((number, value)) = line.split_first() else { break };
        let name = NAMES.get(usize::from(*number >> 1) % NAMES.len())?;
        let section = if number & 1 == 0 { &mut request } else { &mut response };
        section.extend_from_slice(name.as_bytes());
        section.extend_from_slice(b": ");
        section.extend(value.iter().filter(|byte| !matches!(byte, b'\r' | b'\n')));
        section.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    response.extend_from_slice(b"\r\n");
    response.extend(lines.collect::<Vec<_>>().join(&0));
    request.append(&mut response);
    Some(request)
}
