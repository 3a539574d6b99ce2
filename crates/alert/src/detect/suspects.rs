//! All clients that failed, showed a sign, or asked often.

use std::collections::{HashMap, VecDeque};

use statusquo_slo::traffic::{ClientMinute, Endpoint, EndpointMinute, Minute};

use super::flood::Flood;
use super::patience::{self, Patience};
use super::suspect::{Activity, Conduct, LEAST_SCORE, Suspect, WINDOW_MINUTES, is_mostly_read};
use super::tuning::Sensitivity;
use crate::Diagnosis;

/// Clients that are watched at once.
const MOST_SUSPECTS: usize = 20_000;
/// Clients without suspicious requests for so long are forgotten.
const KEPT_MINUTES: i64 = 240;
/// What is usual here raises what a scan has to exceed, at most to this.
const MOST_SCORE: f64 = 1_000.0;
/// So many attempts to break in, by several clients that each stay below what is told, are one scan.
const MANY_TOGETHER: u64 = 200;
const FEWEST_TOGETHER: usize = 5;
const DAY_MINUTES: i64 = 1440;
/// A client that asks so often within a minute is looked at, whatever it gets.
const BUSY_REQUESTS: u64 = 20;

/// All clients that failed, showed a sign, or asked often.
#[derive(Debug, Clone, Default)]
pub(super) struct Suspects {
    clients: HashMap<Box<str>, Suspect>,
    patience: Patience,
    flood: Flood,
    /// The highest scores that came and went without being a scan: what is usual here, forgotten by half in three days.
    noise: f64,
    noise_together: f64,
    /// The highest sums of the last hours, which may still become a scan.
    hours_together: VecDeque<(i64, f64)>,
    first_minute: Option<i64>,
}

/// Clients that do something together, or one alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) diagnosis: Diagnosis,
    /// The busiest first.
    pub(super) clients: Vec<(String, Conduct)>,
    pub(super) place: Option<Endpoint>,
    pub(super) is_together: bool,
    /// In how many minutes.
    pub(super) minutes: i64,
}

impl Suspects {
    /// Takes note of a minute; `is_program` says of an endpoint whether programs sign in there, and `usual` how many
    /// requests come in five minutes.
    pub(super) fn watch(
        &mut self,
        minute: &Minute,
        is_program: &dyn Fn(&Endpoint) -> bool,
        usual: Option<u64>,
        sensitivity: Sensitivity,
    ) -> Vec<Found> {
        let now = minute.start.div_euclid(60);
        self.first_minute.get_or_insert(now);
        let all: u64 = minute.endpoints.values().map(|endpoint| endpoint.count(|_| true)).sum();
        let mut found = Vec::new();
        minute.quiet.iter().for_each(|quiet| self.patience.add_quiet(now, *quiet));
        for client in minute.clients.iter().filter(|client| is_suspicious(client)) {
            let usual_score = self.least_score(now);
            let least = sensitivity.least(usual_score);
            self.patience.add(now, client);
            let has_room = self.clients.len() < MOST_SUSPECTS || self.clients.contains_key(&client.address);
            if !has_room {
                continue;
            }
            let suspect = self.clients.entry(client.address.clone()).or_default();
            suspect.add(now, client);
            let mut conduct = suspect.conduct(now);
            conduct.sensitivity = sensitivity;
            conduct.is_program = suspect.place.as_ref().is_some_and(is_program);
            let others = all.saturating_sub(client.requests).saturating_mul(3);
            // Programs that deliver events all day send them by POST: without knowing what is usual that is no flood.
            let others = match usual {
                Some(usual) => Some(others.max(usual)),
                None => is_mostly_read(minute).then_some(others),
            };
            let mut minutes = WINDOW_MINUTES;
            let mut diagnosis = conduct.diagnose(least, others);
            let slow = || self.patience.search(&client.address, now, usual_score, sensitivity);
            if let Some(search) = diagnosis.is_none().then(slow).flatten() {
                (minutes, diagnosis) = (patience::BACK_MINUTES, Some(Diagnosis::Scan));
                conduct = Conduct { total: search.total, paths: search.paths, ..conduct };
            }
            if let Some(diagnosis) = diagnosis {
                suspect.found = Some((diagnosis, now));
                let clients = vec![(client.address.to_string(), conduct)];
                found.push(Found {
                    diagnosis,
                    clients,
                    place: suspect.place.clone(),
                    is_together: false,
                    minutes,
                });
            }
        }
        found.extend(self.together(now, sensitivity));
        if let Some(clients) = self.flood.watch(minute, usual, sensitivity) {
            let place = busiest(minute);
            let diagnosis = Diagnosis::Flood;
            found.push(Found { diagnosis, clients, place, is_together: true, minutes: WINDOW_MINUTES });
        }
        if now % 10 == 0 {
            self.forget(now);
        }
        found
    }

