//! What would have been sent, held against what was sent.

use jiff::{SignedDuration, Timestamp};
use statusquo_alert::{AlarmKind, CauseKind, Diagnosis, Incident, IncidentNumber, Notice, Subject};
use statusquo_exchange::Name;
use statusquo_store::{Page, Reader, StoreError};

/// Incidents that are read at once, and in all.
const AT_ONCE: usize = 500;
const MOST: usize = 20_000;
/// Incidents about the same that are so near to each other are the same.
const NEAR: SignedDuration = SignedDuration::from_mins(10);

/// What was really sent of an incident in the time that is played.
#[derive(Debug, Clone)]
pub(super) struct Then {
    /// The incident.
    pub(super) incident: Incident,
    /// What was sent, to whom, when.
    pub(super) sent: Vec<(Name, Notice, Timestamp)>,
}

/// The incidents that were open in a stretch of time, the oldest first.
pub(super) fn then(reader: &Reader, (from, until): (Timestamp, Timestamp)) -> Result<Vec<Then>, StoreError> {
    let (mut all, mut before, mut read) = (Vec::new(), None::<IncidentNumber>, 0);
    while read < MOST {
        let page = reader.incidents(&Page { monitor: None, phase: None, before, limit: AT_ONCE })?;
        before = page.last().map(|incident| incident.number);
        read += page.len();
        let is_last = page.len() < AT_ONCE;
        let was_open = |incident: &Incident| {
            incident.opened < until && incident.resolved.is_none_or(|resolved| resolved >= from)
        };
        all.extend(page.into_iter().filter(was_open).map(|incident| Then::new(incident, (from, until))));
        if is_last {
            break;
        }
    }
    all.reverse();
    Ok(all)
}

impl Then {
    fn new(incident: Incident, (from, until): (Timestamp, Timestamp)) -> Self {
        let told = incident.timeline.iter().filter(|entry| (from..until).contains(&entry.at));
        let told = told.filter_map(|entry| {
            let (receiver, notice) = entry.told()?;
            Some((receiver.clone(), notice, entry.at))
        });
        Self { sent: told.collect(), incident }
    }

    /// Is it what another one would have been?
    pub(super) fn is_same(&self, other: &Incident) -> bool {
        self.incident.subject == other.subject && overlap(&self.incident, other)
    }

    /// Why what is kept cannot show it again, if that is so. `probes_from` is when the probes begin that are kept.
    pub(super) fn why_not(&self, probes_from: Option<Timestamp>) -> Option<&'static str> {
        let Incident { subject, cause, opened, .. } = &self.incident;
        match (subject, cause.as_ref().map(|cause| &cause.kind)) {
            (Subject::Own(_), _) => Some("it was a fault of our own"),
            (_, Some(CauseKind::HeartbeatMissed | CauseKind::HeartbeatFailed { .. })) => {
                Some("heartbeats are not kept")
            }
            (Subject::Monitor(_), _) if probes_from.is_none_or(|from| *opened < from) => {
                Some("its probes are not kept one by one any more")
            }
            (_, Some(CauseKind::Traffic(traffic))) => why_not(traffic.kind, traffic.diagnosis),
            (_, _) => None,
        }
    }
}

const fn why_not(kind: AlarmKind, diagnosis: Option<Diagnosis>) -> Option<&'static str> {
    match (kind, diagnosis) {
        (AlarmKind::Clients, _) | (_, Some(Diagnosis::IntegrationBug | Diagnosis::CredentialStuffing)) => {
            Some("what single clients did is not kept")
        }
        (AlarmKind::ThirdParty, _) => Some("what third parties said is not kept"),
        (AlarmKind::Lint, _) => Some("how answers were judged is not kept one by one"),
        (
            AlarmKind::ClientErrors
            | AlarmKind::ServerErrors
            | AlarmKind::Latency
            | AlarmKind::Volume
            | AlarmKind::NewCode
            | AlarmKind::Threshold
            | AlarmKind::BurnRate,
            _,
        ) => None,
    }
}

fn overlap(one: &Incident, other: &Incident) -> bool {
    let ends_before = |one: &Incident, other: &Incident| {
        one.resolved.is_some_and(|end| other.opened.duration_since(end) > NEAR)
    };
    !ends_before(one, other) && !ends_before(other, one)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use statusquo_alert::{Entry, EntryKind, Phase, Severity};

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + minute * 60).unwrap()
    }

    fn incident(name: &str, opened: i64, resolved: Option<i64>) -> Incident {
        let told =
            |minute, notice| Entry { at: at(minute), kind: EntryKind::Told(Name::from("ops"), notice) };
        let end = resolved.map(|end| told(end, Notice::Resolved));
        Incident {
            number: IncidentNumber(1),
            subject: Subject::Monitor(Name::from(name)),
            title: name.to_owned(),
            target: String::new(),
            phase: if resolved.is_some() { Phase::Resolved } else { Phase::Open },
            severity: Severity::Failing,
            cause: None,
            began: at(opened),
            opened: at(opened),
            resolved: resolved.map(at),
            acknowledged: None,
            bad: 0,
            of: 0,
            affected: Vec::new(),
            likely: Vec::new(),
            runbook: None,
            timeline: [told(opened, Notice::Opened)].into_iter().chain(end).collect(),
            told: BTreeMap::new(),
            escalated: BTreeMap::new(),
        }
    }

    #[test]
    fn incidents_about_the_same_at_about_the_same_time_are_the_same() {
        let then = |opened, resolved| Then::new(incident("a", opened, resolved), (at(0), at(1000)));
        for (opened, resolved, name, other, is_same) in [
            (100, Some(120), "a", (110, Some(130)), true),
            (100, Some(120), "a", (128, None), true),
            (100, Some(120), "a", (131, None), false),
            (100, None, "a", (500, None), true),
            (100, None, "b", (100, None), false),
            (100, Some(120), "a", (80, Some(95)), true),
        ] {
            let other = incident(name, other.0, other.1);
            assert_eq!(then(opened, resolved).is_same(&other), is_same, "{opened} {name}");
        }
    }

    #[test]
    fn only_what_was_sent_in_the_time_counts_and_what_cannot_be_known_is_told() {
        let then = Then::new(incident("a", 100, Some(120)), (at(110), at(1000)));
        assert_eq!(then.sent, [(Name::from("ops"), Notice::Resolved, at(120))]);
        assert_eq!(then.why_not(Some(at(90))), None);
        assert!(then.why_not(Some(at(101))).is_some());
    }
}
