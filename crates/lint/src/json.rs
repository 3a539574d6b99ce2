//! Reads JSON strictly, once, and keeps an outline of its upper levels (RFC 8259).
//!
//! A linter asks for a few members near the top and whether the whole is valid. So all of it is checked in one
//! pass, and only the upper levels are remembered: large content costs no more than reading it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// Values below this level are checked and not remembered.
const DEEPEST_KEPT: u8 = 6;
/// No more values than this are remembered.
const MOST_KEPT: usize = 4096;
/// Deeper nesting is not read (RFC 8259, 9 allows a limit).
const DEEPEST_READ: usize = 512;

/// What kind of value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// Why and where it is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JsonFault {
    pub(crate) at: usize,
    pub(crate) why: &'static str,
}

#[derive(Debug)]
struct Node {
    key: Option<Range<usize>>,
    kind: Kind,
    span: Range<usize>,
    parent: usize,
    length: usize,
}

/// The outline of a JSON text.
#[derive(Debug)]
pub(crate) struct Json<'a> {
    bytes: &'a [u8],
    nodes: Vec<Node>,
}

/// A value in the outline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a, 'j> {
    json: &'j Json<'a>,
    index: usize,
    node: &'j Node,
}

impl<'a> Json<'a> {
    /// Checks all of it and keeps the outline.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, JsonFault> {
        if bytes.starts_with(b"\xef\xbb\xbf") {
            return Err(JsonFault { at: 0, why: "begins with a byte order mark" });
        }
        if let Err(fault) = std::str::from_utf8(bytes) {
            return Err(JsonFault { at: fault.valid_up_to(), why: "is not UTF-8" });
        }
        let mut reader = Reader { bytes, at: 0, nodes: Vec::new(), open: Vec::new() };
        reader.read()?;
        Ok(Self { bytes, nodes: reader.nodes })
    }

    /// The name that stands in one object again, if there is one: of the second, which bytes it is.
    pub(crate) fn repeated_name(&self) -> Option<Range<usize>> {
        let mut seen = BTreeSet::new();
        let mut names = self.nodes.iter().filter_map(|node| Some((node.parent, node.key.clone()?)));
        names.find_map(|(parent, key)| {
            let name = unescape(self.bytes.get(key.clone())?);
            (!seen.insert((parent, name))).then_some(key)
        })
    }

    /// The outermost value.
    pub(crate) fn root(&self) -> Value<'a, '_> {
        static NULL: Node = Node { key: None, kind: Kind::Null, span: 0..0, parent: usize::MAX, length: 0 };
        Value { json: self, index: 0, node: self.nodes.first().unwrap_or(&NULL) }
    }
}

impl<'a, 'j> Value<'a, 'j> {
    pub(crate) const fn kind(&self) -> Kind {
        self.node.kind
    }

    /// Which bytes of the content it is.
    pub(crate) fn span(&self) -> Range<usize> {
        self.node.span.clone()
    }

    /// Of an object how many members, of an array how many elements, else 0.
    pub(crate) const fn len(&self) -> usize {
        self.node.length
    }

    /// The name under which it stands in its object.
    pub(crate) fn key(&self) -> Option<Cow<'a, str>> {
        self.node.key.clone().map(|span| unescape(self.json.bytes.get(span).unwrap_or_default()))
    }

    fn is_named(&self, name: &str) -> bool {
        let key = self.node.key.clone().and_then(|span| self.json.bytes.get(span)).unwrap_or_default();
        key == name.as_bytes() || (key.contains(&b'\\') && unescape(key) == name)
    }

    /// Its members or elements, as far as they were kept.
    pub(crate) fn children(self) -> impl Iterator<Item = Value<'a, 'j>> {
        let json = self.json;
        let below = json.nodes.iter().enumerate().skip(self.index + 1);
        below
            .take_while(move |(_, node)| node.span.start < self.node.span.end)
            .filter(move |(_, node)| node.parent == self.index)
            .map(move |(index, node)| Value { json, index, node })
    }

    /// The member with this name; the last one if it stands there several times.
    pub(crate) fn get(self, name: &str) -> Option<Value<'a, 'j>> {
        if self.node.kind != Kind::Object {
            return None;
        }
        self.children().filter(|child| child.is_named(name)).last()
    }

    /// The member with one of these names, the first that is there.
    pub(crate) fn get_any(self, names: &[&str]) -> Option<Value<'a, 'j>> {
        names.iter().find_map(|name| self.get(name))
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<Cow<'a, str>> {
        let inner = self.node.span.start + 1..self.node.span.end.saturating_sub(1);
        (self.node.kind == Kind::String).then(|| unescape(self.json.bytes.get(inner).unwrap_or_default()))
    }

    /// A number that is an integer.
    pub(crate) fn as_integer(&self) -> Option<i64> {
        (self.node.kind == Kind::Number).then(|| self.source().parse().ok())?
    }

    /// The JSON text of it.
    pub(crate) fn source(&self) -> &'a str {
        let bytes = self.json.bytes.get(self.node.span.clone()).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Is it an object, an array or a string with nothing in it, or null?
    pub(crate) fn is_empty(&self) -> bool {
        match self.node.kind {
            Kind::Object | Kind::Array => self.node.length == 0,
            Kind::String => self.node.span.len() <= 2,
            Kind::Null => true,
            Kind::Number | Kind::True | Kind::False => false,
        }
    }
}

