//! What each scheme asks of its challenge: Basic (RFC 7617), Digest (RFC 7616), Bearer (RFC 6750).

use super::{all_challenges, at_param, text};
use crate::Place;
use crate::case::Case;
use crate::field::Fault;
use crate::field::challenge::{AuthParam, Challenge};
use crate::section::Line;
use crate::verdict::{Flag, Opinion, Verdict};

/// What of a challenge is at fault.
type Look = for<'c, 'a> fn(&'c Line<'a>, &'c Challenge<'a>) -> Option<Flag>;

/// Looks at each challenge of this scheme.
fn each(case: &Case<'_>, scheme: &str, look: Look) -> Opinion {
    let all = all_challenges(case)?;
    let mut such = all.iter().filter(|(_, challenge)| challenge.is(scheme)).peekable();
    if such.peek().is_none() {
        return Ok(Verdict::Silent);
    }
    Ok(such.find_map(|(line, challenge)| look(line, challenge)).map_or(Verdict::Clean, Verdict::from))
}

/// Points at the name of the scheme.
fn at_scheme(line: &Line<'_>, challenge: &Challenge<'_>) -> Flag {
    Flag::at(Place::value(line.number, challenge.place.clone()))
}

/// Parameters that Digest has in quotes alone, and those that it has only without (RFC 7616, 3.3).
const QUOTED: [&str; 5] = ["realm", "domain", "nonce", "opaque", "qop"];
const PLAIN: [&str; 2] = ["stale", "algorithm"];

/// What of a challenge can be read, and yet no sender may write so. An unquoted realm has a rule of its own.
pub(super) fn miswritten(value: &[u8], challenge: &Challenge<'_>) -> Option<Fault> {
    let is_digest = challenge.is("Digest");
    let fault = |param: &AuthParam<'_>| {
        let is_one = |names: &[&str]| is_digest && names.iter().any(|name| param.is(name));
        let written = value.get(param.place.clone()).unwrap_or_default();
        // RFC 9110, 5.6.3 and 11.2: readers put up with white space there, writers leave it out.
        if written.len() > param.name.len() + 1 + param.value.len() {
            Some("white space beside `=`")
        } else if is_one(&QUOTED) && !param.is_quoted() && !param.is("realm") {
            Some("Digest has this parameter in quotes alone")
        } else if is_one(&PLAIN) && param.is_quoted() {
            Some("Digest has this parameter without quotes")
        } else {
            None
        }
    };
    challenge.params.iter().find_map(|param| Some(Fault::new(param.place.clone(), fault(param)?)))
}

/// RFC 7617, 2.1: the only value is `UTF-8`.
pub(super) fn basic_charset(case: &Case<'_>) -> Opinion {
    each(case, "Basic", |line, challenge| {
        let charset = challenge.param("charset")?;
        let is_right = charset.plain().eq_ignore_ascii_case(b"utf-8");
        let message = format!("`{}` is no charset of Basic", text(&charset.plain()));
        (!is_right).then(|| at_param(line, charset).saying(message).fix("charset=\"UTF-8\""))
    })
}

/// Without a realm and a nonce nobody can answer (RFC 7616, 3.3 and 3.4); `qop` was optional once (RFC 2617).
pub(super) fn digest_incomplete(case: &Case<'_>) -> Opinion {
    each(case, "Digest", |line, challenge| {
        let lost = ["realm", "nonce"].into_iter().find(|name| challenge.param(name).is_none())?;
        Some(
            at_scheme(line, challenge)
                .saying(format!("a Digest challenge without `{lost}` cannot be answered")),
        )
    })
}

/// RFC 6750, 3: one or more parameters follow.
pub(super) fn bearer_alone(case: &Case<'_>) -> Opinion {
    each(case, "Bearer", |line, challenge| {
        challenge
            .params
            .is_empty()
            .then(|| at_scheme(line, challenge).fix("www-authenticate: Bearer realm=\"api\""))
    })
}
