//! Entity tags (RFC 9110, 8.8.3).

use std::ops::Range;

use super::Fault;
use super::list::is_ows;

/// An entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntityTag<'a> {
    pub(crate) is_weak: bool,
    /// What stands between the quotes.
    pub(crate) opaque: &'a [u8],
    /// All of it.
    pub(crate) bytes: Range<usize>,
}

impl<'a> EntityTag<'a> {
    /// One entity tag and nothing else.
    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, Fault> {
        let tag = Self::at(value, 0)?;
        let end = tag.bytes.end;
        if end == value.len() {
            Ok(tag)
        } else {
            Err(Fault::new(end..value.len(), "more after the entity tag"))
        }
    }

    /// An entity tag that begins here.
    fn at(value: &'a [u8], start: usize) -> Result<Self, Fault> {
        let rest = value.get(start..).unwrap_or_default();
        if rest.starts_with(b"w/\"") {
            return Err(Fault::new(start..start + 1, "the `W` of a weak entity tag has to be upper case"));
        }
        let is_weak = rest.starts_with(b"W/");
        let from = if is_weak { 2 } else { 0 };
        let inner = rest.get(from..).and_then(|rest| rest.strip_prefix(b"\""));
        let Some(inner) = inner else { return Err(Fault::new(start..value.len(), "no quotes")) };
        let Some(length) = memchr::memchr(b'"', inner) else {
            return Err(Fault::new(start..value.len(), "no closing quote"));
        };
        let opaque = inner.get(..length).unwrap_or_default();
        let first = start + from + 1;
        if let Some(at) = opaque.iter().position(|byte| !matches!(byte, 0x21 | 0x23..=0x7e | 0x80..)) {
            let why = if opaque.get(at) == Some(&b' ') { "a space" } else { "a control character" };
            return Err(Fault::new(first + at..first + at + 1, why));
        }
        Ok(Self { is_weak, opaque, bytes: start..first + length + 1 })
    }

    /// The same for most purposes (RFC 9110, 8.8.3.2).
    pub(crate) fn matches_weakly(&self, other: &EntityTag<'_>) -> bool {
        self.opaque == other.opaque
    }

    /// The same, byte for byte (RFC 9110, 8.8.3.2).
    pub(crate) fn matches_strongly(&self, other: &EntityTag<'_>) -> bool {
        !self.is_weak && !other.is_weak && self.opaque == other.opaque
    }
}

/// A list of entity tags as in If-None-Match; not `*`.
pub(crate) fn list(value: &[u8]) -> Result<Vec<EntityTag<'_>>, Fault> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut needs_comma = false;
    while let Some(byte) = value.get(at) {
        match byte {
            b',' => needs_comma = false,
            byte if is_ows(*byte) => {}
            _ if needs_comma => return Err(Fault::new(at..value.len(), "no comma between entity tags")),
            _ => {
                let tag = EntityTag::at(value, at)?;
                at = tag.bytes.end;
                found.push(tag);
                needs_comma = true;
                continue;
            }
        }
        at += 1;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_are_quoted_and_weak_with_a_capital() {
        let tag = |text: &'static str| EntityTag::parse(text.as_bytes());
        assert_eq!(tag("W/\"a\\b,c\"").unwrap(), EntityTag { is_weak: true, opaque: b"a\\b,c", bytes: 0..9 });
        assert!(tag("\"\"").is_ok() && tag("\"\u{e9}\"").is_ok());
        for wrong in ["", "a", "\"a", "w/\"a\"", "W/a", "\"a b\"", "\"a\" ", "\"a\"-gzip", "'a'", "*"] {
            assert!(tag(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn tags_compare_weakly_or_strongly() {
        let found = list(b"W/\"1\", \"1\" ,, \"a,b\"").unwrap();
        let [weak, strong, other] = found.as_slice() else { panic!() };
        assert!(
            weak.matches_weakly(strong) && !weak.matches_strongly(strong) && !weak.matches_strongly(weak)
        );
        assert!(strong.matches_strongly(strong) && !strong.matches_weakly(other));
        assert!(list(b"\"a\" \"b\"").is_err() && list(b"a").is_err() && list(b"").unwrap().is_empty());
    }
}
