//! Client errors, and the fields that belong to them.

use statusquo_exchange::Version;

use crate::Place;
use crate::case::Case;
use crate::field::list::{elements, has_element, is_token};
use crate::json::{Json, Kind};
use crate::known::Known;
use crate::rule::{Check, When};
use crate::rules::error_content::no_content;
use crate::section::Line;
use crate::verdict::{Flag, Lack, Opinion, Verdict};

pub(super) const CHECKS: &[Check] = &[
    Check::new("method-not-allowed-missing-allow", When::Code(405), missing_allow),
    Check::new("method-not-allowed-lists-method", When::Code(405), lists_method),
    Check::new("allow-syntax", When::Field(Known::Allow), allow_syntax),
    Check::new("allow-omits-used-method", When::Field(Known::Allow), allow_omits_method),
    Check::new("gone-with-retry-after", When::Code(410), gone_with_retry_after),
    Check::new("not-acceptable-not-negotiated", When::Code(406), not_negotiated),
    Check::new("not-acceptable-no-list", When::Code(406), no_content),
    Check::new("not-acceptable-for-language", When::Code(406), for_language),
    Check::new("unsupported-media-no-content", When::Code(415), media_without_content),
    Check::new("unsupported-media-no-hint", When::Code(415), media_without_hint),
    Check::new("unsupported-patch-no-accept-patch", When::Code(415), patch_without_accept_patch),
    Check::new("unsupported-media-misleading-accept-encoding", When::Code(415), misleading_accept_encoding),
    Check::new("unsupported-coding-no-accept-encoding", When::Code(415), coding_without_accept_encoding),
    Check::new("accept-patch-missing", When::Field(Known::Allow), accept_patch_missing),
    Check::new("accept-patch-without-allow", When::Field(Known::Allow), accept_without_allow),
    Check::new("length-required-but-present", When::Code(411), length_was_there),
    Check::new("content-too-large-no-request-content", When::Code(413), too_large_nothing),
    Check::new("content-too-large-temporary", When::Code(413), too_large_temporary),
    Check::new("error-before-body-no-close", When::Error, error_before_body),
    Check::new("uri-too-long-short-uri", When::Code(414), short_uri),
    Check::new("headers-too-large-unnamed", When::Code(431), large_field_unnamed),
    Check::new("range-not-satisfiable-without-range", When::Code(416), unsatisfiable_without_range),
    Check::new("range-not-satisfiable-no-length", When::Code(416), unsatisfiable_without_length),
    Check::new("range-not-satisfiable-wrong-form", When::Code(416), unsatisfiable_form),
    Check::new("misdirected-from-proxy", When::Code(421), misdirected_from_proxy),
    Check::new("misdirected-with-alt-svc", When::Code(421), misdirected_alt_svc),
    Check::new("misdirected-cacheable", When::Code(421), misdirected_cacheable),
    Check::new("request-timeout-no-close", When::Code(408), timeout_without_close),
    Check::new("upgrade-required-missing-upgrade", When::Code(426), upgrade_missing),
    Check::new("upgrade-required-already-offered", When::Code(426), upgrade_offered),
    Check::new("too-early-unmarked", When::Code(425), too_early_unmarked),
    Check::new("early-data-in-response", When::Field(Known::EarlyData), early_data),
    Check::new("legal-no-explanation", When::Code(451), no_content),
    Check::new("legal-no-blocked-by", When::Code(451), legal_without_blocker),
    Check::new("locked-no-condition", When::Code(423), locked_without_condition),
    Check::new("failed-dependency-top-level", When::Code(424), failed_dependency),
    Check::new("conflict-no-explanation", When::Code(409), no_content),
    Check::new("conflict-on-safe-method", When::Code(409), conflict_on_safe),
    Check::new("conflict-instead-of-412", When::Code(409), conflict_for_precondition),
    Check::new("precondition-failed-without-precondition", When::Code(412), precondition_missing),
    Check::new("precondition-failed-to-get", When::Code(412), precondition_to_get),
    Check::new("precondition-required-had-one", When::Code(428), precondition_there),
    Check::new("precondition-required-no-explanation", When::Code(428), no_content),
    Check::new("unprocessable-no-request-content", When::Code(422), unprocessable_nothing),
    Check::new("unprocessable-malformed-syntax", When::Code(422), unprocessable_syntax),
    Check::new("unprocessable-no-error-list", When::Code(422), unprocessable_without_list),
];

