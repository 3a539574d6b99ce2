//! Rules that hold an exchange against the last whole 200 to GET of the same resource.

use statusquo_exchange::Origin;

use crate::Place;
use crate::case::Case;
use crate::field::list::{elements, has_element};
use crate::known::Known;
use crate::verdict::{Flag, Opinion, Verdict};

/// A rule over a pair of exchanges: an ordinary one, and a later one of the same resource.
pub(super) struct Pair {
    pub(super) id: &'static str,
    /// Does it hold the later one against what was there at the time of the first, which nothing may have changed since?
    pub(super) needs_same_state: bool,
    pub(super) judge: fn(&Case<'_>, &Case<'_>) -> Opinion,
}

impl Pair {
    const fn new(id: &'static str, judge: fn(&Case<'_>, &Case<'_>) -> Opinion) -> Self {
        Self { id, needs_same_state: false, judge }
    }

    const fn of_same_state(id: &'static str, judge: fn(&Case<'_>, &Case<'_>) -> Opinion) -> Self {
        Self { id, needs_same_state: true, judge }
    }
}

pub(super) const PAIRS: &[Pair] = &[
    Pair::new("head-unsupported", head_unsupported),
    Pair::of_same_state("head-differs-from-get", head_differs),
    Pair::new("head-wrong-length", head_length),
    Pair::new("not-modified-missing-200-fields", not_modified_fields),
    Pair::new("not-modified-wrong-length", not_modified_length),
    Pair::new("etag-unchanged-content-changed", etag_unchanged),
    Pair::new("partial-missing-200-fields", partial_fields),
    Pair::new("range-advertised-not-served", range_not_served),
    Pair::new("range-wrong-bytes", range_bytes),
    Pair::new("etag-same-across-codings", etag_across_codings),
    Pair::new("vary-missing-negotiated", vary_missing),
    Pair::new("auth-ignored", auth_ignored),
    Pair::new("auth-failure-wrong-status", auth_failure),
    Pair::of_same_state("precondition-ignored", precondition_ignored),
];

/// Fields that a 304 and a 206 have to repeat from the 200 (RFC 9110, 15.3.7 and 15.4.5). Date differs anyway.
const REPEATED: [Known; 5] =
    [Known::CacheControl, Known::ContentLocation, Known::Etag, Known::Expires, Known::Vary];

fn status(message: String) -> Flag {
    Flag::at(Place::StatusLine).saying(message)
}

/// The strong entity tag.
fn strong_tag<'a>(case: &Case<'a>) -> Option<&'a str> {
    case.fields().ok()?.text(Known::Etag).filter(|tag| tag.starts_with('"'))
}

fn is_same_representation(base: &Case<'_>, later: &Case<'_>) -> bool {
    let of =
        |case: &Case<'_>, field| case.fields().ok().and_then(|fields| fields.text(field).map(str::to_owned));
    of(base, Known::ContentEncoding) == of(later, Known::ContentEncoding) && is_same_request(base, later)
}

/// Was the same asked, as far as answers depend on it?
fn is_same_request(base: &Case<'_>, later: &Case<'_>) -> bool {
    let asked = |case: &Case<'_>, field| {
        case.request().ok().and_then(|request| request.text(field).map(str::to_owned))
    };
    let request_fields = [
        Known::Accept,
        Known::AcceptEncoding,
        Known::AcceptLanguage,
        Known::Authorization,
        Known::Cookie,
        Known::Origin,
    ];
    request_fields.iter().all(|field| asked(base, *field) == asked(later, *field))
}

fn head_unsupported(_: &Case<'_>, later: &Case<'_>) -> Opinion {
    let wrong = later.method_is(&["HEAD"]) && matches!(later.number(), 405 | 501);
    Ok(Verdict::flag_if(wrong, || status(format!("GET works here, HEAD gets {}", later.code))))
}

fn head_differs(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    if !later.method_is(&["HEAD"])
        || matches!(later.number(), 304 | 405 | 429 | 501 | 503)
        || !is_same_representation(base, later)
    {
        return Ok(Verdict::Silent);
    }
    if later.number() != base.number() {
        return Ok(status(format!("GET gets {}, HEAD gets {}", base.code, later.code)).into());
    }
    let (of_get, of_head) = (base.fields()?, later.fields()?);
    let compared = [
        Known::ContentType,
        Known::CacheControl,
        Known::Etag,
        Known::LastModified,
        Known::ContentLanguage,
        Known::AcceptRanges,
    ];
    // What is made anew for each GET may have a tag that is computed from its content (RFC 9110, 9.3.2).
    let may_be_computed = !of_get.has(Known::LastModified);
    let lost = compared.into_iter().find(|field| {
        of_get.has(*field) && !of_head.has(*field) && !(may_be_computed && *field == Known::Etag)
    });
    Ok(lost
        .map_or(Verdict::Clean, |field| status(format!("GET has {}, HEAD does not", field.as_str())).into()))
}

