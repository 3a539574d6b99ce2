//! What a service or an endpoint answered, column by column.

use std::collections::BTreeMap;

use jiff::Timestamp;
use statusquo_slo::traffic::{LATENCY_SECONDS, Series};
use statusquo_slo::{Answer, Histogram};

use super::grid::Grid;
use super::unusual::usual;
use super::{Kind, kind};

/// What ranges are compared with lies so far back.
pub(super) const WEEK: i64 = 7 * 86_400;

/// What a service or an endpoint answered, column by column.
#[derive(Debug, Clone)]
pub(crate) struct Usage {
    pub(crate) grid: Grid,
    /// By status code; no answer comes last.
    pub(crate) rows: Vec<UsageRow>,
    /// How long requests took, by column.
    pub(crate) latency: Vec<Histogram>,
    /// Requests a week before, and those of them that failed by the server's fault; `None`: there were none.
    pub(crate) week_before: Option<Before>,
}

/// What there was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Before {
    pub(crate) requests: u64,
    pub(crate) client: u64,
    pub(crate) server: u64,
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UsageRow {
    pub(crate) answer: Answer,
    /// By column.
    pub(crate) counts: Vec<u64>,
    pub(crate) total: u64,
    /// What a column usually has.
    pub(crate) usual: f64,
}

impl Usage {
    /// What a series has in these columns.
    pub(super) fn new(grid: Grid, series: &Series, before: &Series) -> Self {
        let mut by_answer: BTreeMap<Answer, Vec<u64>> = BTreeMap::new();
        for (start, answer, count) in series.answers() {
            let Some(column) = grid.column(start) else { continue };
            let counts = by_answer.entry(answer).or_insert_with(|| vec![0; grid.columns]);
            if let Some(cell) = counts.get_mut(column) {
                *cell += count;
            }
        }
        let mut latency = vec![Histogram::default(); grid.columns];
        for (start, histogram) in series.latency() {
            if let Some(cell) = grid.column(start.max(grid.start)).and_then(|column| latency.get_mut(column))
            {
                cell.merge(histogram);
            }
        }
        let row = |(answer, counts): (Answer, Vec<u64>)| UsageRow {
            answer,
            total: counts.iter().sum(),
            usual: usual(&counts),
            counts,
        };
        let mut rows: Vec<UsageRow> = by_answer.into_iter().map(row).collect();
        rows.sort_by_key(|row| order(row.answer));
        let week_before = Before::of(before).filter(|_| reaches_back(&grid, before));
        Self { grid, rows, latency, week_before }
    }

    /// All requests.
    pub(crate) fn requests(&self) -> u64 {
        self.rows.iter().map(|row| row.total).sum()
    }

    /// Requests of a kind.
    pub(crate) fn of(&self, wanted: Kind) -> u64 {
        self.rows.iter().filter(|row| kind(row.answer) == wanted).map(|row| row.total).sum()
    }

    /// Requests of a kind by column; `None`: all kinds.
    pub(crate) fn by_column(&self, wanted: Option<Kind>) -> Vec<u64> {
        let mut sums = vec![0; self.grid.columns];
        for row in self.rows.iter().filter(|row| wanted.is_none_or(|wanted| kind(row.answer) == wanted)) {
            for (sum, count) in sums.iter_mut().zip(&row.counts) {
                *sum += count;
            }
        }
        sums
    }

    /// How long requests took, column by column, as charts show it: it is counted by five minutes, so that narrower
    /// columns have what the last of those has.
    pub(crate) fn latency_shown(&self) -> Vec<&Histogram> {
        let back = usize::try_from(LATENCY_SECONDS / self.grid.width.max(1)).unwrap_or(1).max(1);
        let shown = |at: usize| {
            let last = (at + 1).saturating_sub(back)..=at;
            last.rev().filter_map(|at| self.latency.get(at)).find(|latency| latency.count() > 0)
        };
        self.latency.iter().enumerate().map(|(at, own)| shown(at).unwrap_or(own)).collect()
    }

    /// How long requests took over the whole time.
    pub(crate) fn all_latency(&self) -> Histogram {
        let mut all = Histogram::default();
        self.latency.iter().for_each(|histogram| all.merge(histogram));
        all
    }

    /// How long there was traffic within these columns, in seconds: from the first that has any until now.
    pub(crate) fn seconds(&self, now: Timestamp) -> i64 {
        let first = self.by_column(None).iter().position(|count| *count > 0).unwrap_or(0);
        let end = now.as_second().min(self.grid.span().end);
        (end - self.grid.begin(first).as_second()).max(1)
    }

    /// The most frequent answer of a kind.
    pub(crate) fn most(&self, wanted: Kind) -> Option<&UsageRow> {
        self.rows.iter().filter(|row| kind(row.answer) == wanted).max_by_key(|row| row.total)
    }
}

/// Was there traffic a week before the beginning of these columns? Else a part of a range would be held against all of it.
fn reaches_back(grid: &Grid, before: &Series) -> bool {
    let begin = grid.start - WEEK;
    before.answers().next().is_some_and(|(first, ..)| first < begin + grid.seconds() / 10)
}

impl Before {
    fn of(series: &Series) -> Option<Self> {
        let mut before = Self { requests: 0, client: 0, server: 0 };
        for (answer, count) in series.by_answer() {
            before.requests += count;
            match kind(answer) {
                Kind::Client => before.client += count,
                Kind::Server => before.server += count,
                Kind::Fine => {}
            }
        }
        (before.requests > 0).then_some(before)
    }
}

/// Codes by number, then failures, then what nobody knows.
fn order(answer: Answer) -> (u8, i32) {
    let group = match answer {
        Answer::Status(_) => 0,
        Answer::Failure(_) => 1,
        Answer::None => 2,
    };
    (group, answer.to_number().abs())
}

#[cfg(test)]
mod tests {
    use statusquo_catalogue::StatusCode;
    use statusquo_slo::traffic::Measure;

    use super::*;
    use crate::history::Range;

    #[test]
    fn a_rate_is_over_the_time_in_which_there_was_traffic() {
        let now: Timestamp = "2026-11-23T14:41:20Z".parse().unwrap();
        let grid = Grid::new(Range::Hours6, now);
        let mut series = Series::new();
        // The column of 14:30: it is 14:41:20 now.
        series.add(now.as_second() - 600, Measure::Answer(Answer::Status(StatusCode::new(200))), 60);
        let usage = Usage::new(grid, &series, &Series::new());
        assert_eq!(usage.seconds(now), 680);
        assert_eq!(
            Usage::new(grid, &Series::new(), &Series::new()).seconds(now),
            now.as_second() - grid.start
        );
    }

    #[test]
    fn a_range_is_compared_with_one_that_is_known_as_a_whole() {
        let now: Timestamp = "2026-11-23T14:41:20Z".parse().unwrap();
        let grid = Grid::new(Range::Month, now);
        let answered = |second: i64| {
            let mut series = Series::new();
            series.add(second, Measure::Answer(Answer::Status(StatusCode::new(200))), 60);
            series
        };
        let compared = |second| Usage::new(grid, &Series::new(), &answered(second)).week_before.is_some();
        assert!(compared(grid.start - WEEK + 60));
        assert!(!compared(grid.start), "the first week of it is missing");
    }
}
