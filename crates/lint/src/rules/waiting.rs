//! Rate limits and waiting.

use crate::case::Case;
use crate::error_shape::squash;
use crate::field::date::HttpDate;
use crate::field::structured::{Bare, Item, Member, Params, list};
use crate::known::Known;
use crate::rule::{Check, When};
use crate::rules::error_content::no_content;
use crate::rules::success::is_unfinished_job;
use crate::section::Line;
use crate::verdict::{Flag, Opinion, Verdict};
use crate::{Part, Place};

pub(super) const CHECKS: &[Check] = &[
    Check::new("too-many-requests-no-retry-after", When::Code(429), too_many_no_retry_after),
    Check::new("too-many-requests-no-limit-info", When::Code(429), no_limit_info),
    Check::new("too-many-requests-no-explanation", When::Code(429), no_content),
    Check::new("rate-limit-wrong-status", When::Codes(&[403, 420, 430, 503, 509]), limit_wrong_status),
    Check::new("ratelimit-field-syntax", When::Always, limit_syntax),
    Check::new("ratelimit-split-fields", When::Always, split_fields),
    Check::new("ratelimit-policy-unknown", When::Field(Known::Ratelimit), policy_unknown),
    Check::new("ratelimit-retry-after-earlier", When::Field(Known::Ratelimit), retry_after_earlier),
    Check::new("ratelimit-remaining-on-429", When::Code(429), remaining_on_429),
    Check::new("ratelimit-in-trailer", When::Always, limit_in_trailer),
    Check::new("xratelimit-reset-ambiguous", When::Always, reset_ambiguous),
    Check::new("retry-after-syntax", When::Field(Known::RetryAfter), retry_after_syntax),
    Check::new("retry-after-past", When::Field(Known::RetryAfter), retry_after_past),
    Check::new("retry-after-zero", When::Codes(&[429, 503]), retry_after_zero),
    Check::new("retry-after-excessive", When::Codes(&[429, 503]), retry_after_excessive),
    Check::new("retry-after-odd-status", When::Field(Known::RetryAfter), retry_after_odd_status),
    Check::new("unavailable-no-retry-after", When::Code(503), unavailable_no_retry_after),
];

const A_DAY: i64 = 86_400;

/// Does a response field have a name with this in it, such as vendors choose?
fn names_field(case: &Case<'_>, part: &str) -> Result<bool, crate::verdict::Lack> {
    Ok(case.fields()?.every().any(|line| squash(line.name).contains(part)))
}

/// The items of RateLimit or RateLimit-Policy, as far as they can be read.
fn items<'a>(case: &Case<'a>, field: Known) -> Result<Vec<(Line<'a>, Item<'a>)>, crate::verdict::Lack> {
    let of = |line: Line<'a>| {
        let members = list(line.value).unwrap_or_default();
        members.into_iter().filter_map(move |member| match member {
            Member::Item(item) => Some((line, item)),
            Member::Inner { .. } => None,
        })
    };
    Ok(case.fields()?.lines(field).flat_map(of).collect())
}

fn too_many_no_retry_after(case: &Case<'_>) -> Opinion {
    let resets = items(case, Known::Ratelimit)?.iter().any(|(_, item)| item.params.integer("t").is_some());
    // X-RateLimit-Reset and its many spellings, Retry-After-Ms, X-Retry-After.
    let is_told = resets || names_field(case, "retryafter")? || names_field(case, "limitreset")?;
    Ok(Verdict::flag_if(!is_told, || Flag::at(Place::StatusLine).fix("retry-after: 30")))
}

fn no_limit_info(case: &Case<'_>) -> Opinion {
    let is_told = names_field(case, "ratelimit")? || names_field(case, "quota")?;
    Ok(Verdict::flag_if(!is_told, || Flag::at(Place::StatusLine).fix("ratelimit: \"default\";r=0;t=30")))
}

fn limit_wrong_status(case: &Case<'_>) -> Opinion {
    let remaining = |line: &Line<'_>| squash(line.name).ends_with("limitremaining") && line.value == b"0";
    let exhausted =
        items(case, Known::Ratelimit)?.iter().any(|(_, item)| item.params.integer("r") == Some(0));
    let place = case.fields()?.every().find(remaining).map(|line| Place::line(line.number));
    // Words may also speak of an overload of the whole service, for which 503 is right.
    let in_words = case.number() != 503
        && case.error_shape().is_ok_and(|shape| {
            shape.is_some_and(|shape| shape.messages.iter().any(|(text, _)| speaks_of_limit(text)))
        });
    if place.is_none() && !exhausted && !in_words {
        return Ok(Verdict::Silent);
    }
    let message = format!("the client has used up its limit, which is a 429, not a {}", case.code);
    Ok(Flag::at(place.unwrap_or(Place::StatusLine))
        .saying(message)
        .fix("HTTP/1.1 429 Too Many Requests")
        .into())
}

