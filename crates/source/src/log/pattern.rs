//! Text formats as patterns: literals, and between them parts with names.
//!
//! `$remote_addr - $remote_user [$time_local] "$request" $status` is a pattern as nginx's `log_format` has it; Apache's
//! `%h %l %u %t "%r" %>s` means the same. Both are compiled once to a list of parts and the literals that end them.

use super::directive::{Piece, pieces};
use super::entry::{Fault, NotUnderstood};
use super::part::{Filling, Part};
use super::short::{Literal, find};
use super::time::Clock;

/// A compiled format.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// What stands before the first part.
    start: Literal,
    steps: Vec<Step>,
    clock: Clock,
    /// Does a line count that was cut within quotes, behind its status code?
    takes_cut_lines: bool,
    /// Are parts filled up with spaces?
    is_padded: bool,
}

#[derive(Debug, Clone)]
struct Step {
    part: Part,
    /// What stands behind it; empty at the end of the line.
    end: Literal,
    /// What mostly stands here and in the parts behind it, when nobody needs them.
    unknown: Option<Unknown>,
    /// So many spaces stand within it.
    spaces: usize,
    /// Is it within quotes, so that quotes in it are escaped?
    is_quoted: bool,
    /// Is a status code what follows? Then it tells the end, should quotes not be escaped.
    is_before_status: bool,
}

/// Why text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// It has no status code.
    #[error("it has no status code: `$status` of nginx, `%>s` of Apache")]
    NoStatus,
    /// It has no time.
    #[error("it has no time: `$time_local` of nginx, `%t` of Apache")]
    NoTime,
    /// Two parts touch, so that nobody can tell where one ends.
    #[error("nothing stands between `{0}` and what follows it")]
    Touching(String),
}

/// Parts that nobody needs, as they stand there when nothing is known of them: `- - [`, `-" "`.
#[derive(Debug, Clone)]
struct Unknown {
    text: Literal,
    /// The step behind them.
    next: usize,
}

impl Pattern {
    /// Compiles a `log_format` of nginx or a `LogFormat` of Apache, also as it stands in the configuration.
    ///
    /// # Errors
    ///
    /// When it lacks what every line needs.
    pub fn compile(text: &str) -> Result<Self, PatternError> {
        let pattern = Self::from_pieces(pieces(text))?;
        let has_time = pattern.steps.iter().any(|step| matches!(step.part, Part::Time | Part::TimeOfDay));
        if has_time { Ok(pattern) } else { Err(PatternError::NoTime) }
    }

    /// The same for formats of servers that write no time.
    pub(super) fn timeless(text: &str) -> Result<Self, PatternError> {
        Self::from_pieces(pieces(text))
    }

    fn from_pieces(pieces: Vec<Piece>) -> Result<Self, PatternError> {
        let mut start = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(text) => {
                    let end = steps.last_mut().map(|step| &mut step.end);
                    match end {
                        None => start.extend_from_slice(text.as_bytes()),
                        Some(end) => *end = [end.text(), text.as_bytes()].concat().as_slice().into(),
                    }
                }
                Piece::Part(name, part, spaces) => {
                    // Touching parts that nobody needs are one.
                    match steps.last_mut().filter(|before| before.end.is_empty()) {
                        Some(before) if before.part == Part::Ignored && part == Part::Ignored => continue,
                        Some(before) if before.part == Part::Target && part == Part::Query => continue,
                        Some(_) => return Err(PatternError::Touching(name)),
                        None => {}
                    }
                    let before = steps.last().map_or(start.last(), |step| step.end.text().last());
                    let is_quoted = before == Some(&b'"');
                    if let Some(before) = steps.last_mut().filter(|_| part == Part::Status) {
                        before.is_before_status = before.is_quoted;
                    }
                    steps.push(Step {
                        part,
                        end: Literal::default(),
                        unknown: None,
                        spaces,
                        is_quoted,
                        is_before_status: false,
                    });
                }
            }
        }
        if !steps.iter().any(|step| step.part == Part::Status) {
            return Err(PatternError::NoStatus);
        }
        for at in 0..steps.len() {
            let unknown = unknown(&steps, at);
            if let Some(step) = steps.get_mut(at) {
                step.unknown = unknown;
            }
        }
        let is_padded = steps.iter().any(|step| step.end.text() == b" | ");
        Ok(Self {
            start: start.as_slice().into(),
            steps,
            clock: Clock::default(),
            takes_cut_lines: true,
            is_padded,
        })
    }

    /// The same, for finding out the format: a cut line of another one must not count.
    pub(super) fn strict(self) -> Self {
        Self { takes_cut_lines: false, ..self }
    }

    /// The same, for reading.
    pub(super) fn lenient(self) -> Self {
        Self { takes_cut_lines: true, ..self }
    }

    /// Takes a line apart.
    ///
    /// # Errors
    ///
    /// When it is not of this format.
    pub(super) fn fill<'a>(
        &mut self,
        line: &'a [u8],
        filling: &mut Filling<'a>,
    ) -> Result<(), NotUnderstood> {
        if !self.start.begins(line) {
            return Err(NotUnderstood::new(0, Fault::Shape));
        }
        let mut at = self.start.len();
        let mut steps = self.steps.iter();
        while let Some(step) = steps.next() {
            let rest = line.get(at..).unwrap_or_default();
            if let Some(unknown) = step.unknown.as_ref().filter(|unknown| unknown.text.begins(rest)) {
                at += unknown.text.len();
                steps = self.steps.get(unknown.next..).unwrap_or_default().iter();
                continue;
            }
            if let Some(length) = step.repeated(rest, &self.clock, filling) {
                at += length;
                continue;
            }
            let Some(length) = step.find_end(rest, self.takes_cut_lines) else {
                // Servers cut long lines: what was answered is known all the same.
                let counts = self.takes_cut_lines && step.is_quoted && filling.has_status;
                return if counts { Ok(()) } else { Err(NotUnderstood::new(at, Fault::Shape)) };
            };
            let text = rest.get(..length).unwrap_or_default();
            at += length + step.end.len().min(rest.len() - length);
            if step.part == Part::Ignored {
                continue;
            }
            let text = if self.is_padded { text.trim_ascii() } else { text };
            if !filling.take(step.part, text, &mut self.clock) {
                let start = line.len() - rest.len();
                return Err(NotUnderstood::new(start, fault_of(step.part)));
            }
        }
        if at < line.len() {
            return Err(NotUnderstood::new(at, Fault::Shape));
        }
        if filling.has_status { Ok(()) } else { Err(NotUnderstood::new(0, Fault::Status)) }
    }
}

