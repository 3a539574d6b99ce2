//! What each scheme asks of its challenge: Basic (RFC 7617), Digest (RFC 7616), Bearer (RFC 6750).

use super::{at_param, challenges, text};
use crate::Place;
use crate::case::Case;
use crate::field::challenge::Challenge;
use crate::section::Line;
use crate::verdict::{Flag, Opinion, Verdict};

/// What of a challenge is at fault.
type Look = for<'c, 'a> fn(&'c Line<'a>, &'c Challenge<'a>) -> Option<Flag>;

/// Looks at each challenge of this scheme.
fn each(case: &Case<'_>, scheme: &str, look: Look) -> Opinion {
    let all = challenges(case)?;
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
