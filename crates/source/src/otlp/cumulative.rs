//! Series that count from a beginning on: what came since the last point.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::metrics::{Bucket, Buckets, Durations, Point};
use super::saved;

/// Series that are remembered; more are refused, and said to be.
const MOST_SERIES: usize = 100_000;
/// A series that was silent for so long makes room for others: an hour.
const FORGOTTEN_NS: u64 = 3_600_000_000_000;

/// Remembers how far each series had counted.
#[derive(Debug, Default)]
pub struct Cumulative {
    series: HashMap<u64, Point>,
    /// Series that began before this moment, in nanoseconds since 1970, may have been counted by somebody before us.
    since_ns: u64,
}

/// How far a series had counted, to be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSeries {
    /// Which one.
    pub key: u64,
    /// Until when it had counted, in microseconds since 1970.
    pub until_us: i64,
    /// The rest of it.
    pub point: Vec<u8>,
}

/// What a point adds to what was counted before.
#[derive(Debug, Clone, PartialEq)]
pub enum Increase {
    /// So much.
    Counted(Counted),
    /// Nothing yet: the series began before we did, so that the next point will be the first to add something.
    Begun,
    /// Nothing ever: there are too many series.
    Full,
}

/// What came since the last point.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// Since when, in microseconds since 1970.
    pub from_us: i64,
    /// How many requests.
    pub count: u64,
    /// How long they took.
    pub buckets: Vec<(Bucket, u64)>,
}

/// Takes points back that were read in vain, since what they added could not be saved.
#[derive(Debug, Default)]
pub struct Undo(Vec<(u64, u64, Option<Point>)>);

impl Cumulative {
    /// Remembers nothing; we have been listening since this moment, in nanoseconds since 1970.
    #[must_use]
    pub fn new(since_ns: u64) -> Self {
        Self { series: HashMap::new(), since_ns }
    }

    /// Goes on from what was saved. A series that is not among it and began after the oldest of it was never counted.
    #[must_use]
    pub fn restored(since_ns: u64, known: Vec<SavedSeries>) -> Self {
        let oldest = known.iter().filter_map(|one| u64::try_from(one.until_us).ok()).min();
        let since_ns = oldest.map_or(since_ns, |oldest| since_ns.min(oldest.saturating_mul(1000)));
        let series = known.into_iter().filter_map(|one| Some((one.key, saved::decode(&one.point).ok()?)));
        Self { series: series.take(MOST_SERIES).collect(), since_ns }
    }

    /// How far the series have counted that would be taken back.
    #[must_use]
    pub fn changed(&self, undo: &Undo) -> Vec<SavedSeries> {
        let saved = |key: u64| {
            let point = self.series.get(&key)?;
            let until_us = super::traces::micros(point.end_ns);
            Some(SavedSeries { key, until_us, point: saved::encode(point) })
        };
        let mut keys: Vec<u64> = undo.0.iter().map(|(key, ..)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().filter_map(saved).collect()
    }

    /// How many series are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// Is none remembered?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// What a point adds.
    pub fn increase(&mut self, durations: &Durations<'_>, undo: &mut Undo) -> Increase {
        let point = &durations.point;
        if !point.is_cumulative {
            return Increase::Counted(Counted::of(point, point.start_ns));
        }
        if self.series.len() >= MOST_SERIES && !self.series.contains_key(&durations.series) {
            self.forget(point.end_ns);
            if self.series.len() >= MOST_SERIES {
                return Increase::Full;
            }
        }
        let last = match self.series.entry(durations.series) {
            Entry::Occupied(mut known) => {
                // A point that was overtaken, or comes again, adds nothing.
                if known.get().end_ns >= point.end_ns && known.get().start_ns >= point.start_ns {
                    return Increase::Counted(Counted::nothing(point));
                }
                Some(known.insert(point.clone()))
            }
            Entry::Vacant(free) => {
                free.insert(point.clone());
                None
            }
        };
        let increase = match &last {
            Some(last) => Increase::Counted(since(last, point)),
            None if point.start_ns >= self.since_ns => Increase::Counted(Counted::of(point, point.start_ns)),
            None => Increase::Begun,
        };
        undo.0.push((durations.series, point.end_ns, last));
        increase
    }

    /// Takes points back, unless later ones have come.
    pub fn undo(&mut self, undo: Undo) {
        for (series, end_ns, last) in undo.0 {
            if self.series.get(&series).is_some_and(|point| point.end_ns != end_ns) {
                continue;
            }
            match last {
                Some(last) => drop(self.series.insert(series, last)),
                None => drop(self.series.remove(&series)),
            }
        }
    }

    fn forget(&mut self, now_ns: u64) {
        self.series.retain(|_, point| now_ns.saturating_sub(point.end_ns) < FORGOTTEN_NS);
    }
}

/// What came between two points of a series. A series that began anew, or counts less than before, counts from nothing.
fn since(last: &Point, point: &Point) -> Counted {
    let began_anew = point.start_ns > last.start_ns || point.count < last.count;
    let difference = if began_anew { None } else { point.buckets.minus(&last.buckets) };
    match difference {
        Some(buckets) => {
            let increase = Point { count: point.count - last.count, buckets, ..Point::default() };
            Counted::of(&Point { end_ns: point.end_ns, ..increase }, last.end_ns)
        }
        None => Counted::of(point, point.start_ns.max(last.end_ns.min(point.end_ns))),
    }
}

impl Counted {
    fn of(point: &Point, from_ns: u64) -> Self {
        let from_ns = if from_ns == 0 { point.end_ns } else { from_ns };
        Self { from_us: super::traces::micros(from_ns), count: point.count, buckets: point.buckets.list() }
    }

