//! Text formats as patterns: literals, and between them parts with names.
//!
//! `$remote_addr - $remote_user [$time_local] "$request" $status` is a pattern as nginx's `log_format` has it; Apache's
//! `%h %l %u %t "%r" %>s` means the same. Both are compiled once to a list of parts and the literals that end them.

use super::directive::{Piece, pieces};
use super::entry::{Fault, NotUnderstood};
use super::front::Front;
use super::part::{Filling, Part};
use super::short::{Literal, find};
use super::time::Clock;

/// A compiled format.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// What stands before the first part.
    start: Literal,
    steps: Vec<Step>,
    /// Does it begin as those of nearly all servers?
    front: Option<Front>,
    clock: Clock,
    /// Does a line count that was cut within quotes, behind its status code?
    takes_cut_lines: bool,
    /// Are parts filled up with spaces?
    is_padded: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) part: Part,
    /// What stands behind it; empty at the end of the line.
    pub(super) end: Literal,
    /// What mostly stands here and in the parts behind it, when nobody needs them.
    unknown: Option<Unknown>,
    /// So many spaces stand within it.
    spaces: usize,
    /// Is it within quotes?
    is_quoted: bool,
    /// Is it within quotes, and the last of the line?
    is_last_quoted: bool,
    /// Which ends of it are none.
    inner: Inner,
}

/// What looks like the end of a part, but belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inner {
    /// Nothing does.
    None,
    /// Quotes that are escaped.
    EscapedQuotes,
    /// Quotes without a status code behind them: whether or not they are escaped.
    QuotesBeforeNoStatus,
    /// Spaces within lists of upstreams.
    SpacesOfLists,
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
                    if let Some(before) = steps.last_mut().filter(|before| before.is_quoted)
                        && part == Part::Status
                    {
                        before.inner = Inner::QuotesBeforeNoStatus;
                    }
                    steps.push(Step {
                        part,
                        end: Literal::default(),
                        unknown: None,
                        spaces,
                        is_quoted,
                        is_last_quoted: false,
                        inner: if is_quoted { Inner::EscapedQuotes } else { Inner::None },
                    });
                }
            }
        }
        for step in &mut steps {
            step.is_last_quoted = step.is_quoted && step.end.len() == 1;
            let may_be_list = step.part != Part::Status && step.end.first() == b' ';
            if may_be_list && !step.is_quoted {
                step.inner = Inner::SpacesOfLists;
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
        let front = if start.is_empty() && !is_padded { Front::of(&steps) } else { None };
        Ok(Self {
            start: start.as_slice().into(),
            steps,
            front,
            clock: Clock::default(),
            takes_cut_lines: true,
            is_padded,
        })
    }

    /// The same, for finding out the format: a cut line of another one must not count.
    pub(super) fn strict(self) -> Self {
        Self { takes_cut_lines: false, ..self }
    }

    /// The same, which takes every part by itself.
    #[cfg(test)]
    pub(super) fn without_front(self) -> Self {
        Self { front: None, ..self }
    }

    #[cfg(test)]
    pub(super) const fn inner(&self) -> (Option<&Front>, &[Step], &Clock) {
        (self.front.as_ref(), self.steps.as_slice(), &self.clock)
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
        let at = |rest: &[u8]| line.len() - rest.len();
        let Some(mut rest) = self.start.strip(line) else {
            return Err(NotUnderstood::new(0, Fault::Shape));
        };
        let mut steps = self.steps.as_slice();
        if let Some(front) = &self.front
            && let Some(taken) = front.take(rest, steps, &self.clock, filling)
        {
            (rest, steps) = taken;
        }
        while let [step, behind @ ..] = steps {
            if let Some(unknown) = &step.unknown
                && let Some(more) = unknown.text.strip(rest)
            {
                rest = more;
                steps = self.steps.get(unknown.next..).unwrap_or_default();
                continue;
            }
            steps = behind;
            if let Some(more) = step.repeated(rest, &self.clock, filling) {
                rest = more;
                continue;
            }
            let Some((text, more)) = step.split(rest, self.takes_cut_lines) else {
                // Servers cut long lines: what was answered is known all the same.
                let counts = self.takes_cut_lines && step.is_quoted && filling.has_status;
                return if counts { Ok(()) } else { Err(NotUnderstood::new(at(rest), Fault::Shape)) };
            };
            let text = if self.is_padded { text.trim_ascii() } else { text };
            if !filling.take(step.part, text, &mut self.clock) {
                return Err(NotUnderstood::new(at(rest), fault_of(step.part)));
            }
            rest = more;
        }
        if !rest.is_empty() {
            return Err(NotUnderstood::new(at(rest), Fault::Shape));
        }
        if filling.has_status { Ok(()) } else { Err(NotUnderstood::new(0, Fault::Status)) }
    }
}

