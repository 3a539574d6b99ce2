//! How finely traffic is counted.

use std::time::Duration;

use statusquo_slo::traffic::Chunk;

/// How finely traffic is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// By ten seconds; kept for two days.
    Seconds10,
    /// By minutes; kept for fifteen days.
    Minute,
    /// By hours; kept for more than a year.
    Hour,
}

impl Resolution {
    /// All of them, the finest first.
    pub const ALL: [Self; 3] = [Self::Seconds10, Self::Minute, Self::Hour];

    /// Seconds of a stretch.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Seconds10 => 10,
            Self::Minute => 60,
            Self::Hour => 3600,
        }
    }

    /// Seconds of a stretch of latency: histograms are larger than counts.
    #[must_use]
    pub const fn latency_seconds(self) -> i64 {
        match self {
            Self::Seconds10 | Self::Minute => 300,
            Self::Hour => 3600,
        }
    }

    /// How long it is kept when nobody says otherwise.
    #[must_use]
    pub const fn kept(self) -> Duration {
        const DAY: u64 = 86_400;
        match self {
            Self::Seconds10 => Duration::from_secs(2 * DAY),
            Self::Minute => Duration::from_secs(15 * DAY),
            Self::Hour => Duration::from_secs(400 * DAY),
        }
    }

    /// The finest one that is still kept of a stretch that began so long ago and needs no more than so many points.
    #[must_use]
    pub fn fitting(range_seconds: i64, ago: Duration, most_points: i64) -> Self {
        let fits = |resolution: &Self| {
            resolution.kept() >= ago && range_seconds / resolution.seconds() <= most_points
        };
        Self::ALL.into_iter().find(fits).unwrap_or(Self::Hour)
    }

    /// Seconds of a chunk.
    #[expect(clippy::cast_possible_wrap, reason = "there are sixty")]
    pub(crate) const fn chunk_seconds(self) -> i64 {
        self.seconds() * Chunk::SLOTS as i64
    }

    /// Where the chunk begins that holds this second.
    pub(crate) const fn chunk_start(self, second: i64) -> i64 {
        second - second.rem_euclid(self.chunk_seconds())
    }

    /// The place of this second in its chunk.
    pub(crate) fn slot(self, second: i64) -> usize {
        usize::try_from(second.rem_euclid(self.chunk_seconds()) / self.seconds()).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_gets_the_finest_resolution_that_is_kept_and_not_too_fine_to_be_shown() {
        let ago = |hours: u64| Duration::from_secs(hours * 3600);
        assert_eq!(Resolution::fitting(3600, ago(1), 400), Resolution::Seconds10);
        assert_eq!(Resolution::fitting(3600, ago(100), 400), Resolution::Minute);
        assert_eq!(Resolution::fitting(6 * 3600, ago(6), 400), Resolution::Minute);
        assert_eq!(Resolution::fitting(30 * 86_400, ago(720), 1_000), Resolution::Hour);
        assert_eq!(Resolution::fitting(900 * 86_400, ago(21_600), 10), Resolution::Hour);
    }

    #[test]
    fn every_second_has_its_place_before_1970_too() {
        for (second, start, slot) in [(0, 0, 0), (3_659, 3_600, 0), (3_660, 3_600, 1), (-1, -3_600, 59)] {
            assert_eq!(
                (Resolution::Minute.chunk_start(second), Resolution::Minute.slot(second)),
                (start, slot)
            );
        }
    }
}