    fn nothing(point: &Point) -> Self {
        Self { from_us: super::traces::micros(point.end_ns), count: 0, buckets: Vec::new() }
    }
}

impl Buckets {
    /// What was counted since an earlier state; `None` when that cannot be the same series.
    fn minus(&self, before: &Self) -> Option<Self> {
        match (self, before) {
            (Self::None, Self::None) => Some(Self::None),
            (Self::Explicit { bounds, counts }, Self::Explicit { bounds: others, counts: before }) => {
                let difference = counts.iter().zip(before).map(|(now, then)| now.checked_sub(*then));
                let counts = difference.collect::<Option<_>>()?;
                (bounds == others).then(|| Self::Explicit { bounds: bounds.clone(), counts })
            }
            (Self::Exponential { unit, .. }, Self::Exponential { unit: other, .. }) if unit == other => {
                self.minus_exponential(before)
            }
            (Self::None | Self::Explicit { .. } | Self::Exponential { .. }, _) => None,
        }
    }

    /// The scale sinks when durations spread: then the buckets from before are merged first, two by two.
    fn minus_exponential(&self, before: &Self) -> Option<Self> {
        let (
            Self::Exponential { scale, zero, first, counts, unit },
            Self::Exponential { scale: finer, zero: zero_before, first: from, counts: old, .. },
        ) = (self, before)
        else {
            return None;
        };
        let steps = finer.checked_sub(*scale).filter(|steps| *steps >= 0)?;
        let mut difference = counts.clone();
        for (index, count) in (*from..).zip(old).filter(|(_, count)| **count > 0) {
            let at = usize::try_from((index >> steps.min(63)) - first).ok()?;
            let now = difference.get_mut(at)?;
            *now = now.checked_sub(*count)?;
        }
        let zero = zero.checked_sub(*zero_before)?;
        Some(Self::Exponential { scale: *scale, zero, first: *first, counts: difference, unit: *unit })
    }