fn speaks_of_limit(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["rate limit exceeded", "rate limit reached", "too many requests", "exceeded your rate limit"]
        .iter()
        .any(|words| text.contains(words))
}

fn limit_syntax(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    if !fields.has_any(&[Known::Ratelimit, Known::RatelimitPolicy]) {
        return Ok(Verdict::Silent);
    }
    let limits = fields.lines(Known::Ratelimit).filter_map(|line| limit_fault(line, "r"));
    let policies = fields.lines(Known::RatelimitPolicy).filter_map(|line| limit_fault(line, "q"));
    Ok(Verdict::from_flags(limits.chain(policies).collect()))
}

/// What is wrong with a list of policies that each need this parameter.
fn limit_fault(line: Line<'_>, needed: &str) -> Option<Flag> {
    let members = match list(line.value) {
        Ok(members) => members,
        Err(fault) => return Some(Flag::at(Place::value(line.number, fault.bytes)).saying(fault.why)),
    };
    members.iter().find_map(|member| {
        let flag = Flag::at(Place::value(line.number, member.bytes()));
        match member {
            Member::Item(Item { value: Bare::String(_), params, .. }) => {
                let why = format!("the policy has no `{needed}` that is a number that is not negative");
                (!has_count(params, needed)).then(|| flag.saying(why))
            }
            Member::Item(Item { value, .. }) => {
                Some(flag.saying(format!("the name of a policy has to be a String, not {}", value.kind())))
            }
            Member::Inner { .. } => Some(flag.saying("a policy cannot be an inner list")),
        }
    })
}

fn has_count(params: &Params<'_>, key: &str) -> bool {
    params.integer(key).is_some_and(|count| count >= 0)
}

fn split_fields(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let old = [Known::RatelimitLimit, Known::RatelimitRemaining, Known::RatelimitReset];
    let line = old.iter().find_map(|field| fields.line(*field));
    Ok(line.map_or(Verdict::Silent, |line| Flag::at(Place::line(line.number)).into()))
}

fn policy_unknown(case: &Case<'_>) -> Opinion {
    let policies = items(case, Known::RatelimitPolicy)?;
    if policies.is_empty() {
        return Ok(Verdict::Silent);
    }
    let limits = items(case, Known::Ratelimit)?;
    let unknown =
        limits.iter().filter(|(_, limit)| !policies.iter().any(|(_, policy)| policy.value == limit.value));
    let flag = |(line, item): &(Line<'_>, Item<'_>)| {
        let flag = Flag::at(Place::value(line.number, item.bytes.clone()));
        if let Bare::String(name) = &item.value {
            flag.saying(format!("no policy is named `{name}`"))
        } else {
            flag
        }
    };
    Ok(Verdict::from_flags(unknown.map(flag).collect()))
}

fn retry_after_earlier(case: &Case<'_>) -> Opinion {
    let Some((line, wait)) = wait(case)? else { return Ok(Verdict::Silent) };
    let limits = items(case, Known::Ratelimit)?;
    let exhausted = limits.iter().filter(|(_, item)| item.params.integer("r") == Some(0));
    let Some(reset) = exhausted.filter_map(|(_, item)| item.params.integer("t")).min() else {
        return Ok(Verdict::Silent);
    };
    Ok(Verdict::flag_if(wait < reset, || {
        Flag::at(Place::line(line))
            .saying(format!("retry after {wait} s, but the limit is renewed only in {reset} s"))
            .fix(format!("retry-after: {reset}"))
    }))
}

fn remaining_on_429(case: &Case<'_>) -> Opinion {
    let left = |text: &str| text.trim().parse::<i64>().is_ok_and(|left| left > 0);
    let limits = items(case, Known::Ratelimit)?;
    let mut remaining: Vec<(Place, bool)> = limits
        .iter()
        .filter_map(|(line, item)| Some((line, item, item.params.integer("r")?)))
        .map(|(line, item, r)| (Place::value(line.number, item.bytes.clone()), r > 0))
        .collect();
    let fields = case.fields()?;
    for field in [Known::XRatelimitRemaining, Known::XRateLimitRemaining, Known::RatelimitRemaining] {
        if let Some(line) = fields.line(field) {
            remaining.push((Place::line(line.number), line.text().is_some_and(left)));
        }
    }
    let Some((place, _)) = remaining.first().cloned() else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(remaining.iter().all(|(_, is_left)| *is_left), || {
        Flag::at(place).saying("the limit is not used up, and yet the answer is 429")
    }))
}

