//! What the fields say of the content: entity tag, media type, content coding.

use statusquo_exchange::Origin;

use super::super::framing::is_end_of_file;
use super::{at, malformed};
use crate::Place;
use crate::case::{Case, is_text as is_text_content};
use crate::field::accept::weight;
use crate::field::list::{elements, split};
use crate::field::media_type::MediaType;
use crate::json::Json;
use crate::known::Known;
use crate::section::Section;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

/// Content is looked at no further than this.
const FAR_ENOUGH_BYTES: usize = 256 << 10;

pub(super) fn etag_syntax(case: &Case<'_>) -> Opinion {
    match (case.fields()?.line(Known::Etag), case.etag()?) {
        (Some(line), Some(Err(fault))) => {
            let flag = malformed(&line, fault);
            Ok(right_tag(line.value).map_or(flag.clone(), |tag| flag.fix(format!("etag: {tag}"))).into())
        }
        (_, Some(Ok(_))) => Ok(Verdict::Clean),
        (None, _) | (_, None) => Ok(Verdict::Silent),
    }
}

/// The entity tag that was meant, where that is clear.
fn right_tag(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    let (weak, rest) = match text.get(..2) {
        Some("W/" | "w/") => ("W/", text.get(2..)?.trim_start()),
        Some(_) | None => ("", text),
    };
    let plain = rest.trim_matches(['"', '\'']);
    let is_clear =
        !plain.is_empty() && plain.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x7e) && byte != b',');
    is_clear.then(|| format!("{weak}\"{plain}\""))
}

pub(super) fn type_missing(case: &Case<'_>) -> Opinion {
    let has_type = case.fields()?.has(Known::ContentType);
    if has_type {
        return Ok(Verdict::Clean);
    }
    if !case.may_have_content() || !case.has_content()? || case.beginning().is_ok_and(is_end_of_file) {
        return Ok(Verdict::Silent);
    }
    // RFC 9110, 15.3.7: whoever sent If-Range has these fields already.
    if case.number() == 206 && case.request()?.has(Known::IfRange) {
        return Ok(Verdict::Silent);
    }
    // RFC 9110, 8.3: unless the sender does not know the type, as of a file without a known ending.
    if case.beginning().is_ok_and(|content| !is_text_content(content)) {
        return Ok(Verdict::Silent);
    }
    Ok(Flag::at(Place::StatusLine).into())
}

pub(super) fn type_syntax(case: &Case<'_>) -> Opinion {
    match (case.fields()?.line(Known::ContentType), case.content_type()?) {
        (Some(line), Some(Err(fault))) => Ok(malformed(&line, fault).into()),
        (Some(line), Some(Ok(media))) => {
            Ok(lack_of(media).map_or(Verdict::Clean, |why| at(&line).saying(why).into()))
        }
        (None, _) | (_, None) => Ok(Verdict::Silent),
    }
}

/// What keeps a media type that is written well from meaning anything. A 206 has a rule of its own for the boundary.
fn lack_of(media: &MediaType<'_>) -> Option<&'static str> {
    if media.main.contains(&b'*') || media.sub.contains(&b'*') {
        return Some("a range of media types, which belongs in Accept, is no media type (RFC 6838, 4.2)");
    }
    let needs_boundary = media.main.eq_ignore_ascii_case(b"multipart") && !media.is("multipart/byteranges");
    (needs_boundary && media.param("boundary").is_none())
        .then_some("multipart content needs a `boundary` (RFC 9110, 8.3.3)")
}

pub(super) fn type_contradicts(case: &Case<'_>) -> Opinion {
    let Some(media) = case.media_type()? else { return Ok(Verdict::Silent) };
    let (is_json, is_markup) = (media.is_json(), media.is_html() || media.is_xml());
    if !(is_json || is_markup) || !case.may_have_content() {
        return Ok(Verdict::Silent);
    }
    let content = case.beginning()?;
    let text = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content).trim_ascii_start();
    let what = if is_json && text.first() == Some(&b'<') {
        "markup"
    } else if is_markup && is_whole_json(case, text) {
        "JSON"
    } else {
        return Ok(Verdict::Clean);
    };
    let line = case.fields()?.line(Known::ContentType);
    let message = format!("the content is {what}");
    Ok(line.map_or(Verdict::Silent, |line| at(&line).saying(message).into()))
}

/// Is it surely JSON: a whole object or array with something in it? A page may well begin with a bracket.
fn is_whole_json(case: &Case<'_>, text: &[u8]) -> bool {
    let begins = matches!(text, [b'{' | b'[', _, ..]) && text.len() <= FAR_ENOUGH_BYTES;
    begins && case.content().is_ok() && text.trim_ascii_end().len() > 2 && Json::parse(text).is_ok()
}

/// Was the content recorded as it came, content coding included?
fn is_as_it_came(case: &Case<'_>) -> bool {
    case.raw().is_ok() || matches!(case.exchange.origin, Origin::Probe { .. })
}

pub(super) fn coding_undecodable(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.lines(Known::ContentEncoding).last() else { return Ok(Verdict::Silent) };
    let coding = elements(line.value).last().and_then(|range| line.value.get(range)).unwrap_or_default();
    let coding = String::from_utf8_lossy(coding).to_ascii_lowercase();
    if !case.may_have_content() || !matches!(coding.as_str(), "gzip" | "x-gzip" | "zstd" | "deflate") {
        return Ok(Verdict::Silent);
    }
    let content = case.beginning()?;
    if content.len() < 4 {
        return Ok(Verdict::Silent);
    }
    // What a recorder decoded would be text; what is neither text nor so encoded is no right content either way.
    let is_neither = case.media_type()?.is_some_and(is_text) && !is_text_content(content);
    if !is_as_it_came(case) && !is_neither {
        return Err(Lack::Content);
    }
    Ok(Verdict::flag_if(!begins_as(&coding, content), || {
        at(&line).saying(format!("the content does not begin as `{coding}` does"))
    }))
}

