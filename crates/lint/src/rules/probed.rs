//! Rules that one exchange decides when its request was of a special kind: broken, oversized, made up.
//!
//! Such requests are rare in real traffic; `check --deep` sends them. Their pages stand with their themes.

use std::time::Duration;

use statusquo_exchange::{Content, Origin, Version};

use crate::Place;
use crate::case::Case;
use crate::field::accept::quality;
use crate::field::list::{has_element, is_token};
use crate::json::Json;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("switching-before-continue", When::Code(101), switching_before_continue),
    Check::new("trace-enabled", When::Method("TRACE"), trace_enabled),
    Check::new("method-unknown-not-501", When::Always, method_unknown),
    Check::new("accept-disregarded", When::Always, accept_disregarded),
    Check::new("query-without-content-type-accepted", When::Method("QUERY"), query_without_type),
    Check::new("uri-too-long-wrong-status", When::Always, long_uri),
    Check::new("headers-too-large-wrong-status", When::Always, large_headers),
    Check::new("request-timeout-for-slow-backend", When::Code(408), own_slowness),
    Check::new("server-error-on-bad-input", When::Always, bad_input),
    Check::new("not-found-as-400-or-200", When::Always, not_found),
    Check::new("error-reflects-input", When::Error, reflects_input),
    Check::new("redirect-open", When::Field(Known::Location), open_redirect),
    Check::new("cors-preflight-not-ok", When::Method("OPTIONS"), preflight),
    Check::new("bad-host-not-400", When::Always, bad_host),
    Check::new("space-before-colon-not-400", When::Always, space_before_colon),
    Check::new("control-char-field-accepted", When::Always, control_char),
    Check::new("space-after-start-line-accepted", When::Always, space_after_start_line),
    Check::new("obs-fold-not-rejected", When::Always, obs_fold),
    Check::new("length-and-chunked-kept-open", When::Always, length_and_chunked),
    Check::new("chunked-not-final-not-400", When::Always, chunked_not_final),
    Check::new("invalid-length-not-400", When::Always, invalid_length),
    Check::new("unknown-transfer-coding-not-501", When::Always, unknown_coding),
];

/// What `check --deep` puts into the path of something that cannot exist.
pub(crate) const NO_SUCH: &str = "statusquo-no-such-thing";
/// What `check --deep` puts into a query to see whether it comes back as markup.
pub(crate) const MARKUP: &str = "<statusquo>";
/// Requests below this fit into one packet with what TLS adds, on any path (RFC 8200, 5): no part of them comes later.
const ONE_PACKET_BYTES: usize = 1_000;
/// A 408 that comes sooner may be about the time before the request.
const LONG: Duration = Duration::from_secs(2);
/// Request targets and header sections above this are oversized by any measure (RFC 9110, 4.1 asks for 8000).
const OVERSIZED_BYTES: usize = 32_000;

/// The registered methods (IANA, HTTP Method Registry), and at the end those of widespread software.
const METHODS: &[&str] = &[
    "ACL",
    "BASELINE-CONTROL",
    "BIND",
    "CHECKIN",
    "CHECKOUT",
    "CONNECT",
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LABEL",
    "LINK",
    "LOCK",
    "MERGE",
    "MKACTIVITY",
    "MKCALENDAR",
    "MKCOL",
    "MKREDIRECTREF",
    "MKWORKSPACE",
    "MOVE",
    "OPTIONS",
    "ORDERPATCH",
    "PATCH",
    "POST",
    "PRI",
    "PROPFIND",
    "PROPPATCH",
    "PUT",
    "QUERY",
    "REBIND",
    "REPORT",
    "SEARCH",
    "TRACE",
    "UNBIND",
    "UNCHECKOUT",
    "UNLINK",
    "UNLOCK",
    "UPDATE",
    "UPDATEREDIRECTREF",
    "VERSION-CONTROL",
    "PURGE",
    "BAN",
    "NOTIFY",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "M-SEARCH",
    "LIST",
    "SOURCE",
    "BCOPY",
    "BDELETE",
    "BMOVE",
    "BPROPFIND",
    "BPROPPATCH",
    "POLL",
    "RPC_IN_DATA",
    "RPC_OUT_DATA",
    "BITS_POST",
    "CCM_POST",
];

fn status() -> Flag {
    Flag::at(Place::StatusLine)
}

