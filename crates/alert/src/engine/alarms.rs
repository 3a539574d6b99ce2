//! From alarms to the incidents of a service: one for each cause.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use statusquo_exchange::Name;

use super::Engine;
use super::incidents::was_ended_by_hand;
use crate::time::since;
use crate::{
    Alarm, AlarmKind, AlarmState, Cause, CauseKind, Diagnosis, Entry, EntryKind, Incident, IncidentNumber,
    Phase, Subject, TrafficCause,
};

/// Alarms of the same making that begin so soon after each other have one cause.
const TOGETHER: Duration = Duration::from_secs(10 * 60);
/// The same thing again within this time after the end reopens the incident.
const REOPEN_WITHIN: Duration = Duration::from_secs(60 * 60);
/// After a restart nobody may know any more what an incident was opened for: then it ends after so long.
const UNKNOWN_AFTER: Duration = Duration::from_secs(60 * 60);
/// Clients that an incident names.
const MOST_CLIENTS: usize = 50;

/// The alarms behind an incident, the ones that are over as well.
#[derive(Debug, Clone, Default)]
pub(super) struct Behind {
    alarms: BTreeMap<String, Alarm>,
    /// When an alarm last joined.
    joined: Option<Timestamp>,
    /// Those from before a restart of which nobody has spoken since.
    unconfirmed: BTreeSet<String>,
    /// Since when some of them, or all that it was opened for, are not known any more.
    unknown_since: Option<Timestamp>,
}

impl Engine {
    pub(super) fn alarm(&mut self, alarm: &Alarm, now: Timestamp) {
        match alarm.state {
            AlarmState::Firing => self.alarm_fires(alarm, now),
            AlarmState::Cleared => self.alarm_clears(alarm, now),
            // What nobody can tell stays as it was.
            AlarmState::Stale => {}
        }
    }

    fn alarm_fires(&mut self, alarm: &Alarm, now: Timestamp) {
        if self.is_done_with(alarm) {
            return;
        }
        let number = self.joined_by(alarm, now).unwrap_or_else(|| self.open_for(alarm, now));
        let behind = self.behind.entry(number).or_default();
        let is_new = behind.alarms.insert(alarm.key.clone(), alarm.clone()).is_none();
        if is_new {
            behind.joined = Some(now);
        }
        behind.confirm(&alarm.key);
        let Some(cause) = cause(behind) else { return };
        let Some(incident) = self.incidents.get_mut(&number) else { return };
        if !incident.is_open() {
            incident.phase = Phase::Open;
            incident.resolved = None;
            incident.acknowledged = None;
            incident.severity = cause.severity;
            incident.timeline.push(Entry { at: now, kind: EntryKind::Reopened(alarm.sentence.clone()) });
            self.pending.incidents.insert(number);
        }
        let is_worse = cause.severity > incident.severity;
        let has_changed = incident.cause.as_ref().is_none_or(|before| is_news(before, &cause));
        if is_worse {
            incident.timeline.push(Entry { at: now, kind: EntryKind::Worsened(cause.sentence.clone()) });
        } else if has_changed {
            incident.timeline.push(Entry { at: now, kind: EntryKind::CauseChanged(cause.sentence.clone()) });
        }
        incident.severity = incident.severity.max(cause.severity);
        incident.target = target(&cause);
        incident.cause = Some(cause);
        if is_worse || has_changed || is_new {
            self.pending.incidents.insert(number);
        }
    }

    /// Did somebody end its incident by hand, and has it been firing ever since?
    fn is_done_with(&self, alarm: &Alarm) -> bool {
        self.behind.iter().any(|(number, behind)| {
            let is_over = self.incidents.get(number).is_none_or(|incident| !incident.is_open());
            is_over && behind.is_firing(&alarm.key)
        })
    }

