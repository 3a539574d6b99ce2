//! Errors of the server.

use std::time::Duration;

use statusquo_catalogue::Class;

use crate::Place;
use crate::case::Case;
use crate::content::private_address;
use crate::field::list::has_element;
use crate::field::structured::{Bare, list};
use crate::known::Known;
use crate::rule::{Check, When};
use crate::rules::error_content::no_content;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

const FIVE: When = When::Class(Class::ServerError);

pub(super) const CHECKS: &[Check] = &[
    Check::new("server-error-stack-trace", When::Error, stack_trace),
    Check::new("server-error-debug-page", When::Error, debug_page),
    Check::new("error-leaks-internals", When::Error, leaks_internals),
    Check::new("server-error-cacheable", FIVE, cacheable),
    Check::new("not-implemented-for-get-head", When::Code(501), not_implemented_for_get),
    Check::new("not-implemented-but-allowed", When::Code(501), not_implemented_but_allowed),
    Check::new("gateway-status-without-gateway", When::Codes(&[502, 504]), no_gateway),
    Check::new("gateway-timeout-before-deadline", When::Code(504), early_timeout),
    Check::new("proxy-status-code-mismatch", When::Field(Known::ProxyStatus), proxy_status),
    Check::new("version-unsupported-mismatch", When::Code(505), version_supported),
    Check::new("version-unsupported-no-content", When::Code(505), no_content),
    Check::new("variant-also-negotiates-seen", When::Code(506), always),
    Check::new("loop-detected-without-depth", When::Code(508), loop_without_depth),
    Check::new("server-error-no-content", FIVE, server_error_no_content),
];

/// The code alone is the fault.
fn always(_: &Case<'_>) -> Opinion {
    Ok(Flag::at(Place::StatusLine).into())
}

fn stack_trace(case: &Case<'_>) -> Opinion {
    Ok(case.signs()?.stack_trace().map_or(Verdict::Clean, |(language, bytes)| {
        Flag::at(Place::Content(bytes)).saying(format!("the content shows a stack trace ({language})")).into()
    }))
}

fn debug_page(case: &Case<'_>) -> Opinion {
    Ok(case.signs()?.debug_page().map_or(Verdict::Clean, |(framework, bytes)| {
        Flag::at(Place::Content(bytes)).saying(format!("this is a debug page of {framework}")).into()
    }))
}

fn leaks_internals(case: &Case<'_>) -> Opinion {
    let is_internal = case.target().is_ok_and(|target| private_address(target.as_bytes()).is_some())
        || case.request().is_ok_and(|request| {
            request.line(Known::Host).is_some_and(|host| private_address(host.value).is_some())
        });
    let leaks = case.signs()?.leaks().into_iter();
    let mut flags: Vec<_> = leaks
        // Who calls a private address knows it.
        .filter(|(what, _)| !(is_internal && what.contains("private network")))
        .map(|(what, bytes)| {
            // A client error may well speak of paths and addresses: those of the client.
            let is_grave = case.code.is_server_error() || what.contains("SQL") || what.contains("secret");
            let flag = Flag::at(Place::Content(bytes)).advising(!is_grave);
            flag.saying(format!("the content shows {what}"))
        })
        .collect();
    if !is_internal {
        flags.extend(case.fields()?.every().filter(|line| !names_clients(line.known)).find_map(|line| {
            let bytes = private_address(line.value)?;
            let flag = Flag::at(Place::value(line.number, bytes));
            Some(flag.advising(true).saying("the field shows an address of a private network"))
        }));
    }
    Ok(Verdict::from_flags(flags))
}

/// Fields that may name the client, or lists of hosts that are no secret.
fn names_clients(field: Option<Known>) -> bool {
    matches!(
        field,
        Some(
            Known::XForwardedFor
                | Known::Forwarded
                | Known::ContentSecurityPolicy
                | Known::ContentSecurityPolicyReportOnly
                | Known::SetCookie
                | Known::Server
        )
    )
}

fn cacheable(case: &Case<'_>) -> Opinion {
    let control = case.cache_control()?;
    if control.has_any(&["no-store", "no-cache", "private"]) {
        return Ok(Verdict::Clean);
    }
    // A few seconds keep a crowd away from a server in trouble.
    let long = case.freshness()?.filter(|seconds| *seconds > 60);
    let is_public = control.has("public") && case.freshness()?.is_none();
    let line = control.directives.first().map(|directive| directive.line);
    let line = line.or_else(|| case.fields().ok()?.line(Known::Expires).map(|line| line.number));
    Ok(Verdict::flag_if(long.is_some() || is_public, || {
        let flag = Flag::at(line.map_or(Place::StatusLine, Place::line)).fix("cache-control: no-store");
        long.map_or(flag.clone(), |seconds| {
            flag.saying(format!("caches may show this error for {seconds} s"))
        })
    }))
}

fn not_implemented_for_get(case: &Case<'_>) -> Opinion {
    case.method()?;
    if !case.method_is(&["GET", "HEAD"]) {
        return Ok(Verdict::Silent);
    }
    // 501 is also the answer to a transfer coding that is not understood (RFC 9112, 6.1).
    if case.request()?.has_any(&[Known::TransferEncoding, Known::Expect]) {
        return Ok(Verdict::Silent);
    }
    let method = case.method()?;
    Ok(Flag::at(Place::StatusLine).saying(format!("501 says that no resource here supports {method}")).into())
}