/// Methods that everybody knows, in capitals (RFC 9110, 9.1).
const COMMON_METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
/// Every server takes request targets of this size (RFC 9110, 4.1).
const EVERY_TARGET_BYTES: usize = 8000;
/// The fields of preconditions (RFC 9110, 13.1, and RFC 4918, 10.4).
const CONDITIONS: [Known; 6] = [
    Known::IfMatch,
    Known::IfNoneMatch,
    Known::IfModifiedSince,
    Known::IfUnmodifiedSince,
    Known::IfRange,
    Known::If,
];

fn status() -> Flag {
    Flag::at(Place::StatusLine)
}

/// The methods that Allow lists, over all its lines.
fn allowed<'a>(case: &Case<'a>) -> Result<Vec<&'a [u8]>, Lack> {
    let lines = case.fields()?.lines(Known::Allow);
    Ok(lines.flat_map(|line| elements(line.value).filter_map(move |range| line.value.get(range))).collect())
}

fn missing_allow(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let count = case.response.fields.len();
    Ok(Verdict::flag_if(!fields.has(Known::Allow), || {
        status()
            .saying(format!("none of the {count} response header fields is Allow"))
            .fix("allow: GET, HEAD")
    }))
}

fn lists_method(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::Allow) else { return Ok(Verdict::Silent) };
    let method = case.method()?;
    Ok(Verdict::flag_if(allowed(case)?.contains(&method.as_bytes()), || {
        Flag::at(Place::line(line.number)).saying(format!("{method} was refused, and is listed as allowed"))
    }))
}

fn allow_syntax(case: &Case<'_>) -> Opinion {
    for line in case.fields()?.lines(Known::Allow) {
        let wrong = elements(line.value).find(|range| !line.value.get(range.clone()).is_some_and(is_token));
        if let Some(range) = wrong {
            return Ok(Flag::at(Place::value(line.number, range)).saying("not a method").into());
        }
        let miswritten = elements(line.value).find_map(|range| {
            let name = std::str::from_utf8(line.value.get(range.clone())?).ok()?;
            let right = name.to_ascii_uppercase();
            (right != name && COMMON_METHODS.contains(&right.as_str())).then_some((range, right))
        });
        if let Some((range, right)) = miswritten {
            let flag = Flag::at(Place::value(line.number, range));
            // Any token is a method by the grammar; that nobody means this one is a guess.
            return Ok(flag
                .advising(true)
                .saying(format!("methods are told apart by case: this is not {right}"))
                .fix(right)
                .into());
        }
    }
    Ok(Verdict::Clean)
}

fn allow_omits_method(case: &Case<'_>) -> Opinion {
    let method = case.method()?;
    // OPTIONS may list the methods of another resource (`*`), and need not list itself.
    if !case.code.is_success() || matches!(method, "OPTIONS" | "HEAD") {
        return Ok(Verdict::Silent);
    }
    let methods = allowed(case)?;
    // A list that cannot be read has a rule of its own.
    if !methods.iter().all(|method| is_token(method)) {
        return Ok(Verdict::Silent);
    }
    let line = case.fields()?.line(Known::Allow).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(!methods.contains(&method.as_bytes()), || {
        Flag::at(Place::line(line)).saying(format!("{method} has just worked, and is not listed"))
    }))
}

fn gone_with_retry_after(case: &Case<'_>) -> Opinion {
    let line = case.fields()?.line(Known::RetryAfter);
    Ok(line.map_or(Verdict::Clean, |line| Flag::at(Place::line(line.number)).into()))
}

fn not_negotiated(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let asks = |field: Known| request.lines(field).any(|line| !matches!(line.value, b"*" | b"*/*" | b""));
    let negotiated = [Known::Accept, Known::AcceptCharset, Known::AcceptEncoding, Known::AcceptLanguage]
        .into_iter()
        .any(asks);
    Ok(Verdict::flag_if(!negotiated, status))
}

fn for_language(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let anything =
        request.line(Known::Accept).is_none_or(|line| memchr::memmem::find(line.value, b"*/*").is_some());
    Ok(Verdict::flag_if(
        anything && request.has(Known::AcceptLanguage) && !request.has(Known::AcceptCharset),
        status,
    ))
}

