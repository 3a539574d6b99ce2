//! OTLP's JSON, turned into the binary form: one meaning for both.
//!
//! Ids are hexadecimal and not base64 as in other protobuf JSON, enums are numbers, numbers of 64 bits may be text, and
//! unknown members are ignored (OTLP specification, "JSON Protobuf Encoding").

use serde_json::{Map, Value};

use super::Signal;
use super::wire::{put_bytes, put_fixed64, put_number};

/// Why a text is no message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonFault {
    /// It is not JSON.
    #[error("the content is not JSON: {0}")]
    NotJson(serde_json::Error),
    /// A member is not what it should be.
    #[error("`{0}` is not {1}")]
    Member(&'static str, &'static str),
}

/// The form of a member.
enum Form {
    Text,
    Hex,
    Base64,
    Fixed64,
    Double,
    Varint,
    Zigzag,
    Flag,
    Message(&'static [Member]),
}

/// A member: its name in JSON, its number, its form. A list is a member that is there several times.
struct Member(&'static str, u32, Form);

static ANY: [Member; 6] = [
    Member("stringValue", 1, Form::Text),
    Member("boolValue", 2, Form::Flag),
    Member("intValue", 3, Form::Varint),
    Member("doubleValue", 4, Form::Double),
    Member("arrayValue", 5, Form::Message(&ARRAY)),
    Member("bytesValue", 7, Form::Base64),
];
static ARRAY: [Member; 1] = [Member("values", 1, Form::Message(&ANY))];
static PAIR: [Member; 2] = [Member("key", 1, Form::Text), Member("value", 2, Form::Message(&ANY))];
static RESOURCE: [Member; 1] = [Member("attributes", 1, Form::Message(&PAIR))];

static TRACES: [Member; 1] = [Member("resourceSpans", 1, Form::Message(&RESOURCE_SPANS))];
static RESOURCE_SPANS: [Member; 2] =
    [Member("resource", 1, Form::Message(&RESOURCE)), Member("scopeSpans", 2, Form::Message(&SCOPE_SPANS))];
static SCOPE_SPANS: [Member; 1] = [Member("spans", 2, Form::Message(&SPAN))];
static SPAN: [Member; 8] = [
    Member("traceId", 1, Form::Hex),
    Member("spanId", 2, Form::Hex),
    Member("traceState", 3, Form::Text),
    Member("name", 5, Form::Text),
    Member("kind", 6, Form::Varint),
    Member("startTimeUnixNano", 7, Form::Fixed64),
    Member("endTimeUnixNano", 8, Form::Fixed64),
    Member("attributes", 9, Form::Message(&PAIR)),
];

static METRICS: [Member; 1] = [Member("resourceMetrics", 1, Form::Message(&RESOURCE_METRICS))];
static RESOURCE_METRICS: [Member; 2] = [
    Member("resource", 1, Form::Message(&RESOURCE)),
    Member("scopeMetrics", 2, Form::Message(&SCOPE_METRICS)),
];
static SCOPE_METRICS: [Member; 1] = [Member("metrics", 2, Form::Message(&METRIC))];
static METRIC: [Member; 7] = [
    Member("name", 1, Form::Text),
    Member("unit", 3, Form::Text),
    Member("gauge", 5, Form::Message(&OTHER)),
    Member("sum", 7, Form::Message(&OTHER)),
    Member("histogram", 9, Form::Message(&HISTOGRAM)),
    Member("exponentialHistogram", 10, Form::Message(&EXPONENTIAL)),
    Member("summary", 11, Form::Message(&OTHER)),
];
static OTHER: [Member; 1] = [Member("dataPoints", 1, Form::Message(&[]))];
static HISTOGRAM: [Member; 2] =
    [Member("dataPoints", 1, Form::Message(&POINT)), Member("aggregationTemporality", 2, Form::Varint)];
static POINT: [Member; 7] = [
    Member("startTimeUnixNano", 2, Form::Fixed64),
    Member("timeUnixNano", 3, Form::Fixed64),
    Member("count", 4, Form::Fixed64),
    Member("bucketCounts", 6, Form::Fixed64),
    Member("explicitBounds", 7, Form::Double),
    Member("attributes", 9, Form::Message(&PAIR)),
    Member("flags", 10, Form::Varint),
];
static EXPONENTIAL: [Member; 2] = [
    Member("dataPoints", 1, Form::Message(&EXPONENTIAL_POINT)),
    Member("aggregationTemporality", 2, Form::Varint),
];
static EXPONENTIAL_POINT: [Member; 9] = [
    Member("attributes", 1, Form::Message(&PAIR)),
    Member("startTimeUnixNano", 2, Form::Fixed64),
    Member("timeUnixNano", 3, Form::Fixed64),
    Member("count", 4, Form::Fixed64),
    Member("scale", 6, Form::Zigzag),
    Member("zeroCount", 7, Form::Fixed64),
    Member("positive", 8, Form::Message(&BUCKETS)),
    Member("negative", 9, Form::Message(&BUCKETS)),
    Member("flags", 10, Form::Varint),
];
static BUCKETS: [Member; 2] = [Member("offset", 1, Form::Zigzag), Member("bucketCounts", 2, Form::Varint)];

static LOGS: [Member; 1] = [Member("resourceLogs", 1, Form::Message(&RESOURCE_LOGS))];
static RESOURCE_LOGS: [Member; 2] =
    [Member("resource", 1, Form::Message(&RESOURCE)), Member("scopeLogs", 2, Form::Message(&SCOPE_LOGS))];
static SCOPE_LOGS: [Member; 1] = [Member("logRecords", 2, Form::Message(&RECORD))];
static RECORD: [Member; 6] = [
    Member("timeUnixNano", 1, Form::Fixed64),
    Member("body", 5, Form::Message(&ANY)),
    Member("attributes", 6, Form::Message(&PAIR)),
    Member("traceId", 9, Form::Hex),
    Member("spanId", 10, Form::Hex),
    Member("observedTimeUnixNano", 11, Form::Fixed64),
];

/// Turns a message in JSON into its binary form.
///
/// # Errors
/// When it is not JSON, or a member is not what it should be.
pub fn encode(signal: Signal, text: &[u8]) -> Result<Vec<u8>, JsonFault> {
    let value: Value = serde_json::from_slice(text).map_err(JsonFault::NotJson)?;
    let members: &[Member] = match signal {
        Signal::Traces => &TRACES,
        Signal::Metrics => &METRICS,
        Signal::Logs => &LOGS,
    };
    let object = value.as_object().ok_or(JsonFault::Member("the message", "an object"))?;
    let mut message = Vec::with_capacity(text.len() / 2);
    put_members(&mut message, object, members)?;
    Ok(message)
}

fn put_members(to: &mut Vec<u8>, object: &Map<String, Value>, members: &[Member]) -> Result<(), JsonFault> {
    for member in members {
        match object.get(member.0) {
            None | Some(Value::Null) => {}
            Some(Value::Array(list)) => list.iter().try_for_each(|value| put(to, member, value))?,
            Some(value @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_))) => {
                put(to, member, value)?;
            }
        }
    }
    Ok(())
}

