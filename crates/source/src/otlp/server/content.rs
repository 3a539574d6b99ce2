//! In which form content comes.

use http::{HeaderMap, Request, header};

/// In which form a message comes, and its answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Protobuf,
    Json,
}

impl Kind {
    /// The form that `Content-Type` names, whatever its parameters.
    pub(super) fn of<B>(request: &Request<B>) -> Option<Self> {
        let text = text(request.headers(), header::CONTENT_TYPE.as_str())?;
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/x-protobuf" | "application/protobuf" => Some(Self::Protobuf),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }

    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// How content is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    None,
    Gzip,
}

impl Coding {
    /// The coding that a field names; `None` when it is one that is not taken.
    pub(super) fn of<B>(request: &Request<B>, field: &'static str) -> Option<Self> {
        if !request.headers().contains_key(field) {
            return Some(Self::None);
        }
        match text(request.headers(), field)?.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "identity" | "" => Some(Self::None),
            _ => None,
        }
    }
}

fn text<'a>(fields: &'a HeaderMap, name: &str) -> Option<&'a str> {
    fields.get(name)?.to_str().ok()
}