    /// The incident that this alarm belongs to, if there is one.
    fn joined_by(&self, alarm: &Alarm, now: Timestamp) -> Option<IncidentNumber> {
        let has_it = self.behind.iter().find(|(_, behind)| behind.is_firing(&alarm.key));
        if let Some((number, _)) = has_it {
            return Some(*number);
        }
        let of_service = self.incidents.values().rev().filter(
            |incident| matches!(&incident.subject, Subject::Traffic(service) if *service == alarm.service),
        );
        let mut candidates = of_service.filter(|incident| {
            let lately = incident.resolved.is_some_and(|at| since(at, now) < REOPEN_WITHIN);
            incident.is_open() || (lately && !was_ended_by_hand(incident))
        });
        let is_same = |incident: &&Incident| match self.behind.get(&incident.number) {
            Some(behind) if !behind.alarms.is_empty() => behind.is_joined_by(alarm, incident.is_open(), now),
            // What burns a budget is what is open anyway.
            Some(_) | None if alarm.kind == AlarmKind::BurnRate && incident.is_open() => true,
            // From before a restart: what is still wrong is the same.
            Some(_) | None => incident.cause.as_ref().is_some_and(|cause| has_same_diagnosis(cause, alarm)),
        };
        candidates.find(is_same).map(|incident| incident.number)
    }

    fn open_for(&mut self, alarm: &Alarm, now: Timestamp) -> IncidentNumber {
        self.newest += 1;
        let number = IncidentNumber(self.newest);
        let incident = Incident {
            number,
            subject: Subject::Traffic(alarm.service.clone()),
            title: self.title_of(alarm),
            target: alarm.endpoint.clone().unwrap_or_default(),
            phase: Phase::Open,
            severity: alarm.severity,
            cause: Some(cause_of(alarm)),
            began: alarm.since.min(now),
            opened: now,
            resolved: None,
            acknowledged: None,
            bad: 0,
            of: 0,
            affected: Vec::new(),
            likely: Vec::new(),
            runbook: None,
            timeline: vec![Entry { at: now, kind: EntryKind::Opened(alarm.sentence.clone()) }],
            told: BTreeMap::new(),
            escalated: BTreeMap::new(),
        };
        self.incidents.insert(number, incident);
        self.pending.incidents.insert(number);
        number
    }

    /// What people call it.
    fn title_of(&self, alarm: &Alarm) -> String {
        let dependency =
            self.background.dependencies.iter().find(|dependency| dependency.name == alarm.service);
        let watch = self.watches.get(&alarm.service);
        match (alarm.kind, dependency, watch) {
            (AlarmKind::ThirdParty, Some(dependency), _) => dependency.title.clone(),
            (AlarmKind::Lint, _, Some(watch)) => watch.policy.title.clone(),
            _ => alarm.service.to_string(),
        }
    }

    fn alarm_clears(&mut self, alarm: &Alarm, now: Timestamp) {
        let known = self.behind.iter_mut().find(|(_, behind)| behind.is_firing(&alarm.key));
        let Some((number, behind)) = known else { return };
        behind.alarms.insert(alarm.key.clone(), alarm.clone());
        behind.confirm(&alarm.key);
        let number = *number;
        let is_over = behind.alarms.values().all(|alarm| alarm.state == AlarmState::Cleared);
        let cause = cause(behind);
        let Some(incident) = self.incidents.get_mut(&number) else { return };
        self.pending.incidents.insert(number);
        if !incident.is_open() {
            // Somebody ended it by hand: after a restart it has to be known that this is over.
            forget(incident, |key| *key == alarm.key);
            return;
        }
        incident.cause = cause.or_else(|| incident.cause.take());
        if is_over {
            incident.phase = Phase::Resolved;
            incident.resolved = Some(now);
            incident.timeline.push(Entry { at: now, kind: EntryKind::Resolved });
        }
    }

    /// Forgets what is behind incidents that are gone, and ends those of which nobody knows any more.
    pub(super) fn tick_alarms(&mut self, now: Timestamp) {
        let incidents = &self.incidents;
        let is_firing =
            |behind: &Behind| behind.alarms.values().any(|alarm| alarm.state == AlarmState::Firing);
        self.behind.retain(|number, behind| incidents.contains_key(number) || is_firing(behind));
        let mut orphans = Vec::new();
        let open = self
            .incidents
            .values()
            .filter(|incident| incident.is_open() && matches!(incident.subject, Subject::Traffic(_)));
        let open: Vec<IncidentNumber> = open.map(|incident| incident.number).collect();
        for number in &open {
            self.behind.entry(*number).or_default();
        }
        for (number, behind) in &mut self.behind {
            if behind.gives_up(now) && !is_firing(behind) && open.contains(number) {
                orphans.push(*number);
            }
        }
        for number in orphans {
            self.withdraw_incident(number, "nothing speaks for it since the restart", now);
        }
    }

