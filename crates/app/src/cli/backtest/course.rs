//! The budget of one objective while its past is played: the same budget, looked at as often as in `serve`.

use statusquo_slo::budget::{Change, Counted, ErrorBudget, Slo};
use statusquo_store::{Reader, StoreError};

use crate::budget::Event;
use crate::history::{Kept, events};

/// Budgets are looked at so often, in seconds.
pub(in crate::cli) const STEP: i64 = 10;
/// What was counted before the part that is played is looked at so often.
const BEFORE: i64 = 300;

/// The budget of one objective while its past is played.
pub(in crate::cli) struct Course {
    /// The objective.
    pub(in crate::cli) slo: Slo,
    /// Its budget, as it stands by now.
    pub(in crate::cli) budget: ErrorBudget,
    /// What was counted in the part that is played.
    pub(in crate::cli) counted: Counted,
    events: std::iter::Peekable<std::vec::IntoIter<Event>>,
    looked: i64,
    last_bad: i64,
    longest: i64,
}

impl Course {
    /// What was counted of an objective, with as much from before a moment as its period and its windows need; that is
    /// played already.
    pub(in crate::cli) fn read(
        reader: &Reader,
        slo: &Slo,
        (from, until): (i64, i64),
        kept: &Kept,
    ) -> Result<Self, StoreError> {
        let began = from.saturating_sub(slo.period.longest_seconds());
        let events = events(reader, slo, (began, until), kept)?;
        let mut course = Self::new(slo.clone(), began, events);
        let first = course.events.peek().map_or(from, |event| event.at.min(from));
        let mut now = first.div_euclid(BEFORE) * BEFORE;
        while now < from {
            now = (now + BEFORE).min(from);
            // Nobody is told of what was long ago.
            drop(course.look(now));
        }
        course.counted = Counted::default();
        Ok(course)
    }

    /// These events, in order of time, and a budget that is counted from a moment on.
    pub(in crate::cli) fn new(slo: Slo, start: i64, events: Vec<Event>) -> Self {
        let budget = slo.budget(start);
        let longest = budget.policy().pairs.iter().map(|pair| pair.long_seconds).max().unwrap_or(0);
        let events = events.into_iter().peekable();
        Self {
            slo,
            budget,
            counted: Counted::default(),
            events,
            looked: i64::MIN / 2,
            last_bad: i64::MIN / 2,
            longest,
        }
    }

    /// Goes on to a moment, and says what has changed. It is called every [`STEP`] seconds and looks as often as something
    /// can change.
    pub(in crate::cli) fn advance(&mut self, now: i64) -> Vec<Change> {
        self.count(now);
        if now - self.looked >= self.every(now) { self.look(now) } else { Vec::new() }
    }

    fn look(&mut self, now: i64) -> Vec<Change> {
        self.count(now);
        self.looked = now;
        self.budget.look(now)
    }

    fn count(&mut self, now: i64) {
        while let Some(Event { at, answer, counted }) = self.events.next_if(|event| event.at < now) {
            if counted.bad > 0 {
                self.last_bad = at;
            }
            self.counted.good += counted.good;
            self.counted.bad += counted.bad;
            self.budget.count(at, answer, counted);
        }
    }

    /// Windows that hold nothing bad change nothing.
    const fn every(&self, now: i64) -> i64 {
        match now - self.last_bad {
            ago if ago <= 3600 => STEP,
            ago if ago <= self.longest + 3600 => 60,
            _ => 3600,
        }
    }
}

#[cfg(test)]
mod tests {
    use statusquo_exchange::Name;
    use statusquo_slo::Answer;
    use statusquo_slo::budget::{Codes, Indicator, Period, Scope};

    use super::*;

    fn slo() -> Slo {
        Slo {
            name: Name::from("orders"),
            title: "orders".to_owned(),
            scope: Scope::Monitor(Name::from("orders")),
            indicator: Indicator::Availability(Codes::default()),
            objective: "99.9".parse().unwrap(),
            period: Period::Rolling { days: 30 },
            receivers: Vec::new(),
        }
    }

    /// Ten requests every ten seconds; in the second hour half of them fail.
    fn events() -> Vec<Event> {
        let event = |at| {
            let bad = if (3600..7200).contains(&at) { 5 } else { 0 };
            Event { at, answer: Answer::None, counted: Counted { good: 10 - bad, bad } }
        };
        (0..3 * 3600).step_by(10).map(event).collect()
    }

    #[test]
    fn looking_less_often_where_nothing_can_change_changes_nothing() {
        let mut course = Course::new(slo(), 0, events());
        let mut always = slo().budget(0);
        let mut events = events().into_iter().peekable();
        let mut told = 0;
        // For an hour after the last bad one it is looked every ten seconds as well.
        for now in (10..=10_700).step_by(10) {
            while let Some(event) = events.next_if(|event| event.at < now) {
                always.count(event.at, event.answer, event.counted);
            }
            let expected = always.look(now);
            let found = course.advance(now);
            assert_eq!(found, expected, "at {now}");
            told += found.len();
        }
        assert!(told >= 4, "{told}");
    }
}