fn media_without_content(case: &Case<'_>) -> Opinion {
    let has_content = case.request_has_content()?;
    // A declared type without content is what the server objects to.
    let declared = case.request()?.has_any(&[Known::ContentType, Known::ContentEncoding]);
    Ok(Verdict::flag_if(!has_content && !declared, status))
}

fn media_without_hint(case: &Case<'_>) -> Opinion {
    let hints =
        [Known::Accept, Known::AcceptPost, Known::AcceptPatch, Known::AcceptQuery, Known::AcceptEncoding];
    Ok(Verdict::flag_if(!case.fields()?.has_any(&hints), || status().fix("accept: application/json")))
}

fn patch_without_accept_patch(case: &Case<'_>) -> Opinion {
    if case.method()? != "PATCH" || case.request()?.has(Known::ContentEncoding) {
        return Ok(Verdict::Silent);
    }
    let is_missing = !case.fields()?.has(Known::AcceptPatch);
    Ok(Verdict::flag_if(is_missing, || status().fix("accept-patch: application/merge-patch+json")))
}

fn misleading_accept_encoding(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::AcceptEncoding) else { return Ok(Verdict::Silent) };
    let coded = case.request()?.has(Known::ContentEncoding);
    Ok(Verdict::flag_if(!coded, || Flag::at(Place::line(line.number))))
}

fn coding_without_accept_encoding(case: &Case<'_>) -> Opinion {
    let coding = case.request()?.text(Known::ContentEncoding);
    if coding.is_none_or(|coding| coding.eq_ignore_ascii_case("identity")) {
        return Ok(Verdict::Silent);
    }
    let fields = case.fields()?;
    // With these the media type was the fault.
    let is_media =
        fields.has_any(&[Known::Accept, Known::AcceptPost, Known::AcceptPatch, Known::AcceptQuery]);
    Ok(Verdict::flag_if(!fields.has(Known::AcceptEncoding) && !is_media, || {
        status().fix("accept-encoding: gzip")
    }))
}

fn accept_patch_missing(case: &Case<'_>) -> Opinion {
    // RFC 5789, 3.1, speaks of the answer to OPTIONS; a 405 has Allow for another reason.
    let tells = case.method_is(&["OPTIONS"]) && case.code.is_success();
    if !tells || !allowed(case)?.contains(&&b"PATCH"[..]) {
        return Ok(Verdict::Silent);
    }
    // `*` is the server as a whole and no resource (RFC 9110, 9.3.7).
    if case.target().is_ok_and(|target| target == "*") {
        return Ok(Verdict::Silent);
    }
    // A preflight is about leave, not about formats.
    if case.request().is_ok_and(|request| request.has(Known::AccessControlRequestMethod)) {
        return Ok(Verdict::Silent);
    }
    let level_line = case.fields()?.line(Known::Allow).map_or(0, |line| line.number);
    Ok(Verdict::flag_if(!case.fields()?.has(Known::AcceptPatch), || {
        Flag::at(Place::line(level_line)).fix("accept-patch: application/merge-patch+json")
    }))
}

fn accept_without_allow(case: &Case<'_>) -> Opinion {
    let fields = case.fields()?;
    let methods = allowed(case)?;
    for (field, method) in [(Known::AcceptPatch, "PATCH"), (Known::AcceptPost, "POST")] {
        if let Some(line) = fields.line(field)
            && !methods.contains(&method.as_bytes())
        {
            let message =
                format!("{} says what {method} takes, and Allow does not list {method}", field.as_str());
            return Ok(Flag::at(Place::line(line.number)).saying(message).into());
        }
    }
    Ok(Verdict::Clean)
}

fn length_was_there(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let valid = request.text(Known::ContentLength).is_some_and(|length| length.parse::<u64>().is_ok());
    Ok(Verdict::flag_if(valid && !request.has(Known::TransferEncoding), status))
}

fn too_large_nothing(case: &Case<'_>) -> Opinion {
    let has_content = case.request_has_content()?;
    let announced = case.request()?.text(Known::ContentLength).is_some_and(|length| length != "0");
    Ok(Verdict::flag_if(!has_content && !announced, status))
}

