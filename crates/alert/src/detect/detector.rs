//! The detectors of one service.

use std::collections::BTreeMap;

use jiff::Timestamp;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::Answer;
use statusquo_slo::traffic::{Endpoint, EndpointMinute, Minute, Route};

use super::blame::Blame;
use super::diagnosis::{Case, Diagnosis};
use super::group::Group;
use super::rate::Excess;
use super::recent::Slot;
use super::suspect::WINDOW_MINUTES;
use super::suspects::{Found, Suspects};
use super::threshold::{Exceeded, Threshold, Thresholds};
use super::tuning::Tuning;
use super::volume::{Drop, Volume};
use super::watched::Watched;
use super::words;
use crate::{Alarm, AlarmKind, AlarmState, Severity};

/// Endpoints without requests for so long are forgotten.
const KEPT_MINUTES: i64 = 14 * 1440;
/// An alarm about errors is over when there was no excess for so long.
const CLEAR_MINUTES: i64 = 10;
/// A threshold is kept again when it was not exceeded for so long.
const THRESHOLD_MINUTES: i64 = 5;
/// No requests at all are no recovery: then it takes so long.
const SILENT_MINUTES: i64 = 120;
/// A hole in the record that is longer breaks off what was going on.
const LONGEST_HOLE_MINUTES: i64 = 240;
/// Clients that an alarm names.
const MOST_CLIENTS: usize = 50;
/// A service with fewer clients in a minute, at its busiest, sits behind a gateway.
const FEWEST_CLIENTS: u64 = 3;

/// The detectors of one service.
#[derive(Debug, Clone)]
pub struct Detector {
    service: Name,
    endpoints: BTreeMap<Endpoint, Watched>,
    whole: Option<Watched>,
    suspects: Suspects,
    blame: Blame,
    thresholds: Thresholds,
    tuning: Tuning,
    volume: Volume,
    /// What was usual before the traffic dropped away.
    usual_volume: u64,
    alarms: BTreeMap<String, Live>,
    /// The most clients that a minute had.
    most_clients: u64,
    last_minute: Option<i64>,
}

/// Where which errors are watched; the endpoint is `None` for the service as a whole.
type Site = (Option<Endpoint>, Group);

/// An alarm, and the last minute that spoke for it.
#[derive(Debug, Clone)]
struct Live {
    alarm: Alarm,
    watched: Option<Site>,
    last: i64,
}

impl Detector {
    /// Knows nothing of this service yet.
    #[must_use]
    pub fn new(service: Name) -> Self {
        Self {
            service,
            endpoints: BTreeMap::new(),
            whole: None,
            suspects: Suspects::default(),
            blame: Blame::default(),
            thresholds: Thresholds::default(),
            tuning: Tuning::default(),
            volume: Volume::default(),
            usual_volume: 0,
            alarms: BTreeMap::new(),
            most_clients: 0,
            last_minute: None,
        }
    }

    /// From now on it is set like this, and watches these thresholds of the user's own. What was learned and counted so
    /// far goes on.
    pub fn configure(&mut self, tuning: Tuning, thresholds: Vec<Threshold>) {
        self.tuning = tuning;
        self.thresholds.configure(thresholds);
    }

    /// Takes the next minute and says which alarms are new, changed or over. `name` is how an endpoint is shown.
    pub fn watch(&mut self, minute: &Minute, name: &dyn Fn(&Endpoint) -> String) -> Vec<Alarm> {
        let now = minute.start.div_euclid(60);
        self.catch_up(now);
        self.most_clients = self.most_clients.max(minute.all_clients);
        for client in &minute.clients {
            self.blame.add(now, client);
        }
        self.blame.forget(now);
        self.count(minute, now);
        let mut said = Vec::new();
        let is_program = |endpoint: &Endpoint| is_for_programs(&name(endpoint));
        let (usual, sensitivity) = (self.volume.usual(), self.tuning.sensitivity(None));
        let found = self.suspects.watch(minute, &is_program, usual, sensitivity);
        let is_told = !self.tuning.is_off(AlarmKind::Clients, None);
        for found in found.iter().filter(|_| is_told) {
            said.push(self.raise_found(found, now, name));
        }
        said.extend(self.look_at_endpoints(minute, now, name));
        said.extend(self.look_at_whole(now));
        for exceeded in self.thresholds.watch(minute, name) {
            said.push(self.raise_exceeded(exceeded, now));
        }
        let dropped = self.volume.dropped(now).filter(|_| !self.tuning.is_off(AlarmKind::Volume, None));
        said.extend(dropped.map(|drop| self.raise_drop(drop, now)));
        said.extend(self.clear(now));
        self.learn(now);
        said
    }

