//! The lines below the headline.

use std::time::Duration;

use jiff::Timestamp;
use statusquo_alert::{
    Brief, Cause, CauseKind, Family, Notice, Notification, OwnFault, Severity, Subject, TrafficCause,
};
use statusquo_catalogue::StatusCode;
use statusquo_exchange::FailureKind;

use super::clock::{between, clock, words};
use super::headline::{predicate, state_word};
use super::{Line, Part};
use crate::plain::{clip, one_line};

/// A message that is so much older than its delivery says so.
const LATE: Duration = Duration::from_secs(120);
/// So many names are told; the rest is a number.
const NAMES: usize = 10;

/// The lines below the headline, in order; what does not apply is left out.
pub(super) fn lines(notification: &Notification, now: Timestamp) -> Vec<Line> {
    let brief = &notification.brief;
    let is_open = match notification.notice {
        Notice::Opened
        | Notice::Worsened
        | Notice::Reopened
        | Notice::Reminder
        | Notice::Acknowledged
        | Notice::Flapping => true,
        Notice::Resolved => false,
        Notice::Test => {
            return vec![line(Part::Meaning, "This is only a test: nothing is wrong.".to_owned())];
        }
    };
    let all = [
        Some(line(Part::Since, since(notification, is_open))),
        affected(brief).map(|text| line(Part::Affected, text)),
        likely(brief).map(|text| line(Part::Likely, text)),
        meaning(brief).filter(|_| is_open).map(|text| line(Part::Meaning, text)),
        is_open.then(|| line(Part::Next, next(brief))),
        late(notification.at, now).map(|text| line(Part::Late, text)),
    ];
    all.into_iter().flatten().collect()
}

const fn line(part: Part, text: String) -> Line {
    Line { part, text }
}

/// Since when, and what was seen.
fn since(notification: &Notification, is_open: bool) -> String {
    let brief = &notification.brief;
    let began = clock(brief.began, notification.at);
    let cause = what(brief).map(|what| format!(": {what}")).unwrap_or_default();
    let mut sentences = Vec::new();
    if is_open {
        let lasting = words(between(brief.began, notification.at));
        // These headlines do not say what is wrong.
        let shy = matches!(notification.notice, Notice::Acknowledged | Notice::Flapping);
        let cause = if shy { cause } else { String::new() };
        sentences.push(format!("{} since {began} ({lasting}){cause}.", capital(state_word(brief))));
    } else {
        let end = brief.resolved.unwrap_or(notification.at);
        let lasting = words(between(brief.began, end));
        let ended = clock(end, notification.at);
        sentences.push(match &brief.resolved_by {
            Some(_) => format!("Ended by hand at {ended}; should it still be so, you will hear again."),
            None => format!("Ok since {ended}."),
        });
        sentences.push(format!("It was {} for {lasting}, since {began}{cause}.", state_word(brief)));
    }
    sentences.extend(probes(brief, is_open));
    match notification.notice {
        Notice::Flapping => sentences.push("Messages are held back until it is stable.".to_owned()),
        Notice::Reminder => sentences.push("Nobody has taken it yet.".to_owned()),
        Notice::Opened
        | Notice::Worsened
        | Notice::Reopened
        | Notice::Acknowledged
        | Notice::Resolved
        | Notice::Test => {}
    }
    if let Some((who, at)) = &brief.acknowledged {
        let who = one_line(&who.0);
        sentences.push(format!("Taken by {who} at {}.", clock(*at, notification.at)));
    }
    sentences.join(" ")
}

/// What is wrong, as a predicate.
fn what(brief: &Brief) -> Option<String> {
    match &brief.subject {
        Subject::Monitor(_) | Subject::Traffic(_) => brief.cause.as_ref().map(predicate),
        Subject::Own(fault) => Some(fault.in_words().to_owned()),
    }
}

/// `3 of the last 4 probes failed.` A heartbeat is not probed.
fn probes(brief: &Brief, is_open: bool) -> Option<String> {
    let cause = brief.cause.as_ref()?;
    let is_pushed = matches!(cause.kind, CauseKind::HeartbeatMissed | CauseKind::HeartbeatFailed { .. });
    if is_pushed || brief.of == 0 {
        return None;
    }
    let failed = match brief.severity {
        Severity::Failing => "failed",
        Severity::Degraded => "fell short",
    };
    let (bad, of) = (brief.bad, brief.of);
    Some(match (is_open, of) {
        (true, 1) => format!("The last probe {failed}."),
        (true, _) if bad == of => format!("All {of} probes since then {failed}."),
        (true, _) => format!("{bad} of the last {of} probes {failed}."),
        (false, _) => format!("{bad} of {of} probes {failed}."),
    })
}

fn affected(brief: &Brief) -> Option<String> {
    if brief.affected.is_empty() {
        return None;
    }
    let names: Vec<String> =
        brief.affected.iter().take(NAMES).map(|name| clip(&one_line(name.as_str()), 60)).collect();
    let more = match brief.affected.len().saturating_sub(NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(match &brief.subject {
        Subject::Monitor(_) | Subject::Traffic(_) => format!("Also affected: {}{more}.", names.join(", ")),
        Subject::Own(_) => format!("Affected: {}{more}.", names.join(", ")),
    })
}

/// `Likely: 3 min after deploy 1.4.2 of checkout; Stripe says partial outage.`
fn likely(brief: &Brief) -> Option<String> {
    let all = brief.likely.iter().map(|likely| clip(&one_line(&likely.sentence(brief.began)), 200));
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then(|| format!("Likely: {}.", all.join("; ").trim_end_matches('.')))
}

/// What the code, or the lack of one, means.
fn meaning(brief: &Brief) -> Option<String> {
    match (&brief.subject, &brief.cause) {
        (Subject::Own(fault), _) => Some(meaning_of_own(*fault).to_owned()),
        (Subject::Monitor(_) | Subject::Traffic(_), Some(cause)) => Some(meaning_of_cause(cause)),
        (Subject::Monitor(_) | Subject::Traffic(_), None) => None,
    }
}

fn meaning_of_own(fault: OwnFault) -> &'static str {
    match fault {
        OwnFault::Resolver
        | OwnFault::Network
        | OwnFault::Resources
        | OwnFault::Clock
        | OwnFault::Stalled
        | OwnFault::Credentials
        | OwnFault::LocationSilent => {
            "The fault is Statusquo's own: nothing is known of what it watches, and nothing of that is called down."
        }
        OwnFault::Store => "The fault is Statusquo's own: it goes on watching, but what it sees is not kept.",
        OwnFault::Receiver => "The fault is Statusquo's own: somebody who should be told is not.",
    }
}

