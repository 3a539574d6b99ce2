//! What an error budget says of a history: when it wakes people, when it lets them sleep, what was spent.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use statusquo_catalogue::StatusCode;
use statusquo_slo::Answer;
use statusquo_slo::budget::{
    CalendarUnit, Change, Codes, Correction, Counted, ErrorBudget, Indicator, Period, Policy, Urgency,
};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

fn budget(objective: &str) -> ErrorBudget {
    let policy = Policy::workbook(objective.parse().unwrap(), 30);
    ErrorBudget::new(Indicator::Availability(Codes::default()), policy, Period::Rolling { days: 30 }, 0)
}

fn status(code: u16) -> Answer {
    Answer::Status(StatusCode::new(code))
}

/// Requests per ten seconds, of which so many of a thousand fail, between two moments; what changed, in minutes.
fn run(
    budget: &mut ErrorBudget,
    (from, until): (i64, i64),
    requests: u64,
    failing_thousandths: u64,
) -> Vec<(i64, Change)> {
    let mut changes = Vec::new();
    let mut owed = 0;
    for at in (from..until).step_by(10) {
        owed += requests * failing_thousandths;
        let bad = owed / 1000;
        owed -= bad * 1000;
        budget.record(at, status(200), requests - bad, 0);
        if bad > 0 {
            budget.record(at, status(503), bad, 0);
        }
        changes.extend(budget.look(at + 10).into_iter().map(|change| (at + 10, change)));
    }
    changes
}

fn pages(changes: &[(i64, Change)]) -> Vec<(&'static str, i64)> {
    changes
        .iter()
        .filter_map(|(at, change)| match change {
            Change::Fires(pair, _) if pair.urgency == Urgency::Page && pair.long_seconds == HOUR => {
                Some(("fires", *at))
            }
            Change::Calm(pair, _) if pair.urgency == Urgency::Page && pair.long_seconds == HOUR => {
                Some(("calm", *at))
            }
            Change::Fires(..) | Change::Calm(..) => None,
        })
        .collect()
}

#[test]
fn ten_minutes_of_fifteen_per_cent_page_after_six_and_end_soon_after() {
    let mut budget = budget("99.9");
    assert!(run(&mut budget, (0, 3 * DAY), 1000, 0).is_empty());
    let start = 3 * DAY;
    let mut changes = run(&mut budget, (start, start + 10 * MINUTE), 1000, 150);
    changes.extend(run(&mut budget, (start + 10 * MINUTE, start + 2 * HOUR), 1000, 0));
    let found: Vec<(&str, i64)> = pages(&changes).into_iter().map(|(what, at)| (what, at - start)).collect();
    // The workbook: the long window crosses after 5.76 min; the short one ends it 4.52 min after the fault.
    assert!(matches!(found[..], [("fires", 340..=360), ("calm", 860..=900)]), "{found:?}");
}

#[test]
fn missing_data_neither_fires_nor_ends_an_alarm() {
    let mut budget = budget("99.9");
    run(&mut budget, (0, HOUR), 100, 0);
    let fired = run(&mut budget, (HOUR, HOUR + 10 * MINUTE), 100, 1000);
    assert!(!pages(&fired).is_empty());
    for minute in 0..120 {
        let changes = budget.look(HOUR + (10 + minute) * MINUTE);
        assert!(
            changes.iter().all(|change| !matches!(change, Change::Calm(..))),
            "minute {minute}: {changes:?}"
        );
    }
    let after = run(&mut budget, (4 * HOUR, 4 * HOUR + 10 * MINUTE), 100, 0);
    assert!(pages(&after).iter().any(|(what, _)| *what == "calm"), "{after:?}");
}

#[test]
fn at_little_traffic_one_good_answer_ends_no_alarm() {
    let mut budget = budget("99.9");
    for minute in 0..600 {
        budget.record(minute * MINUTE, status(200), 1, 0);
    }
    let mut fired = Vec::new();
    for minute in 600..640 {
        // Nine of ten fail.
        let answer = status(if minute % 10 == 9 { 200 } else { 503 });
        budget.record(minute * MINUTE, answer, 1, 0);
        fired.extend(budget.look((minute + 1) * MINUTE).into_iter().map(|change| (minute - 600, change)));
    }
    assert_eq!(pages(&fired).len(), 1, "{fired:?}");
    assert!(matches!(pages(&fired)[..], [("fires", 1..=4)]), "{fired:?}");
}