    /// Takes a minute of the past: it teaches what is usual and counts towards thresholds, and raises nothing.
    pub fn remember(&mut self, minute: &Minute, name: &dyn Fn(&Endpoint) -> String) {
        let now = minute.start.div_euclid(60);
        self.catch_up(now);
        self.count(minute, now);
        drop(self.thresholds.watch(minute, name));
        self.learn(now);
    }

    /// An endpoint answered with this code long ago, from this minute on: it is not news.
    pub fn knew(&mut self, endpoint: &Endpoint, code: StatusCode, since: i64) {
        let since = since.div_euclid(60);
        self.endpoints.entry(endpoint.clone()).or_insert_with(|| Watched::new(since)).knew(code, since);
    }

    /// Goes on with an alarm from before a restart, after what the past has taught: it is over when the next minutes say
    /// so. `endpoint` says which one has a name.
    pub fn take_up(&mut self, alarm: Alarm, endpoint: &dyn Fn(&str) -> Option<Endpoint>) {
        if let Some(known) = self.alarms.get_mut(&alarm.key) {
            known.alarm.since = known.alarm.since.min(alarm.since);
            let more = alarm.clients.into_iter().take(MOST_CLIENTS.saturating_sub(known.alarm.clients.len()));
            let more: Vec<String> = more.filter(|client| !known.alarm.clients.contains(client)).collect();
            known.alarm.clients.extend(more);
            return;
        }
        let last = self.last_minute.unwrap_or_else(|| alarm.since.as_second().div_euclid(60));
        let Some(origin) = origin(&alarm, self.service.as_str(), endpoint) else { return };
        let alarm = Alarm { kind: origin.0.unwrap_or(alarm.kind), ..alarm };
        self.alarms.insert(alarm.key.clone(), Live { alarm, watched: origin.1, last });
    }

    /// Counts a minute at its endpoints and for the service as a whole.
    fn count(&mut self, minute: &Minute, now: i64) {
        let whole = sum(minute);
        self.whole.get_or_insert_with(|| Watched::new(now)).add(now, &whole);
        for (endpoint, counted) in &minute.endpoints {
            self.endpoints.entry(endpoint.clone()).or_insert_with(|| Watched::new(now)).add(now, counted);
        }
        self.volume.add(now, whole.count(|_| true));
    }

    /// The alarms that are firing, as they are now.
    pub fn alarms(&self) -> impl Iterator<Item = &Alarm> {
        self.alarms.values().map(|live| &live.alarm)
    }

    /// Minutes without any request, up to this one.
    fn catch_up(&mut self, now: i64) {
        let last = self.last_minute.replace(now).unwrap_or(now);
        let from = (last + 1).max(now - LONGEST_HOLE_MINUTES);
        (from..now).for_each(|minute| self.learn(minute));
    }

    fn learn(&mut self, minute: i64) {
        if (minute + 1) % 5 != 0 {
            return;
        }
        let alarms = &self.alarms;
        let is_firing = |endpoint: Option<&Endpoint>, group: Group| {
            let is_same = |live: &Live| {
                live.watched.as_ref().is_some_and(|(place, of)| place.as_ref() == endpoint && *of == group)
            };
            alarms.values().any(is_same)
        };
        for (endpoint, watched) in &mut self.endpoints {
            watched.learn(minute, |group| is_firing(Some(endpoint), group));
        }
        if let Some(whole) = &mut self.whole {
            whole.learn(minute, |group| is_firing(None, group));
        }
        if minute % 1440 == 0 {
            self.endpoints.retain(|_, watched| minute - watched.recent.last() < KEPT_MINUTES);
        }
    }

    fn look_at_endpoints(
        &mut self,
        minute: &Minute,
        now: i64,
        name: &dyn Fn(&Endpoint) -> String,
    ) -> Vec<Alarm> {
        let mut said = Vec::new();
        for (endpoint, counted) in &minute.endpoints {
            if is_nowhere(endpoint) {
                continue;
            }
            let Some(watched) = self.endpoints.get(endpoint) else { continue };
            let new = watched.new_codes(now, counted);
            let path = name(endpoint);
            for group in Group::ALL {
                said.extend(self.look_at(Some(endpoint), group, now, &path));
            }
            let is_told = !self.tuning.is_off(AlarmKind::NewCode, Some(&path));
            for (code, count) in new.into_iter().filter(|_| is_told) {
                said.push(self.raise_code(endpoint, (code.get(), count), now, name));
            }
        }
        said
    }

