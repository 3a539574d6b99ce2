//! Counts what a message says, by service and by who saw it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use statusquo_exchange::{FailureKind, Name};
use statusquo_slo::kept::{Id, Keeping, Layer, Row, redacted_target, redacted_text};
use statusquo_slo::route::mask;
use statusquo_slo::traffic::{Batch, Request};
use statusquo_slo::{Answer, Histogram};
use statusquo_source::log::{Entry as LogEntry, Format};
use statusquo_source::otlp::{
    Bucket, Counted, Cumulative, Durations, Held, Increase, Malformed, Resource, Said, SavedSeries, Side,
    Signal, Told, Undo,
};

use crate::kept::{answer_of, row_to_keep};

/// Services that are told apart; a sender that makes up names must not fill our memory.
const MOST_SERVICES: usize = 500;
/// Where all others are counted.
const OTHER_SERVICES: &str = "(other services)";
/// Longer names of services are cut.
const LONGEST_SERVICE: usize = 100;
/// Requests of a message that are kept; more of them say nothing new.
const MOST_ROWS: usize = 2_000;
/// A data point that counts a longer time is spread over the end of it.
const LONGEST_SPREAD_SECONDS: i64 = 600;

/// What was counted of one service, as one layer saw it.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// By minute.
    pub(crate) batches: BTreeMap<i64, Batch>,
    pub(crate) rows: Vec<Row>,
    /// Requests that should have been kept and for which there was no room.
    pub(crate) left_out: u64,
    /// Of how many requests nothing said whether others were left out by sampling.
    pub(crate) unsure: u64,
}

/// What was counted of a message.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) parts: BTreeMap<(Name, Layer), Part>,
    pub(crate) held: Held,
    /// Data points of series for which there was no room.
    pub(crate) full: u64,
    /// Series that began before us: their next point is the first to be counted.
    pub(crate) begun: u64,
    pub(crate) undo: Undo,
    /// How far the series have counted with this message.
    pub(crate) series: Vec<SavedSeries>,
}

/// Counts messages.
pub(crate) struct Gatherer {
    pub(crate) keeping: Keeping,
    pub(crate) series: Cumulative,
    services: BTreeMap<Box<[u8]>, Name>,
    /// How the access logs are written that come as log records.
    formats: BTreeMap<Name, Format>,
}

impl Gatherer {
    /// Goes on from how far series had counted; it listens since this moment, in nanoseconds since 1970.
    pub(crate) fn new(keeping: Keeping, since_ns: u64, known: Vec<SavedSeries>) -> Self {
        Self {
            keeping,
            series: Cumulative::restored(since_ns, known),
            services: BTreeMap::new(),
            formats: BTreeMap::new(),
        }
    }

    /// Counts a message; nothing of it when it is malformed.
    pub(crate) fn gather(&mut self, signal: Signal, message: &[u8]) -> Result<Gathered, Malformed> {
        let mut gathered = Gathered::default();
        let mut masked = Vec::new();
        let mut lines: BTreeMap<Name, Vec<&[u8]>> = BTreeMap::new();
        let read = statusquo_source::otlp::read(signal, message, &mut |resource, said| {
            let service = self.service(resource);
            match said {
                Said::Request(told) => {
                    let layer = layer(signal, told.side);
                    let part = gathered.parts.entry((service, layer)).or_default();
                    part.request(&told, (layer, &self.keeping), &mut masked);
                }
                Said::Durations(durations) => match self.series.increase(&durations, &mut gathered.undo) {
                    Increase::Counted(counted) => {
                        let layer = layer(signal, durations.told.side);
                        gathered.parts.entry((service, layer)).or_default().durations(&durations, &counted);
                    }
                    Increase::Begun => gathered.begun += 1,
                    Increase::Full => gathered.full += 1,
                },
                Said::Line(line) => lines.entry(service).or_default().push(line),
            }
        });
        match read {
            Ok(held) => {
                gathered.held.items = held.items;
                gathered.held.others += held.others;
                gathered.held.rejected = held.rejected;
                gathered.series = self.series.changed(&gathered.undo);
                lines.iter().for_each(|(service, lines)| self.lines(service, lines, &mut gathered));
                Ok(gathered)
            }
            Err(malformed) => {
                self.series.undo(std::mem::take(&mut gathered.undo));
                Err(malformed)
            }
        }
    }

