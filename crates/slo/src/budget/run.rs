//! Failures one after the other: a sequential test for services with few requests.
//!
//! Where a request comes once a minute, an hour's counts say little for minutes, and yet two failures in a row say a lot.
//! Page's test (Biometrika, 1954) holds the newest requests, from any moment on, against a service that just keeps its
//! objective and against one that fails nearly always. Between two false alarms lie at least as many requests as the
//! ratio that it asks for (Lorden, 1971), so that it is asked for more where more requests come.

use super::{Counted, Timeline};

/// What an outage is taken to be: nine in ten fail.
const OUTAGE: f64 = 0.9;
/// False alarms in a month, at most.
const FALSE_A_MONTH: f64 = 0.1;
const HOURS_A_MONTH: f64 = 720.0;
/// So much is looked back, in seconds.
const BACK: i64 = 30 * 60;
/// Failures that are closer than so many buckets are one: whoever asks again at once gets the same answer.
const APART: i64 = 2;

/// The newest requests from which on they speak for an outage, beyond chance; `None` when they do not. `hourly` is how many
/// come in an hour.
pub(super) fn outage(timeline: &Timeline, now_seconds: i64, hourly: u64, budget: f64) -> Option<Counted> {
    let wanted = wanted(hourly).ln();
    let (on_bad, on_good) = ((OUTAGE / budget).ln(), ((1.0 - OUTAGE) / (1.0 - budget)).ln());
    let step = timeline.step();
    let (mut evidence, mut sum, mut last_bad) = (0.0, Counted::default(), None);
    for back in 0..BACK / step {
        let bucket = timeline.window(now_seconds - back * step, step);
        sum = Counted { good: sum.good + bucket.good, bad: sum.bad + bucket.bad };
        evidence += to_float(bucket.good) * on_good;
        let is_apart = last_bad.is_none_or(|last| back - last >= APART);
        if bucket.bad > 0 && is_apart {
            last_bad = Some(back);
            evidence += on_bad;
        }
        if evidence >= wanted {
            return Some(sum);
        }
    }
    None
}

/// How many times as likely an outage has to be.
fn wanted(hourly: u64) -> f64 {
    to_float(hourly.max(1)) * HOURS_A_MONTH / FALSE_A_MONTH
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
const fn to_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Good and bad requests, one each so many seconds, up to now; the newest is the last.
    fn found(every: i64, outcomes: &str, hourly: u64) -> Option<Counted> {
        let mut timeline = Timeline::new(0, 10, 86_400);
        let mut now = 3600;
        for outcome in outcomes.chars() {
            let is_bad = outcome == 'x';
            timeline.add(now, Counted { good: u64::from(!is_bad), bad: u64::from(is_bad) });
            now += every;
        }
        outage(&timeline, now - every + 10, hourly, 0.001)
    }

    #[test]
    fn two_failures_in_a_row_are_an_outage_where_requests_are_few_and_one_never_is() {
        let two = Some(Counted { good: 0, bad: 2 });
        for (every, outcomes, hourly, expect) in [
            (60, "....x", 60, None),
            (60, "....xx", 60, two),
            (60, "..xx.", 60, None),
            (60, "..x.x", 60, None),
            (60, "..xxx.", 60, Some(Counted { good: 1, bad: 3 })),
            (60, "....xx", 1_000, None),
            (60, "...xxx", 1_000, Some(Counted { good: 0, bad: 3 })),
            (180, "...x", 20, None),
            (180, "...xx", 20, two),
        ] {
            assert_eq!(found(every, outcomes, hourly), expect, "{every} {outcomes} {hourly}");
        }
    }

    #[test]
    fn who_asks_again_at_once_and_fails_again_has_failed_once() {
        assert_eq!(found(10, "....xx", 60), None);
        assert_eq!(found(20, "....xx", 60), Some(Counted { good: 0, bad: 2 }));
    }

    #[test]
    fn what_is_old_says_nothing_of_now() {
        let mut timeline = Timeline::new(0, 10, 86_400);
        for at in [3600, 3660] {
            timeline.add(at, Counted { good: 0, bad: 1 });
        }
        assert!(outage(&timeline, 3670, 60, 0.001).is_some());
        assert_eq!(outage(&timeline, 3670 + BACK, 60, 0.001), None);
    }
}
