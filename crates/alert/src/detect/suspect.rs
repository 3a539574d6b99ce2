//! What one client did in the last half hour, and whether that speaks for itself.

use std::collections::{HashMap, VecDeque};

use statusquo_catalogue::StatusCode;
use statusquo_slo::Answer;
use statusquo_slo::traffic::{ClientMinute, Endpoint, Minute, Route, Sign};

use super::group::Group;
use super::tuning::Sensitivity;
use crate::Diagnosis;

/// So long is looked back.
pub(super) const WINDOW_MINUTES: i64 = 30;
/// Who was found out is found out again by little, for so long.
const KNOWN_MINUTES: i64 = 180;
/// Paths of a client that are told apart.
const MOST_PATHS: usize = 5_000;
/// A score below this is what every server on the Internet sees each day.
pub(super) const LEAST_SCORE: u64 = 100;
/// Guessed paths without any sign of an attack: a broken crawler has to be told from a search for folders.
const MANY_PATHS: u64 = 150;
/// Denied attempts to sign in, and attempts whatever was answered, by one client.
const MANY_DENIED: u64 = 50;
const MANY_ATTEMPTS: u64 = 100;
/// Requests for the same thing within three minutes: ten in a second.
pub(super) const MANY_REPEATED: u64 = 1_800;

/// What a client did within a minute, or in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Activity {
    minute: i64,
    pub(super) requests: u64,
    pub(super) repeated: u64,
    pub(super) exploits: u64,
    pub(super) by_scanner: u64,
    pub(super) hidden: u64,
    pub(super) as_crawler: u64,
    pub(super) failures: u64,
    /// Attempts to sign in.
    pub(super) attempts: u64,
    /// Attempts that were denied, here or by a challenge.
    pub(super) denied: u64,
}

impl Activity {
    pub(super) fn of(minute: i64, client: &ClientMinute) -> Self {
        let mut activity = Self {
            minute,
            requests: client.requests,
            repeated: client.repeated,
            exploits: client.sign(Sign::Exploit),
            by_scanner: client.sign(Sign::Scanner),
            hidden: client.sign(Sign::Hidden),
            as_crawler: client.sign(Sign::Crawler),
            ..Self::default()
        };
        for attributed in &client.attributed {
            let group = Group::of(attributed.answer);
            activity.failures += group.map_or(0, |_| attributed.count);
            activity.attempts += if attributed.is_sign_in { attributed.count } else { 0 };
            activity.denied += if is_denied(attributed.answer) { attributed.count } else { 0 };
        }
        activity
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.repeated += other.repeated;
        self.exploits += other.exploits;
        self.by_scanner += other.by_scanner;
        self.hidden += other.hidden;
        self.as_crawler += other.as_crawler;
        self.failures += other.failures;
        self.attempts += other.attempts;
        self.denied += other.denied;
    }

    pub(super) const fn is_suspicious(&self) -> bool {
        self.exploits + self.by_scanner + self.hidden + self.failures + self.attempts > 0
    }
}

/// A client that failed, showed a sign, or asked often.
#[derive(Debug, Clone, Default)]
pub(super) struct Suspect {
    minutes: VecDeque<Activity>,
    /// Paths that belong to no route, with the minute in which they were asked for last.
    paths: HashMap<u64, i64>,
    /// Where it failed or signed in last.
    pub(super) place: Option<Endpoint>,
    /// The last minute in which it did something suspicious.
    pub(super) last: i64,
    /// Its highest score so far.
    peak: u64,
    /// What it was found to do, and when last.
    pub(super) found: Option<(Diagnosis, i64)>,
}

/// What a client did in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Conduct {
    pub(super) total: Activity,
    /// The last three minutes.
    pub(super) lately: Activity,
    /// Paths that belong to no route.
    pub(super) paths: u64,
    /// What it was found to do within the last hours.
    pub(super) known: Option<Diagnosis>,
    /// Did it sign in where programs do, which have to do it often?
    pub(super) is_program: bool,
    /// How soon something is said of it.
    pub(super) sensitivity: Sensitivity,
}

