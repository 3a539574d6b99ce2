//! 201, and where what was made is to be found.

use statusquo_exchange::Scheme;

use super::{path, status};
use crate::Place;
use crate::case::Case;
use crate::json::{Json, Kind};
use crate::known::Known;
use crate::verdict::{Flag, Opinion, Verdict};

pub(super) fn without_location(case: &Case<'_>) -> Opinion {
    // PUT makes what its target names (RFC 9110, 15.3.2).
    if case.method()? != "POST" {
        return Ok(Verdict::Silent);
    }
    let has_location = case.fields()?.has(Known::Location);
    // Of several things that were made none is the primary one; a client registration and a pushed request have an
    // address of their own kind (RFC 7592, 3; RFC 9126, 2.2).
    let is_other = |json: &Json<'_>| {
        json.root().kind() == Kind::Array || json.root().get_any(&["client_id", "request_uri"]).is_some()
    };
    if !has_location && case.valid_json().ok().flatten().is_some_and(is_other) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!has_location, || match member_path(case) {
        Some(path) => status().fix(format!("location: {path}")),
        None => status(),
    }))
}

/// Where what was made most likely is: below the collection, by the `id` in the content.
fn member_path(case: &Case<'_>) -> Option<String> {
    let json = case.valid_json().ok()??;
    let id = json.root().get("id")?;
    let id = match id.kind() {
        Kind::String | Kind::Number => id.source().trim_matches('"'),
        Kind::Object | Kind::Array | Kind::True | Kind::False | Kind::Null => return None,
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let collection = path(case);
    let is_usable =
        collection.starts_with('/') && !id.is_empty() && id.len() <= 64 && id.bytes().all(is_plain);
    is_usable.then(|| format!("{}/{id}", collection.trim_end_matches('/')))
}

pub(super) fn by_safe_method(case: &Case<'_>) -> Opinion {
    let method = case.method()?;
    let is_safe = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY");
    Ok(Verdict::flag_if(is_safe, || {
        status().saying(format!("201 says that something was made, and {method} asks for no change"))
    }))
}

pub(super) fn location_fragment(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::Location) else { return Ok(Verdict::Silent) };
    let at = memchr::memchr(b'#', line.value);
    Ok(at.map_or(Verdict::Clean, |at| Flag::at(Place::value(line.number, at..line.value.len())).into()))
}

pub(super) fn location_is_collection(case: &Case<'_>) -> Opinion {
    if case.method()? != "POST" {
        return Ok(Verdict::Silent);
    }
    let line = case.fields()?.line(Known::Location);
    let reference = case.location()?.and_then(|parsed| parsed.as_ref().ok());
    let Some((line, reference)) = line.zip(reference) else { return Ok(Verdict::Silent) };
    // A reference without a scheme keeps that of the request, whichever it was.
    let scheme = case.scheme().unwrap_or(Scheme::Https);
    let target = case.request_uri_with(Ok(scheme))?;
    let is_target = target.resolve(reference).is_some_and(|found| {
        found.authority == target.authority
            && found.path.trim_end_matches('/') == target.path.trim_end_matches('/')
            && (found.query.is_none() || found.query == target.query)
    });
    Ok(Verdict::flag_if(is_target, || {
        Flag::at(Place::value(line.number, 0..line.value.len()))
            .saying("`Location` names what was asked, not what was made")
    }))
}

pub(super) fn answered_200(case: &Case<'_>) -> Opinion {
    if case.method()? != "POST" {
        return Ok(Verdict::Silent);
    }
    let line = case.fields()?.line(Known::Location);
    Ok(line.map_or(Verdict::Clean, |line| Flag::at(Place::line(line.number)).into()))
}
