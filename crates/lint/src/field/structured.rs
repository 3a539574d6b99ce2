//! Structured fields: items, lists and dictionaries (RFC 9651).
//!
//! One line at a time: members of a list or dictionary may stand on several lines, but no member is cut by one.

use std::borrow::Cow;
use std::ops::Range;

use super::Fault;

/// A value without its parameters (RFC 9651, 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bare<'a> {
    Integer(i64),
    /// In thousandths, since that is as fine as it gets.
    Decimal(i64),
    String(Cow<'a, str>),
    Token(&'a str),
    /// In base64, as written.
    Bytes(&'a str),
    Boolean(bool),
    /// Seconds since 1970.
    Date(i64),
    /// Percent-encoded, as written.
    Display(&'a str),
}

impl Bare<'_> {
    /// What it is called in the standard.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Integer(_) => "an Integer",
            Self::Decimal(_) => "a Decimal",
            Self::String(_) => "a String",
            Self::Token(_) => "a Token",
            Self::Bytes(_) => "a Byte Sequence",
            Self::Boolean(_) => "a Boolean",
            Self::Date(_) => "a Date",
            Self::Display(_) => "a Display String",
        }
    }
}

/// Parameters; a key that stands there twice counts with its last value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Params<'a>(Vec<(&'a str, Bare<'a>)>);

impl<'a> Params<'a> {
    /// The value of a parameter.
    pub(crate) fn get(&self, key: &str) -> Option<&Bare<'a>> {
        self.0.iter().rev().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// The value of a parameter that is an Integer.
    pub(crate) fn integer(&self, key: &str) -> Option<i64> {
        if let Some(Bare::Integer(number)) = self.get(key) { Some(*number) } else { None }
    }
}

/// A value with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    pub(crate) value: Bare<'a>,
    pub(crate) params: Params<'a>,
    /// All of it.
    pub(crate) bytes: Range<usize>,
}

/// A member of a list or dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Member<'a> {
    Item(Item<'a>),
    /// An inner list, with the parameters of the whole.
    Inner {
        items: Vec<Item<'a>>,
        params: Params<'a>,
        bytes: Range<usize>,
    },
}

impl<'a> Member<'a> {
    /// It, if it is no inner list.
    #[cfg(test)]
    pub(crate) const fn item(&self) -> Option<&Item<'a>> {
        match self {
            Self::Item(item) => Some(item),
            Self::Inner { .. } => None,
        }
    }

    /// Its parameters.
    pub(crate) const fn params(&self) -> &Params<'a> {
        match self {
            Self::Item(item) => &item.params,
            Self::Inner { params, .. } => params,
        }
    }

    /// All of it.
    pub(crate) fn bytes(&self) -> Range<usize> {
        match self {
            Self::Item(item) => item.bytes.clone(),
            Self::Inner { bytes, .. } => bytes.clone(),
        }
    }
}

/// An Item (RFC 9651, 3.3).
pub(crate) fn item(value: &[u8]) -> Result<Item<'_>, Fault> {
    let mut reader = Reader::new(value)?;
    let item = reader.item()?;
    reader.end()?;
    Ok(item)
}

/// The members of a List (RFC 9651, 3.1).
pub(crate) fn list(value: &[u8]) -> Result<Vec<Member<'_>>, Fault> {
    let mut reader = Reader::new(value)?;
    reader.members(Reader::member)
}