impl Suspect {
    pub(super) fn add(&mut self, minute: i64, client: &ClientMinute) {
        let activity = Activity::of(minute, client);
        for attributed in &client.attributed {
            let is_unmatched = attributed.endpoint.route == Route::Unmatched
                && attributed.answer != Answer::Status(StatusCode::new(429));
            let has_room = self.paths.len() < MOST_PATHS || self.paths.contains_key(&attributed.path);
            if is_unmatched && has_room {
                self.paths.insert(attributed.path, minute);
            }
        }
        if let Some(most) = client.attributed.iter().max_by_key(|attributed| attributed.count) {
            self.place = Some(most.endpoint.clone());
        }
        if activity.is_suspicious() {
            self.last = minute;
        }
        self.minutes.push_back(activity);
        self.forget(minute);
    }

    pub(super) fn forget(&mut self, minute: i64) {
        let from = minute - WINDOW_MINUTES;
        while self.minutes.front().is_some_and(|activity| activity.minute <= from) {
            self.minutes.pop_front();
        }
        if self.paths.len() > MOST_PATHS / 2 || minute % 10 == 0 {
            self.paths.retain(|_, last| *last > from);
        }
    }

    /// What it did, without its paths.
    pub(super) fn totals(&self, minute: i64) -> Conduct {
        let mut conduct = Conduct::default();
        for activity in self.minutes.iter().filter(|activity| activity.minute > minute - WINDOW_MINUTES) {
            conduct.total.add(activity);
            if activity.minute > minute - 3 {
                conduct.lately.add(activity);
            }
        }
        let known = self.found.filter(|(_, last)| minute - last < KNOWN_MINUTES);
        conduct.known = known.map(|(diagnosis, _)| diagnosis);
        conduct
    }

    /// What it did.
    pub(super) fn conduct(&mut self, minute: i64) -> Conduct {
        let mut conduct = self.totals(minute);
        let recent = self.paths.values().filter(|last| **last > minute - WINDOW_MINUTES).count();
        conduct.paths = u64::try_from(recent).unwrap_or(u64::MAX);
        self.peak = self.peak.max(conduct.noise());
        conduct
    }

    /// Is it up to something, even if that is not enough to tell of? Then what fails for it says nothing of the service.
    pub(super) fn is_under_suspicion(&self, minute: i64) -> bool {
        let total = self.totals(minute).total;
        let signs = total.exploits + total.by_scanner + total.hidden;
        (signs >= 5 && signs * 4 >= total.requests) || self.paths.len() >= 30
    }

    /// Its highest score, once it has ended without being found to do something.
    pub(super) fn take_peak(&mut self, minute: i64) -> Option<u64> {
        let has_ended = minute - self.last > WINDOW_MINUTES;
        (has_ended && self.found.is_none() && self.peak > 0).then(|| std::mem::take(&mut self.peak))
    }
}

impl Conduct {
    /// How much it looks like a search for a way in.
    pub(super) const fn score(&self) -> u64 {
        self.paths + 2 * self.total.exploits + self.total.by_scanner
    }

    /// How much it adds to what is usual: only who shows signs could be taken for a scanner.
    pub(super) const fn noise(&self) -> u64 {
        let total = &self.total;
        if total.exploits + total.by_scanner + total.hidden > 0 { self.score() } else { 0 }
    }

    /// Attempts to sign in by a client that does hardly anything else, three of them at least.
    pub(super) const fn guessing_together(&self) -> u64 {
        let total = &self.total;
        let is_all_it_does = total.attempts >= 3 && total.attempts * 10 >= total.requests * 8;
        if is_all_it_does && total.denied * 2 >= total.attempts { total.attempts } else { 0 }
    }

    /// What the conduct of this client says by itself, without knowing what is usual. `least_score` is what has to be
    /// exceeded here, where some noise may be usual; `others` is how much everybody else asks in three minutes, or how
    /// much is usual, if that can be said.
    pub(super) fn diagnose(&self, least_score: u64, others: Option<u64>) -> Option<Diagnosis> {
        let is_mostly_guessing = self.total.attempts * 2 >= self.total.requests;
        let is_guessing = self.is_guessing();
        if is_guessing && is_mostly_guessing {
            Some(Diagnosis::CredentialStuffing)
        } else if self.is_scan(least_score) {
            Some(Diagnosis::Scan)
        } else if is_guessing {
            Some(Diagnosis::CredentialStuffing)
        } else if others.is_some_and(|others| self.is_flood(others)) {
            Some(Diagnosis::Flood)
        } else {
            None
        }
    }

