//! Caching, as the status code and Cache-Control allow it.

use crate::Place;
use crate::case::Case;
use crate::field::cache_control::Directive;
use crate::field::date::HttpDate;
use crate::field::uri::Reference;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("no-store-status-cacheable", When::Codes(&[428, 429, 431, 511]), no_store_status),
    Check::new(
        "error-heuristically-cached",
        When::Codes(&[404, 405, 410, 414, 451, 501]),
        heuristically_cached,
    ),
    Check::new("error-cached-long", When::Codes(&[404, 410]), cached_long),
    Check::new("unauthorized-public-cache", When::Codes(&[401, 403]), unauthorized_public),
    Check::new("auth-response-shared", CACHE_CONTROL, auth_shared),
    Check::new("set-cookie-shared", When::Field(Known::SetCookie), set_cookie_shared),
    Check::new("cache-control-syntax", CACHE_CONTROL, syntax),
    Check::new("cache-seconds-quoted", CACHE_CONTROL, seconds_quoted),
    Check::new("cache-fields-unquoted", CACHE_CONTROL, fields_unquoted),
    Check::new("cache-directives-conflict", CACHE_CONTROL, conflict),
    Check::new("must-understand-alone", CACHE_CONTROL, must_understand_alone),
    Check::new("cache-control-request-directive", CACHE_CONTROL, request_directive),
    Check::new("post-cacheable-without-content-location", When::Method("POST"), post_cacheable),
    Check::new("no-cache-without-validator", CACHE_CONTROL, no_cache_without_validator),
    Check::new("age-invalid", When::Field(Known::Age), age_invalid),
    Check::new("expires-invalid", When::Field(Known::Expires), expires_invalid),
    Check::new("vary-star", When::Field(Known::Vary), vary_star),
    Check::new("pragma-in-response", When::Field(Known::Pragma), pragma),
    Check::new("warning-field", When::Field(Known::Warning), warning),
];

const CACHE_CONTROL: When = When::Field(Known::CacheControl);

/// Directives whose argument is a number of seconds (RFC 9111, 5.2.2; RFC 5861).
const IN_SECONDS: &[&str] = &["max-age", "s-maxage", "stale-while-revalidate", "stale-if-error"];

fn at(directive: &Directive<'_>) -> Flag {
    Flag::at(Place::value(directive.line, directive.param.bytes.clone()))
}

/// One flag for each directive that is wrong.
fn each(case: &Case<'_>, flag: impl Fn(&Directive<'_>) -> Option<Flag>) -> Opinion {
    Ok(Verdict::from_flags(case.cache_control()?.directives.iter().filter_map(flag).collect()))
}

fn is_one_of(directive: &Directive<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| directive.param.is(name))
}

/// The directive or line that invites caches to store: `public`, or some time to keep.
fn invitation(case: &Case<'_>) -> Result<Option<Flag>, Lack> {
    let control = case.cache_control()?;
    if control.has("no-store") {
        return Ok(None);
    }
    let is_invitation = |directive: &&Directive<'_>| {
        directive.param.is("public")
            || (is_one_of(directive, &["max-age", "s-maxage"])
                && directive.seconds().is_some_and(|time| time > 0))
    };
    if let Some(directive) = control.directives.iter().find(is_invitation) {
        return Ok(Some(at(directive)));
    }
    let expires =
        case.fields()?.line(Known::Expires).filter(|_| case.freshness().is_ok_and(|time| time > Some(0)));
    Ok(expires.map(|line| Flag::at(Place::line(line.number))))
}

fn no_store_status(case: &Case<'_>) -> Opinion {
    Ok(invitation(case)?.map_or(Verdict::Clean, |flag| {
        flag.saying(format!("a {} is never stored, and this invites caches to", case.code))
            .fix("cache-control: no-store")
            .into()
    }))
}

fn heuristically_cached(case: &Case<'_>) -> Opinion {
    case.method()?;
    if !case.method_is(&["GET", "HEAD"]) {
        return Ok(Verdict::Silent);
    }
    let fields = case.fields()?;
    let is_said = fields.has_any(&[Known::CacheControl, Known::Expires, Known::CdnCacheControl]);
    Ok(Verdict::flag_if(!is_said, || {
        Flag::at(Place::StatusLine)
            .saying(format!("caches may keep this {} for as long as they like", case.code))
            .fix("cache-control: no-store")
    }))
}

fn cached_long(case: &Case<'_>) -> Opinion {
    if case.cache_control()?.has_any(&["no-store", "no-cache"]) {
        return Ok(Verdict::Clean);
    }
    let Some(time) = case.freshness()? else { return Ok(Verdict::Silent) };
    let flag = invitation(case)?.filter(|_| time > 3600);
    Ok(flag.map_or(Verdict::Clean, |flag| {
        flag.saying(format!("caches may show this error for {time} s"))
            .fix("cache-control: max-age=60")
            .into()
    }))
}