/// The members of a Dictionary, in order (RFC 9651, 3.2). A key may stand there twice: the last one counts.
pub(crate) fn dictionary(value: &[u8]) -> Result<Vec<(&str, Member<'_>)>, Fault> {
    let mut reader = Reader::new(value)?;
    reader.members(|reader| {
        let start = reader.at;
        let key = reader.key()?;
        if reader.take(b'=') {
            return Ok((key, reader.member()?));
        }
        let params = reader.params()?;
        Ok((key, Member::Item(Item { value: Bare::Boolean(true), params, bytes: start..reader.at })))
    })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn new(value: &'a [u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(value).unwrap_or_default();
        match value.iter().position(|byte| !byte.is_ascii()) {
            Some(at) => Err(Fault::new(at..at + 1, "a byte that is not ASCII")),
            None => {
                let mut reader = Self { text, at: 0 };
                reader.skip(|byte| byte == b' ');
                Ok(reader)
            }
        }
    }

    fn members<T>(&mut self, one: impl Fn(&mut Self) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
        let mut members = Vec::new();
        while self.peek().is_some() {
            members.push(one(self)?);
            self.skip(|byte| matches!(byte, b' ' | b'\t'));
            if self.peek().is_none() {
                break;
            }
            let comma = self.at;
            if !self.take(b',') {
                return self.fault("something between a member and the next comma");
            }
            self.skip(|byte| matches!(byte, b' ' | b'\t'));
            if self.peek().is_none() {
                return Err(Fault::new(comma..comma + 1, "a comma after the last member"));
            }
        }
        Ok(members)
    }

    fn member(&mut self) -> Result<Member<'a>, Fault> {
        let start = self.at;
        if !self.take(b'(') {
            return Ok(Member::Item(self.item()?));
        }
        let mut items = Vec::new();
        loop {
            self.skip(|byte| byte == b' ');
            if self.take(b')') {
                break;
            }
            items.push(self.item()?);
            if !matches!(self.peek(), Some(b' ' | b')')) {
                return self.fault("something else than a space between the items of an inner list");
            }
        }
        let params = self.params()?;
        Ok(Member::Inner { items, params, bytes: start..self.at })
    }

    fn item(&mut self) -> Result<Item<'a>, Fault> {
        let start = self.at;
        let value = self.bare()?;
        let params = self.params()?;
        Ok(Item { value, params, bytes: start..self.at })
    }

    fn params(&mut self) -> Result<Params<'a>, Fault> {
        let mut params = Vec::new();
        while self.take(b';') {
            self.skip(|byte| byte == b' ');
            let key = self.key()?;
            let value = if self.take(b'=') { self.bare()? } else { Bare::Boolean(true) };
            params.push((key, value));
        }
        Ok(Params(params))
    }

    fn key(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        if !matches!(self.peek(), Some(b'a'..=b'z' | b'*')) {
            return self.fault("a key that does not begin with a small letter or `*`");
        }
        self.skip(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'*'));
        Ok(self.since(start))
    }

    fn bare(&mut self) -> Result<Bare<'a>, Fault> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'"') => self.string(),
            Some(b':') => self.byte_sequence(),
            Some(b'?') => self.boolean(),
            Some(b'@') => self.date(),
            Some(b'%') => self.display(),
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'*' => {
                let start = self.at;
                self.skip(|byte| super::list::is_tchar(byte) || matches!(byte, b':' | b'/'));
                Ok(Bare::Token(self.since(start)))
            }
            Some(_) => self.fault("a character that begins no value"),
            None => self.fault("no value where one is due"),
        }
    }

    /// RFC 9651, 4.2.4: 15 digits, or 12 before the point and 1 to 3 after it.
    fn number(&mut self) -> Result<Bare<'a>, Fault> {
        let start = self.at;
        let is_negative = self.take(b'-');
        let whole = self.digits();
        let sign = if is_negative { -1 } else { 1 };
        let wrong = |end: usize| Err(Fault::new(start..end.max(start + 1), "a malformed number"));
        if whole.is_empty() || whole.len() > 15 {
            return wrong(self.at);
        }
        let value: i64 = whole.parse().unwrap_or_default();
        if !self.take(b'.') {
            return Ok(Bare::Integer(sign * value));
        }
        let part = self.digits();
        if whole.len() > 12 || part.is_empty() || part.len() > 3 {
            return wrong(self.at);
        }
        let thousandths: i64 = format!("{part:0<3}").parse().unwrap_or_default();
        Ok(Bare::Decimal(sign * (value * 1000 + thousandths)))
    }

    fn digits(&mut self) -> &'a str {
        let start = self.at;
        self.skip(|byte| byte.is_ascii_digit());
        self.since(start)
    }

    fn string(&mut self) -> Result<Bare<'a>, Fault> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        let mut plain: Option<String> = None;
        loop {
            let from = self.at;
            self.skip(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'));
            let piece = self.since(from);
            if let Some(plain) = &mut plain {
                plain.push_str(piece);
            }
            match self.peek() {
                Some(b'"') => {
                    let whole = self.since(start);
                    self.at += 1;
                    return Ok(Bare::String(plain.map_or(Cow::Borrowed(whole), Cow::Owned)));
                }
                Some(b'\\') => {
                    let before = self.since(start).to_owned();
                    self.at += 1;
                    let Some(escaped @ (b'"' | b'\\')) = self.peek() else {
                        return self.fault("a backslash before something else than a quote or backslash");
                    };
                    plain.get_or_insert(before).push(char::from(escaped));
                    self.at += 1;
                }
                Some(_) => return self.fault("a control character within a string"),
                None => return Err(Fault::new(open..self.at, "a string that does not end")),
            }
        }
    }

    fn byte_sequence(&mut self) -> Result<Bare<'a>, Fault> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        self.skip(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
        let inner = self.since(start);
        if !self.take(b':') {
            return Err(Fault::new(open..self.at, "base64 that does not end with a colon"));
        }
        // Padding may be missing, and bits behind the end need not be zero (RFC 9651, 4.2.7).
        let digits = inner.trim_end_matches('=');
        if digits.contains('=') || digits.len() % 4 == 1 || inner.len() - digits.len() > 2 {
            return Err(Fault::new(open..self.at, "malformed base64"));
        }
        Ok(Bare::Bytes(inner))
    }

    fn boolean(&mut self) -> Result<Bare<'a>, Fault> {
        self.at += 1;
        if self.take(b'1') {
            Ok(Bare::Boolean(true))
        } else if self.take(b'0') {
            Ok(Bare::Boolean(false))
        } else {
            self.fault("a `?` without 0 or 1")
        }
    }

    fn date(&mut self) -> Result<Bare<'a>, Fault> {
        let start = self.at;
        self.at += 1;
        if let Bare::Integer(seconds) = self.number()? {
            return Ok(Bare::Date(seconds));
        }
        Err(Fault::new(start..self.at, "a date that is not in whole seconds"))
    }

    fn display(&mut self) -> Result<Bare<'a>, Fault> {
        let open = self.at;
        self.at += 1;
        if !self.take(b'"') {
            return self.fault("a `%` without a quote");
        }
        let start = self.at;
        self.skip(|byte| matches!(byte, b' '..=b'~') && byte != b'"');
        let inner = self.since(start);
        if !self.take(b'"') {
            return Err(Fault::new(open..self.at, "a display string that does not end"));
        }
        let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let mut codes = inner.split('%').skip(1);
        if !codes.all(|rest| rest.get(..2).is_some_and(is_hex)) {
            return Err(Fault::new(open..self.at, "a `%` without two small hexadecimal digits"));
        }
        if !is_utf8(inner) {
            return Err(Fault::new(open..self.at, "a display string that is not UTF-8"));
        }
        Ok(Bare::Display(inner))
    }

    fn end(&mut self) -> Result<(), Fault> {
        self.skip(|byte| byte == b' ');
        if self.peek().is_none() { Ok(()) } else { self.fault("something after the value") }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip(&mut self, is_it: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is_it) {
            self.at += 1;
        }
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Wrong at the next byte, or at the last one when the text has ended.
    fn fault<T>(&self, why: &'static str) -> Result<T, Fault> {
        let start = self.at.min(self.text.len().saturating_sub(1));
        Err(Fault::new(start..(start + 1).min(self.text.len()), why))
    }
}

