//! The columns of time that a page shows.

use jiff::Timestamp;
use statusquo_store::Resolution;

use crate::history::Range;

/// The columns of time that a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    /// Where the first one begins, in seconds since 1970.
    pub(crate) start: i64,
    /// How wide each is, in seconds.
    pub(crate) width: i64,
    /// How many there are.
    pub(crate) columns: usize,
}

impl Grid {
    /// The columns of a range that ends now. The last one is not over yet.
    pub(crate) fn new(range: Range, now: Timestamp) -> Self {
        let (width, columns) = match range {
            Range::Hour => (60, 60),
            Range::Now | Range::Hours6 => (300, 72),
            Range::Day => (900, 96),
            Range::Week => (7200, 84),
            Range::Month => (28_800, 90),
        };
        let end = (now.as_second().div_euclid(width) + 1) * width;
        let columns_wide = i64::try_from(columns).unwrap_or(0);
        Self { start: end - columns_wide * width, width, columns }
    }

    /// All of it, in seconds since 1970.
    pub(crate) fn span(&self) -> std::ops::Range<i64> {
        self.start..self.start + self.seconds()
    }

    /// How long all of it is.
    pub(crate) fn seconds(&self) -> i64 {
        i64::try_from(self.columns).unwrap_or(0) * self.width
    }

    /// The column that holds a second.
    pub(crate) fn column(&self, second: i64) -> Option<usize> {
        let at = usize::try_from((second - self.start).div_euclid(self.width)).ok()?;
        (at < self.columns).then_some(at)
    }

    /// Where a column begins.
    pub(crate) fn begin(&self, column: usize) -> Timestamp {
        let second = self.start + i64::try_from(column).unwrap_or(0) * self.width;
        Timestamp::from_second(second).unwrap_or_default()
    }

    /// How finely the store has to be asked for it.
    pub(crate) const fn resolution(&self) -> Resolution {
        if self.width < 3600 { Resolution::Minute } else { Resolution::Hour }
    }

    /// `5-minute columns`
    pub(crate) fn words(&self) -> String {
        match self.width {
            ..3600 => format!("{}-minute columns", self.width / 60),
            _ => format!("{}-hour columns", self.width / 3600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_holds_the_present() {
        let now: Timestamp = "2026-11-23T14:41:20Z".parse().unwrap();
        for range in Range::ALL {
            let grid = Grid::new(range, now);
            assert_eq!(grid.column(now.as_second()), Some(grid.columns - 1), "{range:?}");
            assert_eq!(grid.column(grid.start), Some(0));
            assert_eq!((grid.column(grid.start - 1), grid.column(grid.span().end)), (None, None));
            assert_eq!(grid.width % grid.resolution().seconds(), 0);
        }
    }
}