    const fn least(&self, normally: u64) -> u64 {
        self.sensitivity.least(normally)
    }

    fn is_scan(&self, least_score: u64) -> bool {
        let least = if self.known == Some(Diagnosis::Scan) { LEAST_SCORE / 10 } else { least_score };
        let total = &self.total;
        let has_signs = total.exploits + total.by_scanner + total.hidden >= least / 10;
        let is_crawler = total.as_crawler * 2 > total.requests;
        let is_guessing_paths = self.paths >= self.least(MANY_PATHS).max(least)
            && total.failures * 2 >= total.requests
            && !is_crawler;
        (self.score() >= least && has_signs) || is_guessing_paths
    }

    /// Attempts to sign in that are denied, or that are nearly all this client does: people who sign in go on to
    /// something else.
    fn is_guessing(&self) -> bool {
        let (total, lately) = (&self.total, &self.lately);
        let is_denied = total.attempts > 0
            && total.denied >= self.least(MANY_DENIED)
            && total.denied * 2 >= total.attempts;
        let is_known = self.known == Some(Diagnosis::CredentialStuffing);
        let least = if is_known { MANY_ATTEMPTS / 10 } else { self.least(MANY_ATTEMPTS) };
        let is_all_it_does =
            !self.is_program && total.attempts >= least && total.attempts * 10 >= total.requests * 7;
        // A challenge (RFC 9110, 11.6.1) that a script answers with one password after the other.
        let is_challenged = total.denied >= 3 * self.least(MANY_DENIED)
            && lately.denied >= 2 * self.least(MANY_DENIED)
            && total.denied * 20 >= total.requests * 19;
        is_denied || is_all_it_does || is_challenged
    }

    /// The same thing over and over, and far more than all others together: nobody crawls like that.
    fn is_flood(&self, others: u64) -> bool {
        let lately = &self.lately;
        lately.repeated >= self.least(MANY_REPEATED)
            && lately.repeated * 10 >= lately.requests * 9
            && lately.requests >= others.saturating_mul(5)
    }
}

/// Does most of a minute's traffic only read?
pub(super) fn is_mostly_read(minute: &Minute) -> bool {
    let count = |is_meant: &dyn Fn(&str) -> bool| -> u64 {
        let meant = minute.endpoints.iter().filter(|(endpoint, _)| is_meant(&endpoint.method));
        meant.map(|(_, counted)| counted.count(|_| true)).sum()
    };
    count(&|method| matches!(method, "GET" | "HEAD")).saturating_mul(2) > count(&|_| true)
}

fn is_denied(answer: Answer) -> bool {
    match answer {
        Answer::Status(code) => code == StatusCode::new(401) || code == StatusCode::new(403),
        Answer::Failure(_) | Answer::None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conduct(total: Activity, paths: u64) -> Conduct {
        Conduct { total, paths, ..Conduct::default() }
    }

    #[test]
    fn the_daily_noise_of_the_internet_is_no_scan() {
        let drive_by = Activity { requests: 45, failures: 45, hidden: 40, ..Activity::default() };
        assert_eq!(conduct(drive_by, 45).diagnose(LEAST_SCORE, Some(0)), None);
        let scan = Activity { requests: 300, failures: 300, hidden: 60, ..Activity::default() };
        assert_eq!(conduct(scan, 300).diagnose(LEAST_SCORE, Some(0)), Some(Diagnosis::Scan));
    }

    #[test]
    fn a_crawler_after_a_move_of_pages_is_no_scan() {
        let crawler = Activity { requests: 400, failures: 300, as_crawler: 400, ..Activity::default() };
        assert_eq!(conduct(crawler, 300).diagnose(LEAST_SCORE, Some(0)), None);
    }

    #[test]
    fn people_behind_one_address_who_sign_in_and_go_on_try_no_credentials() {
        let office =
            Activity { requests: 4000, attempts: 300, denied: 12, failures: 12, ..Activity::default() };
        assert_eq!(conduct(office, 0).diagnose(LEAST_SCORE, Some(0)), None);
        let thief = Activity { requests: 210, attempts: 200, ..Activity::default() };
        assert_eq!(conduct(thief, 0).diagnose(LEAST_SCORE, Some(0)), Some(Diagnosis::CredentialStuffing));
    }
}
