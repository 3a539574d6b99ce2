//! A flood that comes from many clients, each of which asks for little.

use std::collections::VecDeque;

use statusquo_slo::traffic::{ClientMinute, Minute};

use super::suspect::{Activity, Conduct, MANY_REPEATED, is_mostly_read};
use super::tuning::Sensitivity;

/// So long is looked back.
const BACK_MINUTES: i64 = 3;
/// Fewer clients than this are told by themselves.
const FEWEST_CLIENTS: usize = 20;
/// So many times as much as usual.
const TIMES: u64 = 5;
/// Clients that are named.
const NAMED: usize = 50;

/// Clients that ask for the same thing again and again, minute by minute.
#[derive(Debug, Clone, Default)]
pub(super) struct Flood {
    minutes: VecDeque<Repeating>,
}

/// Those of one minute.
#[derive(Debug, Clone, Default)]
struct Repeating {
    minute: i64,
    clients: usize,
    requests: u64,
    /// The busiest first.
    busiest: Vec<(String, Activity)>,
}

impl Flood {
    /// Takes note of a minute and says who floods the service together: the very same thing ten times a second, five times
    /// as much as is `usual` in five minutes, from many who ask for nothing else. Who delivers events is no flood, and
    /// before an hour has passed nobody knows what is usual.
    pub(super) fn watch(
        &mut self,
        minute: &Minute,
        usual: Option<u64>,
        sensitivity: Sensitivity,
    ) -> Option<Vec<(String, Conduct)>> {
        let now = minute.start.div_euclid(60);
        let repeating: Vec<&ClientMinute> =
            minute.clients.iter().filter(|client| is_repeating(client)).collect();
        let mut busiest: Vec<(String, Activity)> =
            repeating.iter().map(|client| (client.address.to_string(), Activity::of(now, client))).collect();
        busiest.sort_by(|a, b| b.1.requests.cmp(&a.1.requests).then_with(|| a.0.cmp(&b.0)));
        busiest.truncate(NAMED);
        self.minutes.push_back(Repeating {
            minute: now,
            clients: repeating.len(),
            requests: repeating.iter().map(|client| client.requests).sum(),
            busiest,
        });
        while self.minutes.front().is_some_and(|first| first.minute <= now - BACK_MINUTES) {
            self.minutes.pop_front();
        }
        let requests: u64 = self.minutes.iter().map(|minute| minute.requests).sum();
        let is_of_many = self.minutes.iter().all(|minute| minute.clients >= FEWEST_CLIENTS);
        let is_flood = requests >= sensitivity.least(MANY_REPEATED)
            && requests >= usual?.saturating_mul(TIMES)
            && is_of_many
            && is_mostly_read(minute);
        let last = self.minutes.back().filter(|_| is_flood)?;
        let conduct =
            |activity: &Activity| Conduct { total: *activity, lately: *activity, ..Conduct::default() };
        Some(last.busiest.iter().map(|(address, activity)| (address.clone(), conduct(activity))).collect())
    }
}

/// Does a client ask for the very same thing again and again, and for hardly anything else?
fn is_repeating(client: &ClientMinute) -> bool {
    !client.address.is_empty() && client.repeated >= 5 && client.repeated * 10 >= client.requests * 8
}
