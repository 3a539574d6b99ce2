//! Numbers that look random and are the same for the same seed (SplitMix64, Steele and others, 2014).

/// A sequence of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// The sequence of a seed, and of a place within what it is for.
    pub(crate) const fn new(seed: u64, place: u64) -> Self {
        Self(seed ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The next number.
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// True so many times out of a million.
    pub(crate) const fn chance(&mut self, per_million: u64) -> bool {
        self.next() % 1_000_000 < per_million
    }

    /// A number below a limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(1).max(1);
        usize::try_from(self.next() % limit).unwrap_or(0)
    }

    /// A count around what is expected, given in millionths: it varies as counts of things that happen by chance do.
    pub(crate) const fn count(&mut self, millionths: u64) -> u64 {
        let (whole, rest) = (millionths / 1_000_000, millionths % 1_000_000);
        // An even spread of this width has the variance of a Poisson distribution.
        let spread = (3 * whole).isqrt();
        let count = whole + self.next() % (2 * spread + 1) - spread;
        if self.chance(rest) { count + 1 } else { count }
    }

    /// A time around the usual one, in microseconds: that of one of so many equal shares of all, the longest last.
    pub(crate) fn of_spread(&mut self, usual: u32, (share, of): (u64, u64)) -> u32 {
        let usual = u64::from(usual);
        let time = usual * 7 / 10 + usual * 6 / 10 * share / of.max(1) + self.next() % (usual / 20).max(1);
        let time = if share + 1 == of { 3 * usual } else { time };
        u32::try_from(time).unwrap_or(u32::MAX)
    }

    /// A time around the usual one, in microseconds: most are near it, a few take three times as long.
    pub(crate) fn around(&mut self, usual: u32) -> u32 {
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

    #[test]
    fn counts_are_around_what_is_expected() {
        let mut random = Random::new(7, 0);
        for millionths in [250_000, 3_400_000, 900_000_000] {
            let sum: u64 = (0..10_000).map(|_| random.count(millionths)).sum();
            let expected = millionths / 100;
            assert!(sum.abs_diff(expected) < expected / 20, "{sum} instead of {expected}");
        }
    }
}
