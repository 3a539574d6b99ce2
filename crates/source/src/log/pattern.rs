//! Text formats as patterns: literals, and between them parts with names.
//!
//! `$remote_addr - $remote_user [$time_local] "$request" $status` is a pattern as nginx's `log_format` has it; Apache's
//! `%h %l %u %t "%r" %>s` means the same. Both are compiled once to a list of parts and the literals that end them.

use super::directive::{Piece, pieces};
use super::entry::{Entry, Fault, NotUnderstood};
use super::part::{Filling, Part};
use super::time::Clock;

/// A compiled format.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// What stands before the first part.
    start: Box<[u8]>,
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
    end: Box<[u8]>,
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
                        Some(end) => *end = [end, text.as_bytes()].concat().into(),
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
                    let before = steps.last().map_or(start.last(), |step| step.end.last());
                    let is_quoted = before == Some(&b'"');
                    if let Some(before) = steps.last_mut().filter(|_| part == Part::Status) {
                        before.is_before_status = before.is_quoted;
                    }
                    steps.push(Step {
                        part,
                        end: Box::default(),
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
        let is_padded = steps.iter().any(|step| step.end.as_ref() == b" | ");
        Ok(Self { start: start.into(), steps, clock: Clock::default(), takes_cut_lines: true, is_padded })
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
    pub fn parse<'a>(&mut self, line: &'a [u8]) -> Result<Entry<'a>, NotUnderstood> {
        let mut filling = Filling::default();
        if !line.starts_with(&self.start) {
            return Err(NotUnderstood::new(0, Fault::Shape));
        }
        let mut at = self.start.len();
        for step in &self.steps {
            let rest = line.get(at..).unwrap_or_default();
            let Some(length) = step.find_end(rest, self.takes_cut_lines) else {
                // Servers cut long lines: what was answered is known all the same.
                let counts = self.takes_cut_lines && step.is_quoted && filling.has_status;
                return if counts { Ok(filling.entry) } else { Err(NotUnderstood::new(at, Fault::Shape)) };
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
        if !filling.has_status {
            return Err(NotUnderstood::new(0, Fault::Status));
        }
        Ok(filling.entry)
    }
}

fn fault_of(part: Part) -> Fault {
    if part == Part::Status {
        return Fault::Status;
    }
    if matches!(part, Part::Time | Part::Date | Part::TimeOfDay) { Fault::Time } else { Fault::Shape }
}

impl Step {
    /// How long the part is, whose end is known by what follows.
    fn find_end(&self, rest: &[u8], is_lenient: bool) -> Option<usize> {
        let Some((first, more)) = self.end.split_first() else { return Some(rest.len()) };
        if is_lenient && self.is_quoted && more.is_empty() {
            // The last quote of the line, whatever stands before it.
            return (rest.last() == Some(first)).then(|| rest.len() - 1);
        }
        let mut from = 0;
        let mut spaces = self.spaces;
        loop {
            let at = from + self.find_byte(*first, rest.get(from..)?)?;
            from = at + 1;
            let tail = rest.get(from..).unwrap_or_default();
            // Trailing space of a pattern may be missing at the end of a line.
            let is_here = match more {
                [] => true,
                [second] => tail.first().is_none_or(|byte| byte == second),
                more => tail.starts_with(more) || (tail.len() < more.len() && more.starts_with(tail)),
            };
            if !is_here || self.goes_on(rest, at, tail.get(more.len()..).unwrap_or_default()) {
                continue;
            }
            if spaces > 0 && *first == b' ' {
                spaces -= 1;
                continue;
            }
            return Some(at);
        }
    }

    /// What is not quoted is short: a plain search is quicker there.
    fn find_byte(&self, byte: u8, text: &[u8]) -> Option<usize> {
        if self.is_quoted { memchr::memchr(byte, text) } else { near(byte, text) }
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

/// The first of these bytes, eight at a time: what is subtracted borrows from bytes that are zero and from no others
/// before the first of those (Mycroft's trick).
fn near(byte: u8, text: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::MAX / 255;
    let (words, rest) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let zero = u64::from_le_bytes(*word) ^ (ONES * u64::from(byte));
        let found = zero.wrapping_sub(ONES) & !zero & (ONES << 7);
        if found != 0 {
            return Some(at * 8 + (found.trailing_zeros() / 8) as usize);
        }
    }
    let rest = rest.iter().position(|other| *other == byte)?;
    Some(words.len() * 8 + rest)
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