fn limit_in_trailer(case: &Case<'_>) -> Opinion {
    let is_limit = |name: &[u8]| {
        name.eq_ignore_ascii_case(b"RateLimit") || name.eq_ignore_ascii_case(b"RateLimit-Policy")
    };
    let line = case.response.trailers.lines().position(|line| is_limit(&line.name));
    Ok(line.map_or(Verdict::Silent, |line| {
        Flag::at(Place::Field { part: Part::Trailers, line, bytes: None }).into()
    }))
}

fn reset_ambiguous(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let line = fields.line(Known::XRatelimitReset).or_else(|| fields.line(Known::XRateLimitReset));
    let Some(line) = line else { return Ok(Verdict::Silent) };
    if fields.has_any(&[Known::RetryAfter, Known::Ratelimit]) {
        return Ok(Verdict::Clean);
    }
    let number = line.text().and_then(|text| text.trim().parse::<f64>().ok());
    // Less than a month is a number of seconds to wait, more than 2001 is a date.
    let is_plain = number.is_some_and(|number| number < 2_678_400.0 || (1e9..1e11).contains(&number));
    let what = match number {
        None => "it is not a number",
        Some(number) if number >= 1e11 => "it may be milliseconds",
        Some(_) if !is_plain => "it may be a date or a wait",
        Some(_) => "nothing says whether it is a date or a wait",
    };
    Ok(Verdict::flag_if(case.number() == 429 || !is_plain, || {
        Flag::at(Place::line(line.number)).saying(what)
    }))
}

/// Is it a number of seconds (RFC 9110, 10.2.3)?
fn seconds(value: &[u8]) -> Option<i64> {
    let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(value).ok().filter(|_| is_number)?;
    Some(text.parse().unwrap_or(i64::MAX))
}

/// For how many seconds Retry-After asks to wait, counted from Date, with the number of its line.
fn wait(case: &Case<'_>) -> Result<Option<(usize, i64)>, crate::verdict::Lack> {
    let Some(line) = case.fields()?.line(Known::RetryAfter) else { return Ok(None) };
    if let Some(seconds) = seconds(line.value) {
        return Ok(Some((line.number, seconds)));
    }
    let (Some(until), Some(date)) = (HttpDate::parse(line.value), case.date()?) else { return Ok(None) };
    Ok(Some((line.number, until.seconds - date.seconds)))
}

fn retry_after_syntax(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::RetryAfter) else { return Ok(Verdict::Silent) };
    let is_right = seconds(line.value).is_some() || HttpDate::parse(line.value).is_some();
    Ok(Verdict::flag_if(!is_right, || {
        let value = String::from_utf8_lossy(line.value);
        Flag::at(Place::value(line.number, 0..line.value.len()))
            .saying(format!("`{value}` is neither a number of seconds nor a date of HTTP"))
            .fix("retry-after: 120")
    }))
}

fn retry_after_past(case: &Case<'_>) -> Opinion {
    Ok(match wait(case)? {
        None => Verdict::Silent,
        Some((line, wait)) => Verdict::flag_if(wait < 0, || {
            Flag::at(Place::line(line)).saying(format!("that was {} s before the response was made", -wait))
        }),
    })
}

fn retry_after_zero(case: &Case<'_>) -> Opinion {
    Ok(wait(case)?.map_or(Verdict::Silent, |(line, wait)| {
        Verdict::flag_if(wait == 0, || Flag::at(Place::line(line)).fix("retry-after: 5"))
    }))
}

fn retry_after_excessive(case: &Case<'_>) -> Opinion {
    Ok(wait(case)?.map_or(Verdict::Silent, |(line, wait)| {
        Verdict::flag_if(wait > A_DAY, || {
            Flag::at(Place::line(line)).saying(format!("that is {} days", wait / A_DAY))
        })
    }))
}

fn retry_after_odd_status(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::RetryAfter) else { return Ok(Verdict::Silent) };
    let is_defined = case.code.is_redirection() || matches!(case.number(), 202 | 413 | 425 | 429 | 503);
    // Status monitors say with it when to ask again (Microsoft REST API guidelines, long-running operations).
    let is_monitor = case.number() == 200 && is_unfinished_job(case) == Ok(true);
    Ok(Verdict::flag_if(!is_defined && !is_monitor, || {
        Flag::at(Place::line(line.number)).saying(format!("nobody says what it means with a {}", case.code))
    }))
}

fn unavailable_no_retry_after(case: &Case<'_>) -> Opinion {
    let is_told = names_field(case, "retryafter")?;
    Ok(Verdict::flag_if(!is_told, || Flag::at(Place::StatusLine).fix("retry-after: 120")))
}
