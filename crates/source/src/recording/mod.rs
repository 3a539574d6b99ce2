//! Exchanges that somebody else recorded: HAR files, nock and VCR cassettes, HTTP text.
//!
//! What a recorder lost is marked as not captured, never made up: browsers keep no reason phrase over HTTP/2, mock
//! libraries keep decoded content, and so on.

mod har;
mod nock;
mod vcr;

use bytes::Bytes;
use statusquo_exchange::{Content, Exchange, ExchangeId, FieldLine, Fields, Name, NoResponse};

/// The forms of recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// HTTP Archive 1.2, as browsers and proxies export it.
    Har,
    /// Fixtures of nock, the mock library for Node.
    Nock,
    /// Cassettes of VCR (Ruby), vcrpy and go-vcr, YAML or JSON.
    Vcr,
    /// A request and its responses as HTTP/1 text.
    Http,
}

/// An exchange and where it stands in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The exchange.
    pub exchange: Exchange,
    /// The line of the file where it begins, counted from 1.
    pub line: usize,
    /// Which one of the file it is, counted from 1.
    pub number: usize,
}

/// Why a recording could not be read, whole or in part.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// It is not of the form that it was taken for.
    #[error("not {form}: {why}")]
    Form {
        /// Of what form it should be.
        form: &'static str,
        /// What is wrong.
        why: String,
    },
    /// One exchange in it is not.
    #[error("entry {number} (line {line}): {why}")]
    Entry {
        /// Which one, counted from 1.
        number: usize,
        /// Where it begins.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// There is no HTTP in it.
    #[error(transparent)]
    NoResponse(#[from] NoResponse),
}

/// What was read: exchanges, and what could not be read among them.
pub type Entries = Vec<Result<Recorded, RecordingError>>;

impl Recording {
    /// What a text seems to be; `None` when it is none of these.
    #[must_use]
    pub fn detect(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii_start();
        let head = String::from_utf8_lossy(text.get(..text.len().min(4096)).unwrap_or_default()).into_owned();
        let has = |word: &str| head.contains(word);
        if head.starts_with('[') && has("\"scope\"") {
            Some(Self::Nock)
        } else if head.starts_with('{') && has("\"log\"") && (has("\"entries\"") || has("\"creator\"")) {
            Some(Self::Har)
        } else if has("http_interactions") || (has("interactions:") || has("\"interactions\"")) {
            Some(Self::Vcr)
        } else if head.starts_with("HTTP/")
            || head.lines().any(|line| line.starts_with("HTTP/"))
            || is_request_line(&head)
        {
            Some(Self::Http)
        } else {
            None
        }
    }

    /// Reads all of a recording. What cannot be read does not keep the rest from being read.
    ///
    /// # Errors
    ///
    /// When it is not of this form at all.
    pub fn read(self, text: &Bytes, source: &Name) -> Result<Entries, RecordingError> {
        match self {
            Self::Har => har::read(text, source),
            Self::Nock => nock::read(text, source),
            Self::Vcr => vcr::read(text, source),
            Self::Http => {
                let mut exchange = Exchange::parse_http1(text, source.clone())?;
                exchange.id = ExchangeId("1".to_owned());
                Ok(vec![Ok(Recorded { exchange, line: 1, number: 1 })])
            }
        }
    }
}

fn is_request_line(head: &str) -> bool {
    head.lines()
        .next()
        .is_some_and(|line| line.split(' ').nth(2).is_some_and(|version| version.starts_with("HTTP/")))
}

/// Counts lines of a text as positions in it grow.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    const fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of a position that is not before the last one asked for.
    fn of(&mut self, position: usize) -> usize {
        let between = self.text.get(self.at..position).unwrap_or_default();
        self.line += between.iter().filter(|byte| **byte == b'\n').count();
        self.at = position.max(self.at);
        self.line
    }
}

/// Where a part of a text stands in it; `None` when it is no part of it.
fn position(whole: &[u8], part: &str) -> Option<usize> {
    (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize).filter(|at| *at <= whole.len())
}

/// Field lines from pairs of text; pseudo-fields such as `:status` are no fields (RFC 9113, 8.3).
fn fields<N: Into<String>, V: Into<String>>(lines: impl IntoIterator<Item = (N, V)>) -> Fields {
    let lines = lines.into_iter().map(|(name, value)| (name.into(), value.into()));
    lines
        .filter(|(name, _)| !name.starts_with(':'))
        .map(|(name, value)| FieldLine { name: name.into_bytes().into(), value: value.into_bytes().into() })
        .collect()
}

/// Content that a recorder may have left out: empty text says "none" only where nothing else says otherwise.
fn content(text: Option<Vec<u8>>, fields: &Fields) -> Content {
    let announced = fields.text("content-length").is_some_and(|length| length.trim() != "0");
    match text {
        Some(text) if text.is_empty() && announced => Content::NotCaptured,
        Some(text) => Content::Whole(text.into()),
        None => Content::NotCaptured,
    }
}
