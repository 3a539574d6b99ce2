//! Rules over several exchanges: of one resource, of one client, of one host.
//!
//! A [`Series`] is shown exchanges in the order in which they began, and remembers as much as its rules need, within
//! fixed bounds. `check --deep` shows it the answers to its own questions; recordings and live traffic show theirs.

mod host;
mod key;
mod pairs;
mod redirects;
mod resource;

use std::collections::HashMap;

use jiff::Timestamp;
use statusquo_exchange::Exchange;

use crate::case::Case;
use crate::judge::finding;
use crate::verdict::{Flag, Verdict};
use crate::{Finding, Judge, rule};
use host::Host;
use key::Key;
use redirects::Redirects;
use resource::Resource;

/// No more resources are remembered.
const MOST_RESOURCES: usize = 10_000;
/// No more hosts are remembered.
const MOST_HOSTS: usize = 1_000;

/// What was seen before, as far as rules over several exchanges need it.
#[derive(Debug, Default)]
pub struct Series {
    resources: HashMap<u64, Resource>,
    hosts: HashMap<u64, Host>,
    redirects: Redirects,
    untracked: u64,
}

/// A rule that was broken, by id, and where.
type Broken = (&'static str, Flag);

impl Series {
    /// Nothing was seen before.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many exchanges were of resources or hosts that there was no room to remember.
    #[must_use]
    pub const fn untracked(&self) -> u64 {
        self.untracked
    }

    /// What this exchange is wrong in, given those before it.
    ///
    /// Of an exchange whose time nobody wrote down it is not known what came before: such are passed over.
    pub fn observe(&mut self, judge: &Judge, exchange: &Exchange) -> Vec<Finding> {
        if exchange.at == Timestamp::UNIX_EPOCH {
            return Vec::new();
        }
        let Some(case) = Case::new(exchange) else { return Vec::new() };
        let Some(key) = Key::of(&case) else { return Vec::new() };
        let mut broken = Vec::new();
        self.redirects.observe(&case, &mut broken);
        if self.hosts.len() < MOST_HOSTS || self.hosts.contains_key(&key.host) {
            self.hosts.entry(key.host).or_default().observe(&case, &key, &mut broken);
        }
        if let Some(created) = key.created(&case) {
            self.resource(created, |resource| resource.created = Some(key.client));
        }
        let known = self.resource(key.resource, |resource| resource.observe(&case, &key, &mut broken));
        self.untracked += u64::from(!known);
        let with_level = |(id, flag): Broken| {
            let rule = rule(id).filter(|rule| !judge.is_suppressed(rule, exchange))?;
            Some(finding(rule, judge.level(rule)?, flag))
        };
        broken.into_iter().filter_map(with_level).collect()
    }

    /// Does something with what is remembered of a resource; `false` when there is no room for it.
    fn resource(&mut self, key: u64, change: impl FnOnce(&mut Resource)) -> bool {
        let has_room = self.resources.len() < MOST_RESOURCES || self.resources.contains_key(&key);
        if has_room {
            change(self.resources.entry(key).or_default());
        }
        has_room
    }
}

/// Adds what a pair of exchanges breaks. What cannot be judged is not broken.
fn judge_pair(base: &Case<'_>, later: &Case<'_>, is_same_state: bool, broken: &mut Vec<Broken>) {
    for pair in pairs::PAIRS.iter().filter(|pair| is_same_state || !pair.needs_same_state) {
        if let Ok(Verdict::Flagged(flags)) = (pair.judge)(base, later) {
            broken.extend(flags.into_iter().map(|flag| (pair.id, flag)));
        }
    }
}
