//! What a JSON error says, whichever of the common shapes it has.
//!
//! RFC 9457; `{"error": {"code", "message", "details", "request_id"}}` of the guide, Google and Microsoft; flat
//! `{"code" | "error", "message"}`; `{"errors": [...]}` of JSON:API; OAuth 2.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use crate::json::{Json, Kind, Value};
use crate::known::Known;
use crate::section::Line;

/// What a JSON error says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorShape<'a> {
    /// Which member names the error for programs, as far as one does.
    pub(crate) code: Option<Range<usize>>,
    /// The sentences for people, with their places; the first is the best.
    pub(crate) messages: Vec<(Cow<'a, str>, Range<usize>)>,
    /// Members that repeat a status code, with their places.
    pub(crate) numbers: Vec<(u16, Range<usize>)>,
    /// Does it name this very request?
    pub(crate) has_request_id: bool,
    /// How many errors are listed.
    pub(crate) listed: usize,
    /// OAuth 2 and FHIR have shapes of their own that are right without a message.
    is_complete: bool,
    /// Has it the shape of a standard: OAuth 2, FHIR, SCIM, JSON-RPC?
    pub(crate) is_of_a_standard: bool,
    /// Is it nothing but the faults of fields, by the name of the field, as Rails and Django REST framework have them?
    pub(crate) lists_fields: bool,
}

const MESSAGES: &[&str] = &[
    "message",
    "msg",
    "detail",
    "details",
    "title",
    "description",
    "errordescription",
    "errormessage",
    "faultstring",
    "reason",
    "error",
    "errormsg",
    "text",
    "usermessage",
    "userfriendlymessage",
];
const CODES: &[&str] = &[
    "code",
    "errorcode",
    "type",
    "errortype",
    "error",
    "status",
    "reason",
    "name",
    "errorname",
    "kind",
    "key",
    "title",
    "faultcode",
    "errorkey",
    "errornum",
    "errno",
    "documentationurl",
    "helpurl",
    "moreinfo",
    "schemas",
    "subcode",
    "messagecode",
    "statustext",
];
const STATUSES: &[&str] = &["status", "statuscode", "code", "httpstatus", "httpstatuscode", "httpcode"];
/// Members in which the error itself stands.
const INNER: &[&str] =
    &["error", "errors", "fault", "exception", "status", "meta", "odataerror", "issue", "detail"];
/// RFC 6749, 4.1.2.1 and 5.2; RFC 6750, 3.1; RFC 8628, 3.5; RFC 7591, 3.2.2: the message may be left out.
const OAUTH: &[&str] = &[
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "access_denied",
    "unsupported_response_type",
    "server_error",
    "temporarily_unavailable",
    "invalid_token",
    "insufficient_scope",
    "authorization_pending",
    "slow_down",
    "expired_token",
    "invalid_redirect_uri",
    "invalid_client_metadata",
    "unsupported_token_type",
    "login_required",
];
const REQUEST_IDS: &[&str] = &[
    "instance",
    "operationid",
    "eventid",
    "incidentid",
    "errorid",
    "errorreference",
    "reference",
    "referenceid",
    "ref",
    "logid",
    "logref",
    "rayid",
    "supportid",
    "exceptionid",
    "hostid",
    "fbtraceid",
    "traceparent",
    "uuid",
    "requestuuid",
    "requestuid",
    "diagnosticid",
    "trackingid",
];

