//! What was counted of all logs.

use std::sync::Arc;

use statusquo_slo::traffic::Traffic;
use statusquo_source::openapi::Description;

use super::clients::Clients;
use super::counter::Piece;
use crate::cli::replay::History;

/// Lines that were not understood are counted; so many are kept to be shown.
const MOST_BAD: usize = 20;
/// Requests that failed are counted; so many, the last ones, are kept to be shown.
const MOST_FAILING: usize = 20;
/// Room for routes.
const MOST_ROUTES: usize = 5_000;

/// What was counted of all logs.
pub(in crate::cli) struct Counted {
    /// Endpoints, codes, times.
    pub(in crate::cli) traffic: Traffic,
    /// Who asked.
    pub(super) clients: Clients,
    /// Lines that are about a request, or not understood.
    pub(in crate::cli) lines: u64,
    /// Lines that were not understood.
    pub(in crate::cli) not_understood: u64,
    /// Lines whose time has no zone.
    pub(in crate::cli) without_zone: u64,
    /// Lines without a time.
    pub(super) without_time: u64,
    /// Lines that were cut.
    pub(super) long_lines: u64,
    /// How often the clock went back.
    pub(super) jumps: u64,
    /// Some of the lines that were not understood, and why.
    pub(super) bad: Vec<(String, Vec<u8>)>,
    /// The last lines of requests that failed.
    pub(super) failing: Vec<Vec<u8>>,
    /// Plays what is read, minute by minute, when somebody asked for it.
    pub(in crate::cli) history: Option<History>,
    /// Was it interrupted before the end?
    pub(super) is_partial: bool,
    /// The routes that somebody declared.
    pub(super) described: Option<Arc<Description>>,
    last_at: Option<i64>,
}

impl Counted {
    /// Nothing counted.
    pub(in crate::cli) fn new(described: Option<Description>) -> Self {
        Self {
            traffic: Traffic::new(MOST_ROUTES),
            clients: Clients::default(),
            lines: 0,
            not_understood: 0,
            without_zone: 0,
            without_time: 0,
            long_lines: 0,
            jumps: 0,
            bad: Vec::new(),
            failing: Vec::new(),
            history: None,
            is_partial: false,
            described: described.map(Arc::new),
            last_at: None,
        }
    }

    /// Requests that were counted.
    pub(in crate::cli) fn requests(&self) -> u64 {
        self.traffic.endpoints().map(|(_, tally)| tally.requests()).sum()
    }

    /// Adds the next piece.
    pub(super) fn add(&mut self, piece: Piece) {
        match &mut self.history {
            Some(history) => history.add(&mut self.traffic, &piece.batch),
            None => self.traffic.add(piece.batch),
        }
        self.lines += piece.lines;
        self.not_understood += piece.not_understood;
        self.without_zone += piece.without_zone;
        self.without_time += piece.without_time;
        self.long_lines += piece.long_lines;
        let is_back = self.last_at.zip(piece.first_at).is_some_and(|(last, first)| first + 120 < last);
        self.jumps += piece.jumps + u64::from(is_back);
        self.last_at = piece.last_at.or(self.last_at);
        let room = MOST_BAD.saturating_sub(self.bad.len());
        self.bad.extend(piece.bad.into_iter().take(room));
        self.failing.extend(piece.failing);
        let surplus = self.failing.len().saturating_sub(MOST_FAILING);
        self.failing.drain(..surplus);
    }

    /// Another log begins, whose clock is its own.
    pub(super) const fn begin(&mut self) {
        self.last_at = None;
    }
}