fn unescape(bytes: &[u8]) -> Cow<'_, str> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        let escaped = if char == '\\' { chars.next() } else { None };
        if escaped == Some('u') {
            let digits: String = chars.by_ref().take(4).collect();
            units.push(u16::from_str_radix(&digits, 16).unwrap_or(0xfffd));
            continue;
        }
        plain.push_str(&String::from_utf16_lossy(&units));
        units.clear();
        plain.push(match escaped {
            None => char,
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some(other) => other,
        });
    }
    plain.push_str(&String::from_utf16_lossy(&units));
    Cow::Owned(plain)
}

/// An object or array that is not closed yet.
struct Open {
    is_object: bool,
    /// Its node, when it is remembered.
    node: Option<usize>,
    length: usize,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    open: Vec<Open>,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), JsonFault> {
        loop {
            self.skip_space();
            let closed = self.value()?;
            if closed && !self.next()? {
                break;
            }
        }
        self.skip_space();
        if self.at < self.bytes.len() {
            return self.fault("goes on after its end");
        }
        Ok(())
    }

    /// Reads one value; an object or array with something in it is opened, which gives `false`.
    fn value(&mut self) -> Result<bool, JsonFault> {
        let key = self.key()?;
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => {
                self.string()?;
                Kind::String
            }
            Some(b't') => self.word(b"true", Kind::True)?,
            Some(b'f') => self.word(b"false", Kind::False)?,
            Some(b'n') => self.word(b"null", Kind::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => return self.fault("has something that is no value"),
            None => return self.fault("ends too early"),
        };
        let node = self.keep(key, kind, start);
        if !matches!(kind, Kind::Object | Kind::Array) {
            return Ok(true);
        }
        self.at += 1;
        if self.open.len() >= DEEPEST_READ {
            return self.fault("is nested too deep");
        }
        self.open.push(Open { is_object: kind == Kind::Object, node, length: 0 });
        self.skip_space();
        let close = if kind == Kind::Object { b'}' } else { b']' };
        if self.peek() == Some(close) {
            self.close();
            return Ok(true);
        }
        Ok(false)
    }

    /// After a value: goes to the next one, closing what ends here; `false` when all is closed.
    fn next(&mut self) -> Result<bool, JsonFault> {
        loop {
            let Some(open) = self.open.last_mut() else { return Ok(false) };
            open.length += 1;
            let close = if open.is_object { b'}' } else { b']' };
            self.skip_space();
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    return Ok(true);
                }
                Some(byte) if byte == close => self.close(),
                Some(_) => return self.fault("lacks a comma or the end of an object or array"),
                None => return self.fault("ends too early"),
            }
        }
    }

    fn close(&mut self) {
        self.at += 1;
        let end = self.at;
        if let Some(open) = self.open.pop()
            && let Some(node) = open.node.and_then(|node| self.nodes.get_mut(node))
        {
            node.span.end = end;
            node.length = open.length;
        }
    }

    fn key(&mut self) -> Result<Option<Range<usize>>, JsonFault> {
        if !self.open.last().is_some_and(|open| open.is_object) {
            return Ok(None);
        }
        if self.peek() != Some(b'"') {
            return self.fault("has an object member without a quoted name");
        }
        let start = self.at + 1;
        self.string()?;
        let key = start..self.at - 1;
        self.skip_space();
        if self.peek() != Some(b':') {
            return self.fault("lacks a colon after a member's name");
        }
        self.at += 1;
        self.skip_space();
        Ok(Some(key))
    }

    fn keep(&mut self, key: Option<Range<usize>>, kind: Kind, start: usize) -> Option<usize> {
        let parent = match self.open.last() {
            None => usize::MAX,
            Some(open) => open.node?,
        };
        if self.open.len() > usize::from(DEEPEST_KEPT) || self.nodes.len() >= MOST_KEPT {
            return None;
        }
        // The end of what is not closed yet is not known: all that follows is within it.
        let end = if matches!(kind, Kind::Object | Kind::Array) { self.bytes.len() } else { self.at };
        self.nodes.push(Node { key, kind, span: start..end, parent, length: 0 });
        Some(self.nodes.len() - 1)
    }

    #[inline]
    fn string(&mut self) -> Result<(), JsonFault> {
        self.at += 1;
        loop {
            self.at += plain_length(self.bytes.get(self.at..).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.escape()?,
                Some(_) => return self.fault("has a control character within a string"),
                None => return self.fault("ends within a string"),
            }
        }
    }

    fn escape(&mut self) -> Result<(), JsonFault> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let digits = self.bytes.get(self.at + 2..self.at + 6);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return self.fault("has a \\u without four hexadecimal digits");
                }
                self.at += 6;
            }
            _ => return self.fault("has an unknown escape within a string"),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Kind, JsonFault> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        let mut wrong = whole == 0 || (leading_zero && whole > 1);
        if self.peek() == Some(b'.') {
            self.at += 1;
            wrong |= self.digits() == 0;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            wrong |= self.digits() == 0;
        }
        if wrong { self.fault("has a number that is not written as one") } else { Ok(Kind::Number) }
    }

    fn digits(&mut self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn word(&mut self, word: &[u8], kind: Kind) -> Result<Kind, JsonFault> {
        if !self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return self.fault("has something that is no value");
        }
        self.at += word.len();
        Ok(kind)
    }

    #[inline]
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    const fn fault<T>(&self, why: &'static str) -> Result<T, JsonFault> {
        Err(JsonFault { at: self.at, why })
    }
}