    /// Texts of log records: of an access log, if the service has one; else they are left out.
    fn lines(&mut self, service: &Name, lines: &[&[u8]], gathered: &mut Gathered) {
        let format = match self.formats.entry(service.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => match Format::detect(&lines.join(&b'\n')) {
                Some(detected) => free.insert(detected.format),
                None => {
                    gathered.held.others += lines.len() as u64;
                    return;
                }
            },
        };
        for line in lines {
            match format.parse(line) {
                Ok(Some(entry)) => {
                    let part = gathered.parts.entry((service.clone(), Layer::Records)).or_default();
                    part.line(&entry, &self.keeping);
                }
                Ok(None) | Err(_) => gathered.held.others += 1,
            }
        }
    }

    /// The name under which a service is counted.
    fn service(&mut self, resource: &Resource<'_>) -> Name {
        let text = resource.service;
        if let Some(known) = self.services.get(text) {
            return known.clone();
        }
        let shown = String::from_utf8_lossy(text).replace(char::is_control, " ");
        let shown: String = shown.trim().chars().take(LONGEST_SERVICE).collect();
        let name = match shown.is_empty() {
            true => Name::from("unknown_service"),
            false => Name::from(shown),
        };
        if self.services.len() >= MOST_SERVICES {
            return Name::from(OTHER_SERVICES);
        }
        match self.services.entry(text.into()) {
            Entry::Vacant(free) => free.insert(name).clone(),
            Entry::Occupied(known) => known.get().clone(),
        }
    }
}

const fn layer(signal: Signal, side: Side) -> Layer {
    match (signal, side) {
        (Signal::Traces, Side::Server) => Layer::Spans,
        (Signal::Traces, Side::Client) => Layer::CallSpans,
        (Signal::Metrics, Side::Server) => Layer::Metrics,
        (Signal::Metrics, Side::Client) => Layer::CallMetrics,
        (Signal::Logs, Side::Server | Side::Client) => Layer::Records,
    }
}

impl Part {
    fn request(&mut self, told: &Told<'_>, (layer, keeping): (Layer, &Keeping), masked: &mut Vec<u8>) {
        let answer = answer(told);
        let (path, is_route) = path(told, masked);
        let request = Request {
            method: method(told),
            path,
            is_route,
            answer,
            at_seconds: told.at_us.div_euclid(1_000_000),
            duration: told.duration_us,
            bytes: told.bytes,
            client: told.client,
            sign: None,
        };
        self.batch(request.at_seconds).record_many(&request, told.count());
        self.unsure += u64::from(told.weight.is_none());
        let id = Id::of(if told.trace_id.is_empty() { told.request_id } else { told.trace_id });
        let answer =
            if told.is_broken_off() { Answer::Failure(FailureKind::ConnectionClosed) } else { answer };
        if let Some(why) = keeping.why(answer, told.duration_us, id) {
            if self.rows.len() < MOST_ROWS {
                self.rows.push(row(told, (layer, why, request.answer)));
            } else {
                self.left_out += 1;
            }
        }
    }

    fn line(&mut self, entry: &LogEntry<'_>, keeping: &Keeping) {
        let mut masked = Vec::new();
        let (path, is_route) = match (entry.route.is_empty(), entry.target.is_empty()) {
            (false, _) => (entry.route, true),
            (true, true) => (&b"(malformed)"[..], true),
            (true, false) => {
                mask(entry.target, &mut masked);
                (masked.as_slice(), false)
            }
        };
        let request = Request {
            method: if entry.method.is_empty() { b"_OTHER" } else { entry.method },
            path,
            is_route,
            answer: answer_of(entry),
            at_seconds: entry.at_us.unwrap_or_default().div_euclid(1_000_000),
            duration: entry.duration_us,
            bytes: entry.bytes,
            client: entry.client,
            sign: None,
        };
        self.batch(request.at_seconds).record_many(&request, 1);
        match row_to_keep(entry, Layer::Records, keeping) {
            Some(row) if self.rows.len() < MOST_ROWS => self.rows.push(row),
            Some(_) => self.left_out += 1,
            None => {}
        }
    }