fn put(to: &mut Vec<u8>, Member(name, number, form): &Member, value: &Value) -> Result<(), JsonFault> {
    let wrong = |what| JsonFault::Member(name, what);
    match form {
        Form::Text => put_bytes(to, *number, value.as_str().ok_or(wrong("text"))?.as_bytes()),
        Form::Hex => {
            let bytes = value.as_str().and_then(hexadecimal).ok_or(wrong("a hexadecimal number"))?;
            put_bytes(to, *number, &bytes);
        }
        Form::Base64 => {
            use base64::Engine;
            let text = value.as_str().ok_or(wrong("base64"))?;
            let bytes =
                base64::engine::general_purpose::STANDARD.decode(text).map_err(|_| wrong("base64"))?;
            put_bytes(to, *number, &bytes);
        }
        Form::Fixed64 => {
            let whole = whole(value).ok_or(wrong("a whole number"))?;
            put_fixed64(to, *number, whole.cast_unsigned());
        }
        Form::Double => put_fixed64(to, *number, float(value).ok_or(wrong("a number"))?.to_bits()),
        Form::Varint => put_number(to, *number, whole(value).ok_or(wrong("a whole number"))?.cast_unsigned()),
        Form::Zigzag => {
            let whole = whole(value).ok_or(wrong("a whole number"))?;
            put_number(to, *number, ((whole << 1) ^ (whole >> 63)).cast_unsigned());
        }
        Form::Flag => put_number(to, *number, value.as_bool().ok_or(wrong("true or false"))?.into()),
        Form::Message(members) => {
            let mut message = Vec::new();
            put_members(&mut message, value.as_object().ok_or(wrong("an object"))?, members)?;
            put_bytes(to, *number, &message);
        }
    }
    Ok(())
}

/// A whole number, as a number or as text.
fn whole(value: &Value) -> Option<i64> {
    let unsigned = |number: u64| number.cast_signed();
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_u64().map(unsigned)),
        Value::String(text) => text.parse().ok().or_else(|| text.parse().ok().map(unsigned)),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A number; what JSON has no numbers for comes as text.
fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let (pairs, _) = digits.as_chunks::<2>();
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
