//! Sentences that pages open with.

use jiff::Timestamp;
use statusquo_alert::{Incident, State};

use crate::board::{MonitorView, Snapshot};
use crate::words;

/// What the overview says first: how many are wrong, and how.
pub(crate) fn overall(snapshot: &Snapshot) -> String {
    let all = snapshot.monitors.len();
    let of = |state: State| (snapshot.count(state), all);
    match (of(State::Failing), of(State::Degraded), of(State::Unknown)) {
        (_, _, (_, 0)) => "No monitors yet".to_owned(),
        ((0, _), (0, _), (0, _)) if snapshot.count(State::Ok) == 0 => "All monitors are paused".to_owned(),
        ((0, _), (0, _), (0, _)) => match snapshot.count(State::Ok) {
            1 => "The monitor answers as it should".to_owned(),
            working => format!("All {} monitors answer as they should", words::grouped(working as u64)),
        },
        ((0, _), (0, _), (unknown, all)) if unknown == all => {
            "Nothing is known yet: the first answers are on their way".to_owned()
        }
        ((0, _), (0, _), unknown) => format!("{} unknown, the others answer as they should", some(unknown)),
        ((0, _), degraded, _) => format!("{} degraded", some(degraded)),
        (failing, (0, _), _) => format!("{} failing", some(failing)),
        (failing, (degraded, _), _) => format!("{} failing, {degraded} degraded", some(failing)),
    }
}

/// `1 of 14 monitors is`, `The only monitor is`.
fn some((some, all): (usize, usize)) -> String {
    match (some, all) {
        (1, 1) => "The only monitor is".to_owned(),
        (some, all) if some == all => format!("All {all} monitors are"),
        (1, all) => format!("1 of {} monitors is", words::grouped(all as u64)),
        (some, all) => format!("{some} of {} monitors are", words::grouped(all as u64)),
    }
}

/// What a monitor's page says first.
pub(crate) fn of_monitor(view: &MonitorView, incident: Option<&Incident>, now: Timestamp) -> String {
    let lasting = words::lasting(words::between(view.since, now));
    let title = &view.title;
    let why = incident.map(words::predicate).or_else(|| view.last.as_ref()?.sentence.clone());
    match (view.state, why) {
        (State::Ok, _) => format!("{title} answers as it should, for {lasting}"),
        (State::Degraded | State::Failing, Some(why)) => format!("{title} {why}, for {lasting}"),
        (State::Degraded, None) => format!("{title} is degraded, for {lasting}"),
        (State::Failing, None) => format!("{title} is failing, for {lasting}"),
        (State::Unknown, _) if view.last.is_none() => format!("{title} has not been looked at yet"),
        (State::Unknown, Some(why)) => format!("{title} is unknown: {why}"),
        (State::Unknown, None) => format!("{title} is unknown, for {lasting}"),
        (State::Paused, _) => format!("{title} is paused, for {lasting}"),
    }
}

/// Since when an incident lasts, or how long it did, and how many answers were bad.
pub(crate) fn extent(incident: &Incident, now: Timestamp) -> String {
    let bad = match (incident.bad, incident.of) {
        (0, _) => String::new(),
        (bad, of) => {
            let bad = words::grouped(u64::from(bad));
            format!("; {bad} of {} bad", words::count(of as usize, "answer"))
        }
    };
    let until = incident.resolved.unwrap_or(now);
    let lasting = words::lasting(words::between(incident.began, until));
    match incident.resolved {
        None => format!("for {lasting}{bad}"),
        Some(_) => format!("lasted {lasting}{bad}"),
    }
}