/// Whether it is temporary cannot be seen, unless the answer says so.
fn too_large_temporary(case: &Case<'_>) -> Opinion {
    if case.fields()?.has(Known::RetryAfter) {
        return Ok(Verdict::Clean);
    }
    let content = case.beginning()?;
    let text = String::from_utf8_lossy(content.get(..content.len().min(4096)).unwrap_or_default())
        .to_ascii_lowercase();
    let says_so = ["temporar", "try again later", "retry later"].iter().any(|word| text.contains(word));
    Ok(if says_so { status().fix("retry-after: 60").into() } else { Verdict::Silent })
}

/// Seen only where the request asked to wait with its content, and the content never went.
fn error_before_body(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let waited = request.text(Known::Expect).is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
    let continued = case.exchange.interim.iter().any(|interim| interim.status.get() == 100);
    if !waited || continued || case.version()? != Version::Http11 || case.exchange.raw_response.is_none() {
        return Ok(Verdict::Silent);
    }
    let says = case.fields()?.has(Known::Connection);
    Ok(Verdict::flag_if(!says, || status().fix("connection: close")))
}

fn short_uri(case: &Case<'_>) -> Opinion {
    let length = case.target()?.len();
    Ok(Verdict::flag_if(length < EVERY_TARGET_BYTES, || {
        Flag::at(Place::RequestLine)
            .saying(format!("a request target of {length} bytes is too long for this server"))
    }))
}

fn large_field_unnamed(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let size = |line: &crate::section::Line<'_>| line.name.len() + line.value.len();
    let total: usize = request.every().map(|line| size(&line)).sum();
    let Some(largest) = request.every().max_by_key(size) else { return Ok(Verdict::Silent) };
    // Only where one field is nearly all of it, it is the one to name.
    if size(&largest) < 4096 || size(&largest) * 10 < total * 9 {
        return Ok(Verdict::Silent);
    }
    let name = String::from_utf8_lossy(largest.name).to_ascii_lowercase();
    let content = String::from_utf8_lossy(case.content()?).to_ascii_lowercase();
    Ok(Verdict::flag_if(!content.contains(&name), || {
        status().saying(format!("`{name}` is too large, and the answer does not say so"))
    }))
}

fn unsatisfiable_without_range(case: &Case<'_>) -> Opinion {
    let asked = case.request()?.has(Known::Range);
    if !asked && case.is_behind_browser_cache() {
        return Err(Lack::Request);
    }
    Ok(Verdict::flag_if(!asked, status))
}

fn unsatisfiable_without_length(case: &Case<'_>) -> Opinion {
    // Names of units compare without case (RFC 9110, 14.1).
    let is_bytes = case.request()?.text(Known::Range).is_some_and(|range| {
        range.trim_start().get(..5).is_some_and(|unit| unit.eq_ignore_ascii_case("bytes"))
    });
    if !is_bytes {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(!case.fields()?.has(Known::ContentRange), || {
        status().fix("content-range: bytes */1234")
    }))
}

fn unsatisfiable_form(case: &Case<'_>) -> Opinion {
    let Some(line) = case.fields()?.line(Known::ContentRange) else { return Ok(Verdict::Silent) };
    let Some(range) = line.text().and_then(|text| text.strip_prefix("bytes ")) else {
        return Ok(Verdict::Silent);
    };
    Ok(Verdict::flag_if(!range.starts_with("*/"), || {
        Flag::at(Place::line(line.number)).fix("content-range: bytes */1234")
    }))
}

/// A gateway acts for the origin and may; a forward proxy shows in the request, which named the proxy.
fn misdirected_from_proxy(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let through_proxy = request.has_any(&[Known::ProxyAuthorization, Known::ProxyConnection]);
    let by_proxy = case.fields()?.has(Known::Via) && !case.fields()?.has(Known::Server);
    Ok(Verdict::flag_if(through_proxy && by_proxy, status))
}

fn misdirected_alt_svc(case: &Case<'_>) -> Opinion {
    let line = case.fields()?.line(Known::AltSvc);
    Ok(line.map_or(Verdict::Clean, |line| Flag::at(Place::line(line.number)).into()))
}

fn misdirected_cacheable(case: &Case<'_>) -> Opinion {
    let fresh = case.freshness()?.is_some_and(|seconds| seconds > 0);
    let line = case
        .fields()?
        .line(Known::CacheControl)
        .or(case.fields()?.line(Known::Expires))
        .map_or(0, |line| line.number);
    Ok(Verdict::flag_if(fresh, || Flag::at(Place::line(line)).fix("cache-control: no-store")))
}

