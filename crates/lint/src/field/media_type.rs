//! Media types (RFC 9110, 8.3.1).

use super::Fault;
use super::list::{Param, is_token, params, trim};

/// A media type with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaType<'a> {
    pub(crate) main: &'a [u8],
    pub(crate) sub: &'a [u8],
    pub(crate) params: Vec<Param<'a>>,
}

impl<'a> MediaType<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, Fault> {
        let end = memchr::memchr(b';', value).unwrap_or(value.len());
        let range = trim(value, 0..end);
        let essence = value.get(range.clone()).unwrap_or_default();
        let slash = memchr::memchr(b'/', essence);
        let (main, sub) = slash.map_or((essence, &[][..]), |at| {
            (essence.get(..at).unwrap_or_default(), essence.get(at + 1..).unwrap_or_default())
        });
        if !is_token(main) || !is_token(sub) {
            return Err(Fault::new(range, "not of the form type/subtype"));
        }
        Ok(Self { main, sub, params: params(value, (end + 1).min(value.len()))? })
    }

    /// Is it this one, whatever its parameters?
    pub(crate) fn is(&self, essence: &str) -> bool {
        let length = self.main.len();
        essence.len() == length + 1 + self.sub.len()
            && essence.as_bytes().split_at_checked(length).is_some_and(|(main, sub)| {
                self.main.eq_ignore_ascii_case(main)
                    && sub.strip_prefix(b"/").is_some_and(|sub| self.sub.eq_ignore_ascii_case(sub))
            })
    }

    /// `application/json`, or any type with the suffix `+json`.
    pub(crate) fn is_json(&self) -> bool {
        self.is("application/json") || self.is("text/json") || self.has_suffix("+json")
    }

    /// `application/problem+json`
    pub(crate) fn is_problem_json(&self) -> bool {
        self.is("application/problem+json")
    }

    /// `text/html` or `application/xhtml+xml`
    pub(crate) fn is_html(&self) -> bool {
        self.is("text/html") || self.is("application/xhtml+xml")
    }

    /// `application/xml`, `text/xml`, or any type with the suffix `+xml`.
    pub(crate) fn is_xml(&self) -> bool {
        self.is("application/xml") || self.is("text/xml") || self.has_suffix("+xml")
    }

    fn has_suffix(&self, suffix: &str) -> bool {
        let at = self.sub.len().checked_sub(suffix.len());
        at.and_then(|at| self.sub.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix.as_bytes()))
    }

    /// The parameter with this name.
    pub(crate) fn param(&self, name: &str) -> Option<&Param<'a>> {
        self.params.iter().find(|param| param.is(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_are_read_with_their_parameters() {
        let json = MediaType::parse(b"Application/Vnd.api+JSON ; charset=\"utf-8\"").unwrap();
        assert!(json.is_json() && json.is("application/vnd.api+json"));
        assert_eq!(json.param("Charset").unwrap().plain().as_ref(), b"utf-8");
        for wrong in ["json", "", "a/b/c", "text/html; charset", "text/", "text html/x"] {
            assert!(MediaType::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
