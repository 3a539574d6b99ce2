//! Counts of an hour of minutes in few bytes.

use super::Measure;
use crate::Malformed;
use crate::varint::{put, put_signed, take, take_signed};

/// Counts of sixty stretches of time that follow one another: ten minutes by ten seconds, an hour by minutes, two and a
/// half days by hours. One column for each measure; a count of ordinary size takes one byte, a stretch without requests none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chunk {
    /// By number of the measure, so that those of later versions survive.
    columns: Vec<(i64, Vec<u64>)>,
}

impl Chunk {
    /// Stretches of a chunk.
    pub const SLOTS: usize = 60;

    /// Adds to a stretch; one that the chunk does not have is ignored.
    pub fn add(&mut self, slot: usize, measure: Measure, count: u64) {
        if let Some(so_far) = self.column(measure.to_number()).get_mut(slot) {
            *so_far = so_far.saturating_add(count);
        }
    }

    /// Adds all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        for (number, column) in &other.columns {
            for (sum, count) in self.column(*number).iter_mut().zip(column) {
                *sum = sum.saturating_add(*count);
            }
        }
    }

    /// Stretch, measure and count of all that is not nothing.
    pub fn each(&self) -> impl Iterator<Item = (usize, Measure, u64)> + '_ {
        let known = self.columns.iter().filter_map(|(number, column)| {
            let measure = Measure::from_number(*number)?;
            Some((measure, column))
        });
        known.flat_map(|(measure, column)| {
            let counted = column.iter().enumerate().filter(|(_, count)| **count > 0);
            counted.map(move |(slot, count)| (slot, measure, *count))
        })
    }

    fn column(&mut self, number: i64) -> &mut Vec<u64> {
        let at = match self.columns.iter().position(|(other, _)| *other == number) {
            Some(at) => at,
            None => {
                self.columns.push((number, vec![0; Self::SLOTS]));
                self.columns.len() - 1
            }
        };
        #[expect(clippy::indexing_slicing, reason = "it was found or pushed just now")]
        &mut self.columns[at].1
    }

    /// As bytes: how many columns; of each its number and how many runs; of each run how many stretches are skipped, how
    /// many follow, and their counts.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, self.columns.len() as u64);
        for (number, column) in &self.columns {
            put_signed(&mut bytes, *number);
            let runs = runs(column);
            put(&mut bytes, runs.len() as u64);
            let mut end = 0;
            for (start, run) in runs {
                put(&mut bytes, (start - end) as u64);
                put(&mut bytes, run.len() as u64);
                run.iter().for_each(|count| put(&mut bytes, *count));
                end = start + run.len();
            }
        }
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`Malformed`] when the bytes are not such a form.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = &mut bytes;
        let mut chunk = Self::default();
        for _ in 0..take(bytes)? {
            let number = take_signed(bytes)?;
            let mut column = vec![0; Self::SLOTS];
            let mut slots = column.iter_mut();
            for _ in 0..take(bytes)? {
                let (skipped, length) = (take(bytes)?, take(bytes)?);
                if skipped > 0 {
                    slots.nth(usize::try_from(skipped - 1).map_err(|_| Malformed)?).ok_or(Malformed)?;
                }
                for _ in 0..length {
                    *slots.next().ok_or(Malformed)? = take(bytes)?;
                }
            }
            chunk.columns.push((number, column));
        }
        if bytes.is_empty() { Ok(chunk) } else { Err(Malformed) }
    }
}

/// The runs of counts that are not zero, with the places where they begin.
fn runs(column: &[u64]) -> Vec<(usize, &[u64])> {
    let mut start = 0;
    let mut all = Vec::new();
    for run in column.chunk_by(|one, next| (*one == 0) == (*next == 0)) {
        if run.first().is_some_and(|count| *count > 0) {
            all.push((start, run));
        }
        start += run.len();
    }
    all
}

#[cfg(test)]
mod tests {
    use statusquo_exchange::StatusCode;

    use super::*;
    use crate::Answer;

    const OK: Measure = Measure::Answer(Answer::Status(StatusCode::new(200)));

    #[test]
    fn a_chunk_survives_being_bytes_and_is_small() {
        let mut chunk = Chunk::default();
        for slot in 0..Chunk::SLOTS {
            chunk.add(slot, OK, 100);
            chunk.add(slot, Measure::Slow, u64::from(slot % 15 == 0) * 300);
        }
        chunk.add(Chunk::SLOTS, OK, 1);
        let bytes = chunk.encode();
        assert!(bytes.len() < 90, "{}", bytes.len());
        assert_eq!(Chunk::decode(&bytes), Ok(chunk.clone()));
        assert_eq!(chunk.each().map(|(_, _, count)| count).sum::<u64>(), 6_000 + 1_200);
    }

    #[test]
    fn bytes_that_are_no_chunk_are_refused() {
        let too_long = [1, 0, 1, 60, 1, 1];
        let skips_too_far = [1, 0, 1, 0xe9, 2, 1, 1];
        for bytes in [&[][..], &[1], &[1, 2, 1, 0, 2, 1], &too_long, &skips_too_far, &[0, 0]] {
            assert_eq!(Chunk::decode(bytes), Err(Malformed), "{bytes:?}");
        }
    }
}
