//! Numbers that look random and are the same for the same seed (SplitMix64, Steele and others, 2014).

/// A sequence of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The sequence of a seed, and of a place within what it is for.
    pub(super) const fn new(seed: u64, place: u64) -> Self {
        Self(seed ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The next number.
    pub(super) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// True so many times out of a million.
    pub(super) const fn chance(&mut self, per_million: u64) -> bool {
        self.next() % 1_000_000 < per_million
    }

    /// A time around the usual one, in microseconds: most are near it, a few take three times as long.
    pub(super) fn around(&mut self, usual: u32) -> u32 {
        let usual = u64::from(usual);
        let tail = if self.chance(30_000) { 2 * usual } else { 0 };
        let time = usual * 7 / 10 + self.next() % (usual * 6 / 10).max(1) + tail;
        u32::try_from(time).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_again() {
        let numbers = |seed| {
            let mut random = Random::new(seed, 3);
            [random.next(), random.next(), u64::from(random.around(1000))]
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
    }
}
