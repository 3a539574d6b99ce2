//! Lines of `name=value`, as lograge, Heroku and many programs in Go write them.

use super::duration::any_duration;
use super::entry::{Fault, NotUnderstood};
use super::names::meaning;
use super::part::{Filling, Part, Unit};
use super::time::Clock;

/// Reads lines of `name=value`; words without a name are passed over.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs {
    clock: Clock,
}

impl Pairs {
    /// Takes a line apart.
    ///
    /// # Errors
    ///
    /// When it has no status code, or neither method nor target.
    pub(super) fn fill<'a>(
        &mut self,
        line: &'a [u8],
        filling: &mut Filling<'a>,
    ) -> Result<(), NotUnderstood> {
        let mut rest = line;
        while let Some(at) = memchr::memchr(b'=', rest) {
            let before = rest.get(..at).unwrap_or_default();
            let name = before.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
            let (value, length) = value(rest.get(at + 1..).unwrap_or_default());
            self.take(name, value, filling);
            rest = rest.get(at + 1 + length..).unwrap_or_default();
        }
        let is_request = !(filling.entry.method.is_empty() && filling.entry.target.is_empty());
        if !(filling.has_status && is_request) {
            return Err(NotUnderstood::new(0, Fault::Status));
        }
        if filling.entry.at_us.is_none() {
            self.take_first_word(line, filling);
        }
        Ok(())
    }

    fn take<'a>(&mut self, name: &[u8], value: &'a [u8], filling: &mut Filling<'a>) {
        match (meaning(name).part, name) {
            (_, b"service") => filling.entry.duration_us = any_duration(value, Some(1e3)),
            // Lograge's milliseconds have a point.
            (Part::Duration(Unit::ByForm), _) => {
                filling.take(Part::Duration(Unit::Milliseconds), value, &mut self.clock);
            }
            (Part::Status, _) if filling.has_status && filling.entry.status != 0 => {}
            (Part::Time, _) if filling.entry.at_us.is_some() => {}
            (part, _) => {
                filling.take(part, value, &mut self.clock);
            }
        }
    }

    /// `2026-11-23T10:00:00Z …`, `I, [2026-11-23T10:00:00.123 #1] …`
    fn take_first_word<'a>(&mut self, line: &'a [u8], filling: &mut Filling<'a>) {
        let start = line.iter().take(40).position(u8::is_ascii_digit).unwrap_or(0);
        let rest = line.get(start..).unwrap_or_default();
        let end = rest.iter().position(|byte| matches!(byte, b' ' | b']')).unwrap_or(rest.len());
        filling.take(Part::Time, rest.get(..end).unwrap_or_default(), &mut self.clock);
    }
}

/// A value, with or without quotes, and how many bytes it takes.
fn value(text: &[u8]) -> (&[u8], usize) {
    let Some(inner) = text.strip_prefix(b"\"") else {
        let end = text.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(text.len());
        return (text.get(..end).unwrap_or_default(), end);
    };
    let mut from = 0;
    while let Some(step) = memchr::memchr2(b'"', b'\\', inner.get(from..).unwrap_or_default()) {
        let at = from + step;
        if inner.get(at) == Some(&b'"') {
            return (inner.get(..at).unwrap_or_default(), at + 2);
        }
        from = at + 2;
    }
    (inner, text.len())
}