/// How many bytes come before a quote, a backslash or a control character: eight at a time, since strings are most of
/// what there is to read.
#[inline]
fn plain_length(text: &[u8]) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // The high bit of each byte that is 0, and perhaps of some above it: the lowest is right (Hacker's Delight, 6-1).
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, rest) = text.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quotes = zeros(word ^ (ONES * u64::from(b'"')));
        let slashes = zeros(word ^ (ONES * u64::from(b'\\')));
        let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = quotes | slashes | controls;
        if found != 0 {
            return number * 8 + usize::try_from(found.trailing_zeros() / 8).unwrap_or_default();
        }
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..=0x1f);
    words.len() * 8 + rest.iter().position(is_special).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Option<(usize, &'static str)> {
        Json::parse(text.as_bytes()).err().map(|fault| (fault.at, fault.why))
    }

    #[test]
    fn what_is_json_is_read_and_what_is_not_is_refused_where_it_goes_wrong() {
        for right in [
            "{}",
            "[]",
            "0",
            "-0.5e+3",
            "\"\"",
            " null ",
            "[1,[2,{\"a\":[]}],\"\\u00e9\\n\"]",
            "{\"a\":{},\"b\":1}",
        ] {
            assert_eq!(fault(right), None, "{right}");
        }
        for (wrong, at) in [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            ("{\"a\":1,}", 7),
            ("{a:1}", 1),
            ("01", 2),
            ("1.", 2),
            ("[1 2]", 3),
            ("{} x", 3),
            ("\"a", 2),
            ("\"\\x\"", 1),
            ("\"\t\"", 1),
            ("nul", 0),
            ("{\"a\" 1}", 5),
            ("[1}", 2),
            ("\u{feff}{}", 0),
            ("'a'", 0),
        ] {
            assert_eq!(fault(wrong).map(|fault| fault.0), Some(at), "{wrong}");
        }
        assert!(fault(&"[".repeat(100_000)).is_some());
        assert_eq!(Json::parse(b"\"\xff\"").err().map(|fault| fault.at), Some(1));
    }

    #[test]
    fn members_are_found_by_name_and_keep_their_place() {
        let text = r#"{"error":{"code":503,"message":"a\u0020\ud83d\ude00b","details":[{"field":"x"},{}]},"ok":false,"n":null}"#;
        let json = Json::parse(text.as_bytes()).unwrap();
        let error = json.root().get("error").unwrap();
        assert_eq!((json.root().len(), error.len()), (3, 3));
        assert_eq!(error.get("code").unwrap().as_integer(), Some(503));
        assert_eq!(error.get("message").unwrap().as_str().unwrap(), "a \u{1f600}b");
        assert_eq!(error.get("details").unwrap().children().count(), 2);
        assert_eq!(json.root().get("ok").unwrap().kind(), Kind::False);
        assert!(json.root().get("n").unwrap().is_empty() && json.root().get("field").is_none());
        assert_eq!(&text[json.root().get("ok").unwrap().span()], "false");
    }

    #[test]
    fn the_end_of_a_string_is_found_wherever_it_stands_in_its_eight_bytes() {
        for special in [b'"', b'\\', 0x00, 0x1f, b'\n'] {
            for before in 0..40 {
                let mut text = vec![0xe9; before];
                text.push(special);
                text.extend([b'!', b'#', b'\\', b'"', 0x01].iter().cycle().take(17));
                assert_eq!(plain_length(&text), before, "{special:#x} after {before}");
            }
        }
        let text: Vec<u8> = (0x20..=0xff).filter(|byte| !matches!(byte, b'"' | b'\\')).collect();
        assert_eq!(plain_length(&text), text.len());
    }
}