/// Is percent-encoded text UTF-8?
fn is_utf8(text: &str) -> bool {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece.split_at_checked(2).unwrap_or_default();
        bytes.push(u8::from_str_radix(code, 16).unwrap_or_default());
        bytes.extend_from_slice(rest.as_bytes());
    }
    std::str::from_utf8(&bytes).is_ok()
}

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_every_kind_are_read() {
        for (text, value) in [
            ("42", Bare::Integer(42)),
            (" -7 ", Bare::Integer(-7)),
            ("1.5", Bare::Decimal(1500)),
            ("-0.25", Bare::Decimal(-250)),
            (r#""a\"b\\c d""#, Bare::String(r#"a"b\c d"#.into())),
            ("text/html", Bare::Token("text/html")),
            (":aGk=:", Bare::Bytes("aGk=")),
            ("?0", Bare::Boolean(false)),
            ("@1659578233", Bare::Date(1_659_578_233)),
            (r#"%"f%c3%bc""#, Bare::Display("f%c3%bc")),
        ] {
            assert_eq!(item(text.as_bytes()).unwrap().value, value, "{text}");
        }
    }

    #[test]
    fn what_breaks_the_grammar_is_refused_where_it_does() {
        for (text, at) in [
            ("", 0),
            ("1.", 0),
            ("1234567890123456", 0),
            ("1.2345", 0),
            ("--1", 0),
            ("\"a", 0),
            ("\"a\\x\"", 3),
            ("?2", 1),
            ("@1.5", 0),
            ("a b", 2),
            ("%\"%C3\"", 0),
            ("\u{e9}", 0),
            ("a;B=1", 2),
            ("(1 2)", 0),
        ] {
            assert_eq!(item(text.as_bytes()).unwrap_err().bytes.start, at, "{text}");
        }
        for text in ["a,", "a,,b", ",a", "(a", "(a,b)", "a b", "limit=1"] {
            assert!(list(text.as_bytes()).is_err(), "{text}");
        }
        for text in ["A=1", "a=", "a=1;", "a 1", "1"] {
            assert!(dictionary(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn lists_and_dictionaries_are_read_with_their_parameters() {
        let found = list(br#""default";r=50;t=30 , (a b);q"#).unwrap();
        assert_eq!((found.len(), found[0].params().integer("r"), found[0].bytes()), (2, Some(50), 0..19));
        assert_eq!(found[1].params().get("q"), Some(&Bare::Boolean(true)));
        assert!(list(b"").unwrap().is_empty());
        let found = dictionary(b"u=1, i, x=(1 2);a=?0").unwrap();
        assert_eq!(found.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["u", "i", "x"]);
        assert_eq!(found[1].1.item().unwrap().value, Bare::Boolean(true));
    }
}
