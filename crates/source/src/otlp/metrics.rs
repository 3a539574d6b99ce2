//! Metrics: the histograms of how long requests took.

use super::any::pair;
use super::resource::{Resource, hash};
use super::told::{Side, Told};
use super::traces::micros;
use super::wire::{Field, Malformed, extend_fixed64, extend_varint, fields};
use super::{Held, Said};

/// A bucket of durations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bucket {
    /// Of nothing.
    Zero,
    /// Bucket `index` of an exponential histogram of seconds at this scale.
    Exponential {
        /// The scale.
        scale: i32,
        /// The index.
        index: i64,
    },
    /// Between two bounds in seconds, the upper one included.
    Between(f64, f64),
    /// Longer than so many seconds.
    Beyond(f64),
}

/// How long requests that are alike took: a data point.
#[derive(Debug)]
pub struct Durations<'a> {
    /// What they have in common. Its moment is the end of the time that was counted.
    pub told: Told<'a>,
    /// What was counted.
    pub point: Point,
    /// Tells this series apart from all others: resource, metric and attributes.
    pub(super) series: u64,
}

/// What a data point counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Point {
    /// Since when, in nanoseconds since 1970; 0 when it is not said.
    pub start_ns: u64,
    /// Until when.
    pub end_ns: u64,
    /// Does it count all since the start, and not only what came since the last point?
    pub is_cumulative: bool,
    /// How many.
    pub count: u64,
    pub(super) buckets: Buckets,
}

/// The buckets of a data point.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Buckets {
    /// None: only how many is known.
    #[default]
    None,
    /// With bounds of the sender's choice, in seconds; one more count than bounds.
    Explicit { bounds: Vec<f64>, counts: Vec<u64> },
    /// With bounds that grow by a factor; the counts begin at an index.
    Exponential { scale: i32, zero: u64, first: i64, counts: Vec<u64>, unit: Unit },
}

/// In which unit a metric counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Unit {
    #[default]
    Seconds,
    Milliseconds,
}

impl Unit {
    pub(super) const fn in_seconds(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Milliseconds => 1e-3,
        }
    }
}

/// A metric that is of use here.
#[derive(Clone, Copy)]
struct Metric {
    side: Side,
    unit: Unit,
    name: u64,
}

/// Reads an `ExportMetricsServiceRequest`.
pub(super) fn read<'a>(
    message: &'a [u8],
    each: &mut dyn FnMut(&Resource<'a>, Said<'a>),
) -> Result<Held, Malformed> {
    let mut held = Held::default();
    for metrics in fields(message) {
        let metrics = metrics?;
        if metrics.number != 1 {
            continue;
        }
        let resource = Resource::of(metrics.bytes()?)?;
        for scope in fields(metrics.bytes()?) {
            let scope = scope?;
            if scope.number != 2 {
                continue;
            }
            for metric in fields(scope.bytes()?) {
                let metric = metric?;
                if metric.number == 2 {
                    take(&resource, metric.bytes()?, &mut held, each)?;
                }
            }
        }
    }
    Ok(held)
}

/// `Metric.data` that are histograms.
const HISTOGRAM: u32 = 9;
const EXPONENTIAL_HISTOGRAM: u32 = 10;

fn take<'a>(
    resource: &Resource<'a>,
    message: &'a [u8],
    held: &mut Held,
    each: &mut dyn FnMut(&Resource<'a>, Said<'a>),
) -> Result<(), Malformed> {
    let metric = of_interest(message)?;
    for data in fields(message) {
        let data = data?;
        // Gauges and sums have their points in the same place.
        if !matches!(data.number, 5 | 7 | HISTOGRAM | EXPONENTIAL_HISTOGRAM | 11) {
            continue;
        }
        let is_cumulative = temporality(data.bytes()?)? == 2;
        for point in fields(data.bytes()?) {
            let point = point?;
            if point.number != 1 {
                continue;
            }
            held.items += 1;
            let is_histogram = matches!(data.number, HISTOGRAM | EXPONENTIAL_HISTOGRAM);
            let Some(metric) = metric.filter(|_| is_histogram) else {
                held.others += 1;
                continue;
            };
            let read = Reading::new(resource, metric, is_cumulative, data.number == EXPONENTIAL_HISTOGRAM);
            match read.point(point.bytes()?)? {
                Some(durations) => each(resource, Said::Durations(durations)),
                None => held.rejected += 1,
            }
        }
    }
    Ok(())
}

fn of_interest(message: &[u8]) -> Result<Option<Metric>, Malformed> {
    let (mut name, mut unit) = (&b""[..], &b""[..]);
    for field in fields(message) {
        let field = field?;
        match field.number {
            1 => name = field.bytes()?,
            3 => unit = field.bytes()?,
            _ => {}
        }
    }
    let (side, usual) = match name {
        b"http.server.request.duration" => (Side::Server, Unit::Seconds),
        b"http.client.request.duration" => (Side::Client, Unit::Seconds),
        b"http.server.duration" => (Side::Server, Unit::Milliseconds),
        b"http.client.duration" => (Side::Client, Unit::Milliseconds),
        _ => return Ok(None),
    };
    let unit = match unit {
        b"s" => Unit::Seconds,
        b"ms" => Unit::Milliseconds,
        _ => usual,
    };
    Ok(Some(Metric { side, unit, name: hash(name) }))
}

