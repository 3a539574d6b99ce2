//! Redirects: 300 to 308, and Location.

use statusquo_exchange::Scheme;

use crate::Place;
use crate::case::Case;
use crate::field::accept::names_json;
use crate::field::uri::Reference;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::section::Line;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

/// The codes that send a client elsewhere.
const ELSEWHERE: &[u16] = &[301, 302, 303, 307, 308];

pub(super) const CHECKS: &[Check] = &[
    Check::new("redirect-missing-location", When::Codes(&[301, 302, 307, 308]), missing_location),
    Check::new("see-other-missing-location", When::Code(303), missing_location),
    Check::new("location-bad-uri", When::Field(Known::Location), bad_uri),
    Check::new("location-repeated", When::Field(Known::Location), repeated),
    Check::new("redirect-to-itself", When::Codes(ELSEWHERE), to_itself),
    Check::new("redirect-downgrade", When::Codes(ELSEWHERE), downgrade),
    Check::new("redirect-userinfo", When::Field(Known::Location), userinfo),
    Check::new("redirect-dangerous-scheme", When::Codes(ELSEWHERE), dangerous_scheme),
    Check::new("redirect-unsafe-method-ambiguous", When::Codes(&[301, 302]), method_ambiguous),
    Check::new("redirect-api-to-login", When::Codes(ELSEWHERE), to_login),
    Check::new("redirect-permanent-uncontrolled", When::Codes(&[301, 308]), uncontrolled),
    Check::new("multiple-choices-no-list", When::Code(300), no_list),
    Check::new("multiple-choices-no-location", When::Code(300), no_choice),
];

/// Schemes that run code or open files where somebody follows them.
const DANGEROUS: &[&str] = &["javascript:", "vbscript:", "data:", "file:", "blob:"];
/// What login pages are called in paths.
const LOGINS: &[&str] = &[
    "login",
    "log-in",
    "log_in",
    "signin",
    "sign-in",
    "sign_in",
    "logon",
    "sso",
    "saml",
    "authorize",
    "openid-connect",
];
/// What ends a session on purpose leads to a login page as well.
const LOGOUTS: &[&str] = &["logout", "log-out", "log_out", "signout", "sign-out", "sign_out", "logoff"];

/// The Location line and what it refers to, if it can be read.
fn location<'c, 'a>(case: &'c Case<'a>) -> Result<Option<(Line<'a>, &'c Reference<'a>)>, Lack> {
    let line = case.fields()?.line(Known::Location);
    let reference = case.location()?.and_then(|parsed| parsed.as_ref().ok());
    Ok(line.zip(reference))
}

/// Resumable uploads of Google answer 308 to a part, with the range that has come; they are older than RFC 7538.
fn is_upload(case: &Case<'_>) -> bool {
    let sends_part = case.request().is_ok_and(|request| request.has(Known::ContentRange));
    case.number() == 308 && (sends_part || case.fields().is_ok_and(|fields| fields.has(Known::Range)))
}

fn missing_location(case: &Case<'_>) -> Opinion {
    if is_upload(case) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!case.fields()?.has(Known::Location), || {
        let message = format!("a {} without Location leads nowhere", case.number());
        Flag::at(Place::StatusLine).saying(message).fix("location: <where to go>")
    }))
}

fn bad_uri(case: &Case<'_>) -> Opinion {
    match (case.fields()?.line(Known::Location), case.location()?) {
        (Some(line), Some(Err(fault))) => Ok(Flag::at(Place::value(line.number, fault.bytes.clone()))
            .saying(format!("not a URI reference: {}", fault.why))
            .into()),
        (_, Some(Ok(_))) => Ok(Verdict::Clean),
        (None, _) | (_, None) => Ok(Verdict::Silent),
    }
}

fn repeated(case: &Case<'_>) -> Opinion {
    let second = case.fields()?.lines(Known::Location).nth(1);
    Ok(second.map_or(Verdict::Clean, |line| Flag::at(Place::line(line.number)).into()))
}

fn to_itself(case: &Case<'_>) -> Opinion {
    let Some((line, reference)) = location(case)? else { return Ok(Verdict::Silent) };
    // After 307 and 308 the method stays as it is; otherwise POST may become GET, which is a new request.
    let stays = matches!(case.number(), 307 | 308) || matches!(case.method()?, "GET" | "HEAD");
    // The next request has the new cookie, and may well be answered otherwise.
    if !stays || case.fields()?.has(Known::SetCookie) {
        return Ok(Verdict::Silent);
    }
    // A reference without a scheme stays within the scheme, whichever it is.
    let scheme =
        case.scheme().or(if reference.scheme.is_none() { Ok(Scheme::Https) } else { Err(Lack::Scheme) });
    let own = case.request_uri_with(scheme)?;
    let same = own.resolve(reference).is_some_and(|target| target == own);
    Ok(Verdict::flag_if(same, || {
        Flag::at(Place::line(line.number)).saying("this is the URI that was asked for")
    }))
}

