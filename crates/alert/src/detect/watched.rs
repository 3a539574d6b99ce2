//! One endpoint, or a service as a whole: what is usual there, and what is not.

use std::collections::BTreeMap;

use statusquo_catalogue::StatusCode;
use statusquo_slo::Answer;
use statusquo_slo::traffic::EndpointMinute;

use super::group::Group;
use super::rate::{Excess, Rate};
use super::recent::{Recent, Slot};
use super::tuning::Sensitivity;

/// What is usual has been learned after so long.
const WARM_UP_MINUTES: i64 = 12 * 60;
/// A code is new at an endpoint that answered so often, for so long, without it.
const KNOWN_REQUESTS: u64 = 2_000;
const KNOWN_MINUTES: i64 = 24 * 60;
/// What does not show in so many minutes does not go on.
const LATELY_MINUTES: i64 = 10;
/// So many answers with a code make it one that is known.
const KNOWN_ANSWERS: u64 = 20;

/// One endpoint, or a service as a whole.
#[derive(Debug, Clone)]
pub(super) struct Watched {
    pub(super) recent: Recent,
    rates: [[Rate; 3]; Group::ALL.len()],
    /// Up to which minute all is settled: what was told and is over raises no second alarm.
    settled: [i64; Group::ALL.len()],
    born: i64,
    requests: u64,
    /// How often each code was answered, and since when.
    codes: BTreeMap<StatusCode, (u64, i64)>,
}

impl Watched {
    pub(super) fn new(minute: i64) -> Self {
        Self {
            recent: Recent::default(),
            rates: [Rate::all(); Group::ALL.len()],
            settled: [i64::MIN; Group::ALL.len()],
            born: minute,
            requests: 0,
            codes: BTreeMap::new(),
        }
    }

    pub(super) const fn is_warming_up(&self, minute: i64) -> bool {
        minute - self.born < WARM_UP_MINUTES
    }

    /// Takes note of a minute.
    pub(super) fn add(&mut self, minute: i64, counted: &EndpointMinute) {
        self.recent.add(minute, counted);
        for (answer, count) in &counted.answers {
            self.requests += count;
            if let Answer::Status(code) = answer {
                let known = self.codes.entry(*code).or_insert((0, minute));
                known.0 += count;
            }
        }
    }

    /// This code was answered from a minute on, before anything was counted here.
    pub(super) fn knew(&mut self, code: StatusCode, since: i64) {
        let known = self.codes.entry(code).or_insert((0, since));
        known.1 = known.1.min(since);
    }

    /// Learns from the blocks that have ended with this minute; `is_firing` says of which answers nothing is learned.
    pub(super) fn learn(&mut self, minute: i64, is_firing: impl Fn(Group) -> bool) {
        for (group, rates) in Group::ALL.into_iter().zip(&mut self.rates) {
            for rate in rates {
                let window = rate.window_minutes();
                if (minute + 1) % window == 0 {
                    let sum = self.recent.sum(minute + 1 - window, minute + 1);
                    rate.learn(sum.bad(group), sum.requests, is_firing(group), minute);
                }
            }
        }
    }

    /// The window that is farthest out of the usual and not over yet. `explained` is how many of the bad ones since a
    /// minute are explained otherwise.
    pub(super) fn excess(
        &self,
        (group, sensitivity): (Group, Sensitivity),
        minute: i64,
        explained: impl Fn(i64) -> u64,
    ) -> Option<(Excess, Slot)> {
        let rates = self.rates.get(group as usize)?;
        let settled = self.settled.get(group as usize).copied().unwrap_or(i64::MIN);
        let out = rates.iter().filter_map(|rate| {
            let from = (minute + 1 - rate.window_minutes()).max(settled);
            let sum = self.recent.sum(from, minute + 1);
            rate.test(sum.bad(group), sum.requests, sensitivity)?;
            let others = explained(from).min(sum.bad(group));
            let (bad, of) = (sum.bad(group) - others, sum.requests.saturating_sub(others));
            let excess = rate.test(bad, of, sensitivity)?;
            let lately = self.recent.sum(minute + 1 - LATELY_MINUTES, minute + 1);
            goes_on(&sum, &lately, group).then_some((excess, sum))
        });
        out.min_by(|a, b| a.0.by_chance.total_cmp(&b.0.by_chance))
    }

    /// What was out of the usual is over.
    pub(super) fn settle(&mut self, group: Group, minute: i64) {
        if let Some(settled) = self.settled.get_mut(group as usize) {
            *settled = minute;
        }
    }

    /// Requests that are usual in a window of this length, and how many taught that.
    pub(super) fn usual_requests(&self, window_minutes: i64) -> (f64, f64) {
        let [rates, ..] = &self.rates;
        let rate = rates.iter().find(|rate| rate.window_minutes() == window_minutes);
        rate.map_or((0.0, 0.0), |rate| (rate.usual_requests(), rate.counted()))
    }

    /// Codes of success that were never answered here before, and now are. Errors have a test of their own, and
    /// redirects and validators come with every client that has a cache.
    pub(super) fn new_codes(&self, minute: i64, counted: &EndpointMinute) -> Vec<(StatusCode, u64)> {
        let is_settled = minute - self.born >= KNOWN_MINUTES && self.requests >= KNOWN_REQUESTS;
        let is_new = |code: &StatusCode| {
            let known = self.codes.get(code).copied().unwrap_or((0, minute));
            (201..=299).contains(&code.get())
                && code.get() != 206
                && minute - known.1 < 30
                && known.0 >= KNOWN_ANSWERS
        };
        let lately = counted.answers.keys().filter_map(|answer| match answer {
            Answer::Status(code) => Some(*code),
            Answer::Failure(_) | Answer::None => None,
        });
        let new = lately.filter(|code| is_settled && is_new(code));
        new.map(|code| (code, self.codes.get(&code).map_or(0, |known| known.0))).collect()
    }
}

/// Does it go on, or does only a longer window remember it? The share of the last minutes has to be half of it at least.
fn goes_on(window: &Slot, lately: &Slot, group: Group) -> bool {
    let (bad, of) = (u128::from(window.bad(group)), u128::from(window.requests));
    let (bad_lately, of_lately) = (u128::from(lately.bad(group)), u128::from(lately.requests));
    bad_lately > 0 && 2 * bad_lately * of >= bad * of_lately
}
