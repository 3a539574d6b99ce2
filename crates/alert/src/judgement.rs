//! The verdict on a probe's answer.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use statusquo_exchange::{Content, Exchange, Failure, Fields, Outcome, Response, StatusCode, Tls};

use crate::expectation::{Expectation, Expectations, FieldExpectation, JsonExpectation, StatusExpectation};
use crate::retry_after::retry_after;
use crate::time::in_words;
use crate::{Cause, CauseKind, Severity, Verdict};

/// How much of what was found a sentence shows, in characters.
const SHOWN: usize = 80;

impl Expectations {
    /// The verdict on an exchange.
    ///
    /// `decoded` is the content without its content coding; `None` when the coding could not be undone, or nobody
    /// tried. A status code that was not expected is the whole verdict, since the rest was expected of another
    /// answer. Of several other causes the gravest counts, the first of them in the order of the configuration.
    #[must_use]
    pub fn judge(&self, exchange: &Exchange, decoded: Option<&[u8]>, now: Timestamp) -> Verdict {
        let response = match &exchange.outcome {
            Outcome::Answered(response) => response,
            Outcome::Failed { failure, .. } => return Verdict::Bad(judge_failure(failure)),
        };
        if !self.status.holds(response.status) {
            return Verdict::Bad(wrong_status(response, now));
        }
        let looking = Looking { exchange, response, decoded, now };
        let fields = self.fields.iter().filter_map(|field| looking.at_field(field));
        let others = self.others.iter().filter_map(|other| looking.at(other));
        gravest(fields.chain(others)).map_or(Verdict::Good, Verdict::Bad)
    }

    /// What is too slow about an answer that took so long, for probes that speak no HTTP.
    #[must_use]
    pub fn judge_slowness(&self, total: Duration) -> Option<Cause> {
        gravest(self.others.iter().filter_map(|other| slowness(other, total, None)))
    }

    /// What is expected, in a line for people.
    #[must_use]
    pub fn describe(&self) -> String {
        let status = match &self.status {
            StatusExpectation::Healthy => "2xx or 304".to_owned(),
            StatusExpectation::In(codes) => codes.to_string(),
        };
        let fields = self.fields.iter().map(describe_field);
        let others = self.others.iter().map(describe_other);
        std::iter::once(status).chain(fields).chain(others).collect::<Vec<_>>().join(", ")
    }
}

impl StatusExpectation {
    /// Is this status code as expected?
    #[must_use]
    pub fn holds(&self, code: StatusCode) -> bool {
        match self {
            Self::Healthy => code.is_healthy(),
            Self::In(codes) => codes.contains(code),
        }
    }
}

/// What it means that no whole answer came.
#[must_use]
pub fn judge_failure(failure: &Failure) -> Cause {
    let words = failure.kind.in_words();
    let sentence =
        if failure.detail.is_empty() { words.to_owned() } else { format!("{words}: {}", failure.detail) };
    cause(CauseKind::Failure(failure.kind), Severity::Failing, sentence)
}

/// What it means if a certificate of the chain has fewer than `days` days left.
#[must_use]
pub fn judge_certificate(tls: &Tls, days: u32, now: Timestamp) -> Option<Cause> {
    let seconds = tls.expires()?.duration_since(now).as_secs();
    let days_left = u32::try_from(seconds.max(0) / 86_400).unwrap_or(u32::MAX);
    if days_left >= days {
        return None;
    }
    let sentence = match days_left {
        _ if seconds < 0 => "shows a certificate that has expired".to_owned(),
        0 => "shows a certificate that expires within a day".to_owned(),
        1 => "shows a certificate that expires in 1 day".to_owned(),
        _ => format!("shows a certificate that expires in {days_left} days"),
    };
    Some(cause(CauseKind::CertificateExpiring { days_left }, Severity::Degraded, sentence))
}

/// An exchange while its expectations are gone through.
struct Looking<'a> {
    exchange: &'a Exchange,
    response: &'a Response,
    decoded: Option<&'a [u8]>,
    now: Timestamp,
}

