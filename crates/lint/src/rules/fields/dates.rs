//! Dates: Date, Last-Modified and the form of all.

use jiff::Timestamp;

use super::at;
use crate::Place;
use crate::case::Case;
use crate::field::date::{Form, HttpDate};
use crate::known::Known;
use crate::section::Line;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

/// Clocks that differ by less are as good as equal.
const TOLERANCE_SECONDS: i64 = 60;

/// Fields that servers and proxies write, not programs that run in them. Where all of these are missing as well, somebody
/// wrote down the fields that mattered to them.
const OF_SERVERS: &[Known] = &[
    Known::AcceptRanges,
    Known::Age,
    Known::AltSvc,
    Known::CfRay,
    Known::Connection,
    Known::ContentLength,
    Known::KeepAlive,
    Known::Server,
    Known::TransferEncoding,
    Known::Via,
    Known::XAmzCfId,
    Known::XCache,
    Known::XPoweredBy,
    Known::XServedBy,
];

pub(super) fn missing(case: &Case<'_>) -> Opinion {
    // RFC 9110, 6.6.1: optional in 1xx and 5xx. A 304 has a rule of its own.
    if case.code.is_informational() || case.code.is_server_error() || case.number() == 304 {
        return Ok(Verdict::Silent);
    }
    // The field is asked of origin servers: what a proxy says of its own may lack it.
    if case.method_is(&["CONNECT"]) || case.number() == 407 {
        return Ok(Verdict::Silent);
    }
    let fields = case.fields()?;
    // A redirect that the browser made up itself, by HSTS or an extension, and recorded as if a server had sent it.
    let is_made_up =
        || fields.every().any(|line| line.name.eq_ignore_ascii_case(b"Non-Authoritative-Reason"));
    if fields.has(Known::Date) {
        return Ok(Verdict::Clean);
    }
    if is_made_up() {
        return Ok(Verdict::Silent);
    }
    if case.raw().is_err() && !fields.has_any(OF_SERVERS) {
        return Err(Lack::Fields);
    }
    Ok(Flag::at(Place::StatusLine).into())
}

pub(super) fn format(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let dated = [Known::Date, Known::Expires, Known::LastModified, Known::RetryAfter];
    let flags = dated.into_iter().filter_map(|field| fields.line(field)).filter_map(|line| {
        // Date is parsed for others as well.
        let date =
            if line.known == Some(Known::Date) { case.date().ok()? } else { HttpDate::parse(line.value) };
        let (why, is_advice) = fault(&line, date)?;
        let name = line.known.map_or("", Known::as_str);
        Some(at(&line).saying(format!("{name} {why}")).advising(is_advice))
    });
    let flags: Vec<_> = flags.collect();
    Ok(if flags.is_empty() && !fields.has_any(&dated) { Verdict::Silent } else { Verdict::from_flags(flags) })
}

/// What is wrong with a date, and whether to say so is an advice. Other fields than Date have rules of their own for what
/// is no date at all.
fn fault(line: &Line<'_>, date: Option<HttpDate>) -> Option<(&'static str, bool)> {
    match date {
        Some(HttpDate { form: Form::Rfc850 | Form::Asctime, .. }) => Some(("is in an obsolete form", false)),
        // The grammar takes any day; that it is the day of the date stands in RFC 5322, 3.3, alone.
        Some(HttpDate { weekday_is_right: false, .. }) => Some(("has the wrong day of the week", true)),
        Some(HttpDate { form: Form::Imf, weekday_is_right: true, .. }) => None,
        None => (line.known == Some(Known::Date)).then_some(("is no date of HTTP", false)),
    }
}

pub(super) fn skew(case: &Case<'_>) -> Opinion {
    let Some(date) = case.date()? else { return Ok(Verdict::Silent) };
    let began = case.exchange.at;
    if began == Timestamp::UNIX_EPOCH {
        return Err(Lack::Response);
    }
    let took = i64::try_from(case.exchange.timing.total.as_secs()).unwrap_or(0);
    let ahead = date.seconds - (began.as_second() + took);
    let behind = began.as_second() - date.seconds;
    // What comes from a cache is as old as it is; only what no cache may have kept tells the clock.
    let is_fresh = !case.method_is(&["GET", "HEAD"]) || case.cache_control()?.has("no-store");
    let line = case.fields()?.line(Known::Date);
    let flag = |seconds: i64, word: &str| {
        line.map_or(Verdict::Clean, |line| {
            at(&line).saying(format!("the server's clock is {seconds} s {word}")).into()
        })
    };
    if ahead > TOLERANCE_SECONDS {
        return Ok(flag(ahead, "ahead"));
    }
    if is_fresh && behind > TOLERANCE_SECONDS && !case.fields()?.has(Known::Age) {
        return Ok(flag(behind, "behind"));
    }
    Ok(Verdict::Clean)
}

pub(super) fn modified_in_future(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::LastModified) else { return Ok(Verdict::Silent) };
    let (Some(modified), Some(date)) = (HttpDate::parse(line.value), case.date()?) else {
        return Ok(Verdict::Silent);
    };
    let ahead = modified.seconds - date.seconds;
    Ok(Verdict::flag_if(ahead > 0, || {
        at(&line).saying(format!("Last-Modified is {ahead} s later than Date"))
    }))
}

pub(super) fn modified_syntax(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::LastModified) else { return Ok(Verdict::Silent) };
    Ok(Verdict::flag_if(HttpDate::parse(line.value).is_none(), || {
        at(&line).saying(format!("`{}` is no date of HTTP", String::from_utf8_lossy(line.value)))
    }))
}
