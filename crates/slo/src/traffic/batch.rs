//! What one reader counted of a piece of its input.

use std::hash::Hasher;

use super::attribution::{Attribution, is_failure, is_sign_in};
use super::durations::Durations;
use super::index::Index;
use super::sign::Sign;
use crate::hash::Quick;
use crate::short::{is_same, last_word};
use crate::{Answer, Histogram};

/// A counted request.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method as sent.
    pub method: &'a [u8],
    /// The route as the recorder names it, or the path with identifiers masked (see [`mask`](crate::route::mask)).
    pub path: &'a [u8],
    /// Is `path` a route that somebody declared, so that nothing has to be learned?
    pub is_route: bool,
    /// How it ended.
    pub answer: Answer,
    /// When, in seconds since 1970 in UTC.
    pub at_seconds: i64,
    /// How long it took, in microseconds.
    pub duration: Option<u32>,
    /// Bytes of the response.
    pub bytes: u64,
    /// Who asked, as far as the recorder knows: an address or an API key's hash. Empty when nobody looks for it.
    pub client: &'a [u8],
    /// What the text of the request betrays of its sender (see [`Signs`](super::Signs)); `None` when nobody looked.
    pub sign: Option<Sign>,
}

/// What one reader counted of a piece of its input.
#[derive(Debug)]
pub struct Batch {
    index: Index,
    pub(super) entries: Vec<Entry>,
    pub(super) attribution: Attribution,
    /// What takes longer than so many microseconds is counted as slow.
    threshold: Option<u32>,
    /// Cells are so many times ten seconds long.
    step: i64,
}

impl Default for Batch {
    fn default() -> Self {
        let attribution = Attribution::default();
        Self { index: Index::default(), entries: Vec::new(), attribution, threshold: None, step: 1 }
    }
}

/// What was counted of one method and path.
#[derive(Debug)]
pub(super) struct Entry {
    /// The method, and behind it the path.
    name: Box<[u8]>,
    method_length: usize,
    /// The method as a word, to be compared at once.
    method: u64,
    pub(super) is_route: bool,
    /// Do people sign in here? Then its requests are attributed even when they succeed.
    pub(super) is_sign_in: bool,
    /// Requests of attackers: what they are answered says nothing of what there is.
    pub(super) attacks: u64,
    pub(super) cells: Vec<Cell>,
    pub(super) slow: Vec<Slow>,
    /// Counted when there is a latency threshold.
    pub(super) timed: Vec<Timed>,
    pub(super) latency: Durations,
    pub(super) bytes: u64,
}

/// How often within ten seconds a method and path got an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) tens: i64,
    pub(super) answer: Answer,
    pub(super) count: u64,
}

/// How often within a minute a method and path took about so long: only what took half a second or more.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slow {
    pub(super) minute: i64,
    /// The binary logarithm of the microseconds.
    pub(super) octave: u8,
    pub(super) count: u64,
}

/// What took less than about half a second is not slow to anybody: 2^19 microseconds.
const SLOW_OCTAVE: u32 = 19;

/// Of how many requests within ten seconds is known how long they took, and how many took longer than the threshold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timed {
    pub(super) tens: i64,
    pub(super) count: u64,
    pub(super) slow: u64,
}

impl Batch {
    /// Nothing counted.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing counted; what takes longer than so many microseconds will be counted as slow.
    #[must_use]
    pub fn with_threshold(microseconds: Option<u32>) -> Self {
        Self { threshold: microseconds, ..Self::default() }
    }

    /// Nothing counted, for a traffic whose buckets are so many seconds long: no finer cells are needed.
    #[must_use]
    pub fn of_buckets(seconds: i64) -> Self {
        Self { step: (seconds / 10).max(1), ..Self::default() }
    }

    /// Counts a request.
    #[inline]
    pub fn record(&mut self, request: &Request<'_>) {
        self.record_many(request, 1);
    }

    /// Counts so many requests that are alike: a span that stands for others, a data point.
    pub fn record_many(&mut self, request: &Request<'_>, count: u64) {
        let at = self.find(request);
        let Some(entry) = self.entries.get_mut(at).filter(|_| count > 0) else { return };
        let tens = request.at_seconds.div_euclid(10);
        entry.count(
            if self.step == 1 { tens } else { tens - tens.rem_euclid(self.step) },
            request.answer,
            count,
        );
        if !request.client.is_empty() {
            entry.attacks += u64::from(request.sign.is_some_and(Sign::is_attack));
            let is_kept = is_failure(request.answer) || entry.is_sign_in;
            self.attribution.record(request, at, is_kept);
        }
        entry.bytes = entry.bytes.saturating_add(request.bytes.saturating_mul(count));
        if let Some(duration) = request.duration {
            entry.latency.record_many(duration, count);
            entry.note_slow(request.at_seconds.div_euclid(60), duration, count);
            if let Some(threshold) = self.threshold {
                entry.count_timed(request.at_seconds.div_euclid(10), duration > threshold, count);
            }
        }
    }