impl Looking<'_> {
    fn at_field(&self, expected: &FieldExpectation) -> Option<Cause> {
        let fields = &self.response.fields;
        let broken = match expected {
            FieldExpectation::Present(name) if !fields.has(name) => {
                format!("has no header field `{name}`")
            }
            FieldExpectation::Absent(name) if fields.has(name) => {
                format!("has the header field `{name}`, which is not wanted")
            }
            FieldExpectation::Equals(name, value)
                if !fields.all(name).any(|line| line.trim_ascii() == value.trim().as_bytes()) =>
            {
                format!("{} where `{value}` is expected", found_field(fields, name))
            }
            FieldExpectation::Matches(name, regex) if !fields.all(name).any(|line| regex.is_match(line)) => {
                format!("{} where a match of `{regex}` is expected", found_field(fields, name))
            }
            FieldExpectation::Present(_)
            | FieldExpectation::Absent(_)
            | FieldExpectation::Equals(..)
            | FieldExpectation::Matches(..) => return None,
        };
        Some(self.broken("header", &broken))
    }

    fn at(&self, expected: &Expectation) -> Option<Cause> {
        match expected {
            Expectation::Contains(text) => {
                let looked = self.content().and_then(|content| {
                    let what = || format!("`{}` is missing{}", shown(text), self.how_far());
                    if contains(content, text.as_bytes()) { Ok(()) } else { Err(what()) }
                });
                self.unless("text", looked)
            }
            Expectation::Lacks(text) => {
                let looked = self.content().and_then(|content| {
                    let what = || format!("the content has `{}`, which is not wanted", shown(text));
                    if contains(content, text.as_bytes()) { Err(what()) } else { Ok(()) }
                });
                self.unless("text", looked)
            }
            Expectation::Matches(regex) => {
                let looked = self.content().and_then(|content| {
                    let what = || format!("nothing matches `{regex}`{}", self.how_far());
                    if regex.is_match(content) { Ok(()) } else { Err(what()) }
                });
                self.unless("regex", looked)
            }
            Expectation::Json(json) => {
                self.unless("json", self.content().and_then(|content| self.at_json(json, content)))
            }
            Expectation::DegradedAfter(_) | Expectation::FailingAfter(_) => {
                slowness(expected, self.exchange.timing.total, Some(self.response.status))
            }
            Expectation::CertificateDays(days) => {
                judge_certificate(self.exchange.tls.as_ref()?, *days, self.now)
            }
        }
    }

    fn at_json(&self, expected: &JsonExpectation, content: &[u8]) -> Result<(), String> {
        let json: Value = serde_json::from_slice(content).map_err(|_| {
            format!("the content is not JSON, where `{}` is expected in it{}", expected.text, self.how_far())
        })?;
        let nodes = expected.path.query(&json);
        let path = &expected.text;
        match (nodes.first(), &expected.equals) {
            (None, None) => Err(format!("{path} is missing")),
            (None, Some(wanted)) => {
                Err(format!("{path} is missing where {} is expected", shown(&wanted.to_string())))
            }
            (Some(_), None) => Ok(()),
            (Some(_), Some(wanted)) if nodes.iter().any(|node| is_same(node, wanted)) => Ok(()),
            (Some(first), Some(wanted)) => {
                let (found, wanted) = (first.to_string(), wanted.to_string());
                Err(format!("{path} is {} where {} is expected", shown(&found), shown(&wanted)))
            }
        }
    }

    /// The content to look at, or why there is none.
    fn content(&self) -> Result<&[u8], String> {
        let captured =
            self.response.content.bytes().ok_or_else(|| "its content was not captured".to_owned())?;
        match self.decoded {
            Some(decoded) => Ok(decoded),
            None if is_coded(&self.response.fields) => Err("its content cannot be decoded".to_owned()),
            None => Ok(captured),
        }
    }

    /// A reservation for when something was looked for in a part of the content only.
    fn how_far(&self) -> String {
        match &self.response.content {
            Content::Beginning(bytes) => format!(" (only the first {} bytes were read)", bytes.len()),
            Content::Whole(_) | Content::NotCaptured => String::new(),
        }
    }

    fn unless(&self, expectation: &'static str, looked: Result<(), String>) -> Option<Cause> {
        looked.err().map(|what| self.broken(expectation, &what))
    }

    fn broken(&self, expectation: &'static str, what: &str) -> Cause {
        let status = self.response.status;
        let kind = CauseKind::Expectation { status: Some(status), expectation };
        cause(kind, Severity::Failing, format!("{}, but {what}", answers(status)))
    }
}

