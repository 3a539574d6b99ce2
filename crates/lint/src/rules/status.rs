//! The status line, and whether the code is one.

use statusquo_catalogue::{REGISTERED, StatusCode};

use crate::Place;
use crate::case::Case;
use crate::content::MOST_READ;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("status-out-of-range", When::Always, out_of_range),
    Check::new("status-not-three-digits", When::Always, not_three_digits),
    Check::new("status-unregistered", When::Always, unregistered),
    Check::new("status-vendor-code", When::Always, vendor_code),
    Check::new("status-log-only-code-on-wire", When::Codes(&LOG_ONLY), log_only_code),
    Check::new("status-reserved-306", When::Code(306), always),
    Check::new("status-deprecated-305", When::Code(305), always),
    Check::new("status-418-reserved", When::Code(418), always),
    Check::new("status-510-obsolete", When::Code(510), always),
    Check::new("status-102-dropped", When::Informational, processing_sent),
    Check::new("status-402-unspecified", When::Code(402), payment_unspecified),
    Check::new("reason-phrase-contradicts", When::Always, phrase_contradicts),
    Check::new("reason-phrase-superseded", When::Always, phrase_superseded),
    Check::new("reason-phrase-bad-chars", When::Always, phrase_bad_chars),
    Check::new("status-line-missing-space", When::Always, missing_space),
];

/// Codes that servers write into their logs when nobody is answered.
const LOG_ONLY: [u16; 3] = [444, 460, 499];

/// The code alone is the fault.
fn always(_: &Case<'_>) -> Opinion {
    Ok(Flag::at(Place::StatusLine).into())
}

/// Is it a status code at all (RFC 9110, 15)?
fn is_code(code: u16) -> bool {
    (100..=599).contains(&code)
}

/// The status line of HTTP/1 as it came.
fn status_line<'a>(case: &Case<'a>) -> Result<&'a [u8], Lack> {
    let raw = case.raw()?;
    let line = raw.slice(&raw.status_line);
    // HTTP/2 has no status line; tools print one that looks like it.
    if line.starts_with(b"HTTP/1.") { Ok(line) } else { Err(Lack::Raw) }
}

/// What stands in the place of the code.
fn code_token(line: &[u8]) -> &[u8] {
    line.split(|byte| *byte == b' ').nth(1).unwrap_or_default()
}

fn is_three_digits(token: &[u8]) -> bool {
    token.len() == 3 && token.iter().all(u8::is_ascii_digit)
}

fn out_of_range(case: &Case<'_>) -> Opinion {
    let code = case.number();
    if is_code(code) {
        return Ok(Verdict::Clean);
    }
    // Logs have 000 or 999 where there was no answer.
    case.fields()?;
    if status_line(case).is_ok_and(|line| !is_three_digits(code_token(line))) {
        return Ok(Verdict::Silent);
    }
    let message = format!("{code} is no status code: clients treat it as a 500");
    Ok(Flag::at(Place::StatusLine).saying(message).into())
}

fn not_three_digits(case: &Case<'_>) -> Opinion {
    let token = code_token(status_line(case)?);
    Ok(Verdict::flag_if(!is_three_digits(token), || {
        let token = String::from_utf8_lossy(token);
        Flag::at(Place::StatusLine).saying(format!("`{token}` stands where three digits have to be"))
    }))
}

fn is_unofficial(code: u16) -> bool {
    StatusCode::new(code).unofficial().next().is_some()
}

fn unregistered(case: &Case<'_>) -> Opinion {
    let code = case.number();
    if case.code.is_registered() {
        return Ok(Verdict::Clean);
    }
    if !is_code(code) || is_unofficial(code) {
        return Ok(Verdict::Silent);
    }
    let message = format!("{code} is not registered: clients treat it as {}00", code / 100);
    Ok(Flag::at(Place::StatusLine).saying(message).into())
}

/// How those who use codes of their own name themselves in Server, and in the catalogue.
const VENDORS: &[(&str, &str)] =
    &[("cloudflare", "Cloudflare"), ("nginx", "nginx"), ("awselb", "AWS"), ("Microsoft-IIS", "Microsoft")];

fn vendor_code(case: &Case<'_>) -> Opinion {
    let code = case.number();
    if !is_code(code) || case.code.is_registered() || LOG_ONLY.contains(&code) {
        return Ok(Verdict::Silent);
    }
    let Some(entry) = case.code.unofficial().next() else { return Ok(Verdict::Silent) };
    let server = case.fields()?.text(Known::Server).unwrap_or_default();
    let is_own =
        VENDORS.iter().any(|(name, vendor)| server.starts_with(name) && entry.used_by.contains(vendor));
    Ok(Verdict::flag_if(!is_own, || {
        let message = format!("{code} is a code of {}, not a registered one", entry.used_by);
        Flag::at(Place::StatusLine).saying(message)
    }))
}

fn log_only_code(case: &Case<'_>) -> Opinion {
    // What has no fields was perhaps read from such a log.
    case.fields()?;
    let message = format!("{} is written into logs when nobody is answered; here it was sent", case.number());
    Ok(Flag::at(Place::StatusLine).saying(message).into())
}

fn processing_sent(case: &Case<'_>) -> Opinion {
    let found = case.informational().find(|one| one.code() == 102);
    Ok(found.map_or(Verdict::Silent, |one| Flag::at(one.status_line()).into()))
}

fn payment_unspecified(case: &Case<'_>) -> Opinion {
    // x402 and L402 say what has to be paid, in a field or in the content.
    let in_content = || {
        let content = case.beginning().unwrap_or_default();
        let start = content.get(..MOST_READ).unwrap_or(content);
        memchr::memmem::find(start, b"\"x402Version\"").is_some()
    };
    let is_specified =
        case.fields()?.has_any(&[Known::PaymentRequired, Known::WwwAuthenticate]) || in_content();
    Ok(Verdict::flag_if(!is_specified, || Flag::at(Place::StatusLine)))
}

/// The reason phrase, of HTTP/1 and not empty.
fn phrase<'a>(case: &Case<'a>) -> Option<&'a [u8]> {
    case.response.reason.as_deref().map(<[u8]>::trim_ascii).filter(|phrase| !phrase.is_empty())
}

fn phrase_contradicts(case: &Case<'_>) -> Opinion {
    let Some(phrase) = phrase(case) else { return Ok(Verdict::Silent) };
    let is_of = |entry: &&statusquo_catalogue::Entry| entry.phrase.as_bytes().eq_ignore_ascii_case(phrase);
    if case.code.entry().is_some_and(|entry| is_of(&entry)) {
        return Ok(Verdict::Clean);
    }
    let other =
        REGISTERED.iter().find(|entry| is_of(entry) && entry.code != case.code && entry.phrase != "(Unused)");
    match other {
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
    let phrase = status_line(case)?.splitn(3, |byte| *byte == b' ').nth(2).unwrap_or_default();
    let wrong = phrase.iter().find(|byte| byte.is_ascii_control() && **byte != b'\t');
    Ok(wrong.map_or(Verdict::Clean, |byte| {
        let message = format!("the reason phrase has a control character, 0x{byte:02x}");
        Flag::at(Place::Reason).saying(message).into()
    }))
}

fn missing_space(case: &Case<'_>) -> Opinion {
    let line = status_line(case)?;
    let spaces = line.iter().filter(|byte| **byte == b' ').count();
    Ok(Verdict::flag_if(spaces == 1 && is_three_digits(code_token(line)), || Flag::at(Place::StatusLine)))
}
