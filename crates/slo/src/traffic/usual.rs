//! What is usual: how often an answer came in the same hour of other weeks.

use std::collections::{BTreeMap, BTreeSet};

use super::Series;
use crate::Answer;

const HOUR: i64 = 3600;
/// Hours of a week.
const WEEK: i64 = 168;
/// Older weeks say little about this one.
const MOST_WEEKS: i64 = 6;

/// What is usual for an endpoint or a service: how often it gave each answer in the same hour of the last six weeks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usual {
    /// By number of the hour since 1970.
    counts: BTreeMap<(i64, Answer), u64>,
    /// The first hour of which something is known.
    first: Option<i64>,
    answers: BTreeSet<Answer>,
}

/// How often an answer came in the same hour of other weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsualCount {
    /// So many weeks are known.
    pub weeks: u64,
    /// In the week with the fewest.
    pub lowest: u64,
    /// In the week in the middle; of two the lower one.
    pub median: u64,
    /// In the week with the most.
    pub highest: u64,
}

impl Usual {
    /// What is usual by what was counted; stretches of more than an hour are taken for that in which they begin.
    #[must_use]
    pub fn of(series: &Series) -> Self {
        let mut usual = Self::default();
        for (start, answer, count) in series.answers() {
            let hour = start.div_euclid(HOUR);
            usual.first = Some(usual.first.map_or(hour, |first| first.min(hour)));
            *usual.counts.entry((hour, answer)).or_default() += count;
            usual.answers.insert(answer);
        }
        usual
    }

    /// How often this answer came in the hour that holds this second, in the weeks before; `None` when no week before is
    /// known whole.
    #[must_use]
    pub fn at(&self, second: i64, answer: Answer) -> Option<UsualCount> {
        let (hour, first) = (second.div_euclid(HOUR), self.first?);
        let weeks = (1..=MOST_WEEKS).map(|back| hour - back * WEEK).take_while(|hour| *hour >= first);
        let mut counts: Vec<u64> =
            weeks.map(|hour| self.counts.get(&(hour, answer)).copied().unwrap_or(0)).collect();
        counts.sort_unstable();
        Some(UsualCount {
            weeks: counts.len() as u64,
            lowest: *counts.first()?,
            median: *counts.get((counts.len() - 1) / 2)?,
            highest: *counts.last()?,
        })
    }

    /// Was this answer never given before?
    #[must_use]
    pub fn is_new(&self, answer: Answer) -> bool {
        !self.answers.contains(&answer)
    }
}

#[cfg(test)]
mod tests {
    use statusquo_exchange::StatusCode;

    use super::*;
    use crate::traffic::Measure;

    #[test]
    fn usual_is_what_came_in_the_same_hour_of_the_weeks_before() {
        let (ok, failed) = (Answer::Status(StatusCode::new(200)), Answer::Status(StatusCode::new(503)));
        let mut series = Series::new();
        let monday = 4 * 24 * HOUR;
        for week in 0..3_i64 {
            let start = monday + week * WEEK * HOUR;
            series.add(start, Measure::Answer(ok), 100 + week.unsigned_abs() * 10);
            series.add(start + 60, Measure::Answer(ok), 1);
            series.add(start + HOUR, Measure::Answer(ok), 7);
        }
        series.add(monday, Measure::Answer(failed), 2);
        let usual = Usual::of(&series);
        let now = monday + 3 * WEEK * HOUR + 1234;
        let expected = UsualCount { weeks: 3, lowest: 101, median: 111, highest: 121 };
        assert_eq!(usual.at(now, ok), Some(expected));
        assert_eq!(usual.at(now, failed), Some(UsualCount { weeks: 3, lowest: 0, median: 0, highest: 2 }));
        assert_eq!(usual.at(now + HOUR, ok).unwrap().median, 7);
        assert_eq!(usual.at(monday, ok), None, "nothing is known of the week before");
        let unknown = Answer::Status(StatusCode::new(418));
        assert!(usual.is_new(unknown) && !usual.is_new(failed));
    }
}