    /// Adds how long requests took that [`record_many`](Self::record_many) counts without a duration.
    pub fn record_latency(&mut self, request: &Request<'_>, latency: &Histogram) {
        let at = self.find(request);
        if let Some(entry) = self.entries.get_mut(at) {
            entry.latency.merge(latency);
        }
    }

    #[inline(always)]
    fn find(&mut self, request: &Request<'_>) -> usize {
        let method = word_of(request.method);
        let hash = hash(request, method);
        let is_it = |at: usize| self.entries.get(at).is_some_and(|entry| entry.is_of(request, method));
        match self.index.find(hash, is_it) {
            Some(at) => at,
            None => self.enter(hash, request),
        }
    }

    /// Different methods and paths so far: a reader hands its batch on before there are too many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Was nothing counted?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[cold]
    fn enter(&mut self, hash: u64, request: &Request<'_>) -> usize {
        let at = self.entries.len();
        self.index.insert(hash, at);
        self.entries.push(Entry {
            name: [request.method, request.path].concat().into(),
            method_length: request.method.len(),
            method: word_of(request.method),
            is_route: request.is_route,
            is_sign_in: is_sign_in(request.method, request.path),
            attacks: 0,
            cells: Vec::new(),
            slow: Vec::new(),
            timed: Vec::new(),
            latency: Durations::default(),
            bytes: 0,
        });
        at
    }
}

/// The whole of a method that has at most eight bytes, as nearly all have.
#[inline]
fn word_of(method: &[u8]) -> u64 {
    last_word(method, method)
}

#[inline]
fn hash(request: &Request<'_>, method: u64) -> u64 {
    let mut hasher = Quick::default();
    hasher.write(request.path);
    hasher.write_u64(method ^ u64::from(request.is_route));
    hasher.finish()
}

impl Entry {
    #[inline]
    fn is_of(&self, request: &Request<'_>, method: u64) -> bool {
        let Some((own, path)) = self.name.split_at_checked(self.method_length) else { return false };
        is_same(path, request.path)
            && self.method == method
            && self.is_route == request.is_route
            && own.len() == request.method.len()
            && (own.len() <= 8 || own == request.method)
    }

    pub(super) fn method(&self) -> &[u8] {
        self.name.get(..self.method_length).unwrap_or_default()
    }

    pub(super) fn path(&self) -> &[u8] {
        self.name.get(self.method_length..).unwrap_or_default()
    }

    /// How long requests took.
    pub(super) fn latency(&self) -> Histogram {
        let mut latency = Histogram::default();
        self.latency.add_to(&mut latency);
        latency
    }

    /// The newest cells are at the end, where nearly all requests find theirs. Behind older ones nobody looks: that a cell
    /// is there twice is the same when all of them are added up.
    #[inline]
    fn count(&mut self, tens: i64, answer: Answer, count: u64) {
        for cell in self.cells.iter_mut().rev().take(16) {
            if cell.tens == tens && cell.answer == answer {
                cell.count += count;
                return;
            }
            if cell.tens < tens {
                break;
            }
        }
        self.cells.push(Cell { tens, answer, count });
    }

    fn note_slow(&mut self, minute: i64, duration: u32, count: u64) {
        let octave = duration.checked_ilog2().unwrap_or(0);
        if octave < SLOW_OCTAVE {
            return;
        }
        let octave = u8::try_from(octave).unwrap_or(u8::MAX);
        let recent = self.slow.iter_mut().rev().take(16);
        match recent.into_iter().find(|slow| slow.minute == minute && slow.octave == octave) {
            Some(slow) => slow.count += count,
            None => self.slow.push(Slow { minute, octave, count }),
        }
    }

    fn count_timed(&mut self, tens: i64, is_slow: bool, count: u64) {
        let slow = if is_slow { count } else { 0 };
        match self.timed.iter_mut().rev().take(6).find(|timed| timed.tens == tens) {
            Some(timed) => {
                timed.count += count;
                timed.slow += slow;
            }
            None => self.timed.push(Timed { tens, count, slow }),
        }
    }
}
