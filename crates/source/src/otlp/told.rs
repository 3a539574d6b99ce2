//! What is told of a request.

use statusquo_exchange::{FailureKind, StatusCode};

/// Who tells of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Side {
    /// The one who answered it.
    #[default]
    Server,
    /// The one who asked: what it says is about another service, on which it depends.
    Client,
}

/// What is told of a request: borrowed from the message, as it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Told<'a> {
    /// Who tells it.
    pub side: Side,
    /// When it ended, in microseconds since 1970 in UTC.
    pub at_us: i64,
    /// How long it took, in microseconds.
    pub duration_us: Option<u32>,
    /// The method.
    pub method: &'a [u8],
    /// The status code, if there was an answer.
    pub status: Option<u16>,
    /// The route, as the framework knows it; empty when it does not.
    pub route: &'a [u8],
    /// The path, with its query where the two are told together.
    pub target: &'a [u8],
    /// The host that was asked.
    pub host: &'a [u8],
    /// The client's address.
    pub client: &'a [u8],
    /// The User-Agent.
    pub user_agent: &'a [u8],
    /// The request's id.
    pub request_id: &'a [u8],
    /// What went wrong (`error.type`): a class of exceptions, `timeout`, the status code as text.
    pub error: &'a [u8],
    /// Bytes of the response's content.
    pub bytes: u64,
    /// The id of its trace: 16 bytes, or none.
    pub trace_id: &'a [u8],
    /// The id of its span: 8 bytes, or none.
    pub span_id: &'a [u8],
    /// How many requests it stands for, when others were left out by sampling; `None` when nothing is said of that.
    pub weight: Option<f64>,
    /// How often it had been sent before.
    pub resends: u64,
}

impl Told<'_> {
    /// Does it tell of an HTTP request?
    pub(super) const fn is_http(&self) -> bool {
        !self.method.is_empty() || self.status.is_some()
    }

    /// The status code, if there was an answer.
    #[must_use]
    pub fn code(&self) -> Option<StatusCode> {
        self.status.filter(|status| *status > 0).map(StatusCode::new)
    }

    /// Did the answer break off after its status code? An error is named that is not a status code.
    #[must_use]
    pub fn is_broken_off(&self) -> bool {
        self.status.is_some_and(|status| (1..400).contains(&status))
            && !self.error.is_empty()
            && !self.error.iter().all(u8::is_ascii_digit)
    }

    /// What took the answer's place, by the name of the error.
    #[must_use]
    pub fn failure(&self) -> FailureKind {
        let error = String::from_utf8_lossy(self.error).to_lowercase();
        const KNOWN: [(&str, FailureKind); 13] = [
            ("timeout", FailureKind::Timeout),
            ("timedout", FailureKind::Timeout),
            ("deadline", FailureKind::Timeout),
            ("refused", FailureKind::ConnectRefused),
            ("unknownhost", FailureKind::NameNotFound),
            ("notfound", FailureKind::NameNotFound),
            ("gaierror", FailureKind::NameNotFound),
            ("name_not_resolved", FailureKind::NameNotFound),
            ("ssl", FailureKind::TlsHandshake),
            ("tls", FailureKind::TlsHandshake),
            ("cancel", FailureKind::ClientClosed),
            ("abort", FailureKind::ClientClosed),
            ("unreachable", FailureKind::ConnectFailed),
        ];
        let named = FailureKind::parse(&error);
        let known = || KNOWN.iter().find(|(part, _)| error.contains(part)).map(|(_, kind)| *kind);
        named.or_else(known).unwrap_or(FailureKind::ConnectionClosed)
    }

    /// How many requests to count for it: of a weight that is no whole number, the fraction decides by the span's id, so
    /// that many of them add up.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
    pub fn count(&self) -> u64 {
        let weight = self.weight.unwrap_or(1.0).clamp(1.0, 1e9);
        let dice = super::resource::hash(self.span_id) >> 11;
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let dice = dice as f64 / (1_u64 << 53) as f64;
        weight as u64 + u64::from(dice < weight.fract())
    }
}