    /// A data point: as many requests as it counts, evenly over the time in which it counted them.
    fn durations(&mut self, durations: &Durations<'_>, counted: &Counted) {
        if counted.count == 0 {
            return;
        }
        let told = &durations.told;
        let mut latency = Histogram::default();
        counted.buckets.iter().for_each(|(bucket, count)| add(&mut latency, *bucket, *count));
        let mut masked = Vec::new();
        let (path, is_route) = path(told, &mut masked);
        let mut request = Request {
            method: method(told),
            path,
            is_route,
            answer: answer(told),
            at_seconds: told.at_us.div_euclid(1_000_000),
            duration: None,
            bytes: 0,
            client: b"",
            sign: None,
        };
        self.batch(request.at_seconds - 1).record_latency(&request, &latency);
        for (at_seconds, count) in spread(counted, request.at_seconds) {
            request.at_seconds = at_seconds;
            self.batch(at_seconds).record_many(&request, count);
        }
    }

    fn batch(&mut self, at_seconds: i64) -> &mut Batch {
        self.batches.entry(at_seconds.div_euclid(60)).or_default()
    }
}

/// A count by tens of seconds, evenly, the rest in the last ones.
fn spread(counted: &Counted, end: i64) -> Vec<(i64, u64)> {
    let from = counted.from_us.div_euclid(1_000_000).clamp(end - LONGEST_SPREAD_SECONDS, end);
    // The end belongs to what comes next: at 14:10:00 a minute of six tens has passed, the last of which began at 14:09:50.
    let last = (end - 1).max(from).div_euclid(10);
    let tens: Vec<i64> = (from.div_euclid(10)..=last).collect();
    let share = counted.count / tens.len() as u64;
    let more = counted.count % tens.len() as u64;
    let is_last = |at: usize| u64::from(((tens.len() - at) as u64) <= more);
    tens.iter()
        .enumerate()
        .map(|(at, ten)| (ten * 10, share + is_last(at)))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn add(latency: &mut Histogram, bucket: Bucket, count: u64) {
    match bucket {
        Bucket::Zero => latency.record_zero(count),
        Bucket::Exponential { scale, index } => latency.record_exponential(scale, index, count),
        Bucket::Between(low, high) => latency.record_between((low, high), count),
        Bucket::Beyond(bound) => latency.record_beyond(bound, count),
    }
}

fn answer(told: &Told<'_>) -> Answer {
    told.code().map_or_else(|| Answer::Failure(told.failure()), Answer::Status)
}

const fn method<'a>(told: &Told<'a>) -> &'a [u8] {
    if told.method.is_empty() { b"_OTHER" } else { told.method }
}

/// The route where it is known, else the path with identifiers masked; of calls to others the host, since their routes are
/// not ours.
fn path<'a>(told: &Told<'a>, masked: &'a mut Vec<u8>) -> (&'a [u8], bool) {
    match (told.side, told.route.is_empty(), told.target.is_empty()) {
        (Side::Client, _, _) if !told.host.is_empty() => (told.host, true),
        (Side::Client, _, _) => (b"(unknown host)", true),
        (Side::Server, false, _) => (told.route, true),
        (Side::Server, true, true) => (b"(no route)", true),
        (Side::Server, true, false) => {
            mask(told.target, masked);
            (masked, false)
        }
    }
}

fn row(told: &Told<'_>, (layer, why, answer): (Layer, statusquo_slo::kept::Why, Answer)) -> Row {
    let text = |bytes: &[u8]| redacted_text(bytes).into_boxed_str();
    Row {
        at_us: told.at_us,
        layer,
        why,
        method: text(method(told)),
        target: redacted_target(told.target).into_boxed_str(),
        route: text(told.route),
        answer,
        upstream: None,
        duration_us: told.duration_us,
        bytes: told.bytes,
        host: text(told.host),
        client: text(told.client),
        user_agent: text(told.user_agent),
        error: text(told.error),
        request_id: text(told.request_id),
        trace_id: told.trace_id.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_boxed_str(),
    }
}
