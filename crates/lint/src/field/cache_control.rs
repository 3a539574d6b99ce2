//! Cache-Control (RFC 9111, 5.2).

use super::Fault;
use super::list::{Param, elements};
use crate::section::Line;

/// A directive and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directive<'a> {
    pub(crate) param: Param<'a>,
    /// The number of its line in the header section.
    pub(crate) line: usize,
}

impl Directive<'_> {
    /// Its name as written.
    pub(crate) fn name(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.param.name)
    }

    /// Its argument as a number of seconds, quoted or not. What is too great to count is very long (RFC 9111, 1.2.2).
    pub(crate) fn seconds(&self) -> Option<u64> {
        let plain = self.param.plain();
        let is_number = !plain.is_empty() && plain.iter().all(u8::is_ascii_digit);
        let number = std::str::from_utf8(&plain).ok().filter(|_| is_number)?;
        Some(number.parse().unwrap_or(u64::MAX))
    }
}

/// All that the Cache-Control lines of a section say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct CacheControl<'a> {
    pub(crate) directives: Vec<Directive<'a>>,
    /// What cannot be read, with the number of its line.
    pub(crate) faults: Vec<(usize, Fault)>,
}

impl<'a> CacheControl<'a> {
    /// Reads the lines of the field; what cannot be read does not keep the rest from being read.
    pub(crate) fn parse(lines: impl Iterator<Item = Line<'a>>) -> Self {
        let mut found = Self::default();
        for Line { number, value, .. } in lines {
            for range in elements(value) {
                match Param::parse(value, range) {
                    Ok(param) => found.directives.push(Directive { param, line: number }),
                    Err(fault) => found.faults.push((number, fault)),
                }
            }
        }
        found
    }

    /// The first directive with this name, whatever its case.
    pub(crate) fn get(&self, name: &str) -> Option<&Directive<'a>> {
        self.directives.iter().find(|directive| directive.param.is(name))
    }

    /// Is there such a directive?
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Is there one of these?
    pub(crate) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    /// Is there such a directive that names no fields? `no-cache="set-cookie"` speaks of that field alone.
    pub(crate) fn has_plain(&self, name: &str) -> bool {
        self.directives.iter().any(|directive| directive.param.is(name) && directive.param.value.is_none())
    }

    /// The argument of a directive, in seconds.
    pub(crate) fn seconds(&self, name: &str) -> Option<u64> {
        self.get(name)?.seconds()
    }

    /// Is nothing said?
    pub(crate) const fn is_empty(&self) -> bool {
        self.directives.is_empty() && self.faults.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::Known;

    fn parsed(values: &[&'static str]) -> CacheControl<'static> {
        CacheControl::parse(values.iter().enumerate().map(|(number, value)| Line {
            number,
            known: Some(Known::CacheControl),
            name: b"Cache-Control",
            value: value.as_bytes(),
        }))
    }

    #[test]
    fn directives_of_all_lines_are_read_together() {
        let found = parsed(&["Max-Age=60, private=\"Set-Cookie, X\"", "no-store", ""]);
        assert_eq!(found.seconds("max-age"), Some(60));
        assert!(found.has("private") && !found.has_plain("private") && found.has_plain("no-store"));
        assert_eq!((found.directives.len(), found.directives[2].line), (3, 1));
        assert_eq!(parsed(&["max-age=99999999999999999999"]).seconds("max-age"), Some(u64::MAX));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let found = parsed(&["max-age = 60,, no-store,", "a=\"b"]);
        assert!(found.has("no-store") && !found.has("max-age"));
        let places: Vec<_> = found.faults.iter().map(|(line, fault)| (*line, fault.bytes.clone())).collect();
        assert_eq!(places, [(0, 0..12), (1, 0..4)]);
    }
}
