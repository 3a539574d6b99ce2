//! What was counted over time.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Measure;
use crate::varint::{put, put_signed, take, take_signed};
use crate::{Answer, Histogram, Malformed};

/// What was counted over time, by the first second of each stretch. How wide the stretches are is known to whoever made
/// it; latency may have wider ones than the counts. Merging is addition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    counts: BTreeMap<(i64, Measure), u64>,
    latency: BTreeMap<i64, Histogram>,
}

impl Series {
    /// Nothing counted.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds to a measure in the stretch that begins at this second.
    pub fn add(&mut self, start: i64, measure: Measure, count: u64) {
        if count > 0 {
            let so_far = self.counts.entry((start, measure)).or_default();
            *so_far = so_far.saturating_add(count);
        }
    }

    /// Adds durations of the stretch that begins at this second.
    pub fn add_latency(&mut self, start: i64, latency: &Histogram) {
        if latency.count() > 0 {
            self.latency.entry(start).or_default().merge(latency);
        }
    }

    /// Adds all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        other.counts().for_each(|(start, measure, count)| self.add(start, measure, count));
        other.latency().for_each(|(start, latency)| self.add_latency(start, latency));
    }

    /// Was nothing counted?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.latency.is_empty()
    }

    /// Start of the stretch, measure and count, in this order.
    pub fn counts(&self) -> impl Iterator<Item = (i64, Measure, u64)> + '_ {
        self.counts.iter().map(|((start, measure), count)| (*start, *measure, *count))
    }

    /// Start of the stretch, answer and count, in this order: what a heatmap shows.
    pub fn answers(&self) -> impl Iterator<Item = (i64, Answer, u64)> + '_ {
        self.counts().filter_map(|(start, measure, count)| match measure {
            Measure::Answer(answer) => Some((start, answer, count)),
            Measure::Timed | Measure::Slow | Measure::Bytes => None,
        })
    }

    /// Start of the stretch and how long requests took in it, in order.
    pub fn latency(&self) -> impl Iterator<Item = (i64, &Histogram)> {
        self.latency.iter().map(|(start, latency)| (*start, latency))
    }

    /// How often which answer, over the whole time.
    #[must_use]
    pub fn by_answer(&self) -> BTreeMap<Answer, u64> {
        let mut all = BTreeMap::new();
        for (_, answer, count) in self.answers() {
            *all.entry(answer).or_default() += count;
        }
        all
    }

    /// A measure over the whole time.
    #[must_use]
    pub fn total(&self, of: Measure) -> u64 {
        self.counts().filter(|(_, measure, _)| *measure == of).map(|(_, _, count)| count).sum()
    }

    /// Requests over the whole time.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.answers().map(|(_, _, count)| count).sum()
    }

    /// Requests that took longer than the threshold, and those of which is known how long they took.
    #[must_use]
    pub fn slow_of_timed(&self) -> (u64, u64) {
        (self.total(Measure::Slow), self.total(Measure::Timed))
    }

    /// How long requests took over the whole time.
    #[must_use]
    pub fn all_latency(&self) -> Histogram {
        let mut all = Histogram::default();
        self.latency.values().for_each(|latency| all.merge(latency));
        all
    }

    /// The same in stretches of so many seconds.
    #[must_use]
    pub fn widened(&self, seconds: i64) -> Self {
        let start_of = |start: i64| start - start.rem_euclid(seconds.max(1));
        let mut wide = Self::new();
        self.counts().for_each(|(start, measure, count)| wide.add(start_of(start), measure, count));
        self.latency().for_each(|(start, latency)| wide.add_latency(start_of(start), latency));
        wide
    }

    /// The stretches that begin in this range.
    #[must_use]
    pub fn between(&self, range: &Range<i64>) -> Self {
        let counts = self.counts.iter().filter(|((start, _), _)| range.contains(start));
        let latency = self.latency.range(range.clone());
        Self {
            counts: counts.map(|(key, count)| (*key, *count)).collect(),
            latency: latency.map(|(start, latency)| (*start, latency.clone())).collect(),
        }
    }

    /// The second in which the last stretch begins of which something was counted.
    #[must_use]
    pub fn last_start(&self) -> Option<i64> {
        self.counts.last_key_value().map(|((start, _), _)| *start)
    }

    /// The second in which the first stretch begins of which something was counted.
    #[must_use]
    pub fn first_start(&self) -> Option<i64> {
        self.counts.first_key_value().map(|((start, _), _)| *start)
    }

    /// As bytes, for the store: how many counts; of each its start as distance from the one before, the measure's number
    /// and the count; how many histograms; of each its start likewise and itself.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, self.counts.len() as u64);
        let mut last = 0;
        for (start, measure, count) in self.counts() {
            put_signed(&mut bytes, start - last);
            put_signed(&mut bytes, measure.to_number());
            put(&mut bytes, count);
            last = start;
        }
        put(&mut bytes, self.latency.len() as u64);
        for (start, latency) in self.latency() {
            put_signed(&mut bytes, start - last);
            latency.encode(&mut bytes);
            last = start;
        }
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not such a form.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = &mut bytes;
        let mut series = Self::new();
        let mut last = 0_i64;
        for _ in 0..take(bytes)? {
            last = last.checked_add(take_signed(bytes)?).ok_or(Malformed)?;
            let (measure, count) = (Measure::from_number(take_signed(bytes)?), take(bytes)?);
            if let Some(measure) = measure {
                series.add(last, measure, count);
            }
        }
        for _ in 0..take(bytes)? {
            last = last.checked_add(take_signed(bytes)?).ok_or(Malformed)?;
            series.add_latency(last, &Histogram::decode(bytes)?);
        }
        if bytes.is_empty() { Ok(series) } else { Err(Malformed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_survives_being_bytes_and_being_widened() {
        let mut series = Series::new();
        let mut latency = Histogram::default();
        latency.record(1_500);
        for start in [-20, 0, 10, 1_700_000_000] {
            series.add(start, Measure::Answer(Answer::None), 3);
            series.add(start, Measure::Bytes, 1 << 40);
            series.add_latency(start, &latency);
        }
        assert_eq!(Series::decode(&series.encode()), Ok(series.clone()));
        let wide = series.widened(3600);
        assert_eq!(
            wide.answers().map(|(start, _, count)| (start, count)).collect::<Vec<_>>(),
            [(-3600, 3), (0, 6), (1_699_999_200, 3)]
        );
        assert_eq!((wide.requests(), wide.all_latency()), (series.requests(), series.all_latency()));
        assert_eq!(series.between(&(0..20)).requests(), 6);
        for cut in 1..series.encode().len() {
            assert_eq!(Series::decode(&series.encode()[..cut]), Err(Malformed));
        }
    }
}
