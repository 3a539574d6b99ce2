//! Failures under the status code of a success.

mod envelope;

use std::ops::Range;

use crate::Place;
use crate::case::Case;
use crate::content::MOST_READ;
use crate::field::accept::{names_json, quality};
use crate::field::list::trim;
use crate::field::media_type::MediaType;
use crate::json::Kind;
use crate::known::Known;
use crate::section::lines;
use crate::verdict::{Flag, Opinion, Verdict};
use envelope::Failure;

pub(super) fn error_body(case: &Case<'_>) -> Opinion {
    // A 207 holds the results of its parts, a 206 is a part; problem details and GraphQL have rules of their own.
    let media = case.media_type()?;
    let has_own_rule = media.is_some_and(|media| media.is_problem_json() || is_graphql_response(media));
    if matches!(case.number(), 206 | 207)
        || has_own_rule
        || is_about_failures(case)
        || is_graphql_request(case)
    {
        return Ok(Verdict::Silent);
    }
    let Some(json) = case.valid_json()? else { return Ok(Verdict::Silent) };
    if json.root().kind() != Kind::Object {
        return Ok(Verdict::Silent);
    }
    // What was asked for by its number, such as an entry of a list of codes.
    let is_asked = |code: i64| super::has_segment(case, &[code.to_string().as_str()]);
    let failure = Failure::of(json.root()).filter(|failure| !failure.code.is_some_and(is_asked));
    Ok(failure.map_or(Verdict::Clean, |failure| {
        let message = format!("the status code says {}, and {}", case.code, failure.says);
        let flag = Flag::at(Place::Content(failure.bytes)).saying(message).advising(!failure.is_certain);
        match failure.code {
            Some(code) => flag.fix(format!("send the status code {code}")),
            None => flag,
        }
        .into()
    }))
}

/// Resources that tell of failures, of their own or of others: then telling of one is success.
const RECORDS: &[&str] = &[
    "alerts",
    "attempts",
    "audit",
    "batches",
    "build",
    "builds",
    "callbacks",
    "charges",
    "checks",
    "deliveries",
    "deployment",
    "deployments",
    "diagnostics",
    "error-codes",
    "errors",
    "events",
    "exceptions",
    "execution",
    "executions",
    "exports",
    "graphql",
    "health",
    "healthcheck",
    "healthz",
    "history",
    "i18n",
    "imports",
    "incidents",
    "introspect",
    "invocations",
    "issues",
    "job",
    "jobs",
    "live",
    "livez",
    "locales",
    "logs",
    "messages",
    "monitors",
    "notifications",
    "operation",
    "operations",
    "payment",
    "payments",
    "pipelines",
    "probes",
    "ready",
    "readyz",
    "requests",
    "responses",
    "results",
    "run",
    "runs",
    "siteverify",
    "status",
    "status-codes",
    "task",
    "tasks",
    "tests",
    "transaction",
    "transactions",
    "translations",
    "uptime",
    "validate",
    "verify",
    "webhooks",
    "workflows",
];

fn is_about_failures(case: &Case<'_>) -> bool {
    // A file holds whatever somebody wrote into it, such as the texts of a program.
    let is_file = super::path(case).to_ascii_lowercase().ends_with(".json");
    is_file
        || super::has_segment(case, RECORDS)
        || case.media_type().ok().flatten().is_some_and(|media| media.is("application/health+json"))
}

/// Was a query of GraphQL sent? Those always get 200 under `application/json`.
fn is_graphql_request(case: &Case<'_>) -> bool {
    let content = case.request_content().unwrap_or_default();
    let start = content.get(..4096).unwrap_or(content);
    case.method_is(&["POST"]) && memchr::memmem::find(start, b"\"query\"").is_some()
}

fn is_graphql_response(media: &MediaType<'_>) -> bool {
    media.is("application/graphql-response+json") || media.is("application/graphql+json")
}

/// What titles of error pages say.
const TITLES: &[&str] = &[
    "error",
    "not found",
    "bad gateway",
    "service unavailable",
    "forbidden",
    "access denied",
    "bad request",
    "unauthorized",
    "gateway timeout",
    "exception",
    "maintenance",
    "something went wrong",
];

