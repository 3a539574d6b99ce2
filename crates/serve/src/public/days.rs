//! Ninety days of each component, read from the store seldom.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use statusquo_exchange::Name;
use statusquo_store::{Reader, StoreError, Width};

use super::DAYS;
use super::site::PublicSite;

/// A day of a component: probes that worked, and all of which something is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Day {
    /// Where it begins, in seconds since 1970.
    pub(crate) start: i64,
    pub(crate) good: u64,
    pub(crate) known: u64,
}

/// What was counted of each monitor, by day.
#[derive(Debug, Default)]
pub(super) struct Days {
    counted: HashMap<Name, BTreeMap<i64, (u64, u64)>>,
    /// The day up to which all is read that will not change.
    read_to: i64,
    monitors: Vec<Name>,
}

impl Days {
    /// Reads what is new: the present day, or all of it when the day or the monitors have changed.
    pub(super) fn read(
        &mut self,
        reader: &Reader,
        site: &PublicSite,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let today = Width::Day.start_of(now);
        let mut monitors: Vec<Name> =
            site.components.iter().flat_map(|component| &component.monitors).cloned().collect();
        monitors.sort();
        monitors.dedup();
        let is_new = self.read_to != today || self.monitors != monitors;
        let from = if is_new { first_day(today) } else { today };
        let between = (Timestamp::from_second(from).unwrap_or(now), now);
        let history = reader.history(&monitors, Width::Day, between)?;
        if is_new {
            self.counted.clear();
        }
        for (monitor, days) in history {
            let counted = self.counted.entry(monitor).or_default();
            counted.extend(days.iter().map(|(start, tally)| (*start, tally.available())));
        }
        (self.read_to, self.monitors) = (today, monitors);
        Ok(())
    }

    /// The days of a component, the oldest first; a day without probes is there, and empty.
    pub(super) fn of(&self, monitors: &[Name], now: Timestamp) -> Vec<Day> {
        let today = Width::Day.start_of(now);
        let first = first_day(today);
        let starts = (0..DAYS as i64).map(|day| first + day * Width::Day.seconds());
        let day = |start: i64| {
            let counted = monitors.iter().filter_map(|name| self.counted.get(name)?.get(&start));
            let (good, known) = counted.fold((0, 0), |(a, b), (good, known)| (a + good, b + known));
            Day { start, good, known }
        };
        starts.map(day).collect()
    }
}

const fn first_day(today: i64) -> i64 {
    today - (DAYS as i64 - 1) * Width::Day.seconds()
}

/// The share of probes that worked, over all days.
pub(crate) fn available(days: &[Day]) -> (u64, u64) {
    days.iter().fold((0, 0), |(good, known), day| (good + day.good, known + day.known))
}
