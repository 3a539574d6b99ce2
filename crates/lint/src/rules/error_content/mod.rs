//! What errors say, and in which form.

mod json;
mod problem;

use crate::Place;
use crate::case::Case;
use crate::error_shape::{is_request_id, is_request_id_field, squash};
use crate::field::accept::{names_json, quality};
use crate::field::media_type::MediaType;
use crate::json::{Json, Kind, Value};
use crate::known::Known;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(in crate::rules) const CHECKS: &[Check] = &[
    Check::new(
        "client-error-no-content",
        When::Class(statusquo_catalogue::Class::ClientError),
        client_error_no_content,
    ),
    Check::new("error-html-to-json-client", When::Error, html_to_json_client),
    Check::new("error-not-structured", When::Error, not_structured),
    Check::new("error-shape-guide", When::Error, shape),
    Check::new("error-no-request-id", When::Error, no_request_id),
    Check::new("error-message-empty", When::Error, message_empty),
    Check::new("error-code-number-mismatch", When::Error, number_mismatch),
    Check::new("json-invalid", When::Field(Known::ContentType), json::invalid),
    Check::new("json-name-repeated", When::Field(Known::ContentType), json::repeated_name),
    Check::new("json-charset-parameter", When::Field(Known::ContentType), json::charset),
    Check::new("problem-status-mismatch", When::Field(Known::ContentType), problem::status),
    Check::new("problem-not-an-object", When::Field(Known::ContentType), problem::not_object),
    Check::new("problem-member-type", When::Field(Known::ContentType), problem::members),
    Check::new("problem-blank-title", When::Field(Known::ContentType), problem::title),
    Check::new("problem-wrong-media-type", When::Error, problem::media_type),
    Check::new("problem-on-success", When::Field(Known::ContentType), problem::on_success),
    Check::new("problem-relative-type", When::Field(Known::ContentType), problem::relative_type),
];

/// An error has no content, though it could have had some. Shared by the rules of single codes.
pub(in crate::rules) fn no_content(case: &Case<'_>) -> Opinion {
    if case.method_is(&["HEAD"]) {
        return Ok(Verdict::Silent);
    }
    if case.has_content()? {
        return Ok(Verdict::Clean);
    }
    let fields = case.fields()?;
    let length = fields.text(Known::ContentLength);
    // Announced or encoded content that is not here was lost by the recorder.
    if length.is_some_and(|length| length != "0") || fields.has(Known::ContentEncoding) || !case.is_complete()
    {
        return Err(Lack::Content);
    }
    // Without the request it may have been HEAD, unless even the announced length is 0.
    if case.method().is_err() && length.is_none() {
        return Err(Lack::Request);
    }
    Ok(Flag::at(Place::StatusLine).into())
}

fn client_error_no_content(case: &Case<'_>) -> Opinion {
    // These have rules of their own.
    if matches!(case.number(), 402 | 406 | 409 | 426 | 428 | 429 | 451) {
        Ok(Verdict::Silent)
    } else {
        no_content(case)
    }
}

/// Did a browser ask for a page, an image, a style sheet? Then the error is not that of an API.
fn is_page_load(case: &Case<'_>) -> bool {
    let Ok(request) = case.request() else { return false };
    let fetch = case.exchange.request.fields.text("sec-fetch-dest");
    let accept = request.text(Known::Accept).unwrap_or_default().to_ascii_lowercase();
    fetch.is_some_and(|dest| dest != "empty")
        || ["text/html", "image/", "text/css", "font/"].iter().any(|media| accept.contains(media))
}

/// Is it the answer of a health check? Those have a shape of their own, whatever their status code.
fn is_health(case: &Case<'_>) -> bool {
    let media = case.media_type().ok().flatten();
    let has_media = media.is_some_and(|media| {
        media.is("application/health+json") || media.sub.starts_with(b"vnd.spring-boot.actuator")
    });
    let path = case.target().unwrap_or_default().split(['?', '#']).next().unwrap_or_default();
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    has_media
        || ["health", "healthz", "healthcheck", "ready", "readyz", "live", "livez", "ping"].contains(&last)
}

