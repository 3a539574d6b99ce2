//! Cassettes of VCR (Ruby), vcrpy and go-vcr, in YAML or JSON.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use statusquo_exchange::{
    Content, Exchange, ExchangeId, Fields, Name, Origin, Outcome, Request, Response, StatusCode, Timing,
    Version,
};

use super::{Entries, Recorded, RecordingError, content, fields};

#[derive(Deserialize)]
struct Cassette {
    #[serde(alias = "http_interactions")]
    interactions: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Interaction {
    request: VcrRequest,
    response: VcrResponse,
}

#[derive(Deserialize)]
struct VcrRequest {
    method: String,
    #[serde(alias = "url")]
    uri: String,
    #[serde(default)]
    headers: Option<BTreeMap<String, Values>>,
    #[serde(default)]
    body: Option<Body>,
    #[serde(default)]
    proto: Option<String>,
}

#[derive(Deserialize)]
struct VcrResponse {
    #[serde(default)]
    status: Option<Status>,
    /// go-vcr writes the number beside the line.
    #[serde(default)]
    code: Option<u16>,
    #[serde(default)]
    headers: Option<BTreeMap<String, Values>>,
    #[serde(default)]
    body: Option<Body>,
    #[serde(default, alias = "proto")]
    http_version: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Status {
    Parts {
        code: u16,
        #[serde(default)]
        message: Option<String>,
    },
    /// `200 OK`
    Line(String),
    Number(u16),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    Many(Vec<String>),
    One(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    Text(String),
    Parts {
        #[serde(default)]
        string: Option<String>,
        #[serde(default)]
        base64_string: Option<String>,
    },
}

pub(super) fn read(text: &Bytes, source: &Name) -> Result<Entries, RecordingError> {
    let wrong = |why: String| RecordingError::Form { form: "a VCR cassette", why };
    let text = std::str::from_utf8(text).map_err(|why| wrong(why.to_string()))?;
    let cassette: Cassette = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|why| wrong(why.to_string()))?
    } else {
        serde_saphyr::from_str(text).map_err(|why| wrong(why.to_string()))?
    };
    let starts = request_lines(text);
    let one = |(number, value): (usize, serde_json::Value)| {
        let line = starts.get(number - 1).copied().unwrap_or(1);
        match serde_json::from_value::<Interaction>(value) {
            Ok(interaction) => Ok(Recorded { exchange: exchange(interaction, number, source), line, number }),
            Err(why) => Err(RecordingError::Entry { number, line, why: why.to_string() }),
        }
    };
    Ok((1..).zip(cassette.interactions).map(one).collect())
}

/// The lines where requests begin: YAML values do not know their place, but every interaction has one such line.
fn request_lines(text: &str) -> Vec<usize> {
    let begins = |line: &str| {
        line.trim_start_matches([' ', '-']).starts_with("request:") || line.contains("\"request\":")
    };
    (1..).zip(text.lines()).filter(|(_, line)| begins(line)).map(|(number, _)| number).collect()
}

fn exchange(interaction: Interaction, number: usize, source: &Name) -> Exchange {
    let Interaction { request, response } = interaction;
    let request_fields = request.headers.map_or(Fields::not_captured(), into_fields);
    let response_fields = response.headers.map_or(Fields::not_captured(), into_fields);
    let (code, reason) = status(response.status, response.code);
    Exchange {
        id: ExchangeId(number.to_string()),
        at: jiff::Timestamp::UNIX_EPOCH,
        origin: Origin::Recording { source: source.clone() },
        scheme: None,
        request: Request {
            method: request.method.to_ascii_uppercase(),
            target: request.uri,
            version: request.proto.as_deref().and_then(Version::parse),
            content: request
                .body
                .map_or(Content::Whole(Bytes::new()), |body| content(body.bytes(), &request_fields)),
            fields: request_fields,
        },
        interim: Vec::new(),
        outcome: Outcome::Answered(Response {
            version: response.http_version.as_deref().and_then(Version::parse),
            status: StatusCode::new(code),
            reason: reason.map(Bytes::from),
            content: response
                .body
                .map_or(Content::NotCaptured, |body| content(body.bytes(), &response_fields)),
            fields: response_fields,
            trailers: Fields::new(),
        }),
        timing: Timing::default(),
        tls: None,
        peer: None,
        raw_response: None,
    }
}

fn status(status: Option<Status>, code: Option<u16>) -> (u16, Option<String>) {
    match status {
        Some(Status::Parts { code, message }) => (code, message.filter(|text| !text.is_empty())),
        Some(Status::Number(number)) => (number, None),
        Some(Status::Line(line)) => {
            let (number, reason) = line.split_once(' ').unwrap_or((&line, ""));
            let reason = (!reason.is_empty()).then(|| reason.to_owned());
            (code.or_else(|| number.parse().ok()).unwrap_or(0), reason)
        }
        None => (code.unwrap_or(0), None),
    }
}

fn into_fields(headers: BTreeMap<String, Values>) -> Fields {
    fields(headers.into_iter().flat_map(|(name, values)| {
        let values = match values {
            Values::Many(values) => values,
            Values::One(value) => vec![value],
        };
        values.into_iter().map(move |value| (name.clone(), value))
    }))
}

impl Body {
    fn bytes(self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.into_bytes()),
            Self::Parts { base64_string: Some(text), .. } => {
                let text: String = text.split_whitespace().collect();
                BASE64_STANDARD.decode(text).ok()
            }
            Self::Parts { string, base64_string: None } => string.map(String::into_bytes),
        }
    }
}
