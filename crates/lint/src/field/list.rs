//! Tokens, quoted strings, parameters and lists (RFC 9110, 5.6).

use std::borrow::Cow;
use std::ops::Range;

use super::Fault;

/// The bytes of tokens (RFC 9110, 5.6.2), one bit each: every field name passes here more than once.
const TCHARS: u128 = {
    let mut bits = 0;
    let mut byte = 0_u8;
    while byte < 128 {
        let is_mark = matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        );
        if is_mark || byte.is_ascii_alphanumeric() {
            bits |= 1 << byte;
        }
        byte += 1;
    }
    bits
};

/// May this byte stand in a token (RFC 9110, 5.6.2)?
pub(crate) const fn is_tchar(byte: u8) -> bool {
    byte < 128 && TCHARS >> byte & 1 == 1
}

/// Is it a token?
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| is_tchar(*byte))
}

/// Is it optional white space (RFC 9110, 5.6.3)?
pub(crate) const fn is_ows(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Takes the white space off both ends.
pub(crate) fn trim(value: &[u8], range: Range<usize>) -> Range<usize> {
    let bytes = value.get(range.clone()).unwrap_or_default();
    let before = bytes.iter().take_while(|byte| is_ows(**byte)).count();
    let after = bytes.iter().rev().take_while(|byte| is_ows(**byte)).count().min(bytes.len() - before);
    range.start + before..range.end - after
}

/// Cuts at a separator, but not within quoted strings; the pieces are trimmed, empty ones included.
pub(crate) fn split(value: &[u8], separator: u8) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let start = at;
        let mut quoted = false;
        loop {
            match value.get(at) {
                None => {
                    done = true;
                    return Some(trim(value, start..value.len()));
                }
                Some(b'\\') if quoted => at += 2,
                Some(b'"') => {
                    quoted = !quoted;
                    at += 1;
                }
                Some(byte) if *byte == separator && !quoted => {
                    at += 1;
                    return Some(trim(value, start..at - 1));
                }
                Some(_) => at += 1,
            }
        }
    })
}

/// The elements of a list, empty ones left out as a recipient has to (RFC 9110, 5.6.1.2).
pub(crate) fn elements(value: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    split(value, b',').filter(|range| !range.is_empty())
}

/// Is there such an element in the list, whatever its case?
pub(crate) fn has_element(value: &[u8], element: &[u8]) -> bool {
    elements(value).any(|range| value.get(range).is_some_and(|found| found.eq_ignore_ascii_case(element)))
}

/// The value of a parameter or directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Param<'a> {
    pub(crate) name: &'a [u8],
    /// As written, quotes included.
    pub(crate) value: Option<&'a [u8]>,
    /// All of it.
    pub(crate) bytes: Range<usize>,
}

impl<'a> Param<'a> {
    /// `name`, `name=token` or `name="quoted string"`, at a range of a value.
    pub(crate) fn parse(value: &'a [u8], range: Range<usize>) -> Result<Self, Fault> {
        let text = value.get(range.clone()).unwrap_or_default();
        let (name, given) = match memchr::memchr(b'=', text) {
            Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
            None => (text, None),
        };
        if !is_token(name) {
            return Err(Fault::new(range, "a name that is not a token"));
        }
        if let Some(given) = given
            && !is_token(given)
            && !is_quoted(given)
        {
            return Err(Fault::new(range, "a value that is neither a token nor a quoted string"));
        }
        Ok(Self { name, value: given, bytes: range })
    }

    /// Is it named so, whatever the case?
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// Was the value a quoted string?
    pub(crate) fn is_quoted(&self) -> bool {
        self.value.is_some_and(|value| value.starts_with(b"\""))
    }

    /// The value without quotes and escapes.
    pub(crate) fn plain(&self) -> Cow<'a, [u8]> {
        self.value.map_or(Cow::Borrowed(&[]), unquote)
    }
}

/// Is it one whole quoted string (RFC 9110, 5.6.4)?
pub(crate) fn is_quoted(text: &[u8]) -> bool {
    let Some(inner) = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")) else {
        return false;
    };
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        let is_right = match byte {
            b'"' => false,
            b'\\' => bytes.next().is_some_and(|byte| matches!(byte, b'\t' | b' '..=b'~' | 0x80..)),
            byte => matches!(byte, b'\t' | b' '..=b'~' | 0x80..),
        };
        if !is_right {
            return false;
        }
    }
    true
}

/// Takes off the quotes and the backslashes, if there are any.
pub(crate) fn unquote(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")) else {
        return Cow::Borrowed(text);
    };
    if !inner.contains(&b'\\') {
        return Cow::Borrowed(inner);
    }
    let mut plain = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter();
    while let Some(byte) = bytes.next() {
        plain.push(if *byte == b'\\' { *bytes.next().unwrap_or(byte) } else { *byte });
    }
    Cow::Owned(plain)
}

/// `;name=value` after something else, from the byte `from` on (RFC 9110, 5.6.6). Empty ones are allowed.
pub(crate) fn params(value: &[u8], from: usize) -> Result<Vec<Param<'_>>, Fault> {
    let rest = value.get(from..).unwrap_or_default();
    let ranges = split(rest, b';').map(|range| range.start + from..range.end + from);
    ranges
        .filter(|range| !range.is_empty())
        .map(|range| match Param::parse(value, range.clone())? {
            Param { value: None, .. } => Err(Fault::new(range, "a parameter without a value")),
            param @ Param { value: Some(_), .. } => Ok(param),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_cut_outside_of_quotes() {
        let value = br#"a="1,2" , ,"x\",y",  b"#;
        let found: Vec<_> =
            elements(value).map(|range| String::from_utf8_lossy(&value[range]).into_owned()).collect();
        assert_eq!(found, [r#"a="1,2""#, r#""x\",y""#, "b"]);
        assert_eq!(split(b"", b',').count(), 1);
        assert!(has_element(b"Upgrade, keep-alive", b"upgrade"));
    }

    #[test]
    fn parameters_are_tokens_or_quoted_strings() {
        let value = br#"text/html; a=b;c="d;e\"";"#;
        let found = params(value, 10).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].plain().as_ref(), br#"d;e""#);
        assert!(
            params(b"; a", 1).is_err() && params(b"; a=b c", 1).is_err() && params(b"; a = b", 1).is_err()
        );
    }
}
