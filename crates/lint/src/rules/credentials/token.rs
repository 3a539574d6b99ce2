//! Token endpoints of OAuth 2.0 (RFC 6749, 5).

use crate::Place;
use crate::case::Case;
use crate::json::Kind;
use crate::known::Known;
use crate::verdict::{Flag, Opinion, Verdict};

/// Errors that a token endpoint answers with 400 (RFC 6749, 5.2). `invalid_client` may have 401.
const OF_REQUESTS: [&str; 5] =
    ["invalid_request", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope"];

/// Whoever names a token and its type speaks OAuth.
pub(super) fn cacheable(case: &Case<'_>) -> Opinion {
    if !case.code.is_success() {
        return Ok(Verdict::Silent);
    }
    let Some(json) = case.valid_json()? else { return Ok(Verdict::Silent) };
    let is_text = |name| json.root().get(name).filter(|value| value.kind() == Kind::String);
    let (Some(token), Some(_)) = (is_text("access_token"), is_text("token_type")) else {
        return Ok(Verdict::Silent);
    };
    Ok(Verdict::flag_if(!case.cache_control()?.has("no-store"), || {
        Flag::at(Place::Content(token.span())).fix("cache-control: no-store")
    }))
}

pub(super) fn error_status(case: &Case<'_>) -> Opinion {
    let asks_for_token = case.method_is(&["POST"])
        && case
            .request_content()
            .is_ok_and(|content| memchr::memmem::find(content, b"grant_type=").is_some());
    if !asks_for_token || !case.code.is_client_error() {
        return Ok(Verdict::Silent);
    }
    let Some(json) = case.valid_json()? else { return Ok(Verdict::Silent) };
    let Some(error) = json.root().get("error") else { return Ok(Verdict::Silent) };
    let Some(name) = error.as_str().filter(|name| OF_REQUESTS.contains(&name.as_ref())) else {
        return Ok(Verdict::Silent);
    };
    // A client that signed itself in by a header field may be told so whatever else is wrong.
    let is_right = case.number() == 400 || case.number() == 401 && case.request()?.has(Known::Authorization);
    Ok(Verdict::flag_if(!is_right, || {
        Flag::at(Place::Content(error.span()))
            .saying(format!("`{name}` belongs to 400, and this is {}", case.code))
            .fix("send the status code 400")
    }))
}
