//! What a line of a log says.

use statusquo_exchange::StatusCode;

/// What a line of a log says: borrowed from it, as it stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entry<'a> {
    /// When, in microseconds since 1970 in UTC.
    pub at_us: Option<i64>,
    /// Did the line say its time zone? Without it UTC is assumed.
    pub has_zone: bool,
    /// The method as sent; empty when the request line was none.
    pub method: &'a [u8],
    /// The request target, query included; empty when the request line was none. See [`plain_target`](Self::plain_target).
    pub target: &'a [u8],
    /// The host that was asked.
    pub host: &'a [u8],
    /// The status code as logged: 0 when nothing was answered.
    pub status: u16,
    /// The status code that an upstream gave: the last one, when several were tried.
    pub upstream_status: Option<u16>,
    /// Bytes sent.
    pub bytes: u64,
    /// How long it took, in microseconds.
    pub duration_us: Option<u32>,
    /// The client's address.
    pub client: &'a [u8],
    /// The User-Agent.
    pub user_agent: &'a [u8],
    /// The request's id.
    pub request_id: &'a [u8],
    /// The route, where the server knows it.
    pub route: &'a [u8],
}

/// Why a line was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUnderstood {
    /// At which byte.
    pub at: usize,
    /// Why.
    pub why: Fault,
}

/// What a line lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is shaped otherwise.
    Shape,
    /// It has no status code.
    Status,
    /// It has no moment.
    Time,
}

impl NotUnderstood {
    pub(super) const fn new(at: usize, why: Fault) -> Self {
        Self { at, why }
    }
}

impl std::fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let why = match self.why {
            Fault::Shape => "it is shaped otherwise",
            Fault::Status => "it has no status code",
            Fault::Time => "it has no moment that can be read",
        };
        write!(f, "at byte {}: {why}", self.at + 1)
    }
}

impl Entry<'_> {
    /// The status code, if the client got one. 000 says that nothing was sent.
    #[must_use]
    pub fn code(&self) -> Option<StatusCode> {
        (self.status != 0).then(|| StatusCode::new(self.status))
    }

    /// The target without the escapes of the log: `\xc3\xa9`, `\u00e9`, `\"` and `\/` become what they stand for. What
    /// is no printable character stays escaped.
    #[must_use]
    #[inline]
    pub fn plain_target<'b>(&'b self, room: &'b mut Vec<u8>) -> &'b [u8] {
        if super::short::find(b'\\', self.target).is_none() {
            return self.target;
        }
        super::escape::undo(self.target, room);
        room
    }
}
