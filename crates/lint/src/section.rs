//! A header section whose known fields are found at once.

use statusquo_exchange::{FieldLine, Fields};

use crate::field::list::{is_ows, trim};
use crate::known::Known;

/// A header section whose known fields are found at once.
pub(crate) struct Section<'a> {
    fields: &'a Fields,
    /// For each known field the place of its first line in `lines`, counted from 1; 0 means that it is not there.
    first: [u16; Known::COUNT],
    lines: Vec<Line<'a>>,
}

/// One field line with its number in its section, counted from 0. Lines that were joined have one number.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) number: usize,
    pub(crate) known: Option<Known>,
    pub(crate) name: &'a [u8],
    /// The value without the white space around it, which is no part of it (RFC 9110, 5.5).
    pub(crate) value: &'a [u8],
}

impl<'a> Line<'a> {
    /// The value, if it is UTF-8.
    pub(crate) fn text(&self) -> Option<&'a str> {
        std::str::from_utf8(self.value).ok()
    }
}

/// The values of a line without the white space around them: recorders may keep that, and a parser excludes it before it
/// looks at the value (RFC 9110, 5.5). There are several when a recorder joined lines with LF, as browsers do.
fn values(line: &FieldLine) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(line.value.as_ref());
    std::iter::from_fn(move || {
        let all = rest?;
        let end = end_of_line(all);
        // An LF at the very end joins nothing.
        rest = all.get(end + 1..).filter(|after| !after.trim_ascii().is_empty());
        all.get(trim(all, 0..end))
    })
}

/// Where a line ends: at an LF, unless white space after it goes on with the line (RFC 9112, 5.2).
fn end_of_line(text: &[u8]) -> usize {
    let is_end = |at: &usize| !text.get(at + 1).is_some_and(|byte| is_ows(*byte));
    memchr::memchr_iter(b'\n', text).find(is_end).unwrap_or(text.len())
}

/// The lines of a section, each with the known field that it is.
pub(crate) fn lines(fields: &Fields) -> impl Iterator<Item = Line<'_>> {
    fields.lines().enumerate().flat_map(|(number, line)| {
        let known = Known::of(&line.name);
        values(line).map(move |value| Line { number, known, name: &line.name, value })
    })
}

impl<'a> Section<'a> {
    pub(crate) fn new(fields: &'a Fields) -> Self {
        let mut first = [0; Known::COUNT];
        let mut found = Vec::with_capacity(fields.len());
        found.extend(lines(fields));
        for (number, line) in (1_u16..).zip(&found) {
            if let Some(slot) = line.known.and_then(|field| first.get_mut(field as usize))
                && *slot == 0
            {
                *slot = number;
            }
        }
        Self { fields, first, lines: found }
    }

    /// Is there such a field?
    pub(crate) fn has(&self, field: Known) -> bool {
        self.start(field).is_some()
    }

    /// Is there one of these fields?
    pub(crate) fn has_any(&self, fields: &[Known]) -> bool {
        fields.iter().any(|field| self.has(*field))
    }

    /// The first line of a field.
    pub(crate) fn line(&self, field: Known) -> Option<Line<'a>> {
        self.lines.get(self.start(field)?).copied()
    }

    /// The first value of a field, if it is UTF-8.
    pub(crate) fn text(&self, field: Known) -> Option<&'a str> {
        self.line(field)?.text()
    }

    /// All lines of a field, in order.
    pub(crate) fn lines(&self, field: Known) -> impl Iterator<Item = Line<'a>> {
        let start = self.start(field).unwrap_or(self.lines.len());
        let rest = self.lines.get(start..).unwrap_or_default();
        rest.iter().copied().filter(move |line| line.known == Some(field))
    }

    /// Each known field that is there, once.
    pub(crate) fn present(&self) -> impl Iterator<Item = Known> {
        let lines = self.lines.iter().enumerate();
        lines.filter_map(|(at, line)| line.known.filter(|field| self.start(*field) == Some(at)))
    }

    /// Every line, in order.
    pub(crate) fn every(&self) -> impl Iterator<Item = Line<'a>> {
        self.lines.iter().copied()
    }

    /// Every line as it was recorded, white space included, for rules about that.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = (usize, &'a FieldLine)> {
        self.fields.lines().enumerate()
    }

    fn start(&self, field: Known) -> Option<usize> {
        self.first.get(field as usize).and_then(|number| usize::from(*number).checked_sub(1))
    }
}
