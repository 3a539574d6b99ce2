//! What to ask a server, beyond the first question, to judge what one exchange cannot show.
//!
//! [`questions`] follow from the first answer alone; whoever has a description of the API makes more ([`Ask::new`] with a
//! [`Purpose`]). [`decide`] says what an answer shows of the rule that its question is about.

mod decide;
mod purpose;

use std::borrow::Cow;
use std::time::Duration;

use statusquo_exchange::{Exchange, Fields};

use crate::case::Case;
use crate::known::Known;
use crate::rules::{MARKUP, NO_SUCH};

pub use decide::{Answered, Decided, Decision, decide, spared};
pub use purpose::Purpose;

/// Oversized requests are of this size: four times what every server should take (RFC 9110, 4.1).
const OVERSIZED_BYTES: usize = 36_000;

/// A method that nobody knows.
const UNKNOWN_METHOD: &str = "STATUSQUO";
/// Content that says it is JSON, is not, and so changes nothing.
const MALFORMED_JSON: &str = "{\"statusquo\":";

/// How far questions may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Only well-formed requests of ordinary size.
    Safe,
    /// Also what looks like an attack in somebody's log: made-up methods, oversized and malformed requests.
    All,
}

/// What may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leave {
    /// How far questions may go.
    pub depth: Depth,
    /// May methods be used that are not safe (RFC 9110, 9.2.1)? Then POST is: it adds something, at worst, where the others
    /// would change or delete what is there.
    pub allow_unsafe: bool,
    /// For how long content is held back for a 100.
    pub patience: Duration,
}

/// A question to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What is to be found out, for people.
    pub why: &'static str,
    /// The method.
    pub method: String,
    /// The target as an absolute URI.
    pub target: String,
    /// Fields in place of those of the first request with the same names; an empty value takes a field away.
    pub fields: Vec<(&'static str, String)>,
    /// The content.
    pub content: Cow<'static, str>,
    /// Which rule it is about, where that is not to be seen from the exchange.
    pub purpose: Purpose,
}

impl Ask {
    /// A question without content.
    #[must_use]
    pub fn new(why: &'static str, method: &str, target: String) -> Self {
        let (method, content) = (method.to_owned(), Cow::Borrowed(""));
        Self { why, method, target, fields: Vec::new(), content, purpose: Purpose::Plain }
    }

    /// The same with content, of this media type.
    #[must_use]
    pub fn sending(mut self, media_type: &str, content: impl Into<Cow<'static, str>>) -> Self {
        self.content = content.into();
        self.with(Known::ContentType, media_type)
    }

    fn with(mut self, name: Known, value: impl Into<String>) -> Self {
        self.fields.push((name.as_str(), value.into()));
        self
    }

    fn about(self, purpose: Purpose) -> Self {
        Self { purpose, ..self }
    }

    /// Is its method safe (RFC 9110, 9.2.1)? The one that we made up does nothing anywhere.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        ["GET", "HEAD", "OPTIONS", "TRACE", UNKNOWN_METHOD].contains(&self.method.as_str())
    }

    /// The fields to send, given those of the first request.
    #[must_use]
    pub fn request_fields(&self, first: &Fields) -> Fields {
        let is_changed = |name: &[u8]| {
            self.fields.iter().any(|(changed, _)| changed.as_bytes().eq_ignore_ascii_case(name))
        };
        let kept = first.lines().filter(|line| !is_changed(&line.name)).cloned();
        let mut fields: Fields = kept.collect();
        for (name, value) in self.fields.iter().filter(|(_, value)| !value.is_empty()) {
            fields.push(*name, value.clone());
        }
        fields
    }
}

