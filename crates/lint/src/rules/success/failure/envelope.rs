//! A JSON object that says failure, and nothing else.
//!
//! What says it alone is not enough: a record of a job that failed, a validation's verdict and a partial result have
//! such members as well. So all other members have to belong to the vocabulary of errors, or be empty.

use std::ops::Range;

use crate::error_shape::{is_request_id, squash};
use crate::json::{Kind, Value};

/// What a JSON object says of its failure.
pub(super) struct Failure {
    /// Which member says it.
    pub(super) bytes: Range<usize>,
    /// What it says, for people.
    pub(super) says: String,
    /// The status code that it names itself.
    pub(super) code: Option<i64>,
    /// Can it be nothing else? A thing with a name may be in the state that its `status` says.
    pub(super) is_certain: bool,
}

/// Members that tell of an error and not of a result.
const VOCABULARY: &[&str] = &[
    "apiversion",
    "cause",
    "code",
    "debug",
    "description",
    "detail",
    "details",
    "documentationurl",
    "domain",
    "errcode",
    "errmsg",
    "errno",
    "error",
    "errorcode",
    "errordescription",
    "errordetails",
    "errorid",
    "errorinfo",
    "errormessage",
    "errormsg",
    "errorname",
    "errors",
    "errortype",
    "erroruri",
    "exception",
    "field",
    "fields",
    "helpurl",
    "hint",
    "httpcode",
    "httpstatus",
    "httpstatuscode",
    "info",
    "instance",
    "issuccess",
    "jsonapi",
    "links",
    "message",
    "messages",
    "meta",
    "method",
    "moreinfo",
    "msg",
    "name",
    "needed",
    "ok",
    "path",
    "provided",
    "reason",
    "responsemetadata",
    "retryable",
    "retryafter",
    "severity",
    "stack",
    "stacktrace",
    "status",
    "statuscode",
    "statusmessage",
    "statustext",
    "subcode",
    "succeeded",
    "success",
    "successful",
    "time",
    "timestamp",
    "title",
    "trace",
    "type",
    "validationerrors",
    "version",
    "violations",
];
/// Members that say what went wrong.
const EXPLANATIONS: &[&str] = &[
    "detail",
    "details",
    "errcode",
    "errmsg",
    "error",
    "errorcode",
    "errordescription",
    "errormessage",
    "errormsg",
    "errors",
    "exception",
    "message",
    "messages",
    "msg",
    "reason",
];
/// What stands in the place of an error when there is none.
const NO_ERRORS: &[&str] =
    &["", "0", "false", "none", "null", "no", "ok", "success", "successful", "noerror"];

impl Failure {
    /// What this object says of its failure; `None` when it tells of anything else, or of success.
    pub(super) fn of(root: Value<'_, '_>) -> Option<Self> {
        let mut failure = root.children().find_map(|member| said_by(root, &member))?;
        failure.is_certain &= failure.code.is_some() || !is_named(root);
        let has_other = root.children().any(|member| {
            let is_known = member.key().is_some_and(|key| {
                VOCABULARY.contains(&squash(key.as_bytes()).as_str()) || is_request_id(key.as_bytes())
            });
            !is_known && member.span() != failure.bytes && !member.is_empty() && member.source() != "0"
        });
        (!has_other && !is_other_protocol(root) && !root.children().any(|member| says_success(&member)))
            .then_some(failure)
    }
}

/// Has it a name, or a version, as devices and jobs have them? Errors have names of their own.
fn is_named(root: Value<'_, '_>) -> bool {
    root.children().any(|member| {
        let key = member.key().map_or_else(String::new, |key| squash(key.as_bytes()));
        let text = member.as_str().map(|text| squash(text.as_bytes())).unwrap_or_default();
        let is_of_error =
            ["error", "exception", "fault", "notfound", "invalid"].iter().any(|word| text.contains(word));
        matches!(key.as_str(), "name" | "title" | "version") && !member.is_empty() && !is_of_error
    })
}

/// JSON-RPC, and GraphQL, whose errors come beside the data or name a place in the query.
fn is_other_protocol(root: Value<'_, '_>) -> bool {
    let first = root.get("errors").and_then(|errors| errors.children().next());
    let is_placed = first.is_some_and(|first| first.get_any(&["locations", "extensions"]).is_some());
    root.get("jsonrpc").is_some() || root.get("errors").is_some() && (is_placed || root.get("data").is_some())
}