fn meaning_of_cause(cause: &Cause) -> String {
    let meaning = match &cause.kind {
        CauseKind::Status(code) => meaning_of_code(*code),
        CauseKind::Failure(_) => format!("There is no status code: {}.", how_far(cause.kind.family())),
        CauseKind::Expectation { expectation: "latency", .. } => "The answer is right, but slow.".to_owned(),
        CauseKind::Expectation { .. } => {
            "The status code is right, the rest of the answer is not. What was found may be confidential: it stands on \
             the monitor page alone."
                .to_owned()
        }
        CauseKind::CertificateExpiring { .. } => {
            "All is well until then; from then on, clients refuse to connect.".to_owned()
        }
        CauseKind::HeartbeatMissed => {
            "The job did not report: it did not run, hangs, or cannot reach Statusquo.".to_owned()
        }
        CauseKind::HeartbeatFailed { .. } => "The job ran, and said itself that it failed.".to_owned(),
        CauseKind::Traffic(traffic) => traffic_sentences(traffic),
    };
    match cause.retry_after {
        Some(pause) => {
            format!("{meaning} It announced the pause itself: back in {} (`Retry-After`).", words(pause))
        }
        None => meaning,
    }
}

/// How far it went without an answer: where to look.
const fn how_far(family: Family) -> &'static str {
    match family {
        Family::Resolve => "it fails at the name, before any connection",
        Family::Connect => "it fails at the connection, before any request",
        Family::Tls => "it fails at TLS, before any request",
        Family::Timeout => "it is connected, but no whole answer comes in time",
        Family::Protocol => "it is connected, but no answer comes that can be used",
        Family::Status | Family::Expectation | Family::Heartbeat | Family::Traffic => "nothing answers",
    }
}

/// `503: the server cannot answer for now; …`, from the catalogue.
fn meaning_of_code(code: StatusCode) -> String {
    let meaning = code.entry().map_or_else(|| code.class().meaning(), |entry| entry.meaning);
    let mut rest = meaning.chars();
    let first = rest.next().map(char::to_lowercase).into_iter().flatten();
    format!("{code}: {}{}", first.collect::<String>(), rest.as_str())
}

/// What to do.
fn next(brief: &Brief) -> String {
    let step = match (&brief.subject, &brief.cause) {
        (Subject::Own(fault), _) => fault.next_step(),
        (Subject::Monitor(_) | Subject::Traffic(_), Some(cause)) => next_step(&cause.kind),
        (Subject::Traffic(_), None) => "look at the service's page",
        (Subject::Monitor(_), None) => "look at the monitor page",
    };
    match &brief.runbook {
        Some(runbook) if super::links::web(runbook).is_some() => {
            format!("Next: {step}, or follow the runbook.")
        }
        Some(runbook) => format!("Next: {step}, or follow the runbook: {}.", one_line(runbook)),
        None => format!("Next: {step}."),
    }
}

fn next_step(kind: &CauseKind) -> &'static str {
    match kind {
        CauseKind::Status(code) if !code.is_error() && !code.is_redirection() => {
            "find out why it answers so now, or correct what the monitor expects"
        }
        CauseKind::Status(code) => code
            .entry()
            .map(|entry| entry.next_step)
            .filter(|step| !step.is_empty())
            .unwrap_or_else(|| code.class().next_step()),
        CauseKind::Failure(kind) => kind.next_step(),
        CauseKind::Expectation { expectation: "latency", .. } => FailureKind::Timeout.next_step(),
        CauseKind::Expectation { .. } => {
            "compare the last answer on the monitor page with what the monitor expects"
        }
        CauseKind::CertificateExpiring { .. } => "renew the certificate and reload the server",
        CauseKind::HeartbeatMissed => "look at the job's schedule and log, and run it if its work is missing",
        CauseKind::HeartbeatFailed { .. } => "look at the job's log",
        CauseKind::Traffic(traffic) => traffic.next_step(),
    }
}

/// `Likely: scan. 227 paths that do not exist. 186 requests that try to break in.`
fn traffic_sentences(traffic: &TrafficCause) -> String {
    let diagnosis = traffic.diagnosis.map(|diagnosis| format!("Likely: {}.", diagnosis.as_str()));
    let evidence = traffic.evidence.iter().map(|evidence| format!("{}.", capital(&one_line(evidence))));
    diagnosis.into_iter().chain(evidence).collect::<Vec<_>>().join(" ")
}

fn late(at: Timestamp, now: Timestamp) -> Option<String> {
    let is_late = between(at, now) >= LATE;
    is_late.then(|| format!("This message comes late: it tells how things stood at {}.", clock(at, now)))
}

fn capital(word: &str) -> String {
    let mut rest = word.chars();
    let first = rest.next().map(char::to_uppercase).into_iter().flatten();
    first.collect::<String>() + rest.as_str()
}
