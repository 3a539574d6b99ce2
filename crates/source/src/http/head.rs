//! HTTP/1 header sections read from the bytes as they came, so that order, case and odd bytes stay. Reads
//! leniently: whether it is valid is for others to say.

use bytes::Bytes;
use statusquo_exchange::{Content, Fields, Response, StatusCode, Version};

/// What the recorded bytes of one answer show.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    /// The interim responses (RFC 9110, 15.2).
    pub(crate) interim: Vec<Response>,
    /// The final response, as far as it came.
    pub(crate) last: Option<Response>,
    /// Where the final response begins.
    pub(crate) start: usize,
    /// Where its content begins; `None` when the header section did not end.
    pub(crate) content: Option<usize>,
}

/// Reads all header sections of an answer.
pub(crate) fn read(raw: &Bytes) -> Heads {
    let mut heads = Heads::default();
    let mut lines = Lines { raw, at: 0 };
    loop {
        lines.skip_empty();
        heads.start = lines.at;
        let Some(mut response) = lines.next().and_then(|line| status_line(&line)) else { return heads };
        let (fields, complete) = field_lines(&mut lines);
        response.fields = fields;
        // A 101 is a final response: what follows is another protocol.
        if complete && response.status.get() / 100 == 1 && response.status.get() != 101 {
            response.content = Content::Whole(Bytes::new());
            heads.interim.push(response);
            continue;
        }
        heads.last = Some(response);
        heads.content = complete.then_some(lines.at);
        return heads;
    }
}

/// Reads a section of field lines; true when the empty line that ends it was there.
pub(crate) fn field_lines(lines: &mut Lines<'_>) -> (Fields, bool) {
    let mut fields = Fields::new();
    let mut pending: Option<(Bytes, Bytes)> = None;
    let mut ended = false;
    while let Some(line) = lines.next() {
        if line.is_empty() {
            ended = true;
            break;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            // An obs-fold (RFC 9112, 5.2) goes on with the value before; its line break stays visible.
            pending = pending.map(|(name, value)| match value.is_empty() {
                true => (name, line.slice_ref(line.trim_ascii())),
                false => (name, lines.between(&value, &line)),
            });
            continue;
        }
        if let Some((name, value)) = pending.replace(split(&line)) {
            fields.push(name, value);
        }
    }
    if let Some((name, value)) = pending {
        fields.push(name, value);
    }
    (fields, ended)
}

/// The lines of a message, each without its line break.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    raw: &'a Bytes,
    pub(crate) at: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn starting_at(raw: &'a Bytes, at: usize) -> Self {
        Self { raw, at }
    }

    /// The next line; `None` when no whole line is left.
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        let rest = self.raw.get(self.at..)?;
        let end = self.at + rest.iter().position(|&byte| byte == b'\n')?;
        let line = self.raw.get(self.at..end)?;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = self.raw.slice_ref(line);
        self.at = end + 1;
        Some(line)
    }

    /// Skips empty lines; a robust recipient does before a message (RFC 9112, 2.2).
    fn skip_empty(&mut self) {
        let rest = self.raw.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    }

    /// All from the start of one part to the end of a later one.
    fn between(&self, first: &Bytes, last: &Bytes) -> Bytes {
        let base = self.raw.as_ptr() as usize;
        let (start, end) = (first.as_ptr() as usize - base, last.as_ptr() as usize - base + last.len());
        self.raw.slice(start..end)
    }
}

/// `HTTP/1.1 200 OK`; `None` when it is nothing of the kind.
fn status_line(line: &Bytes) -> Option<Response> {
    let mut parts = line.splitn(3, |&byte| byte == b' ');
    let version = std::str::from_utf8(parts.next()?).ok().filter(|text| text.starts_with("HTTP/"))?;
    let code = std::str::from_utf8(parts.next()?).ok()?;
    let status =
        StatusCode::new(code.parse().ok().filter(|_| code.bytes().all(|byte| byte.is_ascii_digit()))?);
    Some(Response {
        version: Version::parse(version),
        status,
        reason: parts.next().map(|reason| line.slice_ref(reason)),
        fields: Fields::new(),
        content: Content::NotCaptured,
        trailers: Fields::new(),
    })
}

/// A field line in two. One without a colon becomes a name without a value.
fn split(line: &Bytes) -> (Bytes, Bytes) {
    let colon = line.iter().position(|&byte| byte == b':').unwrap_or(line.len());
    let value = line.get(colon + 1..).unwrap_or_default().trim_ascii();
    let value = if value.is_empty() { line.slice(line.len()..) } else { line.slice_ref(value) };
    (line.slice(..colon), value)
}

/// The trailer section behind chunked content that begins at `at` (RFC 9112, 7.1.2).
pub(crate) fn trailers(raw: &Bytes, at: usize) -> Option<Fields> {
    let mut lines = Lines::starting_at(raw, at);
    loop {
        let line = lines.next()?;
        let size = line.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            return Some(field_lines(&mut lines).0);
        }
        lines.at = lines.at.checked_add(size)?;
        lines.next()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(fields: &Fields) -> Vec<(&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap();
        fields.lines().map(|line| (text(&line.name), text(&line.value))).collect()
    }

    #[test]
    fn order_case_and_oddities_stay() {
        let raw = Bytes::from_static(
            b"HTTP/1.1 103 Early Hints\r\nLINK: </a>\r\n\r\n\r\nHTTP/1.0 299  odd \nX-b:2\r\nx-A :1\r\n\
              Folded: a\r\n  b\r\nno colon\r\nEmpty:\r\n\r\nbody",
        );
        let heads = read(&raw);
        assert_eq!(texts(&heads.interim[0].fields), [("LINK", "</a>")]);
        let last = heads.last.unwrap();
        assert_eq!((last.version, last.status.get()), (Some(Version::Http10), 299));
        assert_eq!(last.reason.as_deref(), Some(b" odd ".as_slice()));
        let expected = [("X-b", "2"), ("x-A ", "1"), ("Folded", "a\r\n  b"), ("no colon", ""), ("Empty", "")];
        assert_eq!(texts(&last.fields), expected);
        assert_eq!(&raw[heads.content.unwrap()..], b"body");
    }

    #[test]
    fn a_section_that_breaks_off_shows_its_whole_lines() {
        let raw = Bytes::from_static(b"HTTP/1.1 200 OK\r\nA: 1\r\nB: 2");
        let heads = read(&raw);
        assert_eq!(texts(&heads.last.unwrap().fields), [("A", "1")]);
        assert_eq!(heads.content, None);
    }

    #[test]
    fn what_is_not_http_shows_nothing() {
        for garbage in ["", "\r\n", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 +20 OK\r\n", "HTTP/1.1\r\n"] {
            assert!(read(&Bytes::from(garbage)).last.is_none(), "{garbage}");
        }
    }

    #[test]
    fn trailers_come_behind_the_last_chunk() {
        let raw = Bytes::from_static(b"3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Sum: 9\r\n\r\n");
        assert_eq!(texts(&trailers(&raw, 0).unwrap()), [("X-Sum", "9")]);
        assert!(trailers(&Bytes::from_static(b"ffffffffffffffff\r\n"), 0).is_none());
    }
}