    fn withdraw_incident(&mut self, number: IncidentNumber, why: &str, now: Timestamp) {
        if let Ok(incident) = self.open_incident(number) {
            incident.phase = Phase::Resolved;
            incident.resolved = Some(now);
            incident.timeline.push(Entry { at: now, kind: EntryKind::Withdrawn(why.to_owned()) });
            forget(incident, |_| true);
        }
    }

    /// The alarms from before a restart of which nobody has spoken since: who raised them has to say how they do.
    pub fn unconfirmed(&self) -> impl Iterator<Item = &Alarm> {
        let of = |behind: &Behind, key: &String| behind.unconfirmed.contains(key);
        self.behind.values().flat_map(move |behind| {
            behind.alarms.iter().filter(move |(key, _)| of(behind, key)).map(|(_, alarm)| alarm)
        })
    }
}

impl Behind {
    /// What was behind an incident before a restart, if it is open or was ended while something still spoke for it.
    pub(super) fn restored(incident: &Incident) -> Option<Self> {
        let (Subject::Traffic(service), Some(cause)) = (&incident.subject, &incident.cause) else {
            return None;
        };
        let traffic = cause.kind.traffic().filter(|traffic| !traffic.alarms.is_empty())?;
        let alarm = |key: &String| Alarm {
            key: key.clone(),
            service: service.clone(),
            endpoint: traffic.endpoint.clone(),
            kind: traffic.kind,
            severity: cause.severity,
            sentence: cause.sentence.clone(),
            diagnosis: traffic.diagnosis,
            evidence: traffic.evidence.clone(),
            clients: traffic.clients.clone(),
            since: incident.began,
            state: AlarmState::Firing,
            receivers: traffic.receivers.clone(),
        };
        let alarms = traffic.alarms.iter().map(|key| (key.clone(), alarm(key))).collect();
        let unconfirmed = traffic.alarms.iter().cloned().collect();
        Some(Self { alarms, unconfirmed, ..Self::default() })
    }

    /// Somebody has spoken of this alarm.
    fn confirm(&mut self, key: &str) {
        self.unconfirmed.remove(key);
        if self.unconfirmed.is_empty() {
            self.unknown_since = None;
        }
    }

    /// Forgets alarms from before a restart of which nobody has spoken for too long. Is nothing known any more?
    fn gives_up(&mut self, now: Timestamp) -> bool {
        if !self.alarms.is_empty() && self.unconfirmed.is_empty() {
            return false;
        }
        let unknown_since = *self.unknown_since.get_or_insert(now);
        let gives_up = since(unknown_since, now) >= UNKNOWN_AFTER;
        if gives_up {
            for key in std::mem::take(&mut self.unconfirmed) {
                self.alarms.remove(&key);
            }
        }
        gives_up
    }

    /// Is it this alarm, among others, that speaks for the incident now?
    fn is_firing(&self, key: &str) -> bool {
        self.alarms.get(key).is_some_and(|known| known.state == AlarmState::Firing)
    }

    /// Does this alarm have the same cause as the ones that are here?
    fn is_joined_by(&self, alarm: &Alarm, is_open: bool, now: Timestamp) -> bool {
        let is_theirs = |alarm: &Alarm| alarm.diagnosis.is_some_and(Diagnosis::is_theirs);
        let begins_together = is_open && self.joined.is_some_and(|at| since(at, now) < TOGETHER);
        self.alarms.values().any(|known| {
            let has_same_client = alarm.clients.iter().any(|client| known.clients.contains(client));
            let is_same_again = alarm.diagnosis == known.diagnosis
                && (is_of_the_whole(alarm.diagnosis) || alarm.endpoint == known.endpoint);
            alarm.key == known.key
                || has_same_client
                || is_same_again
                || (begins_together && is_theirs(alarm) == is_theirs(known))
        })
    }
}

/// These alarms do not speak for an incident any more.
fn forget(incident: &mut Incident, is_over: impl Fn(&String) -> bool) {
    if let Some(CauseKind::Traffic(traffic)) = incident.cause.as_mut().map(|cause| &mut cause.kind) {
        traffic.alarms.retain(|key| !is_over(key));
    }
}

