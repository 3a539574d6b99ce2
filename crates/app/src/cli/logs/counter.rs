//! Counts the lines of a piece.

use statusquo_slo::traffic::{Batch, Request, Signs};
use statusquo_source::log::{Entry, Filling, Format, unwrapped};
use statusquo_source::openapi::Description;

use super::clients::Clients;
use super::selection::Selection;
use crate::kept::answer_of;
use crate::naming::Naming;

/// Longer lines are cut.
const LONGEST_LINE_BYTES: usize = 64 << 10;
/// Lines that were not understood are counted; so many of a piece are kept to be shown.
const MOST_BAD: usize = 20;
/// Requests that failed are counted; so many of a piece, the last ones, are kept to be shown.
const MOST_FAILING: usize = 20;
/// So much of a line is kept.
const KEPT_BYTES: usize = 400;
/// A clock that goes back by more seconds than lines of a log may be out of order.
const JUMP_SECONDS: i64 = 120;

/// What was counted of a piece.
#[derive(Default)]
pub(super) struct Piece {
    pub(super) batch: Batch,
    pub(super) lines: u64,
    pub(super) not_understood: u64,
    pub(super) without_zone: u64,
    pub(super) without_time: u64,
    pub(super) long_lines: u64,
    pub(super) jumps: u64,
    pub(super) bad: Vec<(String, Vec<u8>)>,
    pub(super) failing: Vec<Vec<u8>>,
    pub(super) first_at: Option<i64>,
    pub(super) last_at: Option<i64>,
}

/// Takes pieces apart, one after the other.
pub(super) struct Counter<'a> {
    format: Format,
    selection: &'a Selection,
    described: Option<&'a Description>,
    pub(super) clients: Clients,
    /// Looks for signs of attackers, when somebody asked for it.
    signs: Option<Signs>,
    naming: Naming,
    unwrapped: Vec<u8>,
}

impl<'a> Counter<'a> {
    pub(super) fn new(
        format: Format,
        selection: &'a Selection,
        described: Option<&'a Description>,
        signs: Option<Signs>,
    ) -> Self {
        Self {
            format,
            selection,
            described,
            clients: Clients::default(),
            signs,
            naming: Naming::default(),
            unwrapped: Vec::new(),
        }
    }

    /// The header of the table whose lines follow.
    pub(super) fn header(&mut self, header: &[u8]) {
        if !header.is_empty() {
            // A header is about no request.
            let _none = self.format.parse(header);
        }
    }

    /// Counts the lines of a text.
    pub(super) fn count(&mut self, text: &[u8], piece: &mut Piece) {
        let mut room = std::mem::take(&mut self.unwrapped);
        self.lines(unwrapped(text, &mut room), piece);
        self.unwrapped = room;
    }

    fn lines(&mut self, text: &[u8], piece: &mut Piece) {
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text).chain((!text.ends_with(b"\n")).then_some(text.len())) {
            let line = text.get(start..end).unwrap_or_default();
            start = end + 1;
            self.line(line, piece);
        }
    }

    fn line(&mut self, line: &[u8], piece: &mut Piece) {
        // What somebody left who truncated the file while its writer went on.
        let zeros =
            if line.first() == Some(&0) { line.iter().take_while(|byte| **byte == 0).count() } else { 0 };
        let line = line.get(zeros..).unwrap_or_default();
        if matches!(line, b"" | b"\r") {
            return;
        }
        let cut = line.get(..line.len().min(LONGEST_LINE_BYTES)).unwrap_or_default();
        piece.long_lines += u64::from(cut.len() < line.len());
        let mut filling = Filling::default();
        match self.format.fill(cut, &mut filling) {
            Ok(true) => {
                piece.lines += 1;
                self.entry(&filling.entry, cut, piece);
            }
            Ok(false) => {}
            Err(why) => {
                piece.lines += 1;
                piece.not_understood += 1;
                if piece.bad.len() < MOST_BAD {
                    piece.bad.push((why.to_string(), kept(cut)));
                }
            }
        }
    }

    fn entry(&mut self, entry: &Entry<'_>, line: &[u8], piece: &mut Piece) {
        let at = entry.at_us.unwrap_or(0).div_euclid(1_000_000);
        if !self.selection.wants(at, entry.status) {
            return;
        }
        if entry.at_us.is_some() {
            piece.note_time(at, entry.has_zone);
        } else {
            piece.without_time += 1;
        }
        if entry.status >= 500 || entry.status == 0 {
            if piece.failing.len() >= MOST_FAILING * 2 {
                piece.failing.drain(..MOST_FAILING);
            }
            piece.failing.push(kept(line));
        }
        self.clients.count(entry.client, entry.status);
        self.record(entry, at, piece);
    }

    fn record(&mut self, entry: &Entry<'_>, at_seconds: i64, piece: &mut Piece) {
        let named = self.naming.name(entry, self.described);
        piece.batch.record(&Request {
            method: named.method,
            path: named.path,
            is_route: named.is_route,
            answer: answer_of(entry),
            at_seconds,
            duration: entry.duration_us,
            bytes: entry.bytes,
            client: if self.signs.is_some() { entry.client } else { b"" },
            sign: self.signs.as_mut().and_then(|signs| {
                let is_failure = entry.code().is_none_or(statusquo_catalogue::StatusCode::is_error);
                signs.of(entry.target, entry.user_agent, is_failure)
            }),
        });
    }
}

impl Piece {
    /// Nothing counted, into buckets of so many seconds.
    pub(super) fn of_buckets(seconds: i64) -> Self {
        Self { batch: Batch::of_buckets(seconds), ..Self::default() }
    }

    fn note_time(&mut self, at: i64, has_zone: bool) {
        self.without_zone += u64::from(!has_zone);
        self.first_at = self.first_at.or(Some(at));
        if let Some(last) = self.last_at.replace(at) {
            self.jumps += u64::from(at + JUMP_SECONDS < last);
        }
    }
}

fn kept(line: &[u8]) -> Vec<u8> {
    line.get(..line.len().min(KEPT_BYTES)).unwrap_or_default().to_vec()
}