/// Does this member say that all is well? Then what is called an error beside it is something else.
fn says_success(member: &Value<'_, '_>) -> bool {
    let key = member.key().map_or_else(String::new, |key| squash(key.as_bytes()));
    let is_good = |text: &str| ["ok", "success", "successful", "succeeded", "completed"].contains(&text);
    match (key.as_str(), member.kind()) {
        ("success" | "ok", Kind::True | Kind::String | Kind::Object) => true,
        ("status", Kind::String) => member.as_str().is_some_and(|text| is_good(&text.to_ascii_lowercase())),
        ("code" | "status" | "statuscode", Kind::Number) => {
            member.as_integer().is_some_and(|code| code == 0 || (200..300).contains(&code))
        }
        _ => false,
    }
}

/// What this member says of a failure.
fn said_by(root: Value<'_, '_>, member: &Value<'_, '_>) -> Option<Failure> {
    let key = squash(member.key()?.as_bytes());
    let code = member.as_integer().filter(|code| (400..=599).contains(code));
    let (says, needs_words) = match (key.as_str(), member.kind()) {
        ("success" | "ok" | "issuccess" | "succeeded", Kind::False) => (format!("`{key}` is false"), true),
        ("response", Kind::String)
            if member.as_str().is_some_and(|text| text.eq_ignore_ascii_case("false")) =>
        {
            ("`response` is false".to_owned(), true)
        }
        ("error", Kind::True) => ("`error` is true".to_owned(), true),
        ("error", Kind::Object | Kind::String) if is_error(member) => {
            ("there is an `error`".to_owned(), false)
        }
        ("errors", Kind::Array) if !member.is_empty() => ("there are `errors`".to_owned(), false),
        ("errormessage", Kind::String) if is_error(member) => ("there is an error message".to_owned(), false),
        ("errcode" | "errno", Kind::Number) if !is_nothing(member) => {
            (format!("`{key}` is {}", member.source()), true)
        }
        ("status" | "result", Kind::String) if is_failed(member) => {
            (format!("`{key}` is {}", member.source()), true)
        }
        ("status" | "code" | "statuscode", Kind::Number) if code.is_some() => {
            (format!("`{key}` is {}", member.source()), true)
        }
        _ => return None,
    };
    // A bare `{"status": "failed"}` may be the state of whatever was asked about.
    let has_words = || {
        root.children().any(|other| {
            let key = other.key().map_or_else(String::new, |key| squash(key.as_bytes()));
            EXPLANATIONS.contains(&key.as_str()) && !is_nothing(&other) && other.span() != member.span()
        })
    };
    // `error` and `fail` are those of JSend; other words are states.
    let is_state = key == "status"
        && member.as_str().is_some_and(|text| {
            text.to_ascii_lowercase().starts_with("failed") || text.eq_ignore_ascii_case("failure")
        });
    (!needs_words || has_words()).then(|| Failure { bytes: member.span(), says, code, is_certain: !is_state })
}

fn is_failed(status: &Value<'_, '_>) -> bool {
    status.as_str().is_some_and(|text| {
        ["error", "fail", "failed", "failure"].iter().any(|word| text.eq_ignore_ascii_case(word))
    })
}

/// Does it name an error, and not that there is none?
fn is_error(value: &Value<'_, '_>) -> bool {
    match value.kind() {
        Kind::String => {
            value.as_str().is_some_and(|text| !NO_ERRORS.contains(&squash(text.as_bytes()).as_str()))
        }
        Kind::Object => {
            let is_success =
                value.get("code").is_some_and(|code| is_nothing(&code) || code.source() == "\"0\"");
            !is_success && value.children().any(|member| !is_nothing(&member))
        }
        Kind::Array | Kind::Number | Kind::True | Kind::False | Kind::Null => false,
    }
}