fn unauthorized_public(case: &Case<'_>) -> Opinion {
    each(case, |directive| {
        let invites = directive.param.is("public")
            || (directive.param.is("s-maxage") && directive.seconds().is_some_and(|time| time > 0));
        invites.then(|| at(directive).fix("cache-control: no-store"))
    })
}

fn auth_shared(case: &Case<'_>) -> Opinion {
    let has_credentials = case.request()?.has(Known::Authorization);
    let control = case.cache_control()?;
    if !has_credentials || control.has_any(&["no-store", "private", "no-cache"]) {
        return Ok(Verdict::Silent);
    }
    each(case, |directive| {
        let is_shared = is_one_of(directive, &["public", "must-revalidate"])
            || (directive.param.is("s-maxage") && directive.seconds().is_some_and(|time| time > 0));
        let message = format!("`{}` lets shared caches give this to others", directive.name());
        is_shared.then(|| at(directive).saying(message).fix("cache-control: private"))
    })
}

fn set_cookie_shared(case: &Case<'_>) -> Opinion {
    let control = case.cache_control()?;
    let is_kept = control.has_any(&["no-store", "private", "no-cache"]);
    if is_kept || !case.method_is(&["GET", "HEAD"]) {
        return Ok(Verdict::Clean);
    }
    let fields = case.fields()?;
    let by_guess = case.code.is_heuristically_cacheable()
        && control.is_empty()
        && fields.has(Known::LastModified)
        && !fields.has(Known::Expires);
    let invites = invitation(case)?.is_some() || by_guess;
    let line = fields.line(Known::SetCookie).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(invites, || Flag::at(Place::line(line)).fix("cache-control: private, no-cache")))
}

fn syntax(case: &Case<'_>) -> Opinion {
    let control = case.cache_control()?;
    let fields = case.fields()?;
    let faults = control.faults.iter().map(|(line, fault)| {
        let flag = Flag::at(Place::value(*line, fault.bytes.clone()));
        let value = fields.lines(Known::CacheControl).find(|found| found.number == *line);
        match value.and_then(|line| line.text()).filter(|value| value.contains(';')) {
            Some(value) => flag
                .saying("directives are separated by commas, not by semicolons")
                .fix(format!("cache-control: {}", value.replace(';', ","))),
            None => flag.saying(format!("this directive has {}", fault.why)),
        }
    });
    let numbers = control.directives.iter().filter_map(|directive| {
        let is_wrong = is_one_of(directive, IN_SECONDS) && directive.seconds().is_none();
        let name = directive.name();
        let value = directive.param.plain();
        let message = if value.is_empty() {
            format!("`{name}` needs a number of seconds")
        } else {
            format!("`{name}` needs a number of seconds, not `{}`", String::from_utf8_lossy(&value))
        };
        is_wrong.then(|| at(directive).saying(message).fix(format!("cache-control: {name}=60")))
    });
    Ok(Verdict::from_flags(faults.chain(numbers).collect()))
}

fn seconds_quoted(case: &Case<'_>) -> Opinion {
    each(case, |directive| {
        let is_wrong = is_one_of(directive, &["max-age", "s-maxage"]) && directive.param.is_quoted();
        let seconds = directive.seconds().filter(|_| is_wrong)?;
        Some(at(directive).fix(format!("cache-control: {}={seconds}", directive.name())))
    })
}

fn fields_unquoted(case: &Case<'_>) -> Opinion {
    each(case, |directive| {
        let value = directive.param.value.filter(|_| !directive.param.is_quoted())?;
        let fix = format!("cache-control: {}=\"{}\"", directive.name(), String::from_utf8_lossy(value));
        is_one_of(directive, &["no-cache", "private"]).then(|| at(directive).fix(fix))
    })
}

fn conflict(case: &Case<'_>) -> Opinion {
    let control = case.cache_control()?;
    // `no-store` is then for those who do not understand the status code (RFC 9111, 5.2.2.3).
    if control.has("must-understand") {
        return Ok(Verdict::Clean);
    }
    let strict = ["no-store", "private"].into_iter().find(|name| control.has_plain(name));
    let is_open = |directive: &&Directive<'_>| {
        let has_time = is_one_of(directive, &["max-age", "s-maxage"]) && directive.seconds() > Some(0);
        // `private, s-maxage=60` is harmless: shared caches look no further than `private`.
        let is_kept = has_time || directive.param.is("immutable");
        directive.param.is("public") || (strict == Some("no-store") && is_kept)
    };
    let against = strict.and_then(|strict| Some((strict, control.directives.iter().find(is_open)?)));
    let flag = against.map(|(strict, directive)| {
        at(directive).saying(format!("`{strict}` and `{}` contradict each other", directive.name()))
    });
    let flags = flag.into_iter().chain(IN_SECONDS.iter().filter_map(|name| twice(case, name)));
    Ok(Verdict::from_flags(flags.collect()))
}