fn timeout_without_close(case: &Case<'_>) -> Opinion {
    if case.version()? != Version::Http11 || case.exchange.raw_response.is_none() {
        return Ok(Verdict::Silent);
    }
    let closes = case.fields()?.line(Known::Connection).is_some_and(|line| has_element(line.value, b"close"));
    Ok(Verdict::flag_if(!closes, || status().fix("connection: close")))
}

fn upgrade_missing(case: &Case<'_>) -> Opinion {
    // HTTP/2 forbids the field: 426 has no place there.
    // A field without a protocol names none.
    let named = |line: Line<'_>| elements(line.value).next().is_some();
    let is_missing = !case.fields()?.lines(Known::Upgrade).any(named);
    let is_http2 = case.is_http2_or_later().unwrap_or(false);
    Ok(Verdict::flag_if(is_missing, || {
        let flag = status();
        if is_http2 {
            flag.saying("a 426 needs Upgrade, which HTTP/2 does not have: use another code")
                .fix("403, with the reason in its content")
        } else {
            flag.fix("upgrade: TLS/1.3, HTTP/1.1")
        }
    }))
}

fn upgrade_offered(case: &Case<'_>) -> Opinion {
    let (request, fields) = (case.request()?, case.fields()?);
    let (Some(offered), Some(wanted)) = (request.line(Known::Upgrade), fields.line(Known::Upgrade)) else {
        return Ok(Verdict::Silent);
    };
    let was_offered = elements(wanted.value)
        .any(|range| wanted.value.get(range).is_some_and(|protocol| has_element(offered.value, protocol)));
    // A WebSocket handshake of the wrong version is refused so (RFC 6455, 4.4).
    let is_websocket = has_element(offered.value, b"websocket");
    Ok(Verdict::flag_if(was_offered && !is_websocket, || Flag::at(Place::line(wanted.number))))
}

fn too_early_unmarked(case: &Case<'_>) -> Opinion {
    let marked = case.request()?.has(Known::EarlyData);
    // Only a request without TLS was surely not in early data.
    let is_plain = case.scheme()? == statusquo_exchange::Scheme::Http;
    Ok(Verdict::flag_if(!marked && is_plain, status))
}

fn early_data(case: &Case<'_>) -> Opinion {
    let line = case.fields()?.line(Known::EarlyData).map_or(0, |line| line.number);
    Ok(Flag::at(Place::line(line)).into())
}

fn legal_without_blocker(case: &Case<'_>) -> Opinion {
    let has = case
        .fields()?
        .lines(Known::Link)
        .any(|line| memchr::memmem::find(line.value, b"blocked-by").is_some());
    Ok(Verdict::flag_if(!has, || status().fix("link: <https://example.net/>; rel=\"blocked-by\"")))
}

fn locked_without_condition(case: &Case<'_>) -> Opinion {
    let is_xml = case.media_type()?.is_some_and(crate::field::media_type::MediaType::is_xml);
    let is_dav = is_xml || case.fields()?.has_any(&[Known::Dav, Known::LockToken]);
    if !is_dav {
        return Ok(Verdict::Silent);
    }
    let content = case.content()?;
    let has = [&b"lock-token-submitted"[..], b"no-conflicting-lock"]
        .iter()
        .any(|part| memchr::memmem::find(content, part).is_some());
    Ok(Verdict::flag_if(!has, status))
}

fn failed_dependency(case: &Case<'_>) -> Opinion {
    if case.fields()?.has(Known::Dav) {
        return Ok(Verdict::Silent);
    }
    Ok(status().into())
}

fn conflict_on_safe(case: &Case<'_>) -> Opinion {
    let method = case.method()?;
    Ok(Verdict::flag_if(matches!(method, "GET" | "HEAD"), || {
        status().saying(format!("a {method} changes nothing that something could conflict with"))
    }))
}

fn conflict_for_precondition(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let had = [Known::IfMatch, Known::IfNoneMatch, Known::IfUnmodifiedSince]
        .into_iter()
        .find(|field| request.has(*field));
    Ok(had.map_or(Verdict::Silent, |field| {
        status()
            .saying(format!("the request had {}: when that fails, the answer is 412", field.as_str()))
            .into()
    }))
}