fn switching_before_continue(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let expects = request.text(Known::Expect).is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
    if !(expects && request.has(Known::Upgrade)) {
        return Ok(Verdict::Silent);
    }
    if case.exchange.interim.iter().any(|interim| interim.status.get() == 100) {
        return Ok(Verdict::Clean);
    }
    // Recorders that keep no bytes keep no interim responses either.
    case.raw()?;
    Ok(status().into())
}

fn trace_enabled(case: &Case<'_>) -> Opinion {
    if !case.code.is_success() {
        return Ok(Verdict::Clean);
    }
    let echoed = case.beginning().is_ok_and(|content| {
        let text = String::from_utf8_lossy(content.get(..content.len().min(16 << 10)).unwrap_or_default())
            .to_ascii_lowercase();
        text.contains("authorization:") || text.contains("cookie:")
    });
    let message = if echoed {
        "TRACE is answered, and credentials of the request come back in it"
    } else {
        "TRACE is answered"
    };
    // RFC 9110, 9.3.8: what echoes should leave credentials out; TRACE itself is allowed.
    Ok(status().saying(message).advising(!echoed).into())
}

fn method_unknown(case: &Case<'_>) -> Opinion {
    let method = case.method()?;
    if METHODS.contains(&method) || !is_token(method.as_bytes()) {
        return Ok(Verdict::Silent);
    }
    // Whoever recorded a method that is unknown to us may have asked a server that knows it.
    if case.code.is_success() && matches!(case.exchange.origin, Origin::Recording { .. }) {
        return Ok(Verdict::Silent);
    }
    let is_right =
        matches!(case.number(), 501 | 405 | 400 | 401 | 403 | 407 | 429 | 503) || case.code.is_redirection();
    Ok(Verdict::flag_if(!is_right, || {
        status().saying(format!("nobody knows the method `{method}`, and the answer is {}", case.code))
    }))
}

fn accept_disregarded(case: &Case<'_>) -> Opinion {
    let Some(accept) = case.request()?.line(Known::Accept) else { return Ok(Verdict::Silent) };
    // A list over several lines is rare; then judging one of them would be wrong.
    if case.request()?.lines(Known::Accept).nth(1).is_some()
        || !case.code.is_success()
        || !case.has_content()?
    {
        return Ok(Verdict::Silent);
    }
    let Some(media) = case.media_type()? else { return Ok(Verdict::Silent) };
    // Several ranges come as what Accept never names (RFC 9110, 14.6).
    if case.number() == 206 {
        return Ok(Verdict::Silent);
    }
    let (Ok(main), Ok(sub)) = (std::str::from_utf8(media.main), std::str::from_utf8(media.sub)) else {
        return Ok(Verdict::Silent);
    };
    // `application/vnd.api+json` in Accept and `application/json` in the answer are close enough for most clients.
    let related = media.is_json() && crate::field::accept::names_json(Some(accept.value));
    let is_taken = quality(Some(accept.value), main, sub) > 0 || related;
    let line = case.fields()?.line(Known::ContentType).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(!is_taken, || {
        Flag::at(Place::line(line)).saying(format!("the client does not accept `{main}/{sub}`"))
    }))
}

fn query_without_type(case: &Case<'_>) -> Opinion {
    if case.request()?.has(Known::ContentType) || !case.request_has_content()? {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(case.code.is_success(), status))
}

fn long_uri(case: &Case<'_>) -> Opinion {
    if case.target()?.len() < OVERSIZED_BYTES {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(case.code.is_server_error() || matches!(case.number(), 400 | 413 | 431), || {
        status().saying(format!(
            "a request target of {} bytes got {}, not 414",
            case.exchange.request.target.len(),
            case.code
        ))
    }))
}

fn large_headers(case: &Case<'_>) -> Opinion {
    let size: usize = case.request()?.every().map(|line| line.name.len() + line.value.len() + 4).sum();
    if size < OVERSIZED_BYTES {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(case.code.is_server_error(), || {
        status().saying(format!("a header section of {size} bytes got {}, not 431", case.code))
    }))
}

