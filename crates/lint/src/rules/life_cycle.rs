//! Life cycle, and who answered.

use jiff::Timestamp;
use statusquo_catalogue::Class;

use crate::Place;
use crate::case::Case;
use crate::field::Fault;
use crate::field::date::HttpDate;
use crate::field::structured::{Bare, item, list};
use crate::known::Known;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("sunset-passed-still-served", When::Field(Known::Sunset), sunset_passed),
    Check::new("sunset-before-deprecation", When::Field(Known::Sunset), sunset_before_deprecation),
    Check::new("deprecation-syntax", When::Field(Known::Deprecation), deprecation_syntax),
    Check::new("proxy-rewrote-status", When::Field(Known::ProxyStatus), proxy_rewrote_status),
    Check::new("responder-unattributed", When::Class(Class::ServerError), responder_unattributed),
];

/// The line and the seconds since 1970 of a valid Sunset (RFC 8594, 3).
fn sunset(case: &Case<'_>) -> Result<Option<(usize, i64)>, Lack> {
    let line = case.fields()?.line(Known::Sunset);
    Ok(line.and_then(|line| Some((line.number, HttpDate::parse(line.value)?.seconds))))
}

/// Seconds since 1970 (RFC 9745, 2.1).
fn deprecation(value: &[u8]) -> Result<i64, Fault> {
    let item = item(value)?;
    match item.value {
        Bare::Date(seconds) => Ok(seconds),
        Bare::Integer(_)
        | Bare::Decimal(_)
        | Bare::String(_)
        | Bare::Token(_)
        | Bare::Bytes(_)
        | Bare::Boolean(_)
        | Bare::Display(_) => Err(Fault::new(item.bytes, "this has to be a Date, such as `@1751328000`")),
    }
}

fn sunset_passed(case: &Case<'_>) -> Opinion {
    if !case.code.is_success() {
        return Ok(Verdict::Silent);
    }
    let Some((line, end)) = sunset(case)? else { return Ok(Verdict::Silent) };
    let recorded = Some(case.exchange.at).filter(|at| *at != Timestamp::UNIX_EPOCH).map(Timestamp::as_second);
    let now = case.date()?.map(|date| date.seconds).or(recorded).ok_or(Lack::Timing)?;
    Ok(Verdict::flag_if(end < now, || Flag::at(Place::line(line))))
}

fn sunset_before_deprecation(case: &Case<'_>) -> Opinion {
    let Some((line, end)) = sunset(case)? else { return Ok(Verdict::Silent) };
    let Some(deprecated) = case.fields()?.line(Known::Deprecation) else { return Ok(Verdict::Silent) };
    let Ok(start) = deprecation(deprecated.value) else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(end < start, || {
        let message = format!("that is {} s before it is deprecated", start.saturating_sub(end));
        Flag::at(Place::line(line)).saying(message)
    }))
}

fn deprecation_syntax(case: &Case<'_>) -> Opinion {
    let faults = case.fields()?.lines(Known::Deprecation).filter_map(|line| {
        let fault = deprecation(line.value).err()?;
        Some(Flag::at(Place::value(line.number, fault.bytes)).saying(fault.why))
    });
    Ok(Verdict::from_flags(faults.collect()))
}

fn proxy_rewrote_status(case: &Case<'_>) -> Opinion {
    let mut last = None;
    for line in case.fields()?.lines(Known::ProxyStatus) {
        let members = list(line.value).unwrap_or_default();
        let mut told = members.into_iter().filter_map(|member| {
            let received = member.params().integer("received-status")?;
            Some((line.number, member, received))
        });
        // The last one is nearest to the client (RFC 9209, 2).
        last = told.next_back().or(last);
    }
    let Some((line, member, received)) = last else { return Ok(Verdict::Silent) };
    // A cache that learns that it is still right answers with what it has (RFC 9111, 4.3.3).
    let is_same = received == i64::from(case.number()) || received == 304;
    Ok(Verdict::flag_if(!is_same, || {
        let message = format!("this proxy received {received} and sent {}", case.code);
        Flag::at(Place::value(line, member.bytes())).saying(message)
    }))
}

fn responder_unattributed(case: &Case<'_>) -> Opinion {
    let names = [
        Known::Server,
        Known::Via,
        Known::ProxyStatus,
        Known::CfRay,
        Known::XAmzCfId,
        Known::XAmznTraceId,
        Known::XServedBy,
        Known::XCache,
        Known::XEnvoyUpstreamServiceTime,
    ];
    Ok(Verdict::flag_if(!case.fields()?.has_any(&names), || Flag::at(Place::StatusLine)))
}