fn not_implemented_but_allowed(case: &Case<'_>) -> Opinion {
    let method = case.method()?;
    let Some(line) = case.fields()?.line(Known::Allow) else { return Ok(Verdict::Silent) };
    // Methods are compared with their case, but who lists `get` means GET.
    Ok(Verdict::flag_if(has_element(line.value, method.as_bytes()), || {
        Flag::at(Place::line(line.number))
            .saying(format!("Allow lists {method}, and 501 says it is not implemented"))
    }))
}

fn no_gateway(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let traces = [
        Known::Via,
        Known::ProxyStatus,
        Known::CfRay,
        Known::XAmzCfId,
        Known::XServedBy,
        Known::XCache,
        Known::XEnvoyUpstreamServiceTime,
        Known::XAmznTraceId,
    ];
    let server = fields.text(Known::Server).unwrap_or_default().to_ascii_lowercase();
    let proxies =
        ["nginx", "cloudflare", "envoy", "awselb", "haproxy", "caddy", "apache", "varnish", "akamai", "gws"];
    let is_gateway = fields.has_any(&traces) || proxies.iter().any(|proxy| server.contains(proxy));
    Ok(Verdict::flag_if(!is_gateway, || Flag::at(Place::StatusLine)))
}

fn early_timeout(case: &Case<'_>) -> Opinion {
    let control = case.request()?.text(Known::CacheControl).unwrap_or_default();
    if control.to_ascii_lowercase().contains("only-if-cached") {
        return Ok(Verdict::Silent);
    }
    let total = case.exchange.timing.total;
    if total.is_zero() {
        return Err(Lack::Timing);
    }
    Ok(Verdict::flag_if(total < Duration::from_secs(1), || {
        Flag::at(Place::StatusLine)
            .saying(format!("after {} ms no upstream has timed out", total.as_millis()))
    }))
}

/// The status code that goes with an error type (RFC 9209, 2.3).
fn recommended(error: &str) -> Option<u16> {
    Some(match error {
        "dns_timeout"
        | "connection_timeout"
        | "connection_read_timeout"
        | "connection_write_timeout"
        | "http_response_timeout" => 504,
        "destination_unavailable" | "connection_limit_reached" => 503,
        "destination_not_found" | "proxy_internal_error" | "proxy_configuration_error" => 500,
        "http_request_denied" => 403,
        "dns_error"
        | "destination_ip_prohibited"
        | "destination_ip_unroutable"
        | "connection_refused"
        | "connection_terminated"
        | "tls_protocol_error"
        | "tls_certificate_error"
        | "tls_alert_received"
        | "http_response_incomplete"
        | "http_response_header_section_size"
        | "http_response_header_size"
        | "http_response_body_size"
        | "http_response_trailer_section_size"
        | "http_response_trailer_size"
        | "http_response_transfer_coding"
        | "http_response_content_coding"
        | "http_upgrade_failed"
        | "http_protocol_error"
        | "proxy_loop_detected" => 502,
        _ => return None,
    })
}

fn proxy_status(case: &Case<'_>) -> Opinion {
    let mut wrong = None;
    for line in case.fields()?.lines(Known::ProxyStatus) {
        for member in list(line.value).unwrap_or_default() {
            let params = member.params();
            let Some(Bare::Token(error)) = params.get("error") else { continue };
            let Some(code) = recommended(error) else { continue };
            // A status code that came from further inside is passed on.
            if code == case.number() || params.get("received-status").is_some() {
                return Ok(Verdict::Clean);
            }
            wrong.get_or_insert((line.number, member.bytes(), *error, code));
        }
    }
    Ok(wrong.map_or(Verdict::Silent, |(line, bytes, error, code)| {
        Flag::at(Place::value(line, bytes))
            .saying(format!("`{error}` goes with {code}, and the answer is {}", case.code))
            .into()
    }))
}

fn version_supported(case: &Case<'_>) -> Opinion {
    let asked = case.exchange.request.version.ok_or(Lack::Version)?;
    let answered = case.response.version.ok_or(Lack::Version)?;
    let major = |version: statusquo_exchange::Version| version.as_str().get(..6).unwrap_or_default();
    Ok(Verdict::flag_if(major(asked) == major(answered), || {
        Flag::at(Place::StatusLine)
            .saying(format!("{asked} is refused in {answered}, which is the same major version"))
    }))
}

fn loop_without_depth(case: &Case<'_>) -> Opinion {
    let depth = case.request()?.text(Known::Depth);
    // Without the field these go through all levels (RFC 4918, 9.1 and 9.8.3).
    let is_deep = match depth {
        Some(depth) => depth.eq_ignore_ascii_case("infinity"),
        None => case.method_is(&["PROPFIND", "COPY", "MOVE", "DELETE", "LOCK", "REPORT", "SEARCH"]),
    };
    Ok(Verdict::flag_if(!is_deep, || Flag::at(Place::StatusLine)))
}

fn server_error_no_content(case: &Case<'_>) -> Opinion {
    // 505 has its own rule.
    if case.number() == 505 { Ok(Verdict::Silent) } else { no_content(case) }
}
