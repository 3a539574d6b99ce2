//! Counts the lines of a source.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use statusquo_catalogue::StatusCode;
use statusquo_serve::MOST_BAD_LINES;
use statusquo_slo::kept::{Keeping, Layer, Row};
use statusquo_slo::traffic::{Batch, Request, Signs};
use statusquo_source::log::{Entry, Filling, Format, unwrapped};
use statusquo_source::openapi::Description;

use super::zone::Zone;
use crate::kept::{answer_of, row_to_keep};
use crate::naming::Naming;

/// Requests of a piece that are kept; more of them say nothing new.
const MOST_ROWS: usize = 2_000;
/// Longer lines are cut.
const LONGEST_LINE_BYTES: usize = 64 << 10;
/// So much of a line that was not understood is kept.
const SHOWN_CHARS: usize = 160;
/// What is later than now by more than this is no time of a request.
const FUTURE_SECONDS: i64 = 3600;
/// So many requests without a success say that the log was filtered.
const ENOUGH_REQUESTS: u64 = 200;

/// Counts the lines of a source, and notes what it meets.
pub(super) struct Counter {
    described: Option<Arc<Description>>,
    threshold: Option<u32>,
    zone: Option<Zone>,
    naming: Naming,
    /// Looks for signs of attackers.
    signs: Option<Signs>,
    /// Which requests are kept one by one; none when nobody asked for it.
    keeping: Option<(Layer, Keeping)>,
    /// Those that are, since they were handed on last, and how many more there was no room for.
    pub(super) rows: (Vec<Row>, u64),
    pub(super) met: Met,
}

/// What was met since the start.
#[derive(Debug, Default)]
pub(super) struct Met {
    pub(super) lines: u64,
    pub(super) not_understood: u64,
    pub(super) bad: VecDeque<(String, String)>,
    pub(super) long_lines: u64,
    pub(super) without_time: u64,
    /// The newest request, in seconds since 1970.
    pub(super) newest: Option<i64>,
    without_zone: u64,
    in_future: u64,
    successes: u64,
    requests: u64,
}

impl Counter {
    pub(super) fn new(
        described: Option<Arc<Description>>,
        slow_after: Option<Duration>,
        zone: Option<Zone>,
    ) -> Self {
        let threshold = slow_after.map(|after| u32::try_from(after.as_micros()).unwrap_or(u32::MAX));
        Self {
            described,
            threshold,
            zone,
            naming: Naming::default(),
            signs: Signs::new().ok(),
            keeping: None,
            rows: (Vec::new(), 0),
            met: Met::default(),
        }
    }

    /// Keeps requests one by one, seen by this layer.
    pub(super) fn keeping(self, layer: Layer, keeping: Keeping) -> Self {
        Self { keeping: Some((layer, keeping)), ..self }
    }

    fn keep(&mut self, entry: &Entry<'_>, at_seconds: i64) {
        let Some(mut row) = self.keeping.and_then(|(layer, keeping)| row_to_keep(entry, layer, &keeping))
        else {
            return;
        };
        let (rows, left_out) = &mut self.rows;
        if rows.len() >= MOST_ROWS {
            *left_out += 1;
            return;
        }
        // The second that is believed, and the fraction that was written.
        row.at_us = at_seconds * 1_000_000 + row.at_us.rem_euclid(1_000_000);
        rows.push(row);
    }