fn head_length(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    if !later.method_is(&["HEAD"]) || later.number() != 200 || !is_same_representation(base, later) {
        return Ok(Verdict::Silent);
    }
    // A page that is made anew for each request may well have another length: a validator says whether it was.
    if strong_tag(base).is_none() || strong_tag(base) != strong_tag(later) {
        return Ok(Verdict::Silent);
    }
    let Some(line) = later.fields()?.line(Known::ContentLength) else { return Ok(Verdict::Clean) };
    let of_get = base.fields()?.text(Known::ContentLength);
    Ok(Verdict::flag_if(of_get.is_some() && of_get != line.text(), || {
        Flag::at(Place::line(line.number)).saying(format!("GET has {}", of_get.unwrap_or_default()))
    }))
}

fn missing_fields(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    // What is to be repeated is what a 200 to this request would have, and another request may get others.
    if !is_same_request(base, later) {
        return Ok(Verdict::Silent);
    }
    let (whole, part) = (base.fields()?, later.fields()?);
    let lost: Vec<&str> = REPEATED
        .into_iter()
        .filter(|field| whole.has(*field) && !part.has(*field))
        .map(Known::as_str)
        .collect();
    Ok(Verdict::flag_if(!lost.is_empty(), || {
        status(format!("the 200 has {}, this {} does not", lost.join(", "), later.code))
    }))
}

fn not_modified_fields(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    if later.number() == 304 { missing_fields(base, later) } else { Ok(Verdict::Silent) }
}

fn not_modified_length(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    if later.number() != 304 || !is_same_representation(base, later) {
        return Ok(Verdict::Silent);
    }
    let Some(line) = later.fields()?.line(Known::ContentLength) else { return Ok(Verdict::Clean) };
    let whole = base.fields()?.text(Known::ContentLength);
    Ok(Verdict::flag_if(whole.is_some() && whole != line.text(), || {
        Flag::at(Place::line(line.number)).saying(format!("the 200 has {}", whole.unwrap_or_default()))
    }))
}

fn etag_unchanged(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    let is_get = later.method_is(&["GET"]) && later.number() == 200 && !later.request()?.has(Known::Range);
    if !is_get
        || strong_tag(base).is_none()
        || strong_tag(base) != strong_tag(later)
        || !is_same_representation(base, later)
    {
        return Ok(Verdict::Silent);
    }
    let changed = base.content()? != later.content()?;
    let line = later.fields()?.line(Known::Etag).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(changed, || {
        Flag::at(Place::line(line)).saying("the same strong entity tag, and other content than before")
    }))
}

fn partial_fields(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    // To If-Range only what is needed has to be repeated (RFC 9110, 15.3.7).
    if later.number() == 206 && !later.request()?.has(Known::IfRange) {
        missing_fields(base, later)
    } else {
        Ok(Verdict::Silent)
    }
}

/// The first and last byte of a request for one range.
fn single_range(case: &Case<'_>) -> Option<(usize, usize)> {
    let range = case.request().ok()?.text(Known::Range)?.strip_prefix("bytes=")?;
    let (first, last) = range.split_once('-')?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

fn range_not_served(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    let advertised =
        base.fields()?.line(Known::AcceptRanges).is_some_and(|line| has_element(line.value, b"bytes"));
    let asked =
        later.method_is(&["GET"]) && single_range(later).is_some() && !later.request()?.has(Known::IfRange);
    if !(advertised && asked) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(later.number() == 200, || {
        status("ranges are advertised, and a range was answered with all of it".to_owned())
    }))
}

fn range_bytes(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    let Some((first, last)) = single_range(later).filter(|_| later.number() == 206) else {
        return Ok(Verdict::Silent);
    };
    if strong_tag(base).is_none()
        || strong_tag(base) != strong_tag(later)
        || !is_same_representation(base, later)
    {
        return Ok(Verdict::Silent);
    }
    let whole = base.content()?;
    let end = last.saturating_add(1).min(whole.len());
    let expected = whole.get(first.min(end)..end).unwrap_or_default();
    Ok(Verdict::flag_if(later.content()? != expected, || {
        status("the part differs from the same bytes of the whole".to_owned())
    }))
}

fn coding<'a>(case: &Case<'a>) -> Option<&'a str> {
    case.fields().ok()?.text(Known::ContentEncoding).filter(|coding| !coding.eq_ignore_ascii_case("identity"))
}