pub(super) fn error_page(case: &Case<'_>) -> Opinion {
    let accept = case.request()?.line(Known::Accept).map(|line| line.value);
    let is_asked_for_json = names_json(accept) && quality(accept, "text", "html") == 0;
    if !is_asked_for_json || !case.media_type()?.is_some_and(MediaType::is_html) {
        return Ok(Verdict::Silent);
    }
    let content = case.beginning()?;
    let title = heading(content, b"<title").or_else(|| heading(content, b"<h1"));
    let Some(title) = title else { return Ok(Verdict::Clean) };
    let text = String::from_utf8_lossy(content.get(title.clone()).unwrap_or_default()).to_ascii_lowercase();
    let is_error = TITLES.iter().any(|words| text.contains(words));
    Ok(Verdict::flag_if(is_error, || {
        Flag::at(Place::Content(title))
            .saying(format!("the status code says {}, the page says it failed", case.code))
    }))
}

/// What stands in the first such element, of a page's first 16 KiB.
fn heading(content: &[u8], start: &[u8]) -> Option<Range<usize>> {
    let head = content.get(..16 << 10).unwrap_or(content);
    let at = head.windows(start.len()).position(|found| found.eq_ignore_ascii_case(start))?;
    let from = at + memchr::memchr(b'>', head.get(at..)?)? + 1;
    let length = memchr::memchr(b'<', head.get(from..)?)?.min(200);
    let range = trim(head, from..from + length);
    (!range.is_empty()).then_some(range)
}

pub(super) fn soap_fault(case: &Case<'_>) -> Opinion {
    if !case.media_type()?.is_some_and(MediaType::is_xml) {
        return Ok(Verdict::Silent);
    }
    let content = case.beginning()?;
    let content = content.get(..MOST_READ).unwrap_or(content);
    // SOAP 1.2 has another namespace, and other codes for faults of the sender.
    if memchr::memmem::find(content, b"http://schemas.xmlsoap.org/soap/envelope/").is_none() {
        return Ok(Verdict::Silent);
    }
    let fault = first_in_body(content).filter(|name| {
        let name = content.get(name.clone()).unwrap_or_default();
        name == b"Fault" || name.ends_with(b":Fault")
    });
    Ok(fault
        .map_or(Verdict::Clean, |name| Flag::at(Place::Content(name)).fix("send the status code 500").into()))
}

/// The name of the first element in the SOAP body.
fn first_in_body(content: &[u8]) -> Option<Range<usize>> {
    let is_body = |at: &usize| {
        let before = content.get(..*at).and_then(<[u8]>::last);
        let after = content.get(at + 4);
        matches!(before, Some(b'<' | b':'))
            && after.is_some_and(|byte| *byte == b'>' || byte.is_ascii_whitespace())
    };
    let body = memchr::memmem::find_iter(content, b"Body").find(is_body)?;
    let inside = body + memchr::memchr(b'>', content.get(body..)?)? + 1;
    let spaces = content.get(inside..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = inside + spaces + 1;
    if content.get(start - 1) != Some(&b'<') {
        return None;
    }
    let is_name = |byte: &&u8| !matches!(**byte, b'>' | b'/') && !byte.is_ascii_whitespace();
    let length = content.get(start..)?.iter().take_while(is_name).count();
    Some(start..start + length)
}

pub(super) fn grpc_status(case: &Case<'_>) -> Opinion {
    let in_fields = case.fields()?.line(Known::GrpcStatus).map(|line| (Place::line(line.number), line.value));
    let in_trailers = || {
        let found = lines(&case.response.trailers).find(|line| line.known == Some(Known::GrpcStatus))?;
        let place = Place::Field { part: crate::Part::Trailers, line: found.number, bytes: None };
        Some((place, found.value))
    };
    let Some((place, value)) = in_fields.or_else(in_trailers) else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(value != b"0", || {
        Flag::at(place).saying(format!("gRPC status {} is a failure", String::from_utf8_lossy(value)))
    }))
}

pub(super) fn graphql(case: &Case<'_>) -> Opinion {
    // With `application/json` older clients expect 200 whatever happens.
    if !case.media_type()?.is_some_and(|media| media.is("application/graphql-response+json")) {
        return Ok(Verdict::Silent);
    }
    let Some(json) = case.valid_json()? else { return Ok(Verdict::Silent) };
    let errors = json.root().get("errors").filter(|errors| !errors.is_empty());
    let wrong = errors.filter(|_| json.root().get("data").is_none());
    Ok(wrong.map_or(Verdict::Clean, |errors| Flag::at(Place::Content(errors.span())).into()))
}
