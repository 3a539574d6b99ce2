//! What was counted lately, at hand.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::{Measure, Series};
use crate::Histogram;
use crate::counts::Counts;

/// What is kept at hand.
pub const RECENT_SECONDS: i64 = 7200;
/// The part of it that is copied when something is added while somebody looks.
const BLOCK_SECONDS: i64 = 600;

/// What was counted within the last two hours: by ten seconds, and latency by minutes. To clone it is cheap, since clones
/// share what does not change any more.
#[derive(Debug, Clone, Default)]
pub struct Recent {
    blocks: BTreeMap<i64, Arc<Block>>,
}

/// Ten minutes of it.
#[derive(Debug, Clone, Default)]
struct Block {
    /// By ten seconds of the block.
    counts: Counts<(u8, Measure)>,
    /// By minute of the block.
    latency: BTreeMap<u8, Histogram>,
}

impl Recent {
    /// Adds to a measure in the ten seconds that hold this second.
    pub fn add(&mut self, second: i64, measure: Measure, count: u64) {
        if count > 0 {
            self.block(second).counts.add((part(second, 10), measure), count);
        }
    }

    /// Adds durations in the minute that holds this second.
    pub fn add_latency(&mut self, second: i64, latency: &Histogram) {
        if latency.count() > 0 {
            self.block(second).latency.entry(part(second, 60)).or_default().merge(latency);
        }
    }

    /// Adds all that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        for (start, theirs) in &other.blocks {
            let ours = Arc::make_mut(self.blocks.entry(*start).or_default());
            ours.counts.merge(&theirs.counts);
            theirs
                .latency
                .iter()
                .for_each(|(at, latency)| ours.latency.entry(*at).or_default().merge(latency));
        }
    }

    /// Forgets what is older than two hours at this second.
    pub fn forget(&mut self, now: i64) {
        let oldest = start_of(now - RECENT_SECONDS, BLOCK_SECONDS);
        self.blocks = self.blocks.split_off(&oldest);
    }

    /// Is there nothing?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// What was counted in the stretches that begin in this range.
    #[must_use]
    pub fn series(&self, range: &Range<i64>) -> Series {
        let mut series = Series::new();
        for (block_start, block) in self.blocks.range(start_of(range.start, BLOCK_SECONDS)..range.end) {
            for ((slot, measure), count) in block.counts.iter() {
                let start = block_start + i64::from(slot) * 10;
                if range.contains(&start) {
                    series.add(start, measure, count);
                }
            }
            for (minute, latency) in &block.latency {
                let start = block_start + i64::from(*minute) * 60;
                // A range may begin within a minute, whose durations then belong to it.
                if (range.start - 59..range.end).contains(&start) {
                    series.add_latency(start, latency);
                }
            }
        }
        series
    }

    fn block(&mut self, second: i64) -> &mut Block {
        Arc::make_mut(self.blocks.entry(start_of(second, BLOCK_SECONDS)).or_default())
    }
}

const fn start_of(second: i64, width: i64) -> i64 {
    second - second.rem_euclid(width)
}

/// Which of the parts of a block that are so wide.
fn part(second: i64, width: i64) -> u8 {
    u8::try_from(second.rem_euclid(BLOCK_SECONDS) / width).unwrap_or(u8::MAX)
}