    /// Does this client do something of which the service is innocent?
    pub(super) fn is_guilty(&self, client: &str, now: i64) -> bool {
        let Some(suspect) = self.clients.get(client) else { return false };
        suspect.found.is_some_and(|(_, last)| now - last <= 2 * 60) || suspect.is_under_suspicion(now)
    }

    /// What a scan has to exceed: three times what came and went in the days before.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
    fn least_score(&self, now: i64) -> u64 {
        let age = self.first_minute.map_or(0, |first| now - first);
        if age < DAY_MINUTES {
            return LEAST_SCORE;
        }
        LEAST_SCORE.max((self.noise * 3.0).min(MOST_SCORE) as u64)
    }

    /// Many clients that each do little: attempts to break in, or to sign in and nothing else.
    fn together(&mut self, now: i64, sensitivity: Sensitivity) -> Option<Found> {
        let conducts = |is_meant: &dyn Fn(&Conduct) -> u64| {
            let few = self.clients.iter().filter(|(_, suspect)| suspect.last > now - WINDOW_MINUTES);
            let mut few: Vec<(String, Conduct, u64)> = few
                .filter(|(_, suspect)| suspect.found.is_none())
                .map(|(address, suspect)| (address.to_string(), suspect.totals(now)))
                .map(|(address, conduct)| (address, conduct, is_meant(&conduct)))
                .collect();
            few.retain(|(_, _, weight)| *weight > 0);
            few.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
            few
        };
        let scanning = conducts(&|conduct| 3 * conduct.total.exploits + conduct.total.hidden);
        let sum: u64 = scanning.iter().map(|(_, _, weight)| weight).sum();
        let is_scan = scanning.len() >= FEWEST_TOGETHER
            && sum >= sensitivity.least(MANY_TOGETHER.max(self.usual_together(now)));
        let guessing = conducts(&Conduct::guessing_together);
        let attempts: u64 = guessing.iter().map(|(_, _, weight)| weight).sum();
        let is_guessing =
            guessing.len() >= 2 * FEWEST_TOGETHER && attempts >= sensitivity.least(MANY_TOGETHER / 2);
        self.note_together(now, if is_scan { 0 } else { sum });
        let (diagnosis, clients) = match (is_scan, is_guessing) {
            (_, true) => (Diagnosis::CredentialStuffing, guessing),
            (true, false) => (Diagnosis::Scan, scanning),
            (false, false) => return None,
        };
        let first = clients.first().and_then(|(address, ..)| self.clients.get(address.as_str()));
        let place = first.and_then(|suspect| suspect.place.clone());
        let clients = clients.into_iter().map(|(address, conduct, _)| (address, conduct)).collect();
        Some(Found { diagnosis, clients, place, is_together: true, minutes: WINDOW_MINUTES })
    }

    /// What comes and goes without being a scan is usual here; what still grows is not.
    fn note_together(&mut self, now: i64, sum: u64) {
        let hour = now.div_euclid(60);
        match self.hours_together.back_mut().filter(|(last, _)| *last == hour) {
            Some((_, highest)) => *highest = if sum == 0 { 0.0 } else { highest.max(to_float(sum)) },
            None => self.hours_together.push_back((hour, to_float(sum))),
        }
        while self.hours_together.front().is_some_and(|(first, _)| hour - first > 2) {
            let past = self.hours_together.pop_front().map_or(0.0, |(_, highest)| highest);
            self.noise_together = self.noise_together.max(past);
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are positive")]
    fn usual_together(&self, now: i64) -> u64 {
        let age = self.first_minute.map_or(0, |first| now - first);
        if age < DAY_MINUTES { 0 } else { (self.noise_together * 3.0) as u64 }
    }

    /// Forgets who is long gone; what they did without being told of is what is usual here.
    fn forget(&mut self, now: i64) {
        let kept = 0.5_f64.powf(10.0 / f64::from(3 * 1440_i32));
        self.noise *= kept;
        self.noise_together *= kept;
        for suspect in self.clients.values_mut() {
            if let Some(peak) = suspect.take_peak(now) {
                self.noise = self.noise.max(to_float(peak));
            }
            suspect.forget(now);
        }
        self.patience.forget(now);
        self.clients.retain(|_, suspect| {
            let last = suspect.found.map_or(suspect.last, |(_, found)| found.max(suspect.last));
            now - last < KEPT_MINUTES
        });
    }
}

/// Who asks for the same thing again and again is a matter of floods; is there anything else?
fn is_suspicious(client: &ClientMinute) -> bool {
    let is_busy = client.requests >= BUSY_REQUESTS;
    !client.address.is_empty() && (is_busy || Activity::of(0, client).is_suspicious())
}

/// The endpoint that was asked most.
fn busiest(minute: &Minute) -> Option<Endpoint> {
    let count = |counted: &EndpointMinute| counted.count(|_| true);
    minute.endpoints.iter().max_by_key(|(_, counted)| count(counted)).map(|(endpoint, _)| endpoint.clone())
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
const fn to_float(count: u64) -> f64 {
    count as f64
}