/// A 408 to a request of ours, which went out whole, at once and on a fresh connection: it was not the client who was slow.
fn own_slowness(case: &Case<'_>) -> Opinion {
    if !matches!(case.exchange.origin, Origin::Probe { .. }) {
        return Ok(Verdict::Silent);
    }
    let fields = case.request()?;
    let is_empty = match &case.exchange.request.content {
        Content::Whole(content) => content.is_empty(),
        Content::Beginning(_) | Content::NotCaptured => return Err(Lack::RequestContent),
    };
    let length: usize = fields.every().map(|line| line.name.len() + line.value.len() + 4).sum();
    // Credentials are not recorded, and may be long.
    if !is_empty
        || fields.every().any(|line| line.value.ends_with(b"***"))
        || length + case.target()?.len() > ONE_PACKET_BYTES
    {
        return Err(Lack::Request);
    }
    let waited = case.exchange.timing.wait.ok_or(Lack::Timing)?;
    Ok(Verdict::flag_if(waited >= LONG, || {
        let seconds = waited.as_secs();
        status().saying(format!("the request was complete, and {seconds} s later the client is called slow"))
    }))
}

/// Content that says it is JSON and is not: the client's fault, which no server may answer with its own.
fn bad_input(case: &Case<'_>) -> Opinion {
    // Only a server error is at fault, and reading the content of every request would cost.
    if !case.code.is_server_error() || matches!(case.number(), 503 | 504) {
        return Ok(Verdict::Silent);
    }
    if !case.request_content_type()?.is_some_and(crate::field::media_type::MediaType::is_json) {
        return Ok(Verdict::Silent);
    }
    if case.request()?.has(Known::ContentEncoding) {
        return Ok(Verdict::Silent);
    }
    let content = case.request_content()?;
    if content.is_empty() || Json::parse(content).is_ok() {
        return Ok(Verdict::Silent);
    }
    Ok(status().saying(format!("malformed JSON in the request got {}", case.code)).into())
}

fn not_found(case: &Case<'_>) -> Opinion {
    if !case.target()?.contains(NO_SUCH) || !case.method_is(&["GET", "HEAD"]) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(case.number() == 400 || case.code.is_success(), || {
        status().saying(format!("what does not exist got {}, not 404", case.code))
    }))
}

fn reflects_input(case: &Case<'_>) -> Opinion {
    let target = case.target()?;
    let asked = target.contains("%3Cstatusquo%3E") || target.contains(MARKUP);
    if !asked || !case.media_type()?.is_some_and(crate::field::media_type::MediaType::is_html) {
        return Ok(Verdict::Silent);
    }
    let at = memchr::memmem::find(case.beginning()?, MARKUP.as_bytes());
    Ok(at.map_or(Verdict::Clean, |at| Flag::at(Place::Content(at..at + MARKUP.len())).into()))
}

fn open_redirect(case: &Case<'_>) -> Opinion {
    let Some(location) = case.fields()?.line(Known::Location) else { return Ok(Verdict::Silent) };
    let (Some(text), true) = (location.text(), case.code.is_redirection()) else {
        return Ok(Verdict::Silent);
    };
    let Some(host) = host_of(text) else { return Ok(Verdict::Clean) };
    let target = case.target()?;
    let own = host_of(target).or_else(|| case.request().ok()?.text(Known::Host));
    let query = target.split_once('?').map_or("", |(_, query)| query).to_ascii_lowercase();
    // A sign-in that was given a registered `redirect_uri` sends people there on purpose (RFC 6749, 4.1.2).
    let is_given = query.contains(&host.to_ascii_lowercase()) && !query.contains("redirect_uri=");
    let is_foreign = own.is_some_and(|own| !own.eq_ignore_ascii_case(host));
    Ok(Verdict::flag_if(is_given && is_foreign, || {
        Flag::at(Place::line(location.number)).saying(format!("`{host}` was named by the request"))
    }))
}

/// The host and port of an absolute or scheme-relative URI.
fn host_of(uri: &str) -> Option<&str> {
    let is_scheme =
        |before: &str| before.strip_suffix(':').is_some_and(|name| !name.contains(['/', '?', '#']));
    let rest = uri.split_once("//").filter(|(before, _)| before.is_empty() || is_scheme(before))?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(authority.rsplit('@').next().unwrap_or(authority)).filter(|host| !host.is_empty())
}

fn preflight(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    if !(request.has(Known::Origin) && request.has(Known::AccessControlRequestMethod)) {
        return Ok(Verdict::Silent);
    }
    // An origin that may not read anything is refused so, and the browser does as it is told.
    if case.number() == 403 && !case.fields()?.has(Known::AccessControlAllowOrigin) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!case.code.is_success(), || {
        status().saying(format!("the preflight request got {}", case.code))
    }))
}

/// Was such a broken request refused? Redirects and gateways' own refusals count as well.
fn refused(case: &Case<'_>) -> bool {
    case.code.is_error()
}