/// What stands in the parts from this one on that nobody needs, when nothing is known of them.
fn unknown(steps: &[Step], at: usize) -> Option<Unknown> {
    let mut text = Vec::new();
    let mut next = at;
    let is_plain = |step: &&Step| {
        step.part == Part::Ignored && step.spaces == 0 && step.inner != Inner::QuotesBeforeNoStatus
    };
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
    /// Mostly the moment is that of the line before, which needs not be read again; what follows it.
    #[inline]
    fn repeated<'a>(&self, rest: &'a [u8], clock: &Clock, filling: &mut Filling<'_>) -> Option<&'a [u8]> {
        if self.part != Part::Time || self.end.is_empty() {
            return None;
        }
        let (behind, at) = clock.strip_last(rest)?;
        let behind = self.end.strip(behind)?;
        (filling.entry.at_us, filling.entry.has_zone) = (Some(at.0), at.1);
        Some(behind)
    }

    /// The part, whose end is known by what follows, and what stands behind that.
    #[inline]
    fn split<'a>(&self, rest: &'a [u8], is_lenient: bool) -> Option<(&'a [u8], &'a [u8])> {
        if self.end.is_empty() {
            return Some((rest, b""));
        }
        if is_lenient && self.is_last_quoted {
            // The last quote of the line, whatever stands before it.
            let (last, text) = rest.split_last()?;
            return (*last == self.end.first()).then_some((text, b""));
        }
        // Mostly it is where it can be first.
        let at = find(self.end.first(), rest)?;
        let (text, here) = rest.split_at_checked(at)?;
        match self.end.strip(here) {
            Some(behind) if self.spaces == 0 && !self.goes_on(text, here, behind) => Some((text, behind)),
            Some(_) | None => self.split_later(rest, at),
        }
    }

    /// The same, where the end may not be before this byte.
    #[inline(never)]
    fn split_later<'a>(&self, rest: &'a [u8], mut from: usize) -> Option<(&'a [u8], &'a [u8])> {
        let first = self.end.first();
        let mut spaces = self.spaces;
        loop {
            let at = from + find(first, rest.get(from..)?)?;
            from = at + 1;
            let (text, here) = rest.split_at_checked(at)?;
            // Trailing space of a pattern may be missing at the end of a line.
            let is_cut = here.len() < self.end.len() && self.end.text().starts_with(here);
            let behind = if is_cut { Some(&b""[..]) } else { self.end.strip(here) };
            let Some(behind) = behind.filter(|behind| !self.goes_on(text, here, behind)) else { continue };
            if spaces > 0 && first == b' ' {
                spaces -= 1;
                continue;
            }
            return Some((text, behind));
        }
    }

    /// Is this not the end after all, by what stands before and behind it?
    #[inline(always)]
    fn goes_on(&self, text: &[u8], here: &[u8], behind: &[u8]) -> bool {
        match self.inner {
            Inner::None => false,
            Inner::EscapedQuotes => ends_escaping(text),
            Inner::QuotesBeforeNoStatus => !begins_with_status(behind),
            Inner::SpacesOfLists => is_within_list(text, here),
        }
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

/// Does a text end with an odd number of backslashes?
#[inline]
fn ends_escaping(text: &[u8]) -> bool {
    matches!(text, [.., b'\\']) && text.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// nginx writes lists of upstreams as `a, b : c`: their spaces end no part. Is the first byte here such a space?
#[inline]
const fn is_within_list(text: &[u8], here: &[u8]) -> bool {
    matches!(text, [.., b','] | [.., b' ', b':']) || matches!(here, [_, b':', b' ', ..])
}
