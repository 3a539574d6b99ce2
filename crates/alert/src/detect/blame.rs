//! Who failed, where and when, in the last two hours.

use std::collections::{BTreeMap, VecDeque};

use statusquo_slo::traffic::{ClientMinute, Endpoint, Sign};

use super::group::Group;

const KEPT_MINUTES: i64 = 120;
/// The oldest are forgotten before there are more.
const MOST: usize = 100_000;

#[derive(Debug, Clone)]
struct Failed {
    minute: i64,
    endpoint: Endpoint,
    group: Group,
    client: Box<str>,
    is_crawler: bool,
    is_sign_in: bool,
    count: u64,
}

/// Who failed, where and when.
#[derive(Debug, Clone, Default)]
pub(super) struct Blame {
    failed: VecDeque<Failed>,
}

/// Who failed at an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Blamed {
    /// Clients that are not crawlers, the busiest first.
    pub(super) clients: Vec<(String, u64)>,
    pub(super) is_sign_in: bool,
}

impl Blame {
    pub(super) fn add(&mut self, minute: i64, client: &ClientMinute) {
        let is_crawler = client.sign(Sign::Crawler) * 2 > client.requests;
        for attributed in &client.attributed {
            let Some(group) = Group::of(attributed.answer) else { continue };
            self.failed.push_back(Failed {
                minute,
                endpoint: attributed.endpoint.clone(),
                group,
                client: client.address.clone(),
                is_crawler,
                is_sign_in: attributed.is_sign_in,
                count: attributed.count,
            });
        }
    }

    pub(super) fn forget(&mut self, minute: i64) {
        let is_old = |failed: &Failed| failed.minute < minute - KEPT_MINUTES;
        while self.failed.len() > MOST || self.failed.front().is_some_and(is_old) {
            self.failed.pop_front();
        }
    }

    /// Who failed in this way from a minute on, at one endpoint or anywhere.
    pub(super) fn of(&self, endpoint: Option<&Endpoint>, group: Group, from: i64) -> Blamed {
        let mut clients: BTreeMap<&str, u64> = BTreeMap::new();
        let mut is_sign_in = false;
        for failed in self.failed.iter().rev().take_while(|failed| failed.minute >= from) {
            let is_meant =
                failed.group == group && endpoint.is_none_or(|endpoint| failed.endpoint == *endpoint);
            if is_meant && !failed.is_crawler {
                *clients.entry(&failed.client).or_default() += failed.count;
                is_sign_in |= failed.is_sign_in;
            }
        }
        let mut clients: Vec<(String, u64)> =
            clients.into_iter().map(|(client, count)| (client.to_owned(), count)).collect();
        clients.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Blamed { clients, is_sign_in }
    }

    /// How much of what failed in this way, at an endpoint, is that of certain clients.
    pub(super) fn share(
        &self,
        endpoint: Option<&Endpoint>,
        group: Group,
        from: i64,
        is_meant: impl Fn(&str) -> bool,
    ) -> u64 {
        let of_them = |failed: &&Failed| {
            failed.group == group
                && endpoint.is_none_or(|endpoint| failed.endpoint == *endpoint)
                && is_meant(&failed.client)
        };
        let recent = self.failed.iter().rev().take_while(|failed| failed.minute >= from);
        recent.filter(of_them).map(|failed| failed.count).sum()
    }
}
