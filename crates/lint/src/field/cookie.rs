//! Set-Cookie (RFC 6265, 4.1.1).

use std::ops::Range;

use super::Fault;
use super::date::{Form, HttpDate};
use super::list::{is_token, trim};

/// A cookie as a server sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cookie<'a> {
    pub(crate) name: &'a [u8],
    /// Where the name stands.
    pub(crate) name_bytes: Range<usize>,
    attributes: Vec<Attribute<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Attribute<'a> {
    /// In lower case.
    name: String,
    value: &'a [u8],
    bytes: Range<usize>,
}

/// There are not ten; more are somebody's attempt to keep us busy.
const MOST_ATTRIBUTES: usize = 64;

impl<'a> Cookie<'a> {
    /// The cookie of one field line, held against the grammar for servers.
    ///
    /// The space after a semicolon may be missing: every browser reads it so, and the successor of RFC 6265 allows it.
    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, Fault> {
        let mut parts = pieces(value);
        let pair = parts.next().unwrap_or(0..0);
        let (name, name_bytes) = name_of_pair(value, &pair)?;
        let mut attributes: Vec<Attribute<'_>> = Vec::new();
        for bytes in parts.filter(|bytes| !bytes.is_empty()).take(MOST_ATTRIBUTES) {
            let attribute = Attribute::parse(value, bytes)?;
            if attributes.iter().any(|earlier| earlier.name == attribute.name) {
                return Err(Fault::new(attribute.bytes, "an attribute that stands here twice"));
            }
            attributes.push(attribute);
        }
        Ok(Self { name, name_bytes, attributes })
    }

    /// Has it this attribute? The name is in lower case.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value of an attribute, empty when it has none. The name is in lower case.
    pub(crate) fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value)
    }
}

/// What stands between the semicolons, trimmed. Quotes have no meaning here.
fn pieces(value: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let ends = memchr::memchr_iter(b';', value).chain([value.len()]);
    ends.scan(0, move |start, end| {
        let piece = trim(value, *start..end);
        *start = end + 1;
        Some(piece)
    })
}

/// `token=value`; the value may stand in quotes.
fn name_of_pair<'a>(value: &'a [u8], pair: &Range<usize>) -> Result<(&'a [u8], Range<usize>), Fault> {
    let text = value.get(pair.clone()).unwrap_or_default();
    let equals =
        memchr::memchr(b'=', text).ok_or_else(|| Fault::new(pair.clone(), "not of the form `name=value`"))?;
    let name_bytes = trim(value, pair.start..pair.start + equals);
    let name = value.get(name_bytes.clone()).unwrap_or_default();
    if name.is_empty() {
        return Err(Fault::new(pair.clone(), "a cookie without a name"));
    }
    if !is_token(name) {
        return Err(Fault::new(name_bytes, "a name that is not a token"));
    }
    let mut content = trim(value, pair.start + equals + 1..pair.end);
    let is_quote = |at: usize| value.get(at) == Some(&b'"');
    if content.len() >= 2 && is_quote(content.start) && is_quote(content.end - 1) {
        content = content.start + 1..content.end - 1;
    }
    let octets = value.get(content.clone()).unwrap_or_default();
    match octets.iter().position(|byte| !is_octet(*byte)) {
        Some(at) => Err(Fault::new(
            content.start + at..content.start + at + 1,
            "a character that a cookie's value may not have",
        )),
        None => Ok((name, name_bytes)),
    }
}

/// A `cookie-octet`.
const fn is_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E)
}

impl<'a> Attribute<'a> {
    fn parse(line: &'a [u8], bytes: Range<usize>) -> Result<Self, Fault> {
        let text = line.get(bytes.clone()).unwrap_or_default();
        let equals = memchr::memchr(b'=', text).unwrap_or(text.len());
        let value_bytes = trim(line, (bytes.start + equals + 1).min(bytes.end)..bytes.end);
        let value = line.get(value_bytes.clone()).unwrap_or_default();
        let name = line.get(trim(line, bytes.start..bytes.start + equals)).unwrap_or_default();
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        if let Some(at) = text.iter().position(|byte| !byte.is_ascii() || byte.is_ascii_control()) {
            let at = bytes.start + at;
            return Err(Fault::new(at..at + 1, "a character that an attribute may not have"));
        }
        match name.as_str() {
            "expires" if !is_date(value) => {
                Err(Fault::new(value_bytes, "not a date such as `Sun, 06 Nov 1994 08:49:37 GMT`"))
            }
            // Zero and less take a cookie back, in every browser, though the grammar knows only what is more.
            "samesite" if !SAME_SITE.iter().any(|word| value.eq_ignore_ascii_case(word)) => {
                Err(Fault::new(value_bytes, "none of `Strict`, `Lax` and `None`"))
            }
            "max-age" if !is_number(value) => Err(Fault::new(value_bytes, "not a number of seconds")),
            _ => Ok(Self { name, value, bytes }),
        }
    }
}

/// RFC 6265bis, 4.1.1. Browsers take another word for `Lax`.
const SAME_SITE: [&[u8]; 3] = [b"strict", b"lax", b"none"];

/// An `rfc1123-date`. Other forms SHOULD NOT be sent, since their years have two digits.
fn is_date(value: &[u8]) -> bool {
    HttpDate::parse(value).is_some_and(|date| date.form == Form::Imf)
}

fn is_number(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_of_common_servers_are_read() {
        for text in [
            "theme=dark",
            "sid=\"ab\"",
            "SID=31d4d96e407aad42; Path=/; Secure; HttpOnly",
            "JSESSIONID=0A1B;Path=/;HttpOnly",
            "lang=; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=0; Path=/",
            "connect.sid=s%3Aabc.def%2Fg; path=/; samesite=lax;",
            "__Host-a=eyJhIjoiYiJ9.x-_~; Secure; Path=/; Partitioned; Priority=High",
            "a=b=c; max-age=-1",
        ] {
            assert!(Cookie::parse(text.as_bytes()).is_ok(), "{text}");
        }
        let cookie = Cookie::parse(b"a=b; Path=/x ;SAMESITE=None; Secure").unwrap();
        assert_eq!((cookie.name, cookie.get("path")), (&b"a"[..], Some(&b"/x"[..])));
        assert_eq!((cookie.get("samesite"), cookie.get("secure")), (Some(&b"None"[..]), Some(&b""[..])));
        assert!(!cookie.has("httponly"));
    }

    #[test]
    fn faults_of_cookies_are_told_with_their_place() {
        for (text, part, why) in [
            ("theme", "theme", "not of the form `name=value`"),
            ("=dark; Path=/", "=dark", "a cookie without a name"),
            ("the me=dark", "the me", "a name that is not a token"),
            ("a={\"b\":1}", "\"", "a character that a cookie's value may not have"),
            ("a=b c", " ", "a character that a cookie's value may not have"),
            ("a=b; Path=/; path=/x", "path=/x", "an attribute that stands here twice"),
            ("a=b; Max-Age=1h", "1h", "not a number of seconds"),
            ("a=b; SameSite=Always", "Always", "none of `Strict`, `Lax` and `None`"),
            (
                "a=b; Expires=Sun, 06-Nov-94 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "not a date such as `Sun, 06 Nov 1994 08:49:37 GMT`",
            ),
        ] {
            let fault = Cookie::parse(text.as_bytes()).unwrap_err();
            assert_eq!((&text[fault.bytes], fault.why), (part, why), "{text}");
        }
    }
}