/// What to ask next, given the answer to a first GET. Nothing when the first was no GET that was answered with 200.
#[must_use]
pub fn questions(first: &Exchange, leave: Leave) -> Vec<Ask> {
    let Some(case) = Case::new(first) else { return Vec::new() };
    let (Ok(fields), Ok(target)) = (case.fields(), case.target()) else { return Vec::new() };
    if !case.method_is(&["GET"]) || case.number() != 200 {
        return Vec::new();
    }
    let target = target.split('#').next().unwrap_or_default().to_owned();
    let get = |why| Ask::new(why, "GET", target.clone());
    let mut asks = vec![
        Ask::new("HEAD is to say the same as GET", "HEAD", target.clone()),
        Ask::new("OPTIONS lists the methods", "OPTIONS", target.clone()),
        get("the same again: the same entity tag means the same content"),
        get("compressed content has another entity tag, and Vary says so")
            .with(Known::AcceptEncoding, "gzip"),
        get("a media type that nobody has").with(Known::Accept, "application/vnd.statusquo.none"),
        Ask::new("what does not exist is a 404", "GET", below(&target, NO_SUCH)),
    ];
    if let Some(tag) = fields.text(Known::Etag) {
        asks.push(get("an unchanged entity tag is a 304").with(Known::IfNoneMatch, tag));
    } else if let Some(date) = fields.text(Known::LastModified) {
        asks.push(get("an unchanged date is a 304").with(Known::IfModifiedSince, date));
    }
    if fields.text(Known::AcceptRanges) == Some("bytes")
        && case.content().is_ok_and(|content| content.len() > 10)
    {
        asks.push(
            get("a range is a 206").with(Known::Range, "bytes=0-9").with(Known::AcceptEncoding, "identity"),
        );
    }
    if fields.has(Known::AccessControlAllowOrigin) {
        let preflight = Ask::new("a browser may ask for leave", "OPTIONS", target.clone());
        asks.push(
            preflight
                .with(Known::Origin, "https://statusquo.example")
                .with(Known::AccessControlRequestMethod, "GET"),
        );
    }
    if case.request().is_ok_and(|request| request.has(Known::Authorization)) {
        asks.push(
            get("without credentials it is a 401").with(Known::Authorization, "").with(Known::Cookie, ""),
        );
    }
    if leave.depth == Depth::All {
        asks.extend(rude(&target));
    }
    if leave.allow_unsafe {
        let held = Ask::new("who holds content back for a 100 is to get it, or the answer", "POST", target);
        let held = held.sending("application/json", MALFORMED_JSON).with(Known::Expect, "100-continue");
        asks.push(held.about(Purpose::HeldBack { patience: leave.patience }));
    }
    asks.retain(|ask| leave.allow_unsafe || ask.is_safe());
    asks
}

/// What looks like an attack in somebody's log.
fn rude(target: &str) -> Vec<Ask> {
    let long = "a".repeat(OVERSIZED_BYTES);
    let joint = if target.contains('?') { '&' } else { '?' };
    vec![
        Ask::new("TRACE is to be off", "TRACE", target.to_owned()),
        Ask::new("a method that nobody knows is a 501", UNKNOWN_METHOD, target.to_owned()),
        Ask::new("an oversized target is a 414", "GET", format!("{target}{joint}statusquo={long}")),
        Ask {
            fields: vec![("X-Statusquo", long)],
            ..Ask::new("an oversized header section is a 431", "GET", target.to_owned())
        },
        Ask::new(
            "markup in a query is not to come back as markup",
            "GET",
            format!("{}{joint}statusquo={MARKUP}", below(target, NO_SUCH)),
        ),
        Ask::new("malformed JSON is a 400", "POST", target.to_owned())
            .sending("application/json", MALFORMED_JSON),
        Ask::new("an empty line before the request line is ignored", "GET", target.to_owned())
            .about(Purpose::EmptyLineFirst),
    ]
}

/// Something below a resource that cannot exist.
fn below(target: &str, name: &str) -> String {
    let path = target.split('?').next().unwrap_or_default();
    format!("{}/{name}", path.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use statusquo_exchange::Name;

    use super::*;

    fn first(fields: &str) -> Exchange {
        let text = format!(
            "GET https://a.example/x HTTP/1.1\nHost: a.example\nAuthorization: Bearer t\n\nHTTP/1.1 200 OK\n{fields}\n\nhello world"
        );
        Exchange::parse_http1(&Bytes::from(text), Name::from("test")).unwrap()
    }

    #[test]
    fn questions_fit_what_the_first_answer_offers_and_are_safe_unless_told_otherwise() {
        let leave = |depth, allow_unsafe| Leave { depth, allow_unsafe, patience: Duration::from_secs(5) };
        let asks = questions(&first("ETag: \"a\"\nAccept-Ranges: bytes"), leave(Depth::Safe, false));
        assert!(
            asks.iter().all(
                |ask| ["GET", "HEAD", "OPTIONS"].contains(&ask.method.as_str()) && ask.content.is_empty()
            )
        );
        let has = |name: &str| asks.iter().any(|ask| ask.fields.iter().any(|(field, _)| *field == name));
        assert!(has("If-None-Match") && has("Range") && !has("If-Modified-Since") && !has("Origin"));
        let methods = |leave| {
            questions(&first("ETag: \"a\""), leave).into_iter().map(|ask| ask.method).collect::<Vec<_>>()
        };
        let all = methods(leave(Depth::All, false));
        assert!(all.contains(&"TRACE".to_owned()) && !all.contains(&"POST".to_owned()), "{all:?}");
        let posts = |leave| methods(leave).iter().filter(|method| *method == "POST").count();
        assert_eq!((posts(leave(Depth::Safe, true)), posts(leave(Depth::All, true))), (1, 2));
    }

    #[test]
    fn fields_of_the_first_request_stay_unless_they_are_changed() {
        let first = first("X: y");
        let ask =
            Ask::new("", "GET", String::new()).with(Known::Authorization, "").with(Known::Accept, "a/b");
        let fields = ask.request_fields(&first.request.fields);
        assert_eq!(
            (fields.text("host"), fields.text("authorization"), fields.text("accept")),
            (Some("a.example"), None, Some("a/b"))
        );
    }
}
