//! How field lines are written, whatever they say.

use std::ops::Range;

use statusquo_exchange::FieldLine;

use super::{at, malformed};
use crate::case::Case;
use crate::field::grammar::{fault, weight};
use crate::field::link::links;
use crate::field::list::{is_ows, is_token, split};
use crate::known::Known;
use crate::section::{Line, Section};
use crate::verdict::{Flag, Lack, Opinion, Verdict};
use crate::{Part, Place};

/// Fields that speak of a connection of HTTP/1 (RFC 9113, 8.2.2).
const OF_CONNECTION: &[Known] =
    &[Known::Connection, Known::KeepAlive, Known::ProxyConnection, Known::TransferEncoding, Known::Upgrade];

/// Fields with one value. Content-Length, Location and the fields of CORS and HSTS have rules of their own.
const SINGLETONS: &[Known] = &[
    Known::AccessControlMaxAge,
    Known::Age,
    Known::ContentDisposition,
    Known::ContentLocation,
    Known::ContentRange,
    Known::ContentType,
    Known::CrossOriginEmbedderPolicy,
    Known::CrossOriginOpenerPolicy,
    Known::CrossOriginResourcePolicy,
    Known::Date,
    Known::Deprecation,
    Known::Etag,
    Known::Expires,
    Known::LastModified,
    Known::RetryAfter,
    Known::Server,
    Known::Sunset,
];

/// Fields that are lists of tokens, quoted strings and the like, so that commas cannot mean anything else in them.
const LISTS: &[Known] = &[
    Known::AcceptEncoding,
    Known::AcceptPatch,
    Known::AcceptPost,
    Known::AcceptRanges,
    Known::AccessControlAllowHeaders,
    Known::AccessControlAllowMethods,
    Known::AccessControlExposeHeaders,
    Known::Allow,
    Known::AltSvc,
    Known::CacheControl,
    Known::Connection,
    Known::ContentEncoding,
    Known::ContentLanguage,
    Known::ProxyAuthenticate,
    Known::Trailer,
    Known::TransferEncoding,
    Known::Upgrade,
    Known::Vary,
    Known::Via,
    Known::WwwAuthenticate,
];

/// How the names of a section are written, as a hint to what the recorder did to them.
struct Letters {
    lower: usize,
    upper: usize,
}

fn letters(fields: &Section<'_>) -> Letters {
    let is_upper = |line: &Line<'_>| line.name.iter().any(u8::is_ascii_uppercase);
    let upper = fields.every().filter(is_upper).count();
    Letters { lower: fields.every().count() - upper, upper }
}

pub(super) fn connection_fields(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let Some(line) = OF_CONNECTION.iter().find_map(|field| fields.line(*field)) else {
        return Ok(Verdict::Silent);
    };
    if !case.is_http2_or_later()? {
        return Ok(Verdict::Silent);
    }
    // Names of HTTP/2 are in lower case; a recorder that writes them otherwise may have made up the label too.
    if letters(fields).lower == 0 {
        return Err(Lack::Version);
    }
    let name = line.known.map_or("", Known::as_str);
    let version = case.version()?;
    Ok(at(&line)
        .saying(format!("{name} has no place in {version}: strict clients refuse the response"))
        .into())
}

pub(super) fn uppercase_name(case: &Case<'_>) -> Opinion {
    if !case.is_http2_or_later()? {
        return Ok(Verdict::Silent);
    }
    let fields = case.fields()?;
    let Letters { lower, upper } = letters(fields);
    if upper == 0 {
        return Ok(Verdict::Clean);
    }
    // Many recorders write all names as HTTP/1 does.
    if upper >= lower {
        return Err(Lack::Version);
    }
    // Firefox adds a field of its own, in capitals, to say which protocol it was.
    let is_wrong = |line: &Line<'_>| {
        line.name.iter().any(u8::is_ascii_uppercase) && !line.name.starts_with(b"X-Firefox-")
    };
    let flags = fields.every().filter(is_wrong).map(|line| {
        let name = String::from_utf8_lossy(line.name);
        at(&line).saying(format!("`{name}` is not in lower case")).fix(name.to_ascii_lowercase())
    });
    Ok(Verdict::from_flags(flags.collect()))
}

pub(super) fn name_syntax(case: &Case<'_>) -> Opinion {
    let is_wrong = |line: &Line<'_>| {
        let without_space = line.name.trim_ascii_end();
        // Recorders of HTTP/2 keep `:status`; a space before the colon has a rule of its own.
        !is_token(without_space) && line.name != b":status"
    };
    let flags =
        case.fields()?.every().filter(is_wrong).take(3).map(|line| {
            at(&line).saying(format!("`{}` is no field name", String::from_utf8_lossy(line.name)))
        });
    Ok(Verdict::from_flags(flags.collect()))
}