fn etag_across_codings(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    if !later.method_is(&["GET", "HEAD"]) || later.number() != 200 || coding(base) == coding(later) {
        return Ok(Verdict::Silent);
    }
    // A HEAD that asks for the same coding and does not name it leaves a field out.
    if later.method_is(&["HEAD"]) && is_same_request(base, later) {
        return Ok(Verdict::Silent);
    }
    let same = strong_tag(base).is_some() && strong_tag(base) == strong_tag(later);
    let line = later.fields()?.line(Known::Etag).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(same, || {
        Flag::at(Place::line(line)).saying("the same strong entity tag under different content codings")
    }))
}

fn vary_missing(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    if !later.method_is(&["GET", "HEAD"]) || later.number() != base.number() {
        return Ok(Verdict::Silent);
    }
    let (before, now) = (base.fields()?, later.fields()?);
    let is_stored = |fields: &crate::section::Section<'_>| {
        !fields
            .text(Known::CacheControl)
            .is_some_and(|value| value.contains("no-store") || value.contains("private"))
    };
    if !is_stored(now) || !is_stored(before) {
        return Ok(Verdict::Silent);
    }
    let negotiated = [
        (Known::Accept, Known::ContentType),
        (Known::AcceptEncoding, Known::ContentEncoding),
        (Known::AcceptLanguage, Known::ContentLanguage),
        (Known::Origin, Known::AccessControlAllowOrigin),
    ];
    let (asked_before, asked_now) = (base.request()?, later.request()?);
    for (asked, answered) in negotiated {
        let differs =
            asked_before.text(asked) != asked_now.text(asked) && before.text(answered) != now.text(answered);
        let varies = |fields: &crate::section::Section<'_>| {
            fields.lines(Known::Vary).any(|line| {
                has_element(line.value, asked.as_str().as_bytes()) || has_element(line.value, b"*")
            })
        };
        if differs && !(varies(before) && varies(now)) {
            let message =
                format!("{} differs with {}, and Vary does not name it", answered.as_str(), asked.as_str());
            return Ok(status(message).fix(format!("vary: {}", asked.as_str())).into());
        }
    }
    Ok(Verdict::Clean)
}

/// Was the first asked with an Authorization field, and is the second the same without it or with another?
fn is_unauthorised_twin(base: &Case<'_>, later: &Case<'_>) -> Result<bool, crate::verdict::Lack> {
    let (with, without) = (base.request()?, later.request()?);
    let authorised = with.has(Known::Authorization);
    let differs = with.text(Known::Authorization) != without.text(Known::Authorization);
    Ok(authorised && differs && !without.has(Known::Cookie) && later.method_is(&["GET"]))
}

fn auth_ignored(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    // What is open to all may be asked for with credentials too: only who took them off on purpose knows that it is not.
    let is_on_purpose = matches!(later.exchange.origin, Origin::Probe { .. });
    if !is_on_purpose || !is_unauthorised_twin(base, later)? || later.request()?.has(Known::Authorization) {
        return Ok(Verdict::Silent);
    }
    let same = later.code.is_success() && base.content()? == later.content()?;
    Ok(Verdict::flag_if(same, || status("the same content with and without credentials".to_owned())))
}

fn auth_failure(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    // Other credentials may be as valid as the first: only who made them up knows that they are not.
    let is_on_purpose = matches!(later.exchange.origin, Origin::Probe { .. });
    let has_others = later.request()?.has(Known::Authorization);
    if !is_unauthorised_twin(base, later)? || (has_others && !is_on_purpose) {
        return Ok(Verdict::Silent);
    }
    let wrong = matches!(later.number(), 400 | 500);
    Ok(Verdict::flag_if(wrong, || {
        status(format!("without valid credentials the answer is {}, not 401", later.code))
    }))
}

fn precondition_ignored(base: &Case<'_>, later: &Case<'_>) -> Opinion {
    if !later.method_is(&["PUT", "PATCH", "DELETE"]) || !later.code.is_success() {
        return Ok(Verdict::Silent);
    }
    let request = later.request()?;
    let existed = request.text(Known::IfNoneMatch) == Some("*");
    let tag = base.fields()?.text(Known::Etag);
    let cannot_match = request.line(Known::IfMatch).is_some_and(|line| {
        line.value != b"*"
            && tag.is_some()
            && elements(line.value).all(|range| line.value.get(range) != tag.map(str::as_bytes))
    });
    Ok(Verdict::flag_if(existed || cannot_match, || {
        status(format!("the precondition is false, and the answer is {}", later.code))
    }))
}
