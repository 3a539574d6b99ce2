//! What errors say, and in which form.

use crate::Place;
use crate::case::Case;
use crate::error_shape::{is_request_id, squash};
use crate::field::accept::{names_json, quality};
use crate::field::media_type::MediaType;
use crate::field::uri::Reference;
use crate::json::{Json, Kind, Value};
use crate::known::Known;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
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
    Check::new("json-invalid", When::Field(Known::ContentType), json_invalid),
    Check::new("json-charset-parameter", When::Field(Known::ContentType), json_charset),
    Check::new("problem-status-mismatch", When::Field(Known::ContentType), problem_status),
    Check::new("problem-not-an-object", When::Field(Known::ContentType), problem_not_object),
    Check::new("problem-member-type", When::Field(Known::ContentType), problem_members),
    Check::new("problem-blank-title", When::Field(Known::ContentType), problem_title),
    Check::new("problem-wrong-media-type", When::Error, problem_media_type),
    Check::new("problem-on-success", When::Field(Known::ContentType), problem_on_success),
    Check::new("problem-relative-type", When::Field(Known::ContentType), problem_relative_type),
];

/// An error has no content, though it could have had some. Shared by the rules of single codes.
pub(super) fn no_content(case: &Case<'_>) -> Opinion {
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
    if is_page_load(case) || !case.may_have_content() {
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
    if is_page_load(case) || is_graphql(case) || case.media_type()?.is_some_and(MediaType::is_problem_json) {
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
            .saying(message)
            .fix("{\"error\": {\"code\": \"order_not_found\", \"message\": \"...\", \"details\": [], \"request_id\": \"...\"}}")
    }))
}

/// Names of what identifies a request, in text that is no JSON.
const ID_WORDS: &[&str] =
    &["requestid", "traceid", "correlationid", "rayid", "reference", "hostid", "incidentid"];

fn no_request_id(case: &Case<'_>) -> Opinion {
    if is_page_load(case) || !case.may_have_content() {
        return Ok(Verdict::Silent);
    }
    let mut fields = case.fields()?.every();
    let is_id = |line: &crate::section::Line<'_>| {
        is_request_id(line.name)
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
        return Ok(Verdict::flag_if(!has_id, id_flag));
    }
    if !media.is_xml() && !media.is("text/plain") {
        return Ok(Verdict::Silent);
    }
    if case.is_still_encoded()? {
        return Err(Lack::Content);
    }
    let content = case.beginning()?;
    let text = squash(content.get(..64 * 1024).unwrap_or(content));
    Ok(Verdict::flag_if(!ID_WORDS.iter().any(|word| text.contains(word)), id_flag))
}

fn id_flag() -> Flag {
    Flag::at(Place::StatusLine).fix("x-request-id: req_8f3c1a90")
}

