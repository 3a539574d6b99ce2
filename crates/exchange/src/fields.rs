//! Header and trailer fields as they were on the wire.

use bytes::Bytes;

/// One field line: a name and a value, bytes as received (RFC 9110, 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldLine {
    /// The name in the case it had.
    pub name: Bytes,
    /// The value without the white space around it.
    pub value: Bytes,
}

/// The field lines of one section, in wire order; names keep their case and compare without it.
///
/// "Nobody recorded them" is kept apart from "there were none": an access log says nothing of most fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    lines: Vec<FieldLine>,
    not_captured: bool,
}

impl Fields {
    /// No lines.
    #[must_use]
    pub const fn new() -> Self {
        Self { lines: Vec::new(), not_captured: false }
    }

    /// Nobody recorded them.
    #[must_use]
    pub const fn not_captured() -> Self {
        Self { lines: Vec::new(), not_captured: true }
    }

    /// Were they recorded? Then what is not here was not sent.
    #[must_use]
    pub const fn is_captured(&self) -> bool {
        !self.not_captured
    }

    /// Adds a line at the end.
    pub fn push(&mut self, name: impl Into<Bytes>, value: impl Into<Bytes>) {
        self.lines.push(FieldLine { name: name.into(), value: value.into() });
    }

    /// The lines in wire order.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = &FieldLine> + DoubleEndedIterator {
        self.lines.iter()
    }

    /// The line with this number, counted from 0.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&FieldLine> {
        self.lines.get(number)
    }

    /// The values of all lines with this name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Bytes> {
        self.lines
            .iter()
            .filter(move |line| line.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|line| &line.value)
    }

    /// The first value with this name.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&Bytes> {
        self.lines.iter().find(|line| line.name.eq_ignore_ascii_case(name.as_bytes())).map(|line| &line.value)
    }

    /// The first value with this name, if it is UTF-8.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.first(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Is there a line with this name?
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    /// How many lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Are there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

impl FromIterator<FieldLine> for Fields {
    fn from_iter<I: IntoIterator<Item = FieldLine>>(lines: I) -> Self {
        Self { lines: lines.into_iter().collect(), not_captured: false }
    }
}

impl<N: Into<Bytes>, V: Into<Bytes>> FromIterator<(N, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(lines: I) -> Self {
        lines.into_iter().map(|(name, value)| FieldLine { name: name.into(), value: value.into() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_case_and_keep_it() {
        let fields: Fields = [("RETRY-after", "30"), ("Via", "a"), ("via", "b")].into_iter().collect();
        assert_eq!(fields.text("Retry-After"), Some("30"));
        assert_eq!(fields.all("VIA").map(|v| v.as_ref()).collect::<Vec<_>>(), [b"a", b"b"]);
        assert_eq!(fields.lines().next().map(|l| l.name.as_ref()), Some(b"RETRY-after".as_ref()));
        assert!(!fields.has("Allow"));
    }
}
