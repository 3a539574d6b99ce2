//! Problem details (RFC 9457).

use super::media_line;
use crate::Place;
use crate::case::Case;
use crate::field::media_type::MediaType;
use crate::field::uri::Reference;
use crate::json::{Json, Kind, Value};
use crate::known::Known;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

/// The content of a problem, if it is one and valid JSON.
fn problem<'c, 'a>(case: &'c Case<'a>) -> Result<Option<Value<'a, 'c>>, Lack> {
    if !case.media_type()?.is_some_and(MediaType::is_problem_json) {
        return Ok(None);
    }
    Ok(case.valid_json()?.map(Json::root))
}

fn object<'c, 'a>(case: &'c Case<'a>) -> Result<Option<Value<'a, 'c>>, Lack> {
    Ok(problem(case)?.filter(|root| root.kind() == Kind::Object))
}

/// The number in `<status>`, where the content is a problem in XML (RFC 9457, appendix B).
fn status_in_xml(case: &Case<'_>) -> Result<Option<(i64, std::ops::Range<usize>)>, Lack> {
    if !case.media_type()?.is_some_and(|media| media.is("application/problem+xml")) {
        return Ok(None);
    }
    let content = case.beginning()?;
    let found =
        memchr::memmem::find(content, b"<status>").map(|at| at + b"<status>".len()).and_then(|start| {
            let length = content.get(start..)?.iter().take_while(|byte| **byte != b'<').take(20).count();
            let number =
                std::str::from_utf8(content.get(start..start + length)?).ok()?.trim().parse().ok()?;
            Some((number, start..start + length))
        });
    Ok(found)
}

pub(super) fn status(case: &Case<'_>) -> Opinion {
    if let Some((number, bytes)) = status_in_xml(case)? {
        return Ok(Verdict::flag_if(number != i64::from(case.number()), || {
            Flag::at(Place::Content(bytes))
                .saying(format!("the problem says {number} and the status line {}", case.code))
        }));
    }
    let status = object(case)?.and_then(|root| root.get("status"));
    let Some((status, number)) = status.and_then(|status| Some((status, status.as_integer()?))) else {
        return Ok(Verdict::Silent);
    };
    Ok(Verdict::flag_if(number != i64::from(case.number()), || {
        Flag::at(Place::Content(status.span()))
            .saying(format!("the problem says {number} and the status line {}", case.code))
            .fix(format!("\"status\": {}", case.code))
    }))
}

pub(super) fn not_object(case: &Case<'_>) -> Opinion {
    Ok(problem(case)?.map_or(Verdict::Silent, |root| {
        Verdict::flag_if(root.kind() != Kind::Object, || Flag::at(Place::Content(root.span())))
    }))
}

pub(super) fn members(case: &Case<'_>) -> Opinion {
    let Some(root) = object(case)? else { return Ok(Verdict::Silent) };
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

pub(super) fn title(case: &Case<'_>) -> Opinion {
    let Some(root) = object(case)? else { return Ok(Verdict::Silent) };
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

pub(super) fn media_type(case: &Case<'_>) -> Opinion {
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

pub(super) fn on_success(case: &Case<'_>) -> Opinion {
    if !case.media_type()?.is_some_and(MediaType::is_problem_json) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(case.code.is_success() || case.code.is_redirection(), || Flag::at(media_line(case))))
}

pub(super) fn relative_type(case: &Case<'_>) -> Opinion {
    let kind = object(case)?.and_then(|root| root.get("type"));
    let Some((kind, text)) = kind.and_then(|kind| Some((kind, kind.as_str()?))) else {
        return Ok(Verdict::Silent);
    };
    // What is no URI reference at all is told by `problem-member-type`.
    let Ok(reference) = Reference::parse(text.as_bytes()) else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(reference.scheme.is_none(), || Flag::at(Place::Content(kind.span()))))
}
