//! A 1xx response.

use statusquo_exchange::Response;

use crate::known::Known;
use crate::section::{Line, lines};
use crate::{Part, Place};

/// A 1xx response: an interim one, or one that nothing came after.
#[derive(Clone, Copy)]
pub(crate) struct Informational<'a> {
    /// Which interim response it is, counted from 0; `None` for one that nothing came after.
    pub(crate) number: Option<usize>,
    pub(crate) response: &'a Response,
}

impl<'a> Informational<'a> {
    /// The number of its status code.
    pub(crate) const fn code(self) -> u16 {
        self.response.status.get()
    }

    /// Its status line.
    pub(crate) fn status_line(self) -> Place {
        self.number.map_or(Place::StatusLine, Place::InterimStatusLine)
    }

    /// The lines of a field. Few fields stand here, so that nothing is kept of the search.
    pub(crate) fn lines(self, field: Known) -> impl Iterator<Item = Line<'a>> {
        lines(&self.response.fields).filter(move |line| line.known == Some(field))
    }

    /// Is there such a field?
    pub(crate) fn has(self, field: Known) -> bool {
        self.lines(field).next().is_some()
    }

    /// A whole line of it.
    pub(crate) fn line(self, line: usize) -> Place {
        let part = self.number.map_or(Part::Response, Part::Interim);
        Place::Field { part, line, bytes: None }
    }
}
