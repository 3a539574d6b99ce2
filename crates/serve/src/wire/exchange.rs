//! The JSON form of an exchange, described for people in `docs/exchange.md`.

use std::net::SocketAddr;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::{
    Content, Exchange, ExchangeId, Failure, FailureKind, FieldLine, Fields, Name, Origin, Outcome, Request,
    Response, Scheme, Timing, Version,
};

use super::octets::{Octets, decode, encode};
use super::tls::TlsWire;
use super::{duration, millis};

/// An exchange as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExchangeWire {
    #[serde(default, deserialize_with = "text_or_number")]
    id: String,
    #[serde(default)]
    at: Option<Timestamp>,
    #[serde(default)]
    origin: Option<OriginWire>,
    #[serde(default)]
    scheme: Option<String>,
    request: RequestWire,
    #[serde(default)]
    interim: Vec<ResponseWire>,
    #[serde(default)]
    response: Option<ResponseWire>,
    #[serde(default)]
    failure: Option<FailureWire>,
    #[serde(default)]
    timing: TimingWire,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tls: Option<TlsWire>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    peer: Option<SocketAddr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raw_response_b64: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum OriginWire {
    Probe { monitor: String, location: String },
    Recording { source: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct RequestWire {
    method: String,
    target: String,
    #[serde(default)]
    version: Option<String>,
    /// `null` when nobody recorded them.
    #[serde(default)]
    headers: Option<Vec<(Octets, Octets)>>,
    #[serde(flatten)]
    content: ContentWire,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ResponseWire {
    #[serde(default)]
    version: Option<String>,
    status: u16,
    #[serde(default)]
    reason: Option<Octets>,
    /// `null` when nobody recorded them.
    #[serde(default)]
    headers: Option<Vec<(Octets, Octets)>>,
    #[serde(flatten)]
    content: ContentWire,
    #[serde(default)]
    trailers: Vec<(Octets, Octets)>,
}

/// `body` if it is text, `body_b64` if it is not; `body: null` if it was not captured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ContentWire {
    #[serde(default)]
    body: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body_b64: Option<String>,
    #[serde(default = "yes")]
    complete: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct FailureWire {
    kind: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    after: f64,
}

/// In milliseconds; `null`: did not happen.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct TimingWire {
    #[serde(default)]
    resolve: Option<f64>,
    #[serde(default)]
    connect: Option<f64>,
    #[serde(default)]
    tls: Option<f64>,
    #[serde(default)]
    wait: Option<f64>,
    #[serde(default)]
    transfer: Option<f64>,
    #[serde(default)]
    total: f64,
}

/// This text is not an exchange in our JSON form.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedExchange {
    /// Not JSON, or a key is missing or of another type.
    #[error("not the JSON form of an exchange")]
    Json(#[from] serde_json::Error),
    /// A base64 text is not one.
    #[error("a `…_b64` value is not base64")]
    Base64(#[from] base64::DecodeError),
    /// A word that is not known here.
    #[error("`{0}` is not a {1}")]
    Word(String, &'static str),
    /// Neither a response nor a failure.
    #[error("an exchange has a `response`, a `failure`, or both")]
    NoOutcome,
}

/// Others number their exchanges.
fn text_or_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Null => String::new(),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
    })
}

/// An exchange as one JSON object.
#[must_use]
pub fn exchange_json(exchange: &Exchange) -> Value {
    serde_json::to_value(ExchangeWire::from(exchange)).unwrap_or_default()
}

/// Reads one JSON object.
///
/// # Errors
/// When the text is not such an object.
pub fn parse_exchange(text: &str) -> Result<Exchange, MalformedExchange> {
    serde_json::from_str::<ExchangeWire>(text)?.try_into()
}

impl From<&Exchange> for ExchangeWire {
    fn from(exchange: &Exchange) -> Self {
        let response = exchange.response().map(ResponseWire::from);
        Self {
            id: exchange.id.0.clone(),
            at: Some(exchange.at),
            origin: Some((&exchange.origin).into()),
            scheme: exchange.scheme.map(|scheme| scheme.as_str().to_owned()),
            request: (&exchange.request).into(),
            interim: exchange.interim.iter().map(ResponseWire::from).collect(),
            response,
            failure: exchange.failure().map(FailureWire::from),
            timing: (&exchange.timing).into(),
            tls: exchange.tls.as_ref().map(TlsWire::from),
            peer: exchange.peer,
            raw_response_b64: exchange.raw_response.as_ref().map(encode),
        }
    }
}

impl TryFrom<ExchangeWire> for Exchange {
    type Error = MalformedExchange;

    fn try_from(wire: ExchangeWire) -> Result<Self, MalformedExchange> {
        let response = wire.response.map(Response::try_from).transpose()?;
        let outcome = match (wire.failure, response) {
            (Some(failure), seen) => {
                Outcome::Failed { failure: failure.try_into()?, seen: seen.map(Box::new) }
            }
            (None, Some(response)) => Outcome::Answered(response),
            (None, None) => return Err(MalformedExchange::NoOutcome),
        };
        let origin = wire.origin.unwrap_or(OriginWire::Recording { source: "-".to_owned() });
        Ok(Self {
            id: ExchangeId(wire.id),
            at: wire.at.unwrap_or(Timestamp::UNIX_EPOCH),
            origin: origin.into(),
            scheme: wire.scheme.map(scheme).transpose()?,
            request: wire.request.try_into()?,
            interim: wire.interim.into_iter().map(Response::try_from).collect::<Result<_, _>>()?,
            outcome,
            timing: wire.timing.into(),
            tls: wire.tls.map(Into::into),
            peer: wire.peer,
            raw_response: wire.raw_response_b64.as_deref().map(decode).transpose()?,
        })
    }
}

fn scheme(word: String) -> Result<Scheme, MalformedExchange> {
    [Scheme::Http, Scheme::Https]
        .into_iter()
        .find(|scheme| scheme.as_str() == word)
        .ok_or(MalformedExchange::Word(word, "scheme"))
}

/// Labels that we do not know are no reason to refuse an exchange.
fn version(label: Option<&str>) -> Option<Version> {
    label.and_then(Version::parse)
}

fn lines(fields: &Fields) -> Vec<(Octets, Octets)> {
    fields.lines().map(|line| (Octets(line.name.clone()), Octets(line.value.clone()))).collect()
}

fn header(fields: &Fields) -> Option<Vec<(Octets, Octets)>> {
    fields.is_captured().then(|| lines(fields))
}

fn fields(lines: Vec<(Octets, Octets)>) -> Fields {
    lines.into_iter().map(|(name, value)| FieldLine { name: name.0, value: value.0 }).collect()
}

impl From<&Origin> for OriginWire {
    fn from(origin: &Origin) -> Self {
        match origin {
            Origin::Probe { monitor, location } => {
                Self::Probe { monitor: monitor.to_string(), location: location.to_string() }
            }
            Origin::Recording { source } => Self::Recording { source: source.to_string() },
        }
    }
}

impl From<OriginWire> for Origin {
    fn from(wire: OriginWire) -> Self {
        match wire {
            OriginWire::Probe { monitor, location } => {
                Self::Probe { monitor: Name::from(monitor), location: Name::from(location) }
            }
            OriginWire::Recording { source } => Self::Recording { source: Name::from(source) },
        }
    }
}

impl From<&Request> for RequestWire {
    fn from(request: &Request) -> Self {
        Self {
            method: request.method.clone(),
            target: request.target.clone(),
            version: request.version.map(|version| version.as_str().to_owned()),
            headers: header(&request.fields),
            content: (&request.content).into(),
        }
    }
}

impl TryFrom<RequestWire> for Request {
    type Error = MalformedExchange;

    fn try_from(wire: RequestWire) -> Result<Self, MalformedExchange> {
        Ok(Self {
            method: wire.method,
            target: wire.target,
            version: version(wire.version.as_deref()),
            fields: wire.headers.map_or(Fields::not_captured(), fields),
            content: wire.content.try_into()?,
        })
    }
}

impl From<&Response> for ResponseWire {
    fn from(response: &Response) -> Self {
        Self {
            version: response.version.map(|version| version.as_str().to_owned()),
            status: response.status.get(),
            reason: response.reason.clone().map(Octets),
            headers: header(&response.fields),
            content: (&response.content).into(),
            trailers: lines(&response.trailers),
        }
    }
}

impl TryFrom<ResponseWire> for Response {
    type Error = MalformedExchange;

    fn try_from(wire: ResponseWire) -> Result<Self, MalformedExchange> {
        Ok(Self {
            version: version(wire.version.as_deref()),
            status: StatusCode::new(wire.status),
            reason: wire.reason.map(|reason| reason.0),
            fields: wire.headers.map_or(Fields::not_captured(), fields),
            content: wire.content.try_into()?,
            trailers: fields(wire.trailers),
        })
    }
}

impl From<&Content> for ContentWire {
    fn from(content: &Content) -> Self {
        let complete = !matches!(content, Content::Beginning(_));
        let Some(bytes) = content.bytes() else { return Self { body: None, body_b64: None, complete } };
        match std::str::from_utf8(bytes) {
            Ok(text) => Self { body: Some(text.to_owned()), body_b64: None, complete },
            Err(_) => Self { body: None, body_b64: Some(encode(bytes)), complete },
        }
    }
}

impl TryFrom<ContentWire> for Content {
    type Error = MalformedExchange;

    fn try_from(wire: ContentWire) -> Result<Self, MalformedExchange> {
        let bytes = match (wire.body, wire.body_b64) {
            (_, Some(b64)) => decode(&b64)?,
            (Some(text), None) => Bytes::from(text),
            (None, None) => return Ok(Self::NotCaptured),
        };
        Ok(if wire.complete { Self::Whole(bytes) } else { Self::Beginning(bytes) })
    }
}

impl From<&Failure> for FailureWire {
    fn from(failure: &Failure) -> Self {
        let kind = failure.kind.as_str().to_owned();
        Self { kind, detail: failure.detail.clone(), after: millis(failure.after) }
    }
}

impl TryFrom<FailureWire> for Failure {
    type Error = MalformedExchange;

    fn try_from(wire: FailureWire) -> Result<Self, MalformedExchange> {
        let kind = FailureKind::parse(&wire.kind).ok_or(MalformedExchange::Word(wire.kind, "failure"))?;
        Ok(Self { kind, detail: wire.detail, after: duration(wire.after) })
    }
}

impl From<&Timing> for TimingWire {
    fn from(timing: &Timing) -> Self {
        Self {
            resolve: timing.resolve.map(millis),
            connect: timing.connect.map(millis),
            tls: timing.tls.map(millis),
            wait: timing.wait.map(millis),
            transfer: timing.transfer.map(millis),
            total: millis(timing.total),
        }
    }
}

impl From<TimingWire> for Timing {
    fn from(wire: TimingWire) -> Self {
        Self {
            resolve: wire.resolve.map(duration),
            connect: wire.connect.map(duration),
            tls: wire.tls.map(duration),
            wait: wire.wait.map(duration),
            transfer: wire.transfer.map(duration),
            total: duration(wire.total),
        }
    }
}