    /// Counts whole lines; each minute makes a batch of its own.
    pub(super) fn count(&mut self, format: &mut Format, text: &[u8], now: i64) -> Vec<Batch> {
        let mut room = Vec::new();
        let text = unwrapped(text, &mut room);
        let mut minutes: BTreeMap<i64, Batch> = BTreeMap::new();
        for line in text.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() {
                continue;
            }
            let cut = line.get(..line.len().min(LONGEST_LINE_BYTES)).unwrap_or_default();
            self.met.long_lines += u64::from(cut.len() < line.len());
            let mut filling = Filling::default();
            match format.fill(cut, &mut filling) {
                Ok(true) => {
                    let entry = &filling.entry;
                    let at = self.moment(entry, now);
                    self.keep(entry, at);
                    let threshold = self.threshold;
                    let minute = minutes.entry(at.div_euclid(60));
                    self.record(entry, at, minute.or_insert_with(|| Batch::with_threshold(threshold)));
                }
                Ok(false) => {}
                Err(why) => self.met.note_bad(why.to_string(), cut),
            }
        }
        minutes.into_values().collect()
    }

    /// When the request was, as far as that can be believed.
    fn moment(&mut self, entry: &Entry<'_>, now: i64) -> i64 {
        let Some(at) = entry.at_us.map(|at| at.div_euclid(1_000_000)) else {
            self.met.without_time += 1;
            return now;
        };
        let at = match &mut self.zone {
            Some(zone) if !entry.has_zone => zone.utc_of(at),
            Some(_) | None => at,
        };
        self.met.without_zone += u64::from(!entry.has_zone && self.zone.is_none());
        if at > now + FUTURE_SECONDS {
            self.met.in_future += 1;
            return now;
        }
        at
    }

    fn record(&mut self, entry: &Entry<'_>, at_seconds: i64, batch: &mut Batch) {
        let named = self.naming.name(entry, self.described.as_deref());
        batch.record(&Request {
            method: named.method,
            path: named.path,
            is_route: named.is_route,
            answer: answer_of(entry),
            at_seconds,
            duration: entry.duration_us,
            bytes: entry.bytes,
            client: entry.client,
            sign: self.signs.as_mut().and_then(|signs| {
                let is_failure = entry.code().is_none_or(StatusCode::is_error);
                signs.of(entry.target, entry.user_agent, is_failure)
            }),
        });
        self.met.lines += 1;
        self.met.requests += 1;
        self.met.successes += u64::from(entry.code().is_some_and(|code| !code.is_error()));
        self.met.newest = self.met.newest.max(Some(at_seconds));
    }
}

impl Met {
    /// Notes a line that was not understood.
    pub(super) fn note_bad(&mut self, why: String, line: &[u8]) {
        self.lines += 1;
        self.not_understood += 1;
        if self.bad.len() >= MOST_BAD_LINES {
            self.bad.pop_front();
        }
        self.bad.push_back((why, shown(line)));
    }

    /// What people should know of the source.
    pub(super) fn traps(&self) -> Vec<String> {
        let mut traps = Vec::new();
        let mut trap = |is_there: bool, text: &str| traps.extend(is_there.then(|| text.to_owned()));
        trap(
            self.requests >= ENOUGH_REQUESTS && self.successes == 0,
            "there is no success in it: it may have been filtered, and rates from it are wrong",
        );
        trap(
            self.without_zone > 0,
            "its times have no zone: they are taken for UTC; `zone` says which it is",
        );
        trap(self.in_future > 0, "some of its times lie in the future: check its clock and its `zone`");
        trap(self.without_time > 0, "some of its lines have no time: they count when they are read");
        trap(
            self.lines >= ENOUGH_REQUESTS && self.not_understood * 20 > self.lines,
            "more than one line in twenty is not understood: `format` may be wrong",
        );
        traps
    }
}

/// The beginning of a line, without what may be nobody's business: values of the query.
fn shown(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line.get(..line.len().min(4 * SHOWN_CHARS)).unwrap_or_default());
    let words = text.split(' ').map(|word| match word.split_once('?') {
        Some((path, _)) => format!("{path}?***"),
        None => word.to_owned(),
    });
    let text = words.collect::<Vec<_>>().join(" ");
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(SHOWN_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn counted(counter: &mut Counter, text: &str) -> usize {
        let mut format = Format::named("combined").unwrap();
        counter.count(&mut format, text.as_bytes(), 1_795_975_200).iter().map(Batch::len).sum()
    }

    #[test]
    fn lines_that_are_not_understood_are_counted_and_shown_without_secrets() {
        let mut counter = Counter::new(None, None, None);
        let line = "1.2.3.4 - - [29/Nov/2026:18:00:00 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"-\"\n";
        assert_eq!(counted(&mut counter, &format!("{line}no line GET /a?token=secret HTTP\n\r\n{line}")), 1);
        assert_eq!((counter.met.lines, counter.met.not_understood), (3, 1));
        assert_eq!(counter.met.bad[0].1, "no line GET /a?*** HTTP");
        (0..50).for_each(|_| _ = counted(&mut counter, "bad\n"));
        assert_eq!(counter.met.bad.len(), MOST_BAD_LINES);
    }

    #[test]
    fn what_makes_counts_wrong_is_said() {
        let mut counter = Counter::new(None, None, Some(Zone::new(TimeZone::UTC)));
        let line = "1.2.3.4 - - [29/Nov/2099:18:00:00 +0000] \"GET /a HTTP/1.1\" 503 5 \"-\" \"-\"\n";
        counted(&mut counter, &line.repeat(300));
        let traps = counter.met.traps();
        assert!(traps.iter().any(|trap| trap.contains("no success")), "{traps:?}");
        assert!(traps.iter().any(|trap| trap.contains("future")), "{traps:?}");
        assert_eq!(counter.met.newest, Some(1_795_975_200), "it counts when it is read");
    }
}
