//! Fixtures of nock.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use statusquo_exchange::{
    Content, Exchange, ExchangeId, Fields, Name, Origin, Outcome, Request, Response, StatusCode, Timing,
};

use super::{Entries, Lines, Recorded, RecordingError, content, fields, position};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    scope: String,
    #[serde(default)]
    method: Option<String>,
    path: String,
    #[serde(default)]
    body: Value,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    response: Value,
    #[serde(default)]
    raw_headers: Option<Headers>,
    #[serde(default)]
    headers: Option<Headers>,
    #[serde(default)]
    reqheaders: Option<Headers>,
    #[serde(default)]
    response_is_binary: bool,
}

/// A map, a list of pairs, or a flat list of names and values.
#[derive(Deserialize)]
#[serde(untagged)]
enum Headers {
    Map(serde_json::Map<String, Value>),
    Pairs(Vec<(String, String)>),
    Flat(Vec<String>),
}

pub(super) fn read(text: &Bytes, source: &Name) -> Result<Entries, RecordingError> {
    let raw: Vec<&RawValue> = serde_json::from_slice(text)
        .map_err(|why| RecordingError::Form { form: "a list of nock definitions", why: why.to_string() })?;
    let mut lines = Lines::new(text);
    let one = |(number, raw): (usize, &RawValue)| {
        let line = lines.of(position(text, raw.get()).unwrap_or(0));
        match serde_json::from_str::<Definition>(raw.get()) {
            Ok(definition) => Ok(Recorded { exchange: exchange(definition, number, source), line, number }),
            Err(why) => Err(RecordingError::Entry { number, line, why: why.to_string() }),
        }
    };
    Ok((1..).zip(raw).map(one).collect())
}

fn exchange(definition: Definition, number: usize, source: &Name) -> Exchange {
    let host = definition
        .scope
        .strip_suffix(":443")
        .or(definition.scope.strip_suffix(":80"))
        .unwrap_or(&definition.scope);
    let request_fields = definition.reqheaders.map_or(Fields::not_captured(), Headers::into_fields);
    let response_fields =
        definition.raw_headers.or(definition.headers).map_or(Fields::not_captured(), Headers::into_fields);
    let request_content =
        bytes(&definition.body).map_or(Content::NotCaptured, |bytes| Content::Whole(bytes.into()));
    let response_content = if definition.response_is_binary || is_hex_chunks(&definition.response) {
        Content::NotCaptured
    } else {
        content(bytes(&definition.response), &response_fields)
    };
    Exchange {
        id: ExchangeId(number.to_string()),
        at: jiff::Timestamp::UNIX_EPOCH,
        origin: Origin::Recording { source: source.clone() },
        scheme: None,
        request: Request {
            method: definition.method.unwrap_or_else(|| "GET".to_owned()).to_ascii_uppercase(),
            target: format!("{host}{}", definition.path),
            version: None,
            fields: request_fields,
            content: request_content,
        },
        interim: Vec::new(),
        outcome: Outcome::Answered(Response {
            version: None,
            status: StatusCode::new(definition.status.unwrap_or(200)),
            reason: None,
            fields: response_fields,
            content: response_content,
            trailers: Fields::new(),
        }),
        timing: Timing::default(),
        tls: None,
        peer: None,
        raw_response: None,
    }
}

impl Headers {
    fn into_fields(self) -> Fields {
        match self {
            Self::Map(map) => fields(map.into_iter().flat_map(|(name, value)| {
                let values = match value {
                    Value::Array(values) => values,
                    value @ (Value::Null
                    | Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Object(_)) => vec![value],
                };
                values.into_iter().map(move |value| (name.clone(), plain(&value)))
            })),
            Self::Pairs(pairs) => fields(pairs),
            Self::Flat(flat) => {
                let mut flat = flat.into_iter();
                fields(std::iter::from_fn(|| Some((flat.next()?, flat.next()?))))
            }
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// nock keeps compressed content as pieces of hexadecimal digits.
fn is_hex_chunks(response: &Value) -> bool {
    let is_hex = |piece: &Value| {
        piece
            .as_str()
            .is_some_and(|text| text.len() >= 20 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    response.as_array().is_some_and(|pieces| !pieces.is_empty() && pieces.iter().all(is_hex))
}

/// Text as it is, anything else as the JSON that it was.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::String(text) => Some(text.clone().into_bytes()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            serde_json::to_vec(value).ok()
        }
    }
}