fn temporality(data: &[u8]) -> Result<u64, Malformed> {
    let mut found = 0;
    for field in fields(data) {
        let field = field?;
        if field.number == 2 {
            found = field.varint()?;
        }
    }
    Ok(found)
}

/// A data point while it is read.
struct Reading<'a> {
    told: Told<'a>,
    point: Point,
    series: u64,
    unit: Unit,
    is_exponential: bool,
    bounds: Vec<u64>,
    counts: Vec<u64>,
    scale: i32,
    zero: u64,
    below_zero: u64,
    first: i64,
    flags: u64,
}

impl<'a> Reading<'a> {
    fn new(resource: &Resource<'a>, metric: Metric, is_cumulative: bool, is_exponential: bool) -> Self {
        Self {
            told: Told { side: metric.side, weight: Some(1.0), ..Told::default() },
            point: Point { is_cumulative, ..Point::default() },
            series: resource.identity.rotate_left(17) ^ metric.name,
            unit: metric.unit,
            is_exponential,
            bounds: Vec::new(),
            counts: Vec::new(),
            scale: 0,
            zero: 0,
            below_zero: 0,
            first: 0,
            flags: 0,
        }
    }

    /// A point that can be counted, if it is one.
    fn point(mut self, message: &'a [u8]) -> Result<Option<Durations<'a>>, Malformed> {
        for field in fields(message) {
            let field = field?;
            match self.is_exponential {
                true => self.exponential(&field)?,
                false => self.explicit(&field)?,
            }
        }
        // "No recorded value": the series has ended.
        let is_absent = self.flags & 1 == 1;
        self.told.at_us = micros(self.point.end_ns);
        let buckets = self.buckets();
        let Some(buckets) = buckets.filter(|_| !is_absent && self.point.end_ns > 0) else { return Ok(None) };
        self.point.buckets = buckets;
        Ok(Some(Durations { told: self.told, point: self.point, series: self.series }))
    }

    /// A field of a `HistogramDataPoint`.
    fn explicit(&mut self, field: &Field<'a>) -> Result<(), Malformed> {
        match field.number {
            2 => self.point.start_ns = field.fixed64()?,
            3 => self.point.end_ns = field.fixed64()?,
            4 => self.point.count = field.fixed64()?,
            6 => extend_fixed64(&mut self.counts, field)?,
            7 => extend_fixed64(&mut self.bounds, field)?,
            9 => self.attribute(field.bytes()?)?,
            10 => self.flags = field.varint()?,
            _ => {}
        }
        Ok(())
    }

    /// A field of an `ExponentialHistogramDataPoint`.
    fn exponential(&mut self, field: &Field<'a>) -> Result<(), Malformed> {
        match field.number {
            1 => self.attribute(field.bytes()?)?,
            2 => self.point.start_ns = field.fixed64()?,
            3 => self.point.end_ns = field.fixed64()?,
            4 => self.point.count = field.fixed64()?,
            6 => self.scale = field.sint32()?,
            7 => self.zero = field.fixed64()?,
            8 => self.first = buckets(field.bytes()?, &mut self.counts)?,
            // A duration below zero is a clock that was set back: it took no time that we know of.
            9 => {
                let mut counts = Vec::new();
                buckets(field.bytes()?, &mut counts)?;
                self.below_zero = counts.iter().fold(0, |sum, count| sum.saturating_add(*count));
            }
            10 => self.flags = field.varint()?,
            _ => {}
        }
        Ok(())
    }

    fn attribute(&mut self, message: &'a [u8]) -> Result<(), Malformed> {
        self.series = self.series.wrapping_add(hash(message));
        let (key, value) = pair(message)?;
        self.told.take(key, value);
        Ok(())
    }

    fn buckets(&mut self) -> Option<Buckets> {
        let counts = std::mem::take(&mut self.counts);
        if self.is_exponential {
            return (-10..=20).contains(&self.scale).then_some(Buckets::Exponential {
                scale: self.scale,
                zero: self.zero.saturating_add(self.below_zero),
                first: self.first,
                counts,
                unit: self.unit,
            });
        }
        let unit = self.unit.in_seconds();
        let bounds: Vec<f64> = self.bounds.iter().map(|bits| f64::from_bits(*bits) * unit).collect();
        let is_rising = bounds.is_sorted() && bounds.iter().all(|bound| bound.is_finite());
        match (counts.is_empty(), bounds.is_empty()) {
            (true, true) => Some(Buckets::None),
            _ => (is_rising && counts.len() == bounds.len() + 1)
                .then_some(Buckets::Explicit { bounds, counts }),
        }
    }
}

/// `ExponentialHistogramDataPoint.Buckets`: the index of the first, and the counts.
fn buckets(message: &[u8], counts: &mut Vec<u64>) -> Result<i64, Malformed> {
    let mut first = 0;
    for field in fields(message) {
        let field = field?;
        match field.number {
            1 => first = i64::from(field.sint32()?),
            2 => extend_varint(counts, &field)?,
            _ => {}
        }
    }
    Ok(first)
}