fn downgrade(case: &Case<'_>) -> Opinion {
    let Some((line, reference)) = location(case)? else { return Ok(Verdict::Silent) };
    if !reference.scheme_is("http") {
        return Ok(Verdict::Clean);
    }
    let is_secure = case.scheme()? == Scheme::Https;
    // RFC 8252, 7.3: native programs wait for the answer of a sign-in on their own machine, without TLS.
    let is_loopback = matches!(reference.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    Ok(Verdict::flag_if(is_secure && !is_loopback, || {
        let secure = line.text().and_then(|text| text.get(4..)).unwrap_or_default();
        Flag::at(Place::value(line.number, 0..4)).fix(format!("location: https{secure}"))
    }))
}

fn userinfo(case: &Case<'_>) -> Opinion {
    let Some((line, reference)) = location(case)? else { return Ok(Verdict::Silent) };
    let has_userinfo = (reference.is_web() || reference.scheme.is_none()) && reference.userinfo().is_some();
    Ok(Verdict::flag_if(has_userinfo, || Flag::at(Place::line(line.number))))
}

fn dangerous_scheme(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::Location) else { return Ok(Verdict::Silent) };
    let is_such = |scheme: &&&str| {
        line.value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    let found = DANGEROUS.iter().find(is_such);
    Ok(found.map_or(Verdict::Clean, |scheme| {
        let message = format!("a redirect to `{scheme}`");
        Flag::at(Place::value(line.number, 0..scheme.len())).saying(message).into()
    }))
}

fn method_ambiguous(case: &Case<'_>) -> Opinion {
    let method = case.method()?;
    if !matches!(method, "POST" | "PUT" | "PATCH" | "DELETE") {
        return Ok(Verdict::Silent);
    }
    // What forms of web pages send is meant to be followed by GET, and every browser does so.
    let is_form = case.request_content_type()?.is_some_and(|media| {
        media.is("application/x-www-form-urlencoded") || media.is("multipart/form-data")
    });
    let keeps = if case.number() == 301 { 308 } else { 307 };
    Ok(Verdict::flag_if(!is_form, || {
        Flag::at(Place::StatusLine)
            .saying(format!("after {} some clients repeat {method} and some send GET", case.number()))
            .fix(format!("answer {keeps} to have {method} repeated, or 303 to have GET sent"))
    }))
}

fn to_login(case: &Case<'_>) -> Opinion {
    let Some((line, reference)) = location(case)? else { return Ok(Verdict::Silent) };
    let request = case.request()?;
    let accept = request.line(Known::Accept).map(|line| line.value);
    let is_page = accept.is_some_and(|accept| memchr::memmem::find(accept, b"html").is_some());
    if is_page || !(names_json(accept) || request.has(Known::Authorization)) {
        return Ok(Verdict::Silent);
    }
    // Who asks for a sign-in or a sign-out is sent there on purpose.
    let own = case.target()?.split('?').next().unwrap_or_default();
    if has_segment(own, LOGINS) || has_segment(own, LOGOUTS) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(has_segment(reference.path, LOGINS), || {
        Flag::at(Place::line(line.number)).saying("a program is sent to a page for people, in place of a 401")
    }))
}

/// Is a segment of the path called like one of these?
fn has_segment(path: &str, names: &[&str]) -> bool {
    let mut segments = path.split('/').map(|segment| segment.split(['.', ';']).next().unwrap_or_default());
    segments.any(|segment| names.iter().any(|name| segment.eq_ignore_ascii_case(name)))
}

fn uncontrolled(case: &Case<'_>) -> Opinion {
    if !matches!(case.method()?, "GET" | "HEAD") {
        return Ok(Verdict::Silent);
    }
    let has_freshness = case.fields()?.has_any(&[Known::CacheControl, Known::Expires, Known::Pragma]);
    Ok(Verdict::flag_if(!has_freshness, || {
        Flag::at(Place::StatusLine)
            .saying(format!("a {} without Cache-Control may be kept for good", case.number()))
            .fix("cache-control: max-age=3600")
    }))
}

fn no_list(case: &Case<'_>) -> Opinion {
    if !case.may_have_content() {
        return Ok(Verdict::Silent);
    }
    let is_missing = !case.has_content()? && case.is_not_head()?;
    Ok(Verdict::flag_if(is_missing, || Flag::at(Place::StatusLine)))
}

fn no_choice(case: &Case<'_>) -> Opinion {
    Ok(Verdict::flag_if(!case.fields()?.has(Known::Location), || Flag::at(Place::StatusLine)))
}