/// Without content there is only the header section to look at.
fn silent_or_flagged(case: &Case<'_>) -> Opinion {
    Ok(match no_content(case)? {
        Verdict::Flagged(_) => id_flag().into(),
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

/// May content be looked at as a whole JSON text?
fn is_whole(case: &Case<'_>) -> Result<bool, Lack> {
    if case.number() == 206 || case.number() == 304 || !case.may_have_content() {
        return Ok(false);
    }
    let fields = case.fields()?;
    let announced = fields.text(Known::ContentLength).and_then(|length| length.parse::<usize>().ok());
    let is_coded = fields.has(Known::ContentEncoding);
    // Recorders cut content off without saying so.
    if !is_coded && announced.is_some_and(|length| length > case.content().map_or(0, <[u8]>::len)) {
        return Err(Lack::Content);
    }
    Ok(true)
}

fn json_invalid(case: &Case<'_>) -> Opinion {
    if !case.is_json()? || !is_whole(case)? {
        return Ok(Verdict::Silent);
    }
    let Some(parsed) = case.json()? else { return empty_json(case) };
    let Err(fault) = parsed else { return Ok(Verdict::Clean) };
    let content = case.content()?;
    let length = content.len();
    // A limit of our own; and lines of JSON under the name of JSON are a stream, which those who send it know.
    if fault.why == "is nested too deep" || (fault.why == "goes on after its end" && is_lines(content)) {
        return Ok(Verdict::Silent);
    }
    // Recorders cut off at round numbers.
    if fault.at >= length && (length.is_multiple_of(1000) || length.is_multiple_of(1024)) {
        return Err(Lack::Content);
    }
    let at = fault.at.min(length.saturating_sub(1));
    Ok(Flag::at(Place::Content(at..(at + 1).min(length))).saying(format!("the content {}", fault.why)).into())
}

/// Nothing is not JSON either; an error without content has its own rules.
fn empty_json(case: &Case<'_>) -> Opinion {
    let says_zero = case.fields()?.text(Known::ContentLength) == Some("0");
    if !says_zero || !case.code.is_success() || matches!(case.number(), 204 | 205) {
        return Ok(Verdict::Silent);
    }
    Ok(Flag::at(media_line(case)).saying("there is no content, and no content is not JSON").into())
}

fn is_lines(content: &[u8]) -> bool {
    let mut lines =
        content.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    lines.by_ref().take(100).all(|line| Json::parse(line).is_ok())
}

fn json_charset(case: &Case<'_>) -> Opinion {
    let Some(media) = case.media_type()?.filter(|media| media.is("application/json")) else {
        return Ok(Verdict::Silent);
    };
    let param = media.param("charset");
    let line = case.fields()?.line(Known::ContentType).map_or(0, |line| line.number);
    Ok(param.map_or(Verdict::Clean, |param| {
        Flag::at(Place::value(line, param.bytes.clone())).fix("content-type: application/json").into()
    }))
}

/// The content of a problem, if it is one and valid JSON.
fn problem<'c, 'a>(case: &'c Case<'a>) -> Result<Option<Value<'a, 'c>>, Lack> {
    if !case.media_type()?.is_some_and(MediaType::is_problem_json) {
        return Ok(None);
    }
    Ok(case.valid_json()?.map(Json::root))
}

fn problem_object<'c, 'a>(case: &'c Case<'a>) -> Result<Option<Value<'a, 'c>>, Lack> {
    Ok(problem(case)?.filter(|root| root.kind() == Kind::Object))
}

fn problem_status(case: &Case<'_>) -> Opinion {
    let status = problem_object(case)?.and_then(|root| root.get("status"));
    let Some((status, number)) = status.and_then(|status| Some((status, status.as_integer()?))) else {
        return Ok(Verdict::Silent);
    };
    Ok(Verdict::flag_if(number != i64::from(case.number()), || {
        Flag::at(Place::Content(status.span()))
            .saying(format!("the problem says {number} and the status line {}", case.code))
            .fix(format!("\"status\": {}", case.code))
    }))
}

fn problem_not_object(case: &Case<'_>) -> Opinion {
    Ok(problem(case)?.map_or(Verdict::Silent, |root| {
        Verdict::flag_if(root.kind() != Kind::Object, || Flag::at(Place::Content(root.span())))
    }))
}

fn problem_members(case: &Case<'_>) -> Opinion {
    let Some(root) = problem_object(case)? else { return Ok(Verdict::Silent) };
    let flags = root.children().filter_map(|member| {
        let key = member.key()?;
        let needed = wrong_member(&key, &member)?;
        Some(Flag::at(Place::Content(member.span())).saying(format!("`{key}` has to be {needed}")))
    });
    Ok(Verdict::from_flags(flags.collect()))
}

/// What a member of a problem has to be, if it is something else (RFC 9457, 3.1).
fn wrong_member(key: &str, member: &Value<'_, '_>) -> Option<&'static str> {
    match key {
        "status" => {
            (member.kind() != Kind::Number || member.as_integer().is_none()).then_some("a whole number")
        }
        "title" | "detail" => (member.kind() != Kind::String).then_some("a string"),
        "type" | "instance" => {
            let is_right = member.as_str().is_some_and(|text| is_uri_reference(&text));
            (!is_right).then_some("a URI reference")
        }
        _ => None,
    }
}

fn is_uri_reference(text: &str) -> bool {
    Reference::parse(text.as_bytes()).is_ok()
}

fn problem_title(case: &Case<'_>) -> Opinion {
    let Some(root) = problem_object(case)? else { return Ok(Verdict::Silent) };
    let is_blank =
        root.get("type").is_none_or(|kind| kind.as_str().is_some_and(|text| text == "about:blank"));
    let Some(title) = root.get("title").filter(|title| is_blank && title.kind() == Kind::String) else {
        return Ok(Verdict::Silent);
    };
    let (Some(text), Some(entry)) = (title.as_str(), case.code.registered()) else {
        return Ok(Verdict::Silent);
    };
    let is_phrase = |phrase: &str| phrase.eq_ignore_ascii_case(text.trim());
    if is_phrase(entry.phrase) || entry.former_phrases.iter().any(|former| is_phrase(former)) {
        return Ok(Verdict::Clean);
    }
    if is_localised(case, &text)? {
        return Ok(Verdict::Silent);
    }
    Ok(Flag::at(Place::Content(title.span()))
        .saying(format!("a problem without a type of its own has the title `{}`", entry.phrase))
        .fix(format!("\"title\": \"{}\"", entry.phrase))
        .into())
}

/// May the title be a translation (RFC 9457, 4.2.1)?
fn is_localised(case: &Case<'_>, title: &str) -> Result<bool, Lack> {
    let is_english = |value: &str| value.trim().to_ascii_lowercase().starts_with("en");
    let answered = case.fields()?.text(Known::ContentLanguage).map(is_english);
    let asked = case.request().ok().and_then(|request| request.text(Known::AcceptLanguage)).map(is_english);
    Ok(!title.is_ascii() || answered == Some(false) || (answered.is_none() && asked == Some(false)))
}

fn problem_media_type(case: &Case<'_>) -> Opinion {
    if !case.media_type()?.is_some_and(|media| media.is("application/json")) {
        return Ok(Verdict::Silent);
    }
    let Some(json) = case.valid_json()? else { return Ok(Verdict::Silent) };
    let root = json.root();
    let is_text = |name: &str| root.get(name).is_some_and(|member| member.kind() == Kind::String);
    let is_problem =
        is_text("type") && is_text("title") && (is_text("detail") || root.get("status").is_some());
    Ok(if is_problem {
        Flag::at(media_line(case)).fix("content-type: application/problem+json").into()
    } else {
        Verdict::Silent
    })
}

fn problem_on_success(case: &Case<'_>) -> Opinion {
    if !case.media_type()?.is_some_and(MediaType::is_problem_json) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(case.code.is_success() || case.code.is_redirection(), || Flag::at(media_line(case))))
}

fn problem_relative_type(case: &Case<'_>) -> Opinion {
    let kind = problem_object(case)?.and_then(|root| root.get("type"));
    let Some((kind, text)) = kind.and_then(|kind| Some((kind, kind.as_str()?))) else {
        return Ok(Verdict::Silent);
    };
    // What is no URI reference at all is told by `problem-member-type`.
    let Ok(reference) = Reference::parse(text.as_bytes()) else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(reference.scheme.is_none(), || Flag::at(Place::Content(kind.span()))))
}