impl<'a> ErrorShape<'a> {
    /// What an error says; `None` when it is not a JSON object.
    pub(crate) fn of(json: &Json<'a>) -> Option<Self> {
        let root = json.root();
        if root.kind() != Kind::Object {
            return None;
        }
        let is_complete = is_oauth(root) || root.get("resourceType").is_some();
        let is_of_a_standard = is_complete || root.get_any(&["schemas", "jsonrpc"]).is_some();
        let mut shape = Self { is_complete, is_of_a_standard, ..Self::default() };
        shape.read(root);
        shape.lists_fields = lists_fields(root)
            || root.len() == 1 && root.get("errors").is_some_and(|errors| lists_fields(errors));
        for child in root.children() {
            if !INNER.contains(&squash_key(&child).as_str()) {
                continue;
            }
            match child.kind() {
                Kind::Object => shape.read_inner(child),
                Kind::Array => {
                    shape.listed = child.len();
                    if let Some(first) = child.children().next() {
                        shape.read_inner(first);
                    }
                }
                Kind::String | Kind::Number | Kind::True | Kind::False | Kind::Null => {}
            }
        }
        shape.has_request_id = shape.has_request_id || names_request(root, 0);
        Some(shape)
    }

    /// Has it a code for programs and a sentence for people, in one of the common shapes?
    pub(crate) fn is_common(&self) -> bool {
        let is_other = |code: &Range<usize>| self.messages.iter().any(|(_, span)| span != code);
        self.is_complete || self.code.as_ref().is_some_and(is_other)
    }

    fn read_inner(&mut self, value: Value<'a, '_>) {
        self.read(value);
        // JSON:API: `id` is the identifier of this occurrence.
        self.has_request_id |= value.get("id").is_some_and(|id| !id.is_empty());
        // One level deeper: `fault: {detail: {errorcode}}`, `errors: [{extensions: {code}}]`.
        for child in value.children().filter(|child| child.kind() == Kind::Object) {
            self.read(child);
        }
    }

    fn read(&mut self, object: Value<'a, '_>) {
        for child in object.children() {
            let key = squash_key(&child);
            let is_in = |names: &[&str]| names.contains(&key.as_str());
            if is_in(MESSAGES)
                && let Some(text) = child.as_str()
            {
                self.messages.push((text, child.span()));
            }
            // Errors by field, or the languages of a message: FastAPI's `detail: [{"msg"}]`, OData's `message: {"value"}`.
            if is_in(&["message", "detail", "details", "errors", "violations"])
                && matches!(child.kind(), Kind::Object | Kind::Array)
                && !child.is_empty()
            {
                self.messages.push((Cow::Borrowed(child.source()), child.span()));
            }
            if is_in(STATUSES)
                && let Some(number) = status_number(&child)
            {
                self.numbers.push((number, child.span()));
            }
            if is_in(CODES)
                && is_code(&key, &child)
                && self.code.as_ref().is_none_or(|code| self.is_message(code))
            {
                self.code = Some(child.span());
            }
        }
    }

    /// Is it the only message, so that another code would be better?
    fn is_message(&self, span: &Range<usize>) -> bool {
        self.messages.iter().any(|(_, known)| known == span)
    }
}

/// Names the error, and does not only repeat the status code under another name.
fn is_code(key: &str, value: &Value<'_, '_>) -> bool {
    match value.kind() {
        Kind::String => {
            !value.is_empty()
                && (key != "status" || value.as_str().is_some_and(|text| text.parse::<u16>().is_err()))
        }
        Kind::Number => key != "status",
        Kind::Array => key == "schemas",
        Kind::Object | Kind::True | Kind::False | Kind::Null => false,
    }
}

fn status_number(value: &Value<'_, '_>) -> Option<u16> {
    let number = match value.kind() {
        Kind::Number => value.as_integer()?,
        Kind::String => value.as_str()?.parse().ok()?,
        Kind::Object | Kind::Array | Kind::True | Kind::False | Kind::Null => return None,
    };
    u16::try_from(number).ok().filter(|number| (400..=599).contains(number))
}

fn is_oauth(root: Value<'_, '_>) -> bool {
    root.get("error").and_then(|error| error.as_str()).is_some_and(|error| OAUTH.contains(&error.as_ref()))
}

/// `{"name": ["can't be blank"]}`
fn lists_fields(object: Value<'_, '_>) -> bool {
    let is_list = |member: Value<'_, '_>| {
        let is_text = |element: Value<'_, '_>| element.kind() == Kind::String;
        member.kind() == Kind::Array && !member.is_empty() && member.children().all(is_text)
    };
    object.kind() == Kind::Object && !object.is_empty() && object.children().all(is_list)
}