    /// The buckets that hold something.
    fn list(&self) -> Vec<(Bucket, u64)> {
        match self {
            Self::None => Vec::new(),
            Self::Explicit { bounds, counts } => {
                let lows = std::iter::once(0.0).chain(bounds.iter().copied());
                let highs = bounds.iter().copied().map(Some).chain(std::iter::once(None));
                let buckets = lows.zip(highs).map(|(low, high)| match high {
                    Some(high) => Bucket::Between(low, high),
                    None => Bucket::Beyond(low),
                });
                buckets.zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect()
            }
            Self::Exponential { scale, zero, first, counts, unit } => {
                let bucket = |index: i64| match unit {
                    super::metrics::Unit::Seconds => Bucket::Exponential { scale: *scale, index },
                    super::metrics::Unit::Milliseconds => milliseconds(*scale, index),
                };
                let filled = (*first..).map(bucket).zip(counts.iter().copied());
                let zero = (*zero > 0).then_some((Bucket::Zero, *zero));
                filled.filter(|(_, count)| *count > 0).chain(zero).collect()
            }
        }
    }
}

/// Buckets of milliseconds do not have the bounds of buckets of seconds: a range is what is known.
#[expect(clippy::cast_precision_loss, reason = "indices are small")]
fn milliseconds(scale: i32, index: i64) -> Bucket {
    let bound = |index: i64| (index as f64 / f64::from(scale).exp2()).exp2() * 1e-3;
    Bucket::Between(bound(index), bound(index + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otlp::Told;
    use crate::otlp::metrics::Unit;

    fn point(start: u64, end: u64, scale: i32, first: i64, counts: &[u64]) -> Durations<'static> {
        let buckets =
            Buckets::Exponential { scale, zero: 0, first, counts: counts.to_vec(), unit: Unit::Seconds };
        let count = counts.iter().sum();
        let point = Point { start_ns: start, end_ns: end, is_cumulative: true, count, buckets };
        Durations { told: Told::default(), point, series: 1 }
    }

    fn counted(increase: Increase) -> (u64, Vec<(i64, u64)>) {
        let Increase::Counted(counted) = increase else { panic!("{increase:?}") };
        let index = |bucket: &Bucket| match bucket {
            Bucket::Exponential { index, .. } => *index,
            Bucket::Zero | Bucket::Between(..) | Bucket::Beyond(_) => panic!("{bucket:?}"),
        };
        (counted.count, counted.buckets.iter().map(|(bucket, count)| (index(bucket), *count)).collect())
    }

    #[test]
    fn a_series_that_began_with_us_counts_from_its_first_point_on() {
        let (mut series, mut undo) = (Cumulative::new(50), Undo::default());
        let mut add = |durations| counted(series.increase(&durations, &mut undo));
        assert_eq!(add(point(60, 100, 4, 10, &[1, 2])), (3, vec![(10, 1), (11, 2)]));
        assert_eq!(add(point(60, 200, 4, 10, &[1, 5])), (3, vec![(11, 3)]));
        assert_eq!(add(point(60, 200, 4, 10, &[1, 5])), (0, vec![]), "the same point again");
        assert_eq!(add(point(250, 300, 4, 10, &[1, 0])), (1, vec![(10, 1)]), "the sender was restarted");
        assert_eq!(add(point(250, 400, 4, 9, &[4, 1])), (4, vec![(9, 4)]), "buckets in front");
    }

    #[test]
    fn after_a_restart_nothing_is_lost_and_nothing_counted_twice() {
        let (mut series, mut undo) = (Cumulative::new(0), Undo::default());
        assert_eq!(counted(series.increase(&point(1_000, 5_000, 4, 10, &[1, 2]), &mut undo)).0, 3);
        let known = series.changed(&undo);
        assert_eq!(known.len(), 1);
        let mut again = Cumulative::restored(9_000, known);
        let mut add = |durations| again.increase(&durations, &mut Undo::default());
        assert_eq!(counted(add(point(1_000, 5_000, 4, 10, &[1, 2]))).0, 0, "the same point is sent again");
        assert_eq!(counted(add(point(1_000, 9_500, 4, 10, &[1, 6]))), (4, vec![(11, 4)]));
        let other = |start| Durations { series: 2, ..point(start, 9_600, 4, 10, &[5]) };
        assert_eq!(add(other(4_000)), Increase::Begun, "somebody may have counted it before us");
        let mut again = Cumulative::restored(9_000, series.changed(&undo));
        let began_while_we_were_down = again.increase(&other(6_000), &mut Undo::default());
        assert_eq!(counted(began_while_we_were_down).0, 5);
    }

    #[test]
    fn a_scale_that_sinks_does_not_count_twice() {
        let (mut series, mut undo) = (Cumulative::new(0), Undo::default());
        let mut add = |durations| counted(series.increase(&durations, &mut undo));
        assert_eq!(add(point(1, 100, 5, 21, &[1, 2])).0, 3);
        // At scale 4 the buckets 21 and 22 are 10 and 11.
        assert_eq!(add(point(1, 200, 4, 10, &[1, 3, 7])), (8, vec![(11, 1), (12, 7)]));
    }

    #[test]
    fn a_series_from_before_our_time_adds_nothing_at_first_and_what_was_not_saved_counts_again() {
        let (mut series, mut undo) = (Cumulative::new(500), Undo::default());
        assert_eq!(series.increase(&point(1, 600, 4, 0, &[9]), &mut undo), Increase::Begun);
        let mut undo = Undo::default();
        let next = point(1, 700, 4, 0, &[12]);
        assert_eq!(counted(series.increase(&next, &mut undo)).0, 3);
        series.undo(undo);
        assert_eq!(
            counted(series.increase(&next, &mut Undo::default())).0,
            3,
            "once more, since it was not saved"
        );
    }
}