/// A directive that stands there twice with different values.
fn twice(case: &Case<'_>, name: &str) -> Option<Flag> {
    let mut all = case.cache_control().ok()?.directives.iter().filter(|directive| directive.param.is(name));
    let first = all.next()?;
    let other = all.find(|directive| directive.seconds() != first.seconds())?;
    Some(at(other).saying(format!("`{name}` stands there twice, with different values")))
}

fn must_understand_alone(case: &Case<'_>) -> Opinion {
    let control = case.cache_control()?;
    let Some(directive) = control.get("must-understand") else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(!control.has("no-store"), || {
        at(directive).fix("cache-control: must-understand, no-store")
    }))
}

fn request_directive(case: &Case<'_>) -> Opinion {
    each(case, |directive| {
        let message = format!("`{}` means something in requests alone", directive.name());
        is_one_of(directive, &["max-stale", "min-fresh", "only-if-cached"])
            .then(|| at(directive).saying(message))
    })
}

fn post_cacheable(case: &Case<'_>) -> Opinion {
    let control = case.cache_control()?;
    if !case.code.is_success() || control.has_any(&["no-store", "no-cache"]) {
        return Ok(Verdict::Silent);
    }
    if case.freshness()?.is_none_or(|time| time == 0) {
        return Ok(Verdict::Silent);
    }
    let location = case.fields()?.line(Known::ContentLocation).map(|line| Reference::parse(line.value));
    let target = case.request_uri()?;
    let is_same = location.is_some_and(|location| {
        location.is_ok_and(|location| target.resolve(&location).is_some_and(|resolved| resolved == target))
    });
    Ok(invitation(case)?
        .filter(|_| !is_same)
        .map_or(Verdict::Clean, |flag| flag.fix("cache-control: no-store").into()))
}

fn no_cache_without_validator(case: &Case<'_>) -> Opinion {
    let control = case.cache_control()?;
    let plain =
        control.directives.iter().find(|found| found.param.is("no-cache") && found.param.value.is_none());
    let Some(directive) = plain else { return Ok(Verdict::Silent) };
    let is_stream = case.media_type()?.is_some_and(|media| media.is("text/event-stream"));
    if control.has("no-store") || is_stream || case.number() != 200 || !case.method_is(&["GET"]) {
        return Ok(Verdict::Silent);
    }
    let has_validator = case.fields()?.has_any(&[Known::Etag, Known::LastModified]);
    Ok(Verdict::flag_if(!has_validator, || at(directive).fix("etag: \"33a64df5\"")))
}

fn age_invalid(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::Age) else { return Ok(Verdict::Silent) };
    let is_right = !line.value.is_empty() && line.value.iter().all(u8::is_ascii_digit);
    Ok(Verdict::flag_if(!is_right, || {
        let value = String::from_utf8_lossy(line.value);
        Flag::at(Place::value(line.number, 0..line.value.len()))
            .saying(format!("`{value}` is not a whole number of seconds"))
    }))
}

fn expires_invalid(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::Expires) else { return Ok(Verdict::Silent) };
    // Caches take `0` for the past by order of RFC 9111, and look at Cache-Control first.
    let is_decided = case.cache_control()?.has_any(&["no-store", "no-cache", "max-age", "s-maxage"]);
    let is_harmless = is_decided && matches!(line.value, b"0" | b"-1");
    Ok(Verdict::flag_if(HttpDate::parse(line.value).is_none(), || {
        let value = String::from_utf8_lossy(line.value);
        Flag::at(Place::value(line.number, 0..line.value.len()))
            .advising(is_harmless)
            .saying(format!("`{value}` is not a date of HTTP"))
            .fix("cache-control: no-cache")
    }))
}

fn vary_star(case: &Case<'_>) -> Opinion {
    let mut lines = case.fields()?.lines(Known::Vary);
    let found = lines.find_map(|line| {
        let mut elements = crate::field::list::elements(line.value);
        let range = elements.find(|range| line.value.get(range.clone()) == Some(b"*"))?;
        Some((line.number, range))
    });
    Ok(found.map_or(Verdict::Clean, |(line, range)| {
        Flag::at(Place::value(line, range)).fix("vary: accept").into()
    }))
}

fn pragma(case: &Case<'_>) -> Opinion {
    let line = case.fields()?.line(Known::Pragma);
    Ok(line.map_or(Verdict::Silent, |line| {
        Flag::at(Place::line(line.number)).fix("cache-control: no-cache").into()
    }))
}

fn warning(case: &Case<'_>) -> Opinion {
    let line = case.fields()?.line(Known::Warning);
    Ok(line.map_or(Verdict::Silent, |line| Flag::at(Place::line(line.number)).into()))
}
