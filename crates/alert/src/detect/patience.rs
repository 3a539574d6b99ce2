//! Who searches slowly: now and then another path that does not exist, for hours.
//!
//! Half an hour of it is nothing. Over a day it is told by three things together: ever new paths, spread over hours, from
//! a client for which nearly nothing else is found. People and crawlers find most of what they ask for, broken feeds are
//! asked for again and again, and who only comes by is gone after minutes.

use std::collections::{BTreeSet, HashMap, VecDeque};

use statusquo_catalogue::StatusCode;
use statusquo_slo::Answer;
use statusquo_slo::traffic::{ClientMinute, Route, client_hash};

use super::group::Group;
use super::suspect::Activity;
use super::tuning::Sensitivity;

/// So long is looked back.
pub(super) const BACK_MINUTES: i64 = 24 * 60;
/// Clients that are watched at once.
const MOST_CLIENTS: usize = 5_000;
/// Paths of a client that are told apart.
const MOST_PATHS: usize = 600;
/// So many paths are a search, if a tenth of them show a sign of an attack …
const MANY_WITH_SIGNS: u64 = 50;
/// … or if none do.
const MANY: u64 = 100;
/// What is usual raises these, at most to this.
const MOST_ASKED: u64 = 500;
/// New paths in so many stretches of half an hour, a few at least in each.
const SLOT_MINUTES: i64 = 30;
const FEWEST_SLOTS: usize = 4;
const FEWEST_IN_A_SLOT: usize = 3;
/// It goes on: so many new ones in the last two hours.
const LATELY_MINUTES: i64 = 120;
const FEWEST_LATELY: usize = 6;

/// What clients asked for in the last day that leads nowhere, by the hash of their addresses.
#[derive(Debug, Clone, Default)]
pub(super) struct Patience {
    clients: HashMap<u64, Patient>,
}

/// One of them.
#[derive(Debug, Clone, Default)]
struct Patient {
    /// Paths that belong to no route: when they were asked for first, and last.
    paths: HashMap<u64, (i64, i64)>,
    hours: VecDeque<(i64, Activity)>,
}

/// A client that searches slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Search {
    /// What it did in the last day.
    pub(super) total: Activity,
    /// New paths that belong to no route.
    pub(super) paths: u64,
}

impl Patience {
    /// Takes note of a client that failed or showed a sign.
    pub(super) fn add(&mut self, now: i64, client: &ClientMinute) {
        let paths = || {
            let missing = client.attributed.iter().filter(|attributed| is_missing(attributed.answer));
            missing
                .filter(|attributed| attributed.endpoint.route == Route::Unmatched)
                .map(|attributed| attributed.path)
        };
        let hash = client_hash(client.address.as_bytes());
        let is_new = !self.clients.contains_key(&hash);
        if is_new && (paths().next().is_none() || self.clients.len() >= MOST_CLIENTS) {
            return;
        }
        let patient = self.clients.entry(hash).or_default();
        for path in paths() {
            let has_room = patient.paths.len() < MOST_PATHS;
            match patient.paths.get_mut(&path) {
                Some((_, last)) => *last = now,
                None if has_room => drop(patient.paths.insert(path, (now, now))),
                None => {}
            }
        }
        patient.hour(now).add(&Activity::of(now, client));
    }

    /// Takes note of requests of a client that got what it asked for.
    pub(super) fn add_quiet(&mut self, now: i64, (hash, requests): (u64, u64)) {
        if let Some(patient) = self.clients.get_mut(&hash) {
            patient.hour(now).requests += requests;
        }
    }

    /// Does this client search slowly? `least` is what a search in half an hour has to exceed here.
    pub(super) fn search(
        &self,
        address: &str,
        now: i64,
        least: u64,
        sensitivity: Sensitivity,
    ) -> Option<Search> {
        let patient = self.clients.get(&client_hash(address.as_bytes()))?;
        let new: Vec<i64> = patient
            .paths
            .values()
            .map(|(first, _)| *first)
            .filter(|first| now - first < BACK_MINUTES)
            .collect();
        let paths = u64::try_from(new.len()).unwrap_or(u64::MAX);
        let total = patient.total(now);
        let signs = total.exploits + total.by_scanner + total.hidden;
        let (many, least) = if signs * 10 >= paths { (MANY_WITH_SIGNS, least / 2) } else { (MANY, least) };
        let is_search = paths >= sensitivity.least(many).max(least.min(MOST_ASKED))
            && total.failures * 5 >= total.requests * 4
            && total.as_crawler * 2 <= total.requests
            && new.iter().filter(|first| now - **first < LATELY_MINUTES).count() >= FEWEST_LATELY
            && is_spread(&new);
        is_search.then_some(Search { total, paths })
    }

    /// Forgets what is older than a day.
    pub(super) fn forget(&mut self, now: i64) {
        self.clients.retain(|_, patient| {
            patient.paths.retain(|_, (_, last)| now - *last < BACK_MINUTES);
            while patient.hours.front().is_some_and(|(hour, _)| now.div_euclid(60) - hour > BACK_MINUTES / 60)
            {
                patient.hours.pop_front();
            }
            !patient.paths.is_empty()
        });
    }
}

impl Patient {
    fn hour(&mut self, now: i64) -> &mut Activity {
        let hour = now.div_euclid(60);
        if self.hours.back().is_none_or(|(last, _)| *last < hour) {
            self.hours.push_back((hour, Activity::default()));
        }
        let (_, activity) = self.hours.back_mut().expect("there is an hour");
        activity
    }

    fn total(&self, now: i64) -> Activity {
        let mut total = Activity::default();
        let recent = self.hours.iter().filter(|(hour, _)| now.div_euclid(60) - hour <= BACK_MINUTES / 60);
        recent.for_each(|(_, activity)| total.add(activity));
        total
    }
}

/// Who comes by asks for much at once; a search that is meant not to be seen takes hours.
fn is_spread(new: &[i64]) -> bool {
    let slots: BTreeSet<i64> = new.iter().map(|first| first.div_euclid(SLOT_MINUTES)).collect();
    let count = |slot: i64| new.iter().filter(|first| first.div_euclid(SLOT_MINUTES) == slot).count();
    slots.into_iter().filter(|slot| count(*slot) >= FEWEST_IN_A_SLOT).count() >= FEWEST_SLOTS
}

fn is_missing(answer: Answer) -> bool {
    Group::of(answer).is_some() && answer != Answer::Status(StatusCode::new(429))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_at_once_is_not_spread_over_hours() {
        let burst: Vec<i64> = (0..200).map(|path| 1_000 + path / 8).collect();
        let slow: Vec<i64> = (0..120).collect();
        assert!(!is_spread(&burst) && is_spread(&slow));
    }
}