/// Is one of these at a time enough for a service, wherever it shows?
fn is_of_the_whole(diagnosis: Option<Diagnosis>) -> bool {
    match diagnosis {
        Some(
            Diagnosis::Scan
            | Diagnosis::CredentialStuffing
            | Diagnosis::Flood
            | Diagnosis::ServerErrors
            | Diagnosis::Overload
            | Diagnosis::Quota
            | Diagnosis::TrafficDrop,
        ) => true,
        Some(Diagnosis::Regression | Diagnosis::IntegrationBug | Diagnosis::NewCode) | None => false,
    }
}

/// What an incident says: the alarm that explains most speaks for all, with everybody's clients.
fn cause(behind: &Behind) -> Option<Cause> {
    let is_firing = |alarm: &Alarm| alarm.state != AlarmState::Cleared;
    let has_firing = behind.alarms.values().any(is_firing);
    let speaking = behind.alarms.values().filter(|alarm| !has_firing || is_firing(alarm));
    // None of them explains less than any: `Some` is greater than `None`, but the first diagnosis is the least.
    let first = speaking.min_by_key(|alarm| {
        (alarm.diagnosis.is_none(), alarm.diagnosis, alarm.since, std::cmp::Reverse(alarm.severity))
    })?;
    let mut cause = cause_of(first);
    let worst = behind.alarms.values().filter(|alarm| is_firing(alarm)).map(|alarm| alarm.severity).max();
    cause.severity = worst.unwrap_or(cause.severity);
    if let CauseKind::Traffic(traffic) = &mut cause.kind {
        let others = behind.alarms.values().filter(|alarm| alarm.diagnosis == first.diagnosis);
        for client in others.flat_map(|alarm| &alarm.clients) {
            if traffic.clients.len() < MOST_CLIENTS && !traffic.clients.contains(client) {
                traffic.clients.push(client.clone());
            }
        }
        traffic.receivers = receivers(behind);
        traffic.alarms =
            behind.alarms.values().filter(|alarm| is_firing(alarm)).map(|alarm| alarm.key.clone()).collect();
    }
    Some(cause)
}

/// Those whom any of the alarms names; everybody as soon as one of them names nobody.
fn receivers(behind: &Behind) -> Vec<Name> {
    let named = || behind.alarms.values().map(|alarm| &alarm.receivers);
    if named().any(Vec::is_empty) {
        return Vec::new();
    }
    let all: BTreeSet<&Name> = named().flatten().collect();
    all.into_iter().cloned().collect()
}

fn cause_of(alarm: &Alarm) -> Cause {
    Cause {
        kind: CauseKind::Traffic(Box::new(TrafficCause {
            kind: alarm.kind,
            diagnosis: alarm.diagnosis,
            endpoint: alarm.endpoint.clone(),
            clients: alarm.clients.clone(),
            evidence: alarm.evidence.clone(),
            receivers: alarm.receivers.clone(),
            alarms: vec![alarm.key.clone()],
        })),
        severity: alarm.severity,
        sentence: alarm.sentence.clone(),
        retry_after: None,
        evidence: None,
    }
}

fn target(cause: &Cause) -> String {
    cause.kind.traffic().and_then(|traffic| traffic.endpoint.clone()).unwrap_or_default()
}

/// Figures change each minute; news is another reason, or another place.
fn is_news(before: &Cause, now: &Cause) -> bool {
    let about = |cause: &Cause| {
        cause.kind.traffic().map(|traffic| (traffic.kind, traffic.diagnosis, traffic.endpoint.clone()))
    };
    about(before) != about(now)
}

fn has_same_diagnosis(cause: &Cause, alarm: &Alarm) -> bool {
    cause.kind.traffic().is_some_and(|traffic| {
        traffic.diagnosis == alarm.diagnosis
            && (traffic.endpoint == alarm.endpoint || is_of_the_whole(alarm.diagnosis))
    })
}

/// The service of an incident about traffic.
pub(super) const fn service(incident: &Incident) -> Option<&Name> {
    match &incident.subject {
        Subject::Traffic(service) => Some(service),
        Subject::Monitor(_) | Subject::Own(_) => None,
    }
}