/// RFC 1952, 2.3.1; RFC 8878, 3.1; RFC 1950, 2.2.
fn begins_as(coding: &str, content: &[u8]) -> bool {
    match (coding, content) {
        ("gzip" | "x-gzip", content) => content.starts_with(&[0x1f, 0x8b]),
        ("zstd", [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]) => true,
        ("zstd", content) => content.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
        ("deflate", [method, flags, ..]) => {
            method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0
        }
        (_, _) => true,
    }
}

pub(super) fn coding_undeclared(case: &Case<'_>) -> Opinion {
    let Some(media) = case.media_type()? else { return Ok(Verdict::Silent) };
    let is_declared = case.fields()?.has(Known::ContentEncoding) || case.is_still_encoded()?;
    if is_declared || !is_text(media) || !case.may_have_content() {
        return Ok(Verdict::Silent);
    }
    let content = case.beginning()?;
    let coding = if content.starts_with(&[0x1f, 0x8b, 0x08]) {
        "gzip"
    } else if content.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        "zstd"
    } else {
        return Ok(Verdict::Clean);
    };
    let fix = format!("content-encoding: {coding}");
    Ok(Flag::at(Place::Content(0..4))
        .saying(format!("the content is compressed with {coding}"))
        .fix(fix)
        .into())
}

/// Types whose content never begins like compressed data.
fn is_text(media: &MediaType<'_>) -> bool {
    media.main.eq_ignore_ascii_case(b"text")
        || media.is_json()
        || media.is_xml()
        || media.is("application/javascript")
}

pub(super) fn coding_unwanted(case: &Case<'_>) -> Opinion {
    if let Some(flag) = no_coding(case)? {
        return Ok(flag.into());
    }
    let request = case.request()?;
    // Without the field anything is welcome (RFC 9110, 12.5.3), and who refuses plain content too leaves no right answer.
    if !request.has(Known::AcceptEncoding) || refuses_plain(request) {
        return Ok(Verdict::Silent);
    }
    for line in case.fields()?.lines(Known::ContentEncoding) {
        for range in elements(line.value) {
            let coding = line.value.get(range.clone()).unwrap_or_default();
            let is_welcome = |accept: crate::section::Line<'_>| welcome(accept.value, coding);
            let by_name = request.lines(Known::AcceptEncoding).find_map(is_welcome);
            let by_star =
                || request.lines(Known::AcceptEncoding).find_map(|accept| welcome(accept.value, b"*"));
            let is_identity = coding.eq_ignore_ascii_case(b"identity");
            if !is_identity && !by_name.or_else(by_star).unwrap_or(false) {
                let coding = String::from_utf8_lossy(coding).into_owned();
                let place = Place::value(line.number, range);
                return Ok(Flag::at(place).saying(format!("the client does not accept `{coding}`")).into());
            }
        }
    }
    Ok(Verdict::Clean)
}

/// Does the client refuse content without a coding: `identity;q=0`, or `*;q=0` and nothing of `identity`?
fn refuses_plain(request: &Section<'_>) -> bool {
    let of =
        |coding: &[u8]| request.lines(Known::AcceptEncoding).find_map(|accept| welcome(accept.value, coding));
    of(b"identity").or_else(|| of(b"*")) == Some(false)
}

/// Words that are no codings, and what they are. `identity` belongs in Accept-Encoding alone (RFC 9110, 8.4).
const NO_CODINGS: &[(&[u8], &str)] = &[
    (b"identity", "`identity` is no coding: it says in Accept-Encoding that none is wanted"),
    (b"utf-8", "this is the name of a character set, which belongs in Content-Type"),
    (b"utf8", "this is the name of a character set, which belongs in Content-Type"),
    (b"iso-8859-1", "this is the name of a character set, which belongs in Content-Type"),
    (b"chunked", "`chunked` is a transfer coding, which belongs in Transfer-Encoding"),
];

fn no_coding(case: &Case<'_>) -> Result<Option<Flag>, Lack> {
    let flag = case.fields()?.lines(Known::ContentEncoding).find_map(|line| {
        elements(line.value).find_map(|range| {
            let coding = line.value.get(range.clone())?;
            let (_, why) = NO_CODINGS.iter().find(|(word, _)| coding.eq_ignore_ascii_case(word))?;
            Some(Flag::at(Place::value(line.number, range)).saying(*why).fix("leave the field out"))
        })
    });
    Ok(flag)
}

/// Is this coding welcome by its name? `None` when it is not named. `x-gzip` is `gzip` (RFC 9110, 8.4.1.3).
fn welcome(accept: &[u8], coding: &[u8]) -> Option<bool> {
    let plain = |name: &[u8]| name.strip_prefix(b"x-").unwrap_or(name).to_ascii_lowercase();
    let of = |range: std::ops::Range<usize>| {
        let element = accept.get(range)?;
        let name = split(element, b';').next().and_then(|range| element.get(range))?;
        (plain(name) == plain(coding)).then(|| weight(element) > 0)
    };
    elements(accept).find_map(of)
}