#[test]
fn what_spent_the_budget_is_told_with_the_day_it_comes_back() {
    let mut budget = budget("99.9");
    run(&mut budget, (0, DAY), 100, 0);
    run(&mut budget, (DAY, DAY + 20 * MINUTE), 100, 500);
    run(&mut budget, (DAY + 20 * MINUTE, 3 * DAY), 100, 0);
    run(&mut budget, (3 * DAY, 3 * DAY + 5 * MINUTE), 100, 100);
    run(&mut budget, (3 * DAY + 5 * MINUTE, 4 * DAY), 100, 0);
    let now = Timestamp::from_second(4 * DAY).unwrap();
    let spending = budget.spending(now);
    let found: Vec<(i64, u64, bool)> = spending.iter().map(|e| (e.began, e.total(), e.is_over)).collect();
    assert_eq!(found, [(DAY, 6000, true), (3 * DAY, 300, true)]);
    assert_eq!(spending[0].forgotten(budget.period()), DAY + 20 * MINUTE - 10 + 30 * DAY);
    assert_eq!(spending[0].bad.iter().collect::<Vec<_>>(), [(&status(503), &6000)]);
    let standing = budget.standing(now);
    assert_eq!(standing.counted, Counted { good: 4 * 864_000 - 6300, bad: 6300 });
    assert!((standing.left - (1.0 - 6300.0 / 3_456_000.0 / 0.001)).abs() < 1e-9);
    // A correction takes the first one out, and the data stay.
    let first =
        Correction { from: DAY, until: DAY + 20 * MINUTE, counted: Counted { good: 6000, bad: 6000 } };
    budget.correct(vec![first]);
    assert_eq!(budget.standing(now).counted.bad, 300);
    assert_eq!(budget.spending(now).len(), 2);
}

#[test]
fn a_calendar_month_begins_anew() {
    let period = Period::Calendar { unit: CalendarUnit::Month, zone: TimeZone::UTC };
    let start: Timestamp = "2026-10-30T00:00:00Z".parse().unwrap();
    let policy = Policy::workbook("99".parse().unwrap(), 31);
    let mut budget =
        ErrorBudget::new(Indicator::Availability(Codes::default()), policy, period, start.as_second());
    for hour in 0..72 {
        budget.record(start.as_second() + hour * HOUR, status(if hour < 24 { 500 } else { 200 }), 10, 0);
    }
    let at = |text: &str| budget.standing(text.parse().unwrap()).counted;
    assert_eq!(at("2026-10-31T23:59:59Z"), Counted { good: 240, bad: 240 });
    assert_eq!(at("2026-11-02T00:00:00Z"), Counted { good: 240, bad: 0 });
}

/// A history: for each ten seconds how many requests came and how many of them failed.
fn history() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((0..50_u64, 0..50_u64).prop_map(|(all, bad)| (all, bad.min(all))), 1..400)
}

fn replay(history: &[(u64, u64)]) -> (ErrorBudget, Vec<(i64, Change)>) {
    let mut budget = budget("99");
    let mut changes = Vec::new();
    for (at, (all, bad)) in (0..).step_by(10).zip(history) {
        budget.record(at, status(200), all - bad, 0);
        budget.record(at, status(500), *bad, 0);
        changes.extend(budget.look(at + 10).into_iter().map(|change| (at + 10, change)));
    }
    (budget, changes)
}

proptest! {
    #[test]
    fn a_better_history_never_burns_more(history in history()) {
        let better: Vec<(u64, u64)> = history.iter().map(|(all, bad)| (*all, bad / 2)).collect();
        let (worse, _) = replay(&history);
        let (better, _) = replay(&better);
        let now = Timestamp::from_second(4000).unwrap();
        prop_assert!(better.standing(now).left >= worse.standing(now).left);
        prop_assert!(better.standing(now).burn <= worse.standing(now).burn);
        for pair in &worse.policy().pairs {
            prop_assert!(better.counted(4000 - pair.long_seconds, 4000).bad <= worse.counted(4000 - pair.long_seconds, 4000).bad);
        }
    }

    #[test]
    fn replaying_twice_gives_the_same(history in history()) {
        prop_assert_eq!(replay(&history).1, replay(&history).1);
    }

    #[test]
    fn the_order_in_which_late_events_come_is_irrelevant(history in history(), seed in any::<prop::sample::Index>()) {
        let events: Vec<(i64, u64, u64)> =
            (0..).step_by(10).zip(&history).map(|(at, (all, bad))| (at, *all, *bad)).collect();
        let mut turned = events.clone();
        turned.rotate_left(seed.index(events.len()));
        let counted = |events: &[(i64, u64, u64)]| {
            let mut budget = budget("99");
            for (at, all, bad) in events {
                budget.record(*at, status(200), all - bad, 0);
                budget.record(*at, status(500), *bad, 0);
            }
            [10, 300, HOUR, DAY].map(|seconds| budget.counted(4000 - seconds, 4000))
        };
        prop_assert_eq!(counted(&events), counted(&turned));
    }
}
