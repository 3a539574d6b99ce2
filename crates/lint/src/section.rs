//! A header section whose known fields are found at once.

use statusquo_exchange::{FieldLine, Fields};

use crate::field::list::trim;
use crate::known::Known;

/// A header section whose known fields are found at once.
pub(crate) struct Section<'a> {
    fields: &'a Fields,
    /// For each known field the number of its first line, counted from 1; 0 means that it is not there.
    first: [u16; Known::COUNT],
    /// For each line which known field it is.
    known: Vec<Option<Known>>,
}

/// One field line with its number in its section, counted from 0.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) number: usize,
    pub(crate) known: Option<Known>,
    pub(crate) name: &'a [u8],
    /// The value without the white space around it, which is no part of it (RFC 9110, 5.5).
    pub(crate) value: &'a [u8],
}

impl<'a> Line<'a> {
    pub(crate) fn new(number: usize, known: Option<Known>, line: &'a FieldLine) -> Self {
        Self { number, known, name: &line.name, value: value(line) }
    }

    /// The value, if it is UTF-8.
    pub(crate) fn text(&self) -> Option<&'a str> {
        std::str::from_utf8(self.value).ok()
    }
}

/// The value of a line without the white space around it: recorders may keep that, and a parser excludes it before it
/// looks at the value (RFC 9110, 5.5).
pub(crate) fn value(line: &FieldLine) -> &[u8] {
    line.value.get(trim(&line.value, 0..line.value.len())).unwrap_or_default()
}

impl<'a> Section<'a> {
    pub(crate) fn new(fields: &'a Fields) -> Self {
        let mut first = [0; Known::COUNT];
        let known: Vec<_> = fields.lines().map(|line| Known::of(&line.name)).collect();
        for (number, field) in (1_u16..).zip(&known) {
            if let Some(slot) = field.and_then(|field| first.get_mut(field as usize))
                && *slot == 0
            {
                *slot = number;
            }
        }
        Self { fields, first, known }
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
        self.at(self.start(field)?)
    }

    /// The first value of a field, if it is UTF-8.
    pub(crate) fn text(&self, field: Known) -> Option<&'a str> {
        self.line(field)?.text()
    }

    /// All lines of a field, in order.
    pub(crate) fn lines(&self, field: Known) -> impl Iterator<Item = Line<'a>> {
        let start = self.start(field).unwrap_or(self.known.len());
        (start..self.known.len())
            .filter_map(move |number| self.at(number))
            .filter(move |line| line.known == Some(field))
    }

    /// Each known field that is there, once.
    pub(crate) fn present(&self) -> impl Iterator<Item = Known> {
        let known = self.known.iter().enumerate();
        known.filter_map(|(number, field)| field.filter(|field| self.start(*field) == Some(number)))
    }

    /// Every line, in order.
    pub(crate) fn every(&self) -> impl Iterator<Item = Line<'a>> {
        (0..self.known.len()).filter_map(|number| self.at(number))
    }

    /// Every line as it was recorded, white space included, for rules about that.
    pub(crate) fn recorded(&self) -> impl Iterator<Item = (usize, &'a FieldLine)> {
        self.fields.lines().enumerate()
    }

    fn start(&self, field: Known) -> Option<usize> {
        self.first.get(field as usize).and_then(|number| usize::from(*number).checked_sub(1))
    }

    fn at(&self, number: usize) -> Option<Line<'a>> {
        let known = self.known.get(number).copied().flatten();
        Some(Line::new(number, known, self.fields.get(number)?))
    }
}
