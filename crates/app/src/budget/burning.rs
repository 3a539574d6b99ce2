//! What is said of a budget that burns too fast.

use jiff::Timestamp;
use statusquo_alert::{Alarm, AlarmKind, AlarmState, Severity};
use statusquo_slo::budget::{BurnRates, Change, Pair, Scope, Slo, Urgency};

/// What a pair that begins or ends to fire says.
pub(crate) fn alarm(slo: &Slo, change: &Change, now: Timestamp) -> Alarm {
    let (pair, rates, state) = match change {
        Change::Fires(pair, rates) => (pair, rates, AlarmState::Firing),
        Change::Calm(pair, rates) => (pair, rates, AlarmState::Cleared),
    };
    let (service, endpoint) = match &slo.scope {
        Scope::Monitor(monitor) => (monitor.clone(), None),
        Scope::Service { service, method: Some(method), route: Some(route) } => {
            (service.clone(), Some(format!("{method} {route}")))
        }
        Scope::Service { service, .. } => (service.clone(), None),
    };
    Alarm {
        key: key(slo, pair),
        service,
        endpoint,
        kind: AlarmKind::BurnRate,
        severity: match pair.urgency {
            Urgency::Page => Severity::Failing,
            Urgency::Ticket => Severity::Degraded,
        },
        sentence: format!("burns the error budget of {} {:.1} times too fast", slo.title, rates.long),
        diagnosis: None,
        evidence: burn_evidence(pair, rates),
        clients: Vec::new(),
        since: now,
        state,
        receivers: slo.receivers.clone(),
    }
}

/// The key of the alarm that a pair raises.
pub(crate) fn key(slo: &Slo, pair: &Pair) -> String {
    format!("slo {}|{}", slo.name, pair.long_seconds)
}

fn burn_evidence(pair: &Pair, rates: &BurnRates) -> Vec<String> {
    let hours = pair.long_seconds / 3600;
    let counted = format!("{} bad of {} in {hours} h", rates.counted.bad, rates.counted.valid());
    if let Some(newest) = rates.outage {
        let (bad, all) = (newest.bad, newest.valid());
        let failed =
            if newest.good == 0 { format!("the last {all}") } else { format!("{bad} of the last {all}") };
        return vec![
            counted,
            format!("{failed} failed, which happens by chance less than once in ten months"),
        ];
    }
    let chance = match 1.0 / rates.by_chance {
        odds if odds.is_finite() && odds < 1e9 => format!("by chance 1 in {odds:.0}"),
        _ => "by chance less often than once in a billion".to_owned(),
    };
    vec![counted, chance]
}