fn names_request(object: Value<'_, '_>, depth: u8) -> bool {
    object.children().any(|child| {
        let is_named = child.key().is_some_and(|key| is_request_id(key.as_bytes())) && !child.is_empty();
        let may_hold = depth < 4 && matches!(child.kind(), Kind::Object | Kind::Array);
        is_named || (may_hold && names_request(child, depth + 1))
    })
}

fn squash_key(value: &Value<'_, '_>) -> String {
    value.key().map_or_else(String::new, |key| squash(key.as_bytes()))
}

/// A name in small letters without what separates its words.
pub(crate) fn squash(name: &[u8]) -> String {
    let mut squashed = String::with_capacity(name.len());
    let letters = name.iter().filter(|byte| byte.is_ascii_alphanumeric());
    squashed.extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
    squashed
}

/// For each known field, does its name say that it identifies a request?
static KNOWN_IDS: LazyLock<Vec<bool>> =
    LazyLock::new(|| Known::ALL.iter().map(|(_, name)| is_request_id(name.as_bytes())).collect());

/// Is it a field that identifies a request, by its name?
pub(crate) fn is_request_id_field(line: &Line<'_>) -> bool {
    match line.known {
        Some(known) => KNOWN_IDS.get(known as usize).copied().unwrap_or_default(),
        None => is_request_id(line.name),
    }
}

/// Is it the name of a member or field that identifies a request?
pub(crate) fn is_request_id(name: &[u8]) -> bool {
    let name = squash(name);
    let parts = [
        "requestid",
        "traceid",
        "correlationid",
        "reqid",
        "activityid",
        "transactionid",
        "debugid",
        "flowid",
        "vercelid",
        "azureref",
    ];
    parts.iter().any(|part| name.contains(part)) || REQUEST_IDS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (bool, bool) {
        let json = Json::parse(text.as_bytes()).unwrap();
        let shape = ErrorShape::of(&json).unwrap();
        (shape.is_common(), shape.has_request_id)
    }

    #[test]
    fn the_common_shapes_are_known() {
        for (text, has_id) in [
            (r#"{"error":{"code":"x","message":"y","details":[],"request_id":"r1"}}"#, true),
            (r#"{"error":{"code":404,"message":"y","status":"NOT_FOUND"}}"#, false),
            (r#"{"type":"https://a.example/p","title":"y","status":404,"instance":"/e/1"}"#, true),
            (r#"{"code":"x","message":"y"}"#, false),
            (r#"{"error":"not_found","message":"y"}"#, false),
            (r#"{"errors":[{"id":"1","status":"404","code":"x","title":"y"}]}"#, true),
            (r#"{"errors":[{"message":"y","extensions":{"code":"X"}}]}"#, false),
            (r#"{"error":"invalid_grant"}"#, false),
            (r#"{"message":"Not Found","documentation_url":"https://docs.example","status":"404"}"#, false),
            (r#"{"detail":[{"loc":["body"],"msg":"y","type":"missing"}],"code":"x"}"#, false),
            (r#"{"fault":{"faultstring":"y","detail":{"errorcode":"x"}}}"#, false),
            (r#"{"__type":"ResourceNotFound","Message":"y"}"#, false),
            (r#"{"statusCode":404,"message":"y","error":"Not Found","traceId":"t"}"#, true),
        ] {
            assert_eq!(of(text), (true, has_id), "{text}");
        }
    }

    #[test]
    fn what_says_too_little_is_told_apart() {
        for text in [
            r#"{"detail":"Not Found"}"#,
            r#"{"error":"something broke"}"#,
            "{}",
            r#"{"ok":false}"#,
            r#"{"status":404}"#,
        ] {
            assert_eq!(of(text), (false, false), "{text}");
        }
    }
}
