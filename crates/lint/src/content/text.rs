//! A text in which one looks around.

use std::ops::Range;

/// A text in which one looks around. Line ends may be real, or written out within a JSON string.
#[derive(Clone, Copy)]
pub(super) struct Text<'a>(pub(super) &'a [u8]);

impl<'a> Text<'a> {
    /// What follows.
    pub(super) fn after(self, at: usize) -> &'a [u8] {
        self.0.get(at..).unwrap_or_default()
    }

    /// At most so many bytes of what follows.
    pub(super) fn next(self, at: usize, count: usize) -> &'a [u8] {
        let rest = self.after(at);
        rest.get(..count).unwrap_or(rest)
    }

    /// At most so many bytes of what comes before.
    pub(super) fn before(self, at: usize, count: usize) -> &'a [u8] {
        self.0.get(at.saturating_sub(count)..at).unwrap_or_default()
    }

    /// How many bytes of this kind follow; no more than 400 are counted, so that no text makes the pass slow.
    pub(super) fn run(self, at: usize, is_it: impl Fn(u8) -> bool) -> usize {
        self.next(at, 400).iter().take_while(|byte| is_it(**byte)).count()
    }

    /// Where a run of such bytes begins that ends before `at`; it is not longer than 400.
    pub(super) fn run_start(self, at: usize, is_it: impl Fn(u8) -> bool) -> usize {
        at - self.before(at, 400).iter().rev().take_while(|byte| is_it(**byte)).count()
    }

    /// How many digits follow; `None` for none or too many for a line number.
    pub(super) fn digits(self, at: usize) -> Option<usize> {
        Some(self.run(at, |byte| byte.is_ascii_digit())).filter(|count| (1..=7).contains(count))
    }

    /// Where a piece of text last begins before `at` on the same line, not further off than 400 bytes.
    pub(super) fn last_on_line(self, at: usize, piece: &[u8]) -> Option<usize> {
        let window = self.before(at, 400);
        let start = at - window.len();
        let ends: [&[u8]; 3] = [b"\n", b"\\n", b"<br"];
        let line = ends.iter().filter_map(|end| memchr::memmem::rfind(window, end)).max().unwrap_or(0);
        memchr::memmem::rfind(window.get(line..)?, piece).map(|found| start + line + found)
    }

    /// The bytes from an anchor to its end.
    pub(super) fn whole(self, at: usize, length: usize) -> Range<usize> {
        at..(at + length).min(self.0.len())
    }
}