pub(super) fn control_chars(case: &Case<'_>) -> Opinion {
    // Recorders keep LF where a line goes on; in raw bytes a lone CR has a rule of its own.
    let is_raw = case.raw().is_ok();
    let is_wrong =
        |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n') && !(is_raw && *byte == b'\r');
    let mut lines = case.fields()?.every();
    let found = lines.find_map(|line| Some((line, line.value.iter().position(is_wrong)?)));
    let Some((line, at)) = found else { return Ok(Verdict::Clean) };
    let byte = line.value.get(at).copied().unwrap_or_default();
    Ok(Flag::at(Place::value(line.number, at..at + 1))
        .saying(format!("a control character, 0x{byte:02x}, in a field value"))
        .into())
}

pub(super) fn edge_whitespace(case: &Case<'_>) -> Opinion {
    if !case.is_http2_or_later()? {
        return Ok(Verdict::Silent);
    }
    let is_padded = |line: &FieldLine| {
        [line.value.first(), line.value.last()].into_iter().flatten().any(|byte| is_ows(*byte))
    };
    let found = case.fields()?.recorded().find(|(_, line)| is_padded(line));
    Ok(found.map_or(Verdict::Clean, |(number, _)| Flag::at(Place::line(number)).into()))
}

pub(super) fn singleton_repeated(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let second = |field: &Known| fields.lines(*field).nth(1);
    let flags = SINGLETONS.iter().filter_map(second).map(|line| {
        let name = line.known.map_or("", Known::as_str);
        at(&line).saying(format!("{name} is there twice"))
    });
    Ok(Verdict::from_flags(flags.collect()))
}

pub(super) fn empty_element(case: &Case<'_>) -> Opinion {
    let is_list =
        |line: &Line<'_>| line.known.is_some_and(|field| field == Known::Link || LISTS.contains(&field));
    let mut is_silent = true;
    for line in case.fields()?.every().filter(is_list) {
        is_silent = false;
        // An empty list is one without elements; an empty element needs a comma beside it.
        let empty = if line.known == Some(Known::Link) {
            empty_link(line.value)
        } else {
            split(line.value, b',').find(|range| range.is_empty() && line.value.contains(&b','))
        };
        if let Some(empty) = empty {
            let name = line.known.map_or("", Known::as_str);
            let place = Place::value(line.number, empty);
            return Ok(Flag::at(place).saying(format!("an empty element in {name}")).into());
        }
    }
    Ok(if is_silent { Verdict::Silent } else { Verdict::Clean })
}

/// An empty element among links, whose targets may have commas.
fn empty_link(value: &[u8]) -> Option<Range<usize>> {
    let found = links(value).ok()?;
    let starts = found.iter().map(|link| link.bytes.start).chain([value.len()]);
    let mut at = 0;
    for (number, start) in starts.enumerate() {
        let between = value.get(at..start).unwrap_or_default();
        let commas = between.iter().filter(|byte| **byte == b',').count();
        let is_inside = number > 0 && number < found.len();
        if commas > usize::from(is_inside) {
            let comma = between.iter().rposition(|byte| *byte == b',').unwrap_or(0);
            return Some(at + comma..at + comma);
        }
        at = found.get(number).map_or(start, |link| link.bytes.end);
    }
    None
}

pub(super) fn other_syntax(case: &Case<'_>) -> Opinion {
    let wrong = |line: Line<'_>| {
        line.known.and_then(|field| fault(field, line.value)).map(|fault| malformed(&line, &fault))
    };
    let answered = case.fields()?.every().filter_map(wrong);
    Ok(Verdict::from_flags(answered.chain(asked_weights(case)).take(5).collect()))
}

/// Fields by which a client says what it likes better.
const WEIGHTED: &[Known] =
    &[Known::Accept, Known::AcceptCharset, Known::AcceptEncoding, Known::AcceptLanguage, Known::Te];

/// The weights of a request that are none: who takes them for something else chooses something else. Whoever is asked can
/// do nothing about them, so it is an advice to whoever reads both sides.
fn asked_weights(case: &Case<'_>) -> impl Iterator<Item = Flag> {
    let lines = case
        .request()
        .into_iter()
        .flat_map(|request| WEIGHTED.iter().flat_map(|field| request.lines(*field)));
    lines.filter(|line| line.value.contains(&b';')).filter_map(|line| {
        let fault = weight(line.value)?;
        let name = line.known.map_or("", Known::as_str);
        let place = Place::Field { part: Part::Request, line: line.number, bytes: Some(fault.bytes) };
        Some(Flag::at(place).saying(format!("the request's {name}: {}", fault.why)).advising(true))
    })
}
