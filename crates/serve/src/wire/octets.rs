//! Octets that are most often text.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Octets as JSON: text if they are UTF-8, else `{"b64": "…"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Octets(pub(crate) Bytes);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Text(String),
    Coded { b64: String },
}

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => text.serialize(serializer),
            Err(_) => Either::Coded { b64: BASE64_STANDARD.encode(&self.0) }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Either::deserialize(deserializer)? {
            Either::Text(text) => Ok(Self(text.into())),
            Either::Coded { b64 } => decode(&b64).map(Self).map_err(serde::de::Error::custom),
        }
    }
}

pub(super) fn decode(text: &str) -> Result<Bytes, base64::DecodeError> {
    BASE64_STANDARD.decode(text).map(Bytes::from)
}

pub(super) fn encode(bytes: &Bytes) -> String {
    BASE64_STANDARD.encode(bytes)
}
