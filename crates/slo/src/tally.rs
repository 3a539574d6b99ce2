//! What was counted of a monitor within a stretch of time.

use std::collections::BTreeMap;

use crate::counts::Counts;
use crate::histogram::{Histogram, Malformed};
use crate::varint::{put, put_signed, take, take_signed};
use crate::{Answer, Mark, Sample};

/// What was counted of a monitor within a stretch of time: probes by exact answer and by what they meant, and how long
/// they took. Merging is addition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    counts: Counts<(Answer, Mark)>,
    latency: Histogram,
}

impl Tally {
    /// Counts a probe. The time of probes that got no answer does not enter the latency.
    pub fn record(&mut self, sample: &Sample) {
        self.counts.add((sample.answer, sample.mark), 1);
        let answered = match sample.answer {
            Answer::Status(_) => true,
            Answer::Failure(_) => false,
            Answer::None => sample.mark == Mark::Good,
        };
        if answered {
            self.latency.record(sample.phases.total);
        }
    }

    /// Adds all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
        self.latency.merge(&other.latency);
    }

    /// How many probes had this mark.
    #[must_use]
    pub fn marked(&self, mark: Mark) -> u64 {
        self.counts.iter().filter(|((_, of), _)| *of == mark).map(|(_, count)| count).sum()
    }

    /// How many probes, all marks together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.total()
    }

    /// The share of probes that the target did its work for, degraded ones included, among those that saw something:
    /// numerator and denominator. What we could not see counts on neither side.
    #[must_use]
    pub fn available(&self) -> (u64, u64) {
        let working = self.marked(Mark::Good) + self.marked(Mark::Degraded);
        (working, working + self.marked(Mark::Bad))
    }

    /// Counts by exact answer, in the order of the answers.
    #[must_use]
    pub fn by_answer(&self) -> Vec<(Answer, u64)> {
        let mut all: BTreeMap<Answer, u64> = BTreeMap::new();
        for ((answer, _), count) in self.counts.iter() {
            *all.entry(answer).or_default() += count;
        }
        all.into_iter().collect()
    }

    /// Counts by exact answer of the probes with this mark.
    pub fn answers_marked(&self, mark: Mark) -> impl Iterator<Item = (Answer, u64)> + '_ {
        self.counts.iter().filter(move |((_, of), _)| *of == mark).map(|((answer, _), count)| (answer, count))
    }

    /// How long probes took that were answered.
    #[must_use]
    pub const fn latency(&self) -> &Histogram {
        &self.latency
    }

    /// As bytes, for the store: how many kinds; of each the answer's number, the mark's index and the count; then the
    /// latency.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, self.counts.len() as u64);
        for ((answer, mark), count) in self.counts.iter() {
            put_signed(&mut bytes, answer.to_number().into());
            put(&mut bytes, u64::from(mark.to_number()));
            put(&mut bytes, count);
        }
        self.latency.encode(&mut bytes);
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not such a form.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = &mut bytes;
        let mut counts = Counts::default();
        for _ in 0..take(bytes)? {
            let number = i32::try_from(take_signed(bytes)?).map_err(|_| Malformed)?;
            let mark = u8::try_from(take(bytes)?).ok().and_then(Mark::from_number).ok_or(Malformed)?;
            let count = take(bytes)?;
            // Not in the order of numbers: a later version may know more failures, which all read as one answer here.
            counts.add((Answer::from_number(number), mark), count);
        }
        let latency = Histogram::decode(bytes)?;
        if bytes.is_empty() { Ok(Self { counts, latency }) } else { Err(Malformed) }
    }
}