fn is_http1(case: &Case<'_>) -> bool {
    case.exchange.request.version.is_none_or(|version| version < Version::Http2)
}

fn bad_host(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    if case.exchange.request.version != Some(Version::Http11) {
        return Ok(Verdict::Silent);
    }
    let hosts: Vec<_> = request.lines(Known::Host).collect();
    let invalid = |value: &[u8]| {
        value.iter().any(|byte| matches!(byte, b' ' | b'/' | b'@' | b',' | b'\\' | b'?' | b'#'))
    };
    let what = match hosts.as_slice() {
        [] => {
            // Recorders that keep no bytes often keep what a program asked for, without Host.
            case.raw()?;
            "no Host"
        }
        [one] if invalid(one.value) => "an invalid Host",
        [_] => return Ok(Verdict::Silent),
        [..] => "two Hosts",
    };
    Ok(Verdict::flag_if(case.number() != 400, || {
        status().saying(format!("a request with {what} got {}, not 400", case.code))
    }))
}

fn space_before_colon(case: &Case<'_>) -> Opinion {
    let is_such = case.request()?.every().any(|line| line.name.len() > 1 && line.name.ends_with(b" "));
    if !is_such {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(case.number() != 400, status))
}

fn control_char(case: &Case<'_>) -> Opinion {
    let is_such =
        case.request()?.every().any(|line| line.value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')));
    if !is_such {
        return Ok(Verdict::Silent);
    }
    // RFC 9110, 5.5: whoever does not refuse them may put spaces in their place, which nobody sees from outside.
    Ok(Verdict::flag_if(!refused(case), || status().advising(true)))
}

fn space_after_start_line(case: &Case<'_>) -> Opinion {
    let first = case.request()?.every().next();
    if !first.is_some_and(|line| line.name.starts_with(b" ") || line.name.starts_with(b"\t")) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!refused(case), status))
}

fn obs_fold(case: &Case<'_>) -> Opinion {
    let mut lines = case.request()?.every().skip(1);
    if !lines.any(|line| line.name.starts_with(b" ") || line.name.starts_with(b"\t")) {
        return Ok(Verdict::Silent);
    }
    // RFC 9112, 5.2: a server may put spaces in the place of the fold, which nobody sees from outside.
    Ok(Verdict::flag_if(case.number() != 400, || status().advising(true)))
}

fn length_and_chunked(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    if !(is_http1(case) && request.has(Known::ContentLength) && request.has(Known::TransferEncoding)) {
        return Ok(Verdict::Silent);
    }
    let closes = case.fields()?.line(Known::Connection).is_some_and(|line| has_element(line.value, b"close"));
    Ok(Verdict::flag_if(!closes, status))
}

/// The last transfer coding of the request.
fn last_coding<'a>(case: &Case<'a>) -> Option<&'a str> {
    let value = case.request().ok()?.lines(Known::TransferEncoding).last()?.text()?;
    value.rsplit(',').next().map(str::trim)
}

fn chunked_not_final(case: &Case<'_>) -> Opinion {
    case.request()?;
    let known = |coding: &str| {
        ["gzip", "x-gzip", "deflate", "compress", "x-compress"]
            .contains(&coding.to_ascii_lowercase().as_str())
    };
    if !(is_http1(case) && last_coding(case).is_some_and(known)) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!matches!(case.number(), 400 | 501), status))
}

fn invalid_length(case: &Case<'_>) -> Opinion {
    let Some(length) = case.request()?.text(Known::ContentLength) else { return Ok(Verdict::Silent) };
    let same_digits = {
        let mut parts = length.split(',').map(str::trim);
        let first = parts.next().unwrap_or_default();
        !first.is_empty()
            && first.bytes().all(|byte| byte.is_ascii_digit())
            && parts.all(|part| part == first)
    };
    if same_digits || case.request()?.has(Known::TransferEncoding) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(case.number() != 400, || {
        status().saying(format!("`Content-Length: {length}` got {}, not 400", case.code))
    }))
}

fn unknown_coding(case: &Case<'_>) -> Opinion {
    case.request()?;
    let known = |coding: &str| {
        ["chunked", "gzip", "x-gzip", "deflate", "compress", "x-compress", "identity", "trailers"]
            .contains(&coding.to_ascii_lowercase().as_str())
    };
    if !is_http1(case) || last_coding(case).is_none_or(known) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!matches!(case.number(), 501 | 400), status))
}
