//! What Zalando's guidelines demand and nobody else does: off in the other profiles.

use crate::Place;
use crate::case::Case;
use crate::field::media_type::MediaType;
use crate::known::Known;
use crate::rule::{Check, When};
use crate::verdict::{Flag, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("status-uncommon", When::Always, uncommon),
    Check::new("error-not-problem-json", When::Error, not_problem),
];

/// The codes that the guidelines list as understood best (150); 1xx and 206 are the transport's.
const COMMON: &[u16] = &[
    200, 201, 202, 204, 206, 207, 301, 303, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 415, 423,
    428, 429, 500, 501, 503,
];

fn uncommon(case: &Case<'_>) -> Opinion {
    // What is not registered has a rule of its own.
    if case.code.is_informational() || !case.code.is_registered() {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!COMMON.contains(&case.number()), || {
        let message = format!("{} is none of the codes that the guidelines list", case.code);
        Flag::at(Place::StatusLine).saying(message)
    }))
}

fn not_problem(case: &Case<'_>) -> Opinion {
    if !case.may_have_content() || !case.is_json()? {
        return Ok(Verdict::Silent);
    }
    // OAuth 2 says what its errors look like (RFC 6749, 5.2).
    let is_oauth = case.valid_json()?.is_some_and(|json| {
        let error = json.root().get("error").and_then(|error| error.as_str());
        error.is_some() && case.target().is_ok_and(|target| target.contains("token"))
    });
    let is_problem = case.media_type()?.is_some_and(MediaType::is_problem_json);
    let line = case.fields()?.line(Known::ContentType).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(!is_problem && !is_oauth, || Flag::at(Place::line(line))))
}