fn accept<'a>(case: &Case<'a>) -> Result<Option<&'a [u8]>, Lack> {
    Ok(case.request()?.line(Known::Accept).map(|line| line.value))
}

fn media_line(case: &Case<'_>) -> Place {
    let line = case.fields().ok().and_then(|fields| fields.line(Known::ContentType));
    line.map_or(Place::StatusLine, |line| Place::line(line.number))
}

fn html_to_json_client(case: &Case<'_>) -> Opinion {
    let accept = accept(case)?;
    if !names_json(accept) || quality(accept, "text", "html") > 0 || !case.may_have_content() {
        return Ok(Verdict::Silent);
    }
    let is_html = case.media_type()?.is_some_and(MediaType::is_html);
    Ok(Verdict::flag_if(is_html, || Flag::at(media_line(case)).fix("content-type: application/json")))
}

fn not_structured(case: &Case<'_>) -> Opinion {
    if is_page_load(case) || is_health(case) || !case.may_have_content() {
        return Ok(Verdict::Silent);
    }
    let Some(media) = case.media_type()? else { return Ok(Verdict::Silent) };
    if media.is("text/plain") {
        return Ok(Verdict::flag_if(case.has_content()?, || {
            Flag::at(media_line(case)).saying("the error is plain text, which programs cannot tell apart")
        }));
    }
    let Some(json) = case.valid_json()? else { return Ok(Verdict::Silent) };
    let root = json.root();
    Ok(Verdict::flag_if(root.kind() != Kind::Object, || {
        Flag::at(Place::Content(root.span())).saying("the error is JSON, but not an object")
    }))
}

/// GraphQL says what its errors look like: a list with a message each.
fn is_graphql(case: &Case<'_>) -> bool {
    let is_media = case.media_type().is_ok_and(|media| {
        media.is_some_and(|media| {
            media.is("application/graphql-response+json") || media.is("application/graphql+json")
        })
    });
    is_media || case.target().is_ok_and(|target| target.to_ascii_lowercase().contains("graphql"))
}

fn shape(case: &Case<'_>) -> Opinion {
    if is_page_load(case)
        || is_health(case)
        || is_graphql(case)
        || case.media_type()?.is_some_and(MediaType::is_problem_json)
    {
        return Ok(Verdict::Silent);
    }
    let Some(shape) = case.error_shape()? else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(!shape.is_common(), || {
        let at = shape.messages.first().map_or(0..1, |(_, span)| span.clone());
        let message = match (shape.code.is_some(), shape.messages.is_empty()) {
            (true, false) => "the error has one text for code and message",
            (true, true) => "the error has a code and no message",
            (false, false) => "the error has a message and no code",
            (false, true) => "the error has neither a code nor a message",
        };
        Flag::at(Place::Content(at))
            // A number beside the text is the status line's again, as Spring has it: little, and told apart by programs.
            .advising(shape.lists_fields || !(shape.numbers.is_empty() || shape.messages.is_empty()))
            .saying(message)
            .fix("{\"error\": {\"code\": \"order_not_found\", \"message\": \"...\", \"details\": [], \"request_id\": \"...\"}}")
    }))
}

/// Names of what identifies a request, in text that is no JSON.
const ID_WORDS: &[&str] =
    &["requestid", "traceid", "correlationid", "rayid", "reference", "hostid", "incidentid"];

