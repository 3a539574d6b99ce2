//! The final response of HTTP/1 as it came off the connection.

use std::ops::Range;

/// The final response of HTTP/1 as it came off the connection, cut into lines and not understood further.
#[derive(Debug)]
pub(crate) struct Raw<'a> {
    /// All bytes.
    pub(crate) bytes: &'a [u8],
    /// The status line without its line ending.
    pub(crate) status_line: Range<usize>,
    /// The field lines without their line endings.
    pub(crate) lines: Vec<Range<usize>>,
    /// What stands between an interim response and what follows it, though nothing may.
    pub(crate) after_interim: Option<Range<usize>>,
    /// Where the content begins; `None` when the header section has no end.
    pub(crate) content: Option<usize>,
}

impl<'a> Raw<'a> {
    /// Cuts it, leaving out interim responses before it.
    pub(crate) fn parse(bytes: &'a [u8]) -> Self {
        let mut start = 0;
        let mut after_interim = None;
        loop {
            let raw = Self::one(bytes, start);
            let end = raw.content.filter(|_| raw.is_interim());
            // An interim response that nothing follows is the last one.
            let Some((end, next)) = end.and_then(|end| Some((end, next_response(bytes, end)?))) else {
                return Self { after_interim, ..raw };
            };
            // Writers of recordings put empty lines between messages.
            if bytes.get(end..next).is_some_and(|between| !between.trim_ascii().is_empty()) {
                after_interim = after_interim.or(Some(end..next));
            }
            start = next;
        }
    }

    /// The bytes of a line.
    pub(crate) fn slice(&self, range: &Range<usize>) -> &'a [u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    fn one(bytes: &'a [u8], start: usize) -> Self {
        let mut raw =
            Raw { bytes, status_line: start..start, lines: Vec::new(), after_interim: None, content: None };
        let mut at = start;
        let mut number = 0_usize;
        while let Some(length) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
            let end = at + length;
            let has_cr = end > at && bytes.get(end - 1) == Some(&b'\r');
            let line = at..if has_cr { end - 1 } else { end };
            at = end + 1;
            if number == 0 {
                raw.status_line = line;
            } else if line.is_empty() {
                raw.content = Some(at);
                break;
            } else {
                raw.lines.push(line);
            }
            number += 1;
        }
        raw
    }

    fn is_interim(&self) -> bool {
        let line = self.slice(&self.status_line);
        let code = line.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
        code.len() == 3 && code.starts_with(b"1") && code != b"101"
    }
}

/// Where the next line that begins as a response does stands.
fn next_response(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    if rest.starts_with(b"HTTP/") {
        return Some(from);
    }
    memchr::memmem::find(rest, b"\nHTTP/").map(|at| from + at + 1)
}