    /// A few errors at each of many endpoints are many.
    fn look_at_whole(&mut self, now: i64) -> Option<Alarm> {
        self.look_at(None, Group::Server, now, "")
    }

    fn look_at(&mut self, place: Option<&Endpoint>, group: Group, now: i64, path: &str) -> Option<Alarm> {
        let watched = match place {
            Some(endpoint) => self.endpoints.get(endpoint)?,
            None => self.whole.as_ref()?,
        };
        let is_guilty = |client: &str| self.suspects.is_guilty(client, now);
        let explained = |from: i64| self.blame.share(place, group, from, is_guilty);
        let told_at = place.map(|_| path);
        let sensitivity = self.tuning.sensitivity(told_at);
        let (excess, slot) = watched.excess((group, sensitivity), now, explained)?;
        let from = now + 1 - excess.window_minutes;
        let mut blamed = self.blame.of(place, group, from);
        blamed.clients.retain(|(client, _)| !is_guilty(client));
        let (usual_requests, learned) = watched.usual_requests(excess.window_minutes);
        let whole = self.whole.as_ref().map_or(0, |whole| whole.recent.sum(from, now + 1).requests);
        let case = Case {
            group,
            excess,
            overload: slot.overload,
            usual_requests,
            service_requests: whole,
            learned,
            is_warming_up: watched.is_warming_up(now),
            is_sign_in: blamed.is_sign_in,
            clients: &blamed.clients,
            is_anonymous: self.most_clients < FEWEST_CLIENTS,
            path,
            sensitivity,
        };
        let mut diagnosis = case.diagnose()?;
        if self.tuning.is_off(diagnosis.kind(group), told_at) {
            return None;
        }
        if place.is_none() && !self.is_everywhere(group, excess.bad, (from, now)) {
            return None;
        }
        if place.is_none() && diagnosis == Diagnosis::Regression {
            diagnosis = Diagnosis::ServerErrors;
        }
        Some(self.raise_excess(place, &case_words(&case, slot), diagnosis, (now, path)))
    }

    /// Is it a matter of the whole service, rather than of one endpoint with most of it?
    fn is_everywhere(&self, group: Group, bad: u64, (from, now): (i64, i64)) -> bool {
        let known = self.endpoints.iter().filter(|(endpoint, _)| !is_nowhere(endpoint));
        let most = known.map(|(_, watched)| watched.recent.sum(from, now + 1).bad(group)).max();
        most.unwrap_or(0).saturating_mul(10) < bad.saturating_mul(7)
    }

    fn raise_excess(
        &mut self,
        place: Option<&Endpoint>,
        said: &Said,
        diagnosis: Diagnosis,
        (now, path): (i64, &str),
    ) -> Alarm {
        let is_page = said.group == Group::Server && !diagnosis.is_theirs();
        let key = format!("{}|{path}|{}", self.service, said.group.as_str());
        let alarm = Alarm {
            key,
            service: self.service.clone(),
            endpoint: place.map(|_| path.to_owned()),
            kind: diagnosis.kind(said.group),
            severity: if is_page { Severity::Failing } else { Severity::Degraded },
            sentence: said.sentence.clone(),
            diagnosis: Some(diagnosis),
            evidence: said.evidence.clone(),
            clients: if diagnosis.is_theirs() { said.clients.clone() } else { Vec::new() },
            since: moment(now + 1 - said.window_minutes.min(5)),
            state: AlarmState::Firing,
            receivers: Vec::new(),
        };
        self.raise(alarm, Some((place.cloned(), said.group)), now)
    }

    fn raise_found(&mut self, found: &Found, now: i64, name: &dyn Fn(&Endpoint) -> String) -> Alarm {
        let first = found.clients.first().map_or("", |(client, _)| client.as_str());
        let who = if found.is_together { "many" } else { first };
        let is_in_one_place = found.diagnosis != Diagnosis::Scan;
        let alarm = Alarm {
            key: format!("{}|{}|{who}", self.service, found.diagnosis.as_str()),
            service: self.service.clone(),
            endpoint: found.place.as_ref().filter(|_| is_in_one_place).map(name),
            kind: AlarmKind::Clients,
            severity: Severity::Degraded,
            sentence: words::found(found),
            diagnosis: Some(found.diagnosis),
            evidence: words::found_evidence(found),
            clients: found.clients.iter().take(MOST_CLIENTS).map(|(client, _)| client.clone()).collect(),
            since: moment(now),
            state: AlarmState::Firing,
            receivers: Vec::new(),
        };
        self.raise(alarm, None, now)
    }