/// Does it say nothing: empty, null, false, 0?
fn is_nothing(value: &Value<'_, '_>) -> bool {
    value.is_empty() || value.kind() == Kind::False || value.source() == "0"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Json;

    fn says(text: &str) -> Option<String> {
        let json = Json::parse(text.as_bytes()).unwrap();
        Failure::of(json.root()).map(|failure| failure.says)
    }

    #[test]
    fn failures_are_told_whatever_their_envelope() {
        for text in [
            r#"{"error":{"code":"order_not_found","message":"There is no order 17.","details":[],"request_id":"r"}}"#,
            r#"{"error":"not_found"}"#,
            r#"{"error":"invalid_grant","error_description":"expired"}"#,
            r#"{"errors":[{"code":"x","title":"y"}],"jsonapi":{"version":"1.1"}}"#,
            r#"{"success":false,"message":"no such order","data":null}"#,
            r#"{"ok":false,"error":"channel_not_found"}"#,
            r#"{"status":"error","message":"no such order"}"#,
            r#"{"status":404,"error":"Not Found","path":"/v1","timestamp":"2026-11-23T10:00:00Z"}"#,
            r#"{"code":500,"msg":"database is down"}"#,
            r#"{"result":"failure","reason":"wrong key"}"#,
            r#"{"isSuccess":false,"errorMessage":"wrong key"}"#,
            r#"{"Response":"False","Error":"Movie not found!"}"#,
            r#"{"statusCode":404,"message":"Cannot GET /x","error":"Not Found"}"#,
            r#"{"error":true,"message":"no"}"#,
            r#"{"data":null,"error":{"message":"no rows"},"count":0}"#,
            r#"{"errorMessage":"Task timed out","errorType":"Timeout"}"#,
            r#"{"errcode":40001,"errmsg":"invalid credential"}"#,
            r#"{"success":false,"errors":[{"code":9103,"message":"unknown key"}],"messages":[],"result":null}"#,
        ] {
            assert!(says(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_may_be_the_state_of_a_thing_is_not_certain() {
        let is_certain = |text: &str| {
            let json = Json::parse(text.as_bytes()).unwrap();
            Failure::of(json.root()).map(|failure| failure.is_certain)
        };
        for text in [
            r#"{"name":"printer 3","status":"error","message":"out of paper"}"#,
            r#"{"title":"nightly","success":false,"message":"exit code 1"}"#,
            r#"{"name":"sensor","error":"no signal"}"#,
            r#"{"name":"agent","version":"1.2","errors":["disk full"]}"#,
            r#"{"status":"failed","reason":"declined"}"#,
        ] {
            assert_eq!(is_certain(text), Some(false), "{text}");
        }
        for text in [
            r#"{"status":"error","message":"no such order"}"#,
            r#"{"name":"ValidationError","message":"no","error":{"code":"x"}}"#,
            r#"{"code":404,"name":"NotFound","message":"no such order"}"#,
            r#"{"title":"Not Found","status":404,"detail":"no such order"}"#,
            r#"{"result":"failed","reason":"wrong key"}"#,
        ] {
            assert_eq!(is_certain(text), Some(true), "{text}");
        }
    }

    #[test]
    fn records_verdicts_and_results_are_no_failures() {
        for text in [
            "{}",
            r#"{"error":null}"#,
            r#"{"error":""}"#,
            r#"{"error":false,"message":"saved"}"#,
            r#"{"errors":[],"message":"saved"}"#,
            r#"{"error":{"code":0,"message":"OK"}}"#,
            r#"{"success":true,"message":"saved"}"#,
            r#"{"id":"job_1","status":"failed","error":{"code":"x","message":"y"}}"#,
            r#"{"data":{"orders":null},"errors":[{"message":"x"}]}"#,
            r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"x"},"id":null}"#,
            r#"{"processed":10,"errors":[{"row":3,"message":"x"}]}"#,
            r#"{"valid":false,"errors":["too short"]}"#,
            r#"{"status":"failed"}"#,
            r#"{"code":404}"#,
            r#"{"code":500,"name":"Screws, 500 pieces","price":3}"#,
            r#"{"code":200,"message":"ok"}"#,
            r#"{"result":{"id":1},"success":false,"message":"no"}"#,
            r#"{"response":"false"}"#,
            r#"{"success":false,"error-codes":["timeout-or-duplicate"]}"#,
            r#"{"took":30,"errors":true,"items":[]}"#,
            r#"{"status":"error","url":"https://a.example","checked_at":"2026-11-23"}"#,
            r#"{"title":"Error handling in Go","description":"a talk"}"#,
            r#"{"active":false}"#,
            r#"{"errcode":0,"errmsg":"ok"}"#,
            r#"{"data":null,"errors":[{"message":"x"}]}"#,
            r#"{"errors":[{"message":"x","locations":[{"line":1,"column":2}]}]}"#,
            r#"{"success":true,"error":{"message":"kept for old clients"}}"#,
            r#"{"error":"An error occurred","success":"Saved","title":"Orders"}"#,
            r#"{"code":200,"message":"done","error":"none so far"}"#,
        ] {
            assert_eq!(says(text), None, "{text}");
        }
    }
}
