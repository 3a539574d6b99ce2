//! Where in an exchange something stands.

use std::ops::Range;

/// A section of an exchange that has field lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The request's header section.
    Request,
    /// The header section of an interim response, counted from 0.
    Interim(usize),
    /// The final response's header section.
    Response,
    /// The final response's trailer section.
    Trailers,
}

/// Where in an exchange something stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// The response as a whole; text output points at its status line.
    StatusLine,
    /// The status line of an interim response, counted from 0.
    InterimStatusLine(usize),
    /// The reason phrase on the status line.
    Reason,
    /// The request line.
    RequestLine,
    /// A field line.
    Field {
        /// In which section.
        part: Part,
        /// Which line of it, counted from 0.
        line: usize,
        /// Which bytes of its value, counted after the white space before it (or within one of several that a recorder joined); `None` means the whole line.
        bytes: Option<Range<usize>>,
    },
    /// These bytes of the response's content.
    Content(Range<usize>),
    /// These bytes of the response as it came off the connection.
    Raw(Range<usize>),
}

impl Place {
    /// A whole line of the response's header section.
    #[must_use]
    pub const fn line(line: usize) -> Self {
        Self::Field { part: Part::Response, line, bytes: None }
    }

    /// Some bytes of a value in the response's header section.
    #[must_use]
    pub const fn value(line: usize, bytes: Range<usize>) -> Self {
        Self::Field { part: Part::Response, line, bytes: Some(bytes) }
    }
}