    fn raise_code(
        &mut self,
        endpoint: &Endpoint,
        (code, count): (u16, u64),
        now: i64,
        name: &dyn Fn(&Endpoint) -> String,
    ) -> Alarm {
        let path = name(endpoint);
        let alarm = Alarm {
            key: format!("{}|{path}|new-{code}", self.service),
            service: self.service.clone(),
            endpoint: Some(path),
            kind: AlarmKind::NewCode,
            severity: Severity::Degraded,
            sentence: format!("answers {code}, which it never did before"),
            diagnosis: Some(Diagnosis::NewCode),
            evidence: vec![format!("{count} answers with {code}, the first ones within 30 min")],
            clients: Vec::new(),
            since: moment(now),
            state: AlarmState::Firing,
            receivers: Vec::new(),
        };
        self.raise(alarm, None, now)
    }

    fn raise_exceeded(&mut self, exceeded: Exceeded, now: i64) -> Alarm {
        let place = exceeded.endpoint.as_deref().unwrap_or_default();
        let alarm = Alarm {
            key: format!("{}|threshold {}|{place}", self.service, exceeded.threshold.name),
            service: self.service.clone(),
            kind: AlarmKind::Threshold,
            severity: exceeded.threshold.severity,
            sentence: exceeded.sentence(),
            diagnosis: None,
            evidence: exceeded.evidence(),
            clients: Vec::new(),
            since: moment(now),
            state: AlarmState::Firing,
            endpoint: exceeded.endpoint,
            receivers: exceeded.threshold.receivers,
        };
        self.raise(alarm, None, now)
    }

    fn raise_drop(&mut self, drop: Drop, now: i64) -> Alarm {
        let alarm = Alarm {
            key: format!("{}|drop", self.service),
            service: self.service.clone(),
            endpoint: None,
            kind: AlarmKind::Volume,
            severity: Severity::Failing,
            sentence: format!("gets {} requests in 10 min, usually {}", drop.requests, 2 * drop.usual),
            diagnosis: Some(Diagnosis::TrafficDrop),
            evidence: vec![
                format!("{} requests in 10 min, usually {}", drop.requests, 2 * drop.usual),
                "no five minutes of the two hours before had less than a third of that".to_owned(),
            ],
            clients: Vec::new(),
            since: moment(now - 9),
            state: AlarmState::Firing,
            receivers: Vec::new(),
        };
        self.usual_volume = drop.usual;
        self.raise(alarm, None, now)
    }

    /// An alarm that fires goes on since when it began, and keeps the clients that it has named.
    fn raise(&mut self, alarm: Alarm, watched: Option<Site>, now: i64) -> Alarm {
        let mut alarm = alarm;
        if let Some(before) = self.alarms.get(&alarm.key) {
            alarm.since = before.alarm.since;
            let more = before.alarm.clients.iter().filter(|client| !alarm.clients.contains(client));
            let room = MOST_CLIENTS.saturating_sub(alarm.clients.len());
            let more: Vec<String> = more.take(room).cloned().collect();
            alarm.clients.extend(more);
        }
        self.alarms.insert(alarm.key.clone(), Live { alarm: alarm.clone(), watched, last: now });
        alarm
    }