fn no_request_id(case: &Case<'_>) -> Opinion {
    if is_page_load(case) || is_health(case) || !case.may_have_content() {
        return Ok(Verdict::Silent);
    }
    let mut fields = case.fields()?.every();
    let is_id = |line: &crate::section::Line<'_>| {
        is_request_id_field(line)
            || matches!(line.known, Some(Known::CfRay | Known::XAmzCfId | Known::XCloudTraceContext))
    };
    let is_named =
        fields.any(|line| !line.value.is_empty() && (is_id(&line) || names_trace(line.value, line.known)));
    if is_named {
        return Ok(Verdict::Clean);
    }
    let Some(media) = case.media_type()? else { return silent_or_flagged(case) };
    if media.is_json() {
        let Some(json) = case.json()? else { return silent_or_flagged(case) };
        let has_id = json.as_ref().is_ok_and(|json| json_names_request(case, json));
        // The guide ties the id to incidents, and only who chose the shape of an error can be asked to put it there.
        let is_incident = case.code.is_server_error() && !has_standard_shape(case);
        return Ok(Verdict::flag_if(!has_id, || id_flag().advising(!is_incident)));
    }
    if !media.is_xml() && !media.is("text/plain") {
        return Ok(Verdict::Silent);
    }
    if case.is_still_encoded()? {
        return Err(Lack::Content);
    }
    let content = case.beginning()?;
    let text = squash(content.get(..64 * 1024).unwrap_or(content));
    Ok(Verdict::flag_if(!ID_WORDS.iter().any(|word| text.contains(word)), || id_flag().advising(true)))
}

/// Has the error a shape that a standard gave it, in which no request id has a place of its own?
fn has_standard_shape(case: &Case<'_>) -> bool {
    let media = case.media_type().ok().flatten();
    is_graphql(case)
        || media.is_some_and(|media| media.is_problem_json() || !media.is("application/json"))
        || case.error_shape().is_ok_and(|shape| shape.is_some_and(|shape| shape.is_of_a_standard))
}

fn id_flag() -> Flag {
    Flag::at(Place::StatusLine).fix("x-request-id: req_8f3c1a90")
}

/// Without content there is only the header section to look at.
fn silent_or_flagged(case: &Case<'_>) -> Opinion {
    Ok(match no_content(case)? {
        Verdict::Flagged(_) => id_flag().advising(true).into(),
        Verdict::Silent | Verdict::Clean => Verdict::Silent,
    })
}

fn json_names_request(case: &Case<'_>, json: &Json<'_>) -> bool {
    let by_shape = case.error_shape().is_ok_and(|shape| shape.is_some_and(|shape| shape.has_request_id));
    let is_list = json.root().kind() == Kind::Array;
    let by_list = || {
        let members = json.root().children().flat_map(Value::children);
        members.filter_map(|member| member.key()).any(|key| is_request_id(key.as_bytes()))
    };
    by_shape || (is_list && by_list())
}

/// `Server-Timing: traceparent;desc="00-..."`
fn names_trace(value: &[u8], field: Option<Known>) -> bool {
    field == Some(Known::ServerTiming) && memchr::memmem::find(value, b"trace").is_some()
}

fn message_empty(case: &Case<'_>) -> Opinion {
    // Who is kept out need not be told why.
    if matches!(case.number(), 401 | 403 | 404) {
        return Ok(Verdict::Silent);
    }
    let Some(shape) = case.error_shape()? else { return Ok(Verdict::Silent) };
    let phrase = case.code.phrase();
    // A server error says nothing of its insides; a client error says what to change.
    let says_nothing = |text: &str| {
        text.trim().is_empty()
            || (case.code.is_client_error() && text.trim().trim_end_matches('.').eq_ignore_ascii_case(phrase))
    };
    let Some((text, span)) = shape.messages.first() else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(shape.messages.iter().all(|(text, _)| says_nothing(text)), || {
        let message = if text.trim().is_empty() {
            "the message is empty"
        } else {
            "the message only repeats the status"
        };
        Flag::at(Place::Content(span.clone())).saying(message)
    }))
}

fn number_mismatch(case: &Case<'_>) -> Opinion {
    if case.media_type()?.is_some_and(MediaType::is_problem_json) {
        return Ok(Verdict::Silent);
    }
    let Some(shape) = case.error_shape()? else { return Ok(Verdict::Silent) };
    let Some((number, span)) = shape.numbers.first() else { return Ok(Verdict::Silent) };
    // With several errors the status line has to choose one, or a general code (JSON:API, Errors).
    let is_wrong = shape.listed < 2 && shape.numbers.iter().all(|(number, _)| *number != case.number());
    Ok(Verdict::flag_if(is_wrong, || {
        Flag::at(Place::Content(span.clone()))
            .saying(format!("the content says {number} and the status line {}", case.code))
    }))
}
