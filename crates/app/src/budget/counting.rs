//! What counts against which budget, and how: pure.

use std::collections::BTreeMap;

use statusquo_exchange::Name;
use statusquo_slo::budget::{Counted, Indicator, Scope};
use statusquo_slo::traffic::{EndpointName, Measure, Series};
use statusquo_slo::{Answer, Mark, Sample, Tally};

/// What was counted at a moment that got the same answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    /// When, in seconds since 1970.
    pub(crate) at: i64,
    /// What was answered.
    pub(crate) answer: Answer,
    /// How many of it were good, and how many bad.
    pub(crate) counted: Counted,
}

/// The whole service is counted by itself: its endpoints are not added to it.
pub(crate) fn covers(scope: &Scope, service: &Name, endpoint: Option<&EndpointName>) -> bool {
    match (scope, endpoint) {
        (Scope::Monitor(_), _) => false,
        (Scope::Service { service: wanted, method: None, route: None }, None) => wanted == service,
        (Scope::Service { method: None, route: None, .. }, Some(_)) | (Scope::Service { .. }, None) => false,
        (Scope::Service { .. }, Some(endpoint)) => {
            scope.covers(service.as_str(), &endpoint.method, &endpoint.route)
        }
    }
}

/// Requests. Which answers were the slow ones is not counted: those that are bad anyway are taken to be the slow ones first,
/// as time-outs are.
pub(crate) fn of_series(indicator: &Indicator, series: &Series) -> Vec<Event> {
    let mut slow: BTreeMap<i64, u64> = BTreeMap::new();
    for (start, measure, count) in series.counts() {
        if measure == Measure::Slow {
            *slow.entry(start).or_default() += count;
        }
    }
    let is_good = |answer, count| indicator.count(answer, count, 0).bad == 0;
    let (good, bad): (Vec<_>, Vec<_>) =
        series.answers().partition(|(_, answer, count)| is_good(*answer, *count));
    let event = |(at, answer, count): (i64, Answer, u64)| {
        let left = slow.entry(at).or_default();
        let of_these = count.min(*left);
        *left -= of_these;
        Event { at, answer, counted: indicator.count(answer, count, of_these) }
    };
    bad.into_iter().chain(good).map(event).collect()
}

/// What was counted of probes in a stretch of time.
pub(crate) fn of_tally(start: i64, tally: &Tally) -> Vec<Event> {
    let marked = |mark: Mark| {
        tally.answers_marked(mark).map(move |(answer, count)| {
            let counted = match mark {
                Mark::Good | Mark::Degraded => Counted { good: count, bad: 0 },
                Mark::Bad => Counted { good: 0, bad: count },
                Mark::Unknown => Counted::default(),
            };
            Event { at: start, answer, counted }
        })
    };
    Mark::ALL.into_iter().flat_map(marked).collect()
}

/// What a probe is for an objective: its monitor's expectations say whether it was good, and what we could not see is
/// on neither side.
pub(crate) fn of_probe(indicator: &Indicator, sample: &Sample) -> Event {
    let is_slow = match indicator {
        Indicator::Availability(_) => false,
        Indicator::Latency { within_us, .. } => sample.phases.total > *within_us,
    };
    let counted = match sample.mark {
        Mark::Unknown => Counted::default(),
        Mark::Good | Mark::Degraded if !is_slow => Counted { good: 1, bad: 0 },
        Mark::Good | Mark::Degraded | Mark::Bad => Counted { good: 0, bad: 1 },
    };
    Event { at: sample.at.as_second(), answer: sample.answer, counted }
}