    fn clear(&mut self, now: i64) -> Vec<Alarm> {
        let endpoints = &self.endpoints;
        let whole = &self.whole;
        let is_over = |live: &Live| {
            let quiet = now - live.last;
            let Some((place, _)) = &live.watched else {
                return match live.alarm.kind {
                    AlarmKind::Volume => self.volume.is_back(self.usual_volume),
                    AlarmKind::Threshold => quiet >= THRESHOLD_MINUTES,
                    AlarmKind::Clients
                    | AlarmKind::ClientErrors
                    | AlarmKind::ServerErrors
                    | AlarmKind::Latency
                    | AlarmKind::NewCode
                    | AlarmKind::BurnRate
                    | AlarmKind::ThirdParty
                    | AlarmKind::Lint => quiet >= WINDOW_MINUTES,
                };
            };
            let watched = match place {
                Some(endpoint) => endpoints.get(endpoint),
                None => whole.as_ref(),
            };
            let requests =
                watched.map_or(0, |watched| watched.recent.sum(now + 1 - CLEAR_MINUTES, now + 1).requests);
            quiet >= SILENT_MINUTES || (quiet >= CLEAR_MINUTES && requests > 0)
        };
        let over: Vec<String> =
            self.alarms.iter().filter(|(_, live)| is_over(live)).map(|(key, _)| key.clone()).collect();
        let gone: Vec<Live> = over.iter().filter_map(|key| self.alarms.remove(key)).collect();
        for (place, group) in gone.iter().filter_map(|live| live.watched.as_ref()) {
            let watched = match place {
                Some(endpoint) => self.endpoints.get_mut(endpoint),
                None => self.whole.as_mut(),
            };
            if let Some(watched) = watched {
                watched.settle(*group, now);
            }
        }
        gone.into_iter().map(|live| Alarm { state: AlarmState::Cleared, ..live.alarm }).collect()
    }
}

/// What raised an alarm, by its key, and where that is watched; `None` when it was no detector of this service. A kind that
/// the key does not tell stays what it was.
fn origin(
    alarm: &Alarm,
    service: &str,
    endpoint: &dyn Fn(&str) -> Option<Endpoint>,
) -> Option<(Option<AlarmKind>, Option<Site>)> {
    let rest = alarm.key.strip_prefix(service)?.strip_prefix('|')?;
    let (place, last) = rest.rsplit_once('|').unwrap_or(("", rest));
    let group = Group::ALL.into_iter().find(|group| group.as_str() == last);
    Some(match group {
        _ if rest.starts_with("threshold ") => (Some(AlarmKind::Threshold), None),
        _ if rest == "drop" => (Some(AlarmKind::Volume), None),
        Some(group) if place.is_empty() => (None, Some((None, group))),
        Some(group) => (None, endpoint(place).map(|endpoint| (Some(endpoint), group))),
        None if last.starts_with("new-") => (Some(AlarmKind::NewCode), None),
        None => (Some(AlarmKind::Clients), None),
    })
}

/// What an alarm about errors says.
struct Said {
    group: Group,
    window_minutes: i64,
    sentence: String,
    evidence: Vec<String>,
    clients: Vec<String>,
}

fn case_words(case: &Case<'_>, slot: Slot) -> Said {
    let Excess { window_minutes, .. } = case.excess;
    let mut evidence = words::excess_evidence(case.group, &case.excess, case.clients);
    if slot.overload > 0 {
        evidence.push(format!("{} of them were 503, 504 or no answer in time", slot.overload));
    }
    if slot.slow > 0 {
        evidence.push(format!("{} requests took more than 2 s", slot.slow));
    }
    Said {
        group: case.group,
        window_minutes,
        sentence: words::excess(case.group, &case.excess),
        evidence,
        clients: busiest(case.clients),
    }
}

/// Those without whom it would not be: who has less than a tenth of the busiest one's share is there by chance.
fn busiest(clients: &[(String, u64)]) -> Vec<String> {
    let most = clients.first().map_or(0, |(_, count)| *count);
    let busy = clients.iter().filter(|(_, count)| count.saturating_mul(10) >= most);
    busy.take(MOST_CLIENTS).map(|(client, _)| client.clone()).collect()
}

/// Paths that belong to no route are the business of clients alone.
const fn is_nowhere(endpoint: &Endpoint) -> bool {
    match endpoint.route {
        Route::Unmatched | Route::Other => true,
        Route::Learned(_) | Route::Declared(_) => false,
    }
}

/// Programs sign in with every call, or each hour: many attempts are no sign there.
fn is_for_programs(path: &str) -> bool {
    ["token", "oauth", "session", "/auth"].iter().any(|word| path.contains(word))
}

fn sum(minute: &Minute) -> EndpointMinute {
    let mut whole = EndpointMinute::default();
    for endpoint in minute.endpoints.values() {
        for (answer, count) in &endpoint.answers {
            *whole.answers.entry(*answer).or_insert(0) += count;
        }
        for (octave, count) in &endpoint.slow {
            *whole.slow.entry(*octave).or_insert(0) += count;
        }
    }
    whole.answers.retain(|answer, _| *answer != Answer::None);
    whole
}

fn moment(minute: i64) -> Timestamp {
    Timestamp::from_second(minute.saturating_mul(60)).unwrap_or(Timestamp::MIN)
}
