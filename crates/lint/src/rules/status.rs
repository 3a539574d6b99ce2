//! The status line, and whether the code is one.

use statusquo_catalogue::{REGISTERED, StatusCode};

use crate::Place;
use crate::case::Case;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("status-out-of-range", When::Always, out_of_range),
    Check::new("status-not-three-digits", When::Always, not_three_digits),
    Check::new("status-unregistered", When::Always, unregistered),
    Check::new("status-vendor-code", When::Always, vendor_code),
    Check::new("status-log-only-code-on-wire", When::Codes(&[444, 460, 499]), log_only_code),
    Check::new("status-reserved-306", When::Code(306), always),
    Check::new("status-deprecated-305", When::Code(305), always),
    Check::new("status-418-reserved", When::Code(418), always),
    Check::new("status-510-obsolete", When::Code(510), always),
    Check::new("status-102-dropped", When::Interim, processing_sent),
    Check::new("status-402-unspecified", When::Code(402), always),
    Check::new("reason-phrase-contradicts", When::Always, phrase_contradicts),
    Check::new("reason-phrase-superseded", When::Always, phrase_superseded),
    Check::new("reason-phrase-bad-chars", When::Always, phrase_bad_chars),
    Check::new("status-line-missing-space", When::Always, missing_space),
];

/// The code alone is the fault.
fn always(_: &Case<'_>) -> Opinion {
    Ok(Flag::at(Place::StatusLine).into())
}

fn out_of_range(case: &Case<'_>) -> Opinion {
    let code = case.number();
    Ok(Verdict::flag_if(!(100..=599).contains(&code), || {
        Flag::at(Place::StatusLine).saying(format!("{code} is no status code: clients treat it as a 500"))
    }))
}

fn not_three_digits(case: &Case<'_>) -> Opinion {
    let raw = case.raw()?;
    let line = raw.slice(&raw.status_line);
    let token = line.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    let is_right = token.len() == 3 && token.iter().all(u8::is_ascii_digit);
    Ok(Verdict::flag_if(!is_right, || Flag::at(Place::StatusLine)))
}

fn is_unofficial(code: u16) -> bool {
    StatusCode::new(code).unofficial().next().is_some()
}

fn unregistered(case: &Case<'_>) -> Opinion {
    let code = case.number();
    if !(100..=599).contains(&code) || is_unofficial(code) {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!case.code.is_registered(), || {
        Flag::at(Place::StatusLine)
            .saying(format!("{code} is not registered: clients treat it as {}00", code / 100))
    }))
}

fn vendor_code(case: &Case<'_>) -> Opinion {
    let code = case.number();
    if !(100..=599).contains(&code) || case.code.is_registered() || matches!(code, 444 | 460 | 499) {
        return Ok(Verdict::Silent);
    }
    let Some(entry) = case.code.unofficial().next() else { return Ok(Verdict::Silent) };
    Ok(Flag::at(Place::StatusLine)
        .saying(format!("{code} is a code of {}, not a registered one", entry.used_by))
        .into())
}

fn log_only_code(case: &Case<'_>) -> Opinion {
    let code = case.number();
    Ok(Flag::at(Place::StatusLine)
        .saying(format!("{code} is written into logs when nobody is answered; here it was sent"))
        .into())
}

fn processing_sent(case: &Case<'_>) -> Opinion {
    let at = case.exchange.interim.iter().position(|interim| interim.status.get() == 102);
    Ok(at.map_or(Verdict::Silent, |at| Flag::at(Place::InterimStatusLine(at)).into()))
}

/// The reason phrase, of HTTP/1 and not empty.
fn phrase<'a>(case: &Case<'a>) -> Option<&'a [u8]> {
    case.response.reason.as_deref().map(<[u8]>::trim_ascii).filter(|phrase| !phrase.is_empty())
}

fn phrase_contradicts(case: &Case<'_>) -> Opinion {
    let Some(phrase) = phrase(case) else { return Ok(Verdict::Silent) };
    let is_of = |entry: &&statusquo_catalogue::Entry| entry.phrase.as_bytes().eq_ignore_ascii_case(phrase);
    let other =
        REGISTERED.iter().find(|entry| is_of(entry) && entry.code != case.code && entry.phrase != "(Unused)");
    let own = case.code.entry().is_some_and(|entry| is_of(&entry));
    match other.filter(|_| !own) {
        None => Ok(Verdict::Clean),
        Some(other) => {
            let message = format!("`{}` is the phrase of {}, not of {}", other.phrase, other.code, case.code);
            Ok(Flag::at(Place::Reason).saying(message).into())
        }
    }
}

fn phrase_superseded(case: &Case<'_>) -> Opinion {
    let (Some(phrase), Some(entry)) = (phrase(case), case.code.registered()) else {
        return Ok(Verdict::Silent);
    };
    let former = entry.former_phrases.iter().find(|former| former.as_bytes().eq_ignore_ascii_case(phrase));
    Ok(former.map_or(Verdict::Clean, |former| {
        Flag::at(Place::Reason).saying(format!("`{former}` is called `{}` now", entry.phrase)).into()
    }))
}

fn phrase_bad_chars(case: &Case<'_>) -> Opinion {
    let raw = case.raw()?;
    let line = raw.slice(&raw.status_line);
    let phrase = line.splitn(3, |byte| *byte == b' ').nth(2).unwrap_or_default();
    let wrong = phrase.iter().find(|byte| byte.is_ascii_control() && **byte != b'\t');
    Ok(wrong.map_or(Verdict::Clean, |byte| {
        Flag::at(Place::Reason)
            .saying(format!("the reason phrase has a control character, 0x{byte:02x}"))
            .into()
    }))
}

fn missing_space(case: &Case<'_>) -> Opinion {
    let raw = case.raw()?;
    let spaces = raw.slice(&raw.status_line).iter().filter(|byte| **byte == b' ').count();
    Ok(Verdict::flag_if(spaces < 2, || Flag::at(Place::StatusLine)))
}