/// A field that looks like an API's own precondition, such as a lease or a version.
fn has_own_condition(case: &Case<'_>) -> Result<bool, Lack> {
    Ok(case.request()?.every().any(|line| {
        let name = line.name.to_ascii_lowercase();
        let starts = [
            &b"x-ms-if-"[..],
            b"x-ms-lease",
            b"x-goog-if-",
            b"x-if-",
            b"lock-token",
            b"x-amz-copy-source-if",
            b"destination",
            b"overwrite",
        ];
        starts.iter().any(|start| name.starts_with(start))
    }))
}

fn precondition_missing(case: &Case<'_>) -> Opinion {
    let had = case.request()?.has_any(&CONDITIONS) || has_own_condition(case)?;
    let in_query =
        case.target().is_ok_and(|target| target.to_ascii_lowercase().contains("ifgenerationmatch"));
    // WebDAV answers failed properties so (RFC 4918, 9.8.5).
    let is_dav = !case.method_is(&["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
    Ok(Verdict::flag_if(!had && !in_query && !is_dav, status))
}

fn precondition_to_get(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let only_none_match = request.has(Known::IfNoneMatch)
        && !request.has_any(&[Known::IfMatch, Known::IfUnmodifiedSince, Known::If]);
    if !matches!(case.method()?, "GET" | "HEAD") || has_own_condition(case)? {
        return Ok(Verdict::Silent);
    }
    Ok(Verdict::flag_if(only_none_match, || {
        status().saying("a false If-None-Match of a GET is answered with 304")
    }))
}

fn precondition_there(case: &Case<'_>) -> Opinion {
    let request = case.request()?;
    let had = [Known::IfMatch, Known::IfUnmodifiedSince, Known::IfNoneMatch]
        .into_iter()
        .find(|field| request.has(*field));
    // A date may be too weak a condition for the server.
    let is_strong = matches!(had, Some(Known::IfMatch | Known::IfNoneMatch));
    Ok(Verdict::flag_if(is_strong, || status().saying("the request was conditional already")))
}

fn unprocessable_nothing(case: &Case<'_>) -> Opinion {
    let has_content = case.request_has_content()?;
    let has_query = case.target()?.contains('?');
    Ok(Verdict::flag_if(!has_content && !has_query, status))
}

fn unprocessable_syntax(case: &Case<'_>) -> Opinion {
    if !case.request_content_type()?.is_some_and(crate::field::media_type::MediaType::is_json)
        || case.request()?.has(Known::ContentEncoding)
    {
        return Ok(Verdict::Silent);
    }
    let content = case.request_content()?;
    if content.is_empty() {
        return Ok(Verdict::Silent);
    }
    Ok(match Json::parse(content) {
        Ok(_) => Verdict::Clean,
        Err(fault) => status()
            .saying(format!("the request's JSON {} at byte {}: that is a 400", fault.why, fault.at))
            .into(),
    })
}

fn unprocessable_without_list(case: &Case<'_>) -> Opinion {
    let Some(json) = case.valid_json()? else { return Ok(Verdict::Silent) };
    let root = json.root();
    if root.kind() == Kind::Array {
        return Ok(Verdict::Clean);
    }
    let names = [
        "errors",
        "details",
        "violations",
        "invalid_params",
        "invalid-params",
        "invalidParams",
        "detail",
        "issues",
        "fields",
        "fieldErrors",
        "field_errors",
        "validation_errors",
        "validationErrors",
        "causes",
        "error",
        "data",
    ];
    let listed = |value: &crate::json::Value<'_, '_>| {
        names
            .iter()
            .filter_map(|name| value.get(name))
            .any(|found| matches!(found.kind(), Kind::Array | Kind::Object) && !found.is_empty())
    };
    let is_list = |value: &crate::json::Value<'_, '_>| {
        names
            .iter()
            .filter_map(|name| value.get(name))
            .any(|found| found.kind() == Kind::Array && !found.is_empty())
    };
    // Django and others answer `{"email": ["is not valid"]}`.
    let by_field = root.children().any(|child| child.kind() == Kind::Array && !child.is_empty());
    let within_error = root.get("error").is_some_and(|error| listed(&error));
    let errors_object =
        root.get("errors").is_some_and(|errors| errors.kind() == Kind::Object && !errors.is_empty());
    Ok(Verdict::flag_if(!(is_list(&root) || by_field || within_error || errors_object), || {
        Flag::at(Place::Content(root.span()))
    }))
}