fn cause(kind: CauseKind, severity: Severity, sentence: String) -> Cause {
    Cause { kind, severity, sentence, retry_after: None, evidence: None }
}

fn answers(status: StatusCode) -> String {
    format!("answers {status} {}", status.phrase())
}

/// A 429 and an announced pause are the server at work, not the server down.
fn wrong_status(response: &Response, now: Timestamp) -> Cause {
    let status = response.status;
    let pause = match status.get() {
        429 | 503 => retry_after(&response.fields, now),
        _ => None,
    };
    let severity = match status.get() {
        429 => Severity::Degraded,
        503 if pause.is_some() => Severity::Degraded,
        _ => Severity::Failing,
    };
    Cause { retry_after: pause, ..cause(CauseKind::Status(status), severity, answers(status)) }
}

/// The gravest, and among equals the first.
fn gravest(causes: impl Iterator<Item = Cause>) -> Option<Cause> {
    causes.reduce(|first, next| if next.severity > first.severity { next } else { first })
}

fn slowness(expected: &Expectation, total: Duration, status: Option<StatusCode>) -> Option<Cause> {
    let (limit, severity) = match expected {
        Expectation::DegradedAfter(limit) => (*limit, Severity::Degraded),
        Expectation::FailingAfter(limit) => (*limit, Severity::Failing),
        Expectation::Contains(_)
        | Expectation::Lacks(_)
        | Expectation::Matches(_)
        | Expectation::Json(_)
        | Expectation::CertificateDays(_) => return None,
    };
    if total <= limit {
        return None;
    }
    let took = Duration::from_millis(u64::try_from(total.as_millis()).unwrap_or(u64::MAX));
    let slow = format!("takes {} where {} is expected", in_words(took), in_words(limit));
    let sentence = status.map_or_else(|| slow.clone(), |status| format!("{}, but {slow}", answers(status)));
    Some(cause(CauseKind::Expectation { status, expectation: "latency" }, severity, sentence))
}

fn found_field(fields: &Fields, name: &str) -> String {
    match fields.first(name) {
        Some(value) => format!("`{name}` is `{}`", shown(&String::from_utf8_lossy(value))),
        None => format!("has no header field `{name}`"),
    }
}

fn is_coded(fields: &Fields) -> bool {
    fields.all("content-encoding").any(|value| !value.trim_ascii().eq_ignore_ascii_case(b"identity"))
}

fn contains(content: &[u8], text: &[u8]) -> bool {
    text.is_empty() || content.windows(text.len()).any(|window| window == text)
}

/// JSON has one kind of number (RFC 8259, 6): 1 is 1.0.
fn is_same(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Number(found), Value::Number(wanted)) => {
            found == wanted || (found.is_f64() != wanted.is_f64() && found.as_f64() == wanted.as_f64())
        }
        _ => found == wanted,
    }
}

/// Its beginning, on one line.
fn shown(text: &str) -> Cow<'_, str> {
    if text.chars().count() <= SHOWN && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let line = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let more = if text.chars().count() > SHOWN { "…" } else { "" };
    Cow::Owned(line.take(SHOWN).collect::<String>() + more)
}

fn describe_field(expected: &FieldExpectation) -> String {
    match expected {
        FieldExpectation::Present(name) => format!("header field `{name}`"),
        FieldExpectation::Absent(name) => format!("no header field `{name}`"),
        FieldExpectation::Equals(name, value) => format!("header field `{name}: {value}`"),
        FieldExpectation::Matches(name, regex) => format!("header field `{name}` matching `{regex}`"),
    }
}

fn describe_other(expected: &Expectation) -> String {
    match expected {
        Expectation::Contains(text) => format!("text `{}`", shown(text)),
        Expectation::Lacks(text) => format!("no text `{}`", shown(text)),
        Expectation::Matches(regex) => format!("content matching `{regex}`"),
        Expectation::Json(JsonExpectation { text, equals: Some(value), .. }) => format!("{text} = {value}"),
        Expectation::Json(JsonExpectation { text, equals: None, .. }) => format!("{text} present"),
        Expectation::DegradedAfter(limit) => format!("degraded after {}", in_words(*limit)),
        Expectation::FailingAfter(limit) => format!("failing after {}", in_words(*limit)),
        Expectation::CertificateDays(days) => format!("certificate good for {days} days"),
    }
}