/// What stands in the parts from this one on that nobody needs, when nothing is known of them.
fn unknown(steps: &[Step], at: usize) -> Option<Unknown> {
    let mut text = Vec::new();
    let mut next = at;
    let is_plain = |step: &&Step| step.part == Part::Ignored && step.spaces == 0 && !step.is_before_status;
    while let Some(step) = steps.get(next).filter(is_plain).filter(|step| !step.end.is_empty()) {
        text.push(b'-');
        text.extend_from_slice(step.end.text());
        next += 1;
    }
    (next > at).then(|| Unknown { text: text.as_slice().into(), next })
}

fn fault_of(part: Part) -> Fault {
    if part == Part::Status {
        return Fault::Status;
    }
    if matches!(part, Part::Time | Part::Date | Part::TimeOfDay) { Fault::Time } else { Fault::Shape }
}

impl Step {
    /// Mostly the moment is that of the line before, which needs not be read again; how long it is with its end.
    #[inline]
    fn repeated(&self, rest: &[u8], clock: &Clock, filling: &mut Filling<'_>) -> Option<usize> {
        if self.part != Part::Time {
            return None;
        }
        let (length, at) = clock.last_begins(rest)?;
        if self.end.is_empty() || !self.end.begins(rest.get(length..)?) {
            return None;
        }
        (filling.entry.at_us, filling.entry.has_zone) = (Some(at.0), at.1);
        Some(length + self.end.len())
    }

    /// How long the part is, whose end is known by what follows.
    fn find_end(&self, rest: &[u8], is_lenient: bool) -> Option<usize> {
        let Some(first) = self.end.text().first() else { return Some(rest.len()) };
        if is_lenient && self.is_quoted && self.end.len() == 1 {
            // The last quote of the line, whatever stands before it.
            return (rest.last() == Some(first)).then(|| rest.len() - 1);
        }
        let mut from = 0;
        let mut spaces = self.spaces;
        loop {
            let at = from + find(*first, rest.get(from..)?)?;
            from = at + 1;
            let here = rest.get(at..).unwrap_or_default();
            // Trailing space of a pattern may be missing at the end of a line.
            let is_here =
                self.end.begins(here) || (here.len() < self.end.len() && self.end.text().starts_with(here));
            if !is_here || self.goes_on(rest, at, here.get(self.end.len()..).unwrap_or_default()) {
                continue;
            }
            if spaces > 0 && *first == b' ' {
                spaces -= 1;
                continue;
            }
            return Some(at);
        }
    }

    /// Is this not the end after all, by what stands before and behind it?
    fn goes_on(&self, rest: &[u8], at: usize, behind: &[u8]) -> bool {
        if self.is_before_status {
            return !begins_with_status(behind);
        }
        if self.is_quoted {
            return is_escaped(rest, at);
        }
        rest.get(at) == Some(&b' ') && is_within_list(rest, at)
    }
}

/// Three digits or `-` with a space behind it.
fn begins_with_status(text: &[u8]) -> bool {
    match text {
        [b'-', rest @ ..] | [b'-', b'1', rest @ ..] if matches!(rest.first(), None | Some(b' ')) => true,
        [a, b, c, rest @ ..] => {
            a.is_ascii_digit()
                && b.is_ascii_digit()
                && c.is_ascii_digit()
                && rest.first().is_none_or(|byte| !byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// Is there an odd number of backslashes before this byte?
fn is_escaped(text: &[u8], at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.last() == Some(&b'\\') && before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// nginx writes lists of upstreams as `a, b : c`: their spaces end no part.
fn is_within_list(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    let is_before_colon = text.get(at + 1) == Some(&b':') && text.get(at + 2) == Some(&b' ');
    let is_after_colon = before == Some(&b':') && at >= 2 && text.get(at - 2) == Some(&b' ');
    before == Some(&b',') || is_before_colon || is_after_colon
}
