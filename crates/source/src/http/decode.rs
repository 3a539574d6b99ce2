//! Content with its content coding removed (RFC 9110, 8.4.1), within bounds.

use std::borrow::Cow;
use std::io::{self, Read};

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use statusquo_exchange::{Content, Exchange, Response};

/// The most that content may be once decoded.
pub const MOST_DECODED: usize = 1 << 20;

/// Codings on top of each other that are undone; nobody needs more.
const MOST_CODINGS: usize = 4;

/// Why content could not be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// It grew beyond [`MOST_DECODED`].
    #[error("the content is larger than {MOST_DECODED} bytes once decoded")]
    TooLarge,
    /// A coding that we do not know.
    #[error("the content coding `{0}` is not known")]
    Unknown(String),
    /// It is not what its coding says.
    #[error("the content is not valid {0}")]
    Invalid(String),
}

/// The content of the final response without its content coding; empty when nothing was captured.
///
/// # Errors
/// When the coding is unknown or broken, or the content grows too large.
pub fn decoded(exchange: &Exchange) -> Result<Cow<'_, [u8]>, DecodeError> {
    exchange.response().map_or(Ok(Cow::Borrowed(&[])), decoded_content)
}

fn decoded_content(response: &Response) -> Result<Cow<'_, [u8]>, DecodeError> {
    let content = response.content.bytes().map(Bytes::as_ref).unwrap_or_default();
    let codings: Vec<String> = response
        .fields
        .all("content-encoding")
        .flat_map(|value| value.split(|&byte| byte == b','))
        .map(|coding| String::from_utf8_lossy(coding.trim_ascii()).to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    if codings.is_empty() || content.is_empty() {
        return Ok(Cow::Borrowed(content));
    }
    if codings.len() > MOST_CODINGS {
        return Err(DecodeError::Unknown(codings.join(", ")));
    }
    let whole = matches!(response.content, Content::Whole(_));
    // Listed in the order applied, so undone from the last.
    codings
        .iter()
        .rev()
        .try_fold(Cow::Borrowed(content), |content, coding| undo(coding, &content, whole).map(Cow::Owned))
}

fn undo(coding: &str, content: &[u8], whole: bool) -> Result<Vec<u8>, DecodeError> {
    let decoded = match coding {
        "gzip" | "x-gzip" => bounded(MultiGzDecoder::new(content), whole),
        // `deflate` is zlib's format (RFC 9110, 8.4.1.2), but some servers send the bare stream.
        "deflate" => bounded(ZlibDecoder::new(content), whole)
            .or_else(|_| bounded(DeflateDecoder::new(content), whole)),
        other => return Err(DecodeError::Unknown(other.to_owned())),
    };
    let decoded = decoded.map_err(|_| DecodeError::Invalid(coding.to_owned()))?;
    if decoded.len() > MOST_DECODED { Err(DecodeError::TooLarge) } else { Ok(decoded) }
}

/// Reads to the end, but at most one byte more than allowed. The beginning of coded content may break off.
fn bounded(decoder: impl Read, whole: bool) -> io::Result<Vec<u8>> {
    let mut decoded = Vec::new();
    match decoder.take(MOST_DECODED as u64 + 1).read_to_end(&mut decoded) {
        Err(error) if whole || error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        Ok(_) | Err(_) => Ok(decoded),
    }
}
