//! What an objective does with traffic that is made up: so many requests a minute, of which a share fails for a while.

use statusquo_catalogue::StatusCode;
use statusquo_slo::Answer;
use statusquo_slo::budget::{Change, Counted, Pair, Slo};

use crate::budget::Event;
use crate::cli::backtest::{Course, STEP, at};
use crate::demo::random::Random;

/// Runs with other seeds, to say how much chance does.
pub(super) const RUNS: u64 = 20;
/// So long before the failing all is well in these: the longest window is full.
const LEAD_IN: i64 = 3 * 86_400;
/// After the failing it is watched for so long.
const AFTERWARDS: i64 = 7 * 86_400;

/// What is made up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failing {
    /// Requests a minute, in millionths.
    pub(super) rate: u64,
    /// The share of them that fails, in millionths.
    pub(super) share: u64,
    /// For so long.
    pub(super) seconds: i64,
    /// What chance does: the same seed makes the same traffic.
    pub(super) seed: u64,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Story {
    /// The pairs that told somebody, in order.
    pub(super) told: Vec<Told>,
    /// The share of the budget that was spent when the first one did.
    pub(super) spent_when_told: Option<f64>,
    /// And when it was over.
    pub(super) spent: f64,
    /// Seconds until somebody was told, in all runs that told anybody, the shortest first.
    pub(super) runs: Vec<i64>,
}

/// A pair that told somebody.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Told {
    pub(super) pair: Pair,
    /// So many seconds after the failing began.
    pub(super) after: i64,
    /// So many seconds after it had ended it was over; `None` when it was not within a week.
    pub(super) over_after: Option<i64>,
}

/// Plays an objective with traffic that is made up.
pub(super) fn play(slo: &Slo, failing: &Failing) -> Story {
    let begin = slo.period.longest_seconds().max(LEAD_IN);
    let end = begin + failing.seconds;
    let mut course = Course::new(slo.clone(), 0, traffic(failing, (begin, end), end + AFTERWARDS));
    let (mut told, mut spent_when_told): (Vec<Told>, _) = (Vec::new(), None);
    let mut spent = 0.0;
    let mut now = begin;
    while now < end || (now < end + AFTERWARDS && told.iter().any(|told| told.over_after.is_none())) {
        now += STEP;
        for change in course.advance(now) {
            match change {
                Change::Fires(pair, _) => told.push(Told { pair, after: now - begin, over_after: None }),
                Change::Calm(pair, _) => {
                    let open = told.iter_mut().find(|told| told.pair == pair && told.over_after.is_none());
                    if let Some(open) = open {
                        open.over_after = Some(now - end);
                    }
                }
            }
        }
        if now <= end {
            spent = 1.0 - course.budget.standing(at(now)).left;
        }
        if !told.is_empty() && spent_when_told.is_none() {
            spent_when_told = Some(spent);
        }
    }
    let mut runs: Vec<i64> = (1..=RUNS)
        .filter_map(|run| until_told(slo, &Failing { seed: failing.seed + run, ..*failing }))
        .collect();
    runs.sort_unstable();
    Story { told, spent_when_told, spent, runs }
}

/// Seconds until somebody is told.
fn until_told(slo: &Slo, failing: &Failing) -> Option<i64> {
    let end = LEAD_IN + failing.seconds;
    let mut course = Course::new(slo.clone(), 0, traffic(failing, (LEAD_IN, end), end));
    let mut moments = (1..=failing.seconds / STEP).map(|step| step * STEP);
    moments.find(|after| {
        course.advance(LEAD_IN + after).iter().any(|change| matches!(change, Change::Fires(..)))
    })
}

/// Requests each ten seconds, from 0 on: all of them good but for those that fail.
fn traffic(failing: &Failing, (begin, end): (i64, i64), until: i64) -> Vec<Event> {
    let mut random = Random::new(failing.seed, 0);
    let answer = Answer::Status(StatusCode::new(503));
    let mut all = Vec::new();
    for at in (0..until).step_by(usize::try_from(STEP).unwrap_or(1)) {
        let requests = random.count(failing.rate / 6);
        let is_failing = (begin..end).contains(&at);
        let bad = if is_failing {
            (0..requests.min(MANY)).filter(|_| random.chance(failing.share)).count() as u64
        } else {
            0
        };
        // Of very many the expected number fails.
        let more = if is_failing { requests.saturating_sub(MANY) * failing.share / 1_000_000 } else { 0 };
        let bad = bad + more;
        if requests > 0 {
            all.push(Event { at, answer, counted: Counted { good: requests - bad, bad } });
        }
    }
    all
}

/// So many requests are thrown dice for, one by one.
const MANY: u64 = 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::slo::simulate::plain;
    use statusquo_exchange::Name;
    use statusquo_slo::budget::{Scope, Urgency};

    fn story(rate: u64, share: u64, seconds: i64) -> Story {
        let slo = plain("a", Scope::Monitor(Name::from("a")), "99.9".parse().unwrap());
        play(&slo, &Failing { rate: rate * 1_000_000, share: share * 10_000, seconds, seed: 1 })
    }

    #[test]
    fn an_outage_is_told_at_once_and_over_soon_after_its_end() {
        let story = story(100, 100, 3600);
        let first = story.told.first().unwrap();
        assert_eq!(first.pair.urgency, Urgency::Page);
        assert!(first.after <= 60, "{first:?}");
        assert!(first.over_after.is_some_and(|over| over < 30 * 60), "{first:?}");
        // One hour of 720, a thousandth of which may fail.
        assert!((story.spent - 1000.0 / 720.0).abs() < 0.1, "{}", story.spent);
        assert!(story.spent_when_told.unwrap() < story.spent / 50.0);
        assert_eq!(story.runs.len(), 20);
    }

    #[test]
    fn what_an_objective_allows_tells_nobody_and_a_seed_repeats_itself() {
        let quiet = story(1000, 0, 600);
        assert_eq!((quiet.told.len(), quiet.runs.len()), (0, 0));
        assert_eq!(story(10, 20, 1800), story(10, 20, 1800));
    }
}
