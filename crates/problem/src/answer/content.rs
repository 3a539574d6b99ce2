//! What an answer carries.

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;

/// What an answer carries, with its media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub(super) media_type: HeaderValue,
    pub(super) bytes: Bytes,
}

impl Content {
    /// These bytes.
    #[must_use]
    pub fn new(media_type: HeaderValue, bytes: impl Into<Bytes>) -> Self {
        Self { media_type, bytes: bytes.into() }
    }

    /// JSON.
    ///
    /// # Errors
    /// When the value cannot be written as JSON; `?` makes an internal error of it.
    pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self::new(HeaderValue::from_static("application/json"), serde_json::to_vec(value)?))
    }

    /// Text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(HeaderValue::from_static("text/plain; charset=utf-8"), text.into())
    }
}
