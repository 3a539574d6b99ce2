//! Traffic that drops away: most of the requests that always came do not come any more.

use std::collections::VecDeque;

/// Blocks of five minutes; two hours and a half of them say what is usual.
const BLOCK_MINUTES: i64 = 5;
const BLOCKS: usize = 30;
/// Blocks of the end that have to be nearly empty.
const EMPTY: usize = 2;
/// With fewer requests in a usual block chance explains a drop.
const LEAST_USUAL: u64 = 60;
/// A block is nearly empty with at most a tenth of the usual requests. With none at all the record may have stopped, and
/// that is not the service's fault.
const TENTH: u64 = 10;
/// Traffic is steady when no block had less than a third of the usual one: who comes in bursts also leaves in one.
const THIRD: u64 = 3;

/// How many requests came, in blocks of five minutes.
#[derive(Debug, Clone, Default)]
pub(super) struct Volume {
    /// The number of the block, and its requests; blocks without any are missing.
    blocks: VecDeque<(i64, u64)>,
}

/// Requests in the last blocks, and what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Drop {
    pub(super) requests: u64,
    pub(super) usual: u64,
}

impl Volume {
    pub(super) fn add(&mut self, minute: i64, requests: u64) {
        let block = minute.div_euclid(BLOCK_MINUTES);
        match self.blocks.back_mut().filter(|(last, _)| *last == block) {
            Some((_, sum)) => *sum += requests,
            None => self.blocks.push_back((block, requests)),
        }
        while self.blocks.len() > BLOCKS + EMPTY {
            self.blocks.pop_front();
        }
    }

    /// At the end of a block: did most of the requests stop coming?
    pub(super) fn dropped(&self, minute: i64) -> Option<Drop> {
        if (minute + 1) % BLOCK_MINUTES != 0 || self.blocks.len() < BLOCKS + EMPTY {
            return None;
        }
        let block = minute.div_euclid(BLOCK_MINUTES);
        let is_whole = self.blocks.iter().rev().zip(0..).all(|((at, _), back)| *at == block - back);
        let (before, last): (Vec<_>, Vec<_>) =
            self.blocks.iter().partition(|(at, _)| *at <= block - i64::try_from(EMPTY).unwrap_or(0));
        let mut usual: Vec<u64> = before.iter().map(|(_, requests)| *requests).collect();
        usual.sort_unstable();
        let (least, middle) = (usual.first().copied()?, usual.get(usual.len() / 2).copied()?);
        let is_steady = middle >= LEAST_USUAL && least.saturating_mul(THIRD) >= middle;
        let is_empty =
            last.iter().all(|(_, requests)| *requests > 0 && requests.saturating_mul(TENTH) <= middle);
        let requests = last.iter().map(|(_, requests)| requests).sum();
        (is_whole && is_steady && is_empty).then_some(Drop { requests, usual: middle })
    }

    /// How many requests usually come in a block, after an hour.
    pub(super) fn usual(&self) -> Option<u64> {
        let mut past: Vec<u64> =
            self.blocks.iter().rev().skip(EMPTY).map(|(_, requests)| *requests).collect();
        past.sort_unstable();
        (past.len() >= 12).then(|| past.get(past.len() / 2).copied()).flatten()
    }

    /// Do they come again?
    pub(super) fn is_back(&self, usual: u64) -> bool {
        self.blocks.back().is_some_and(|(_, requests)| requests.saturating_mul(THIRD) >= usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(requests: impl Fn(i64) -> u64, minutes: i64) -> Option<Drop> {
        let mut volume = Volume::default();
        (0..minutes).find_map(|minute| {
            let count = requests(minute);
            if count > 0 {
                volume.add(minute, count);
            }
            volume.dropped(minute)
        })
    }

    #[test]
    fn a_drop_to_little_is_one_and_nothing_at_all_is_a_hole_in_the_record() {
        assert!(played(|minute| if minute < 200 { 20 } else { 1 }, 240).is_some());
        assert_eq!(played(|minute| if minute < 200 { 20 } else { 0 }, 240), None);
    }

    #[test]
    fn bursts_evenings_and_tiny_traffic_are_quiet() {
        assert_eq!(played(|minute| if minute % 60 < 5 { 100 } else { 1 }, 2000), None);
        assert_eq!(played(|minute| u64::try_from((1_000 - minute).max(1) / 20).unwrap(), 1500), None);
        assert_eq!(played(|minute| if minute < 200 { 3 } else { u64::from(minute % 9 == 0) }, 400), None);
    }
}
