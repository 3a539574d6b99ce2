//! Sentences, numbers and durations, as people read them.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use statusquo_alert::{
    Because, Cause, CauseKind, EntryKind, Incident, Notice, Phase, Severity, Subject, Why,
};
use statusquo_catalogue::StatusCode;

/// `1 monitor`, `2 monitors`.
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {one}s", grouped(number as u64)) }
}

/// `12,345`
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The two largest units: `39 min`, `2 h 5 min`, `3 d 4 h`.
pub(crate) fn lasting(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let two = |big: u64, unit: &str, small: u64, small_unit: &str| {
        if small == 0 { format!("{big} {unit}") } else { format!("{big} {unit} {small} {small_unit}") }
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => two(seconds / 3600, "h", seconds % 3600 / 60, "min"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
    }
}

/// How long it is from one moment to another, never negative.
pub(crate) fn between(from: Timestamp, to: Timestamp) -> Duration {
    to.duration_since(from).try_into().unwrap_or(Duration::ZERO)
}

/// `142 ms`, `3.2 s`, `0.8 ms`.
pub(crate) fn took(microseconds: u32) -> String {
    let ms = f64::from(microseconds) / 1000.0;
    match microseconds {
        0..1000 => format!("{ms:.1} ms"),
        1000..1_000_000 => format!("{ms:.0} ms"),
        _ => format!("{:.1} s", ms / 1000.0),
    }
}

/// `99.93 %`: rounded down, so that 100 % means all of them.
#[expect(clippy::cast_precision_loss, reason = "a share of counts far below 2^52")]
pub(crate) fn percent((part, whole): (u64, u64)) -> String {
    match (part, whole) {
        (_, 0) => "unknown".to_owned(),
        (part, whole) if part == whole => "100 %".to_owned(),
        (part, whole) => {
            let hundredths = part.saturating_mul(10_000) / whole;
            if hundredths >= 9900 {
                format!("{:.2} %", hundredths as f64 / 100.0)
            } else {
                format!("{:.1} %", (hundredths / 10) as f64 / 10.0)
            }
        }
    }
}

/// `24.95 M`, `49.5 k`, `812`
#[expect(clippy::cast_precision_loss, reason = "for people")]
pub(crate) fn compact(number: u64) -> String {
    match number {
        0..10_000 => grouped(number),
        10_000..1_000_000 => format!("{:.1} k", number as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.2} M", number as f64 / 1e6),
        _ => format!("{:.2} G", number as f64 / 1e9),
    }
}

/// The share of a part that is usually small: `0.07 %`, `<0.01 %`, `-`.
#[expect(clippy::cast_precision_loss, reason = "for people")]
pub(crate) fn share(part: u64, whole: u64) -> String {
    let percent = part as f64 / whole.max(1) as f64 * 100.0;
    match percent {
        _ if part == 0 => "0 %".to_owned(),
        percent if percent < 0.01 => "<0.01 %".to_owned(),
        percent if percent < 1.0 => format!("{percent:.2} %"),
        percent => format!("{percent:.1} %"),
    }
}

/// `60/s`, `14/min`
#[expect(clippy::cast_precision_loss, reason = "for people")]
pub(crate) fn rate(number: u64, seconds: i64) -> String {
    let per_second = number as f64 / seconds.max(1) as f64;
    match per_second {
        rate if rate >= 10.0 => format!("{rate:.0}/s"),
        rate if rate >= 1.0 => format!("{rate:.1}/s"),
        rate if rate * 60.0 >= 1.0 => format!("{:.0}/min", rate * 60.0),
        rate => format!("{:.1}/h", rate * 3600.0),
    }
}

/// A time in microseconds, of a histogram.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below an hour")]
pub(crate) fn took_f64(microseconds: f64) -> String {
    took(microseconds.round() as u32)
}

/// `4.2 MB`
#[expect(clippy::cast_precision_loss, reason = "for people")]
pub(crate) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// `14:02`, or `23 Nov 14:02` if that is not the day of `now`. In UTC.
pub(crate) fn clock(at: Timestamp, now: Timestamp) -> String {
    let (at, now) = (at.to_zoned(TimeZone::UTC), now.to_zoned(TimeZone::UTC));
    let form = if at.date() == now.date() {
        "%H:%M"
    } else if at.year() == now.year() {
        "%-d %b %H:%M"
    } else {
        "%-d %b %Y %H:%M"
    };
    at.strftime(form).to_string()
}

/// `2026-11-23 14:02:07 UTC`
pub(crate) fn full(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// What is wrong, as the predicate of a sentence.
pub(crate) fn predicate(incident: &Incident) -> String {
    match (&incident.subject, &incident.cause) {
        (_, Some(cause)) => cause.sentence.clone(),
        (Subject::Own(fault), None) => fault.in_words().to_owned(),
        (Subject::Monitor(_) | Subject::Traffic(_), None) => match incident.severity {
            Severity::Degraded => "is degraded".to_owned(),
            Severity::Failing => "is failing".to_owned(),
        },
    }
}

/// What an incident says in one sentence, without a full stop.
pub(crate) fn sentence(incident: &Incident) -> String {
    let who = match incident.subject {
        Subject::Monitor(_) | Subject::Traffic(_) => incident.title.as_str(),
        Subject::Own(_) => "Statusquo",
    };
    let place = match &incident.subject {
        Subject::Traffic(_) if !incident.target.is_empty() => format!(": {}", incident.target),
        Subject::Traffic(_) | Subject::Monitor(_) | Subject::Own(_) => String::new(),
    };
    format!("{who}{place} {}", predicate(incident))
}

/// What is likely behind it, as far as others say: `3 min after deploy 1.4.2 of checkout; Stripe says partial outage`.
pub(crate) fn likely(incident: &Incident) -> Option<String> {
    let all: Vec<String> = incident.likely.iter().map(|likely| likely.sentence(incident.began)).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// What to do next, as an imperative without a full stop.
pub(crate) fn next_step(subject: &Subject, cause: Option<&Cause>) -> String {
    let cause = match (subject, cause) {
        (Subject::Own(fault), _) => return fault.next_step().to_owned(),
        (Subject::Monitor(_), None) => return "look at the monitor's last answers".to_owned(),
        (Subject::Traffic(_), None) => return "look at the service's failing requests".to_owned(),
        (Subject::Monitor(_) | Subject::Traffic(_), Some(cause)) => cause,
    };
    match &cause.kind {
        CauseKind::Failure(kind) => kind.next_step().to_owned(),
        CauseKind::Status(code) => code_next_step(*code).to_owned(),
        CauseKind::Expectation { expectation: "latency", .. } => {
            "see below in which phase the time goes; waiting is the server, the rest is the way to it"
                .to_owned()
        }
        CauseKind::Expectation { .. } => "compare the last answer below with what is expected".to_owned(),
        CauseKind::CertificateExpiring { .. } => "renew the certificate and reload the server".to_owned(),
        CauseKind::HeartbeatMissed => {
            "check that the job still runs, and that it can reach this server".to_owned()
        }
        CauseKind::HeartbeatFailed { .. } => "look at the output of the job's last run".to_owned(),
        CauseKind::Traffic(traffic) => traffic.next_step().to_owned(),
    }
}

/// What whoever runs the API does next about a code.
pub(crate) fn code_next_step(code: StatusCode) -> &'static str {
    code.entry().map_or_else(|| code.class().next_step(), |entry| entry.next_step)
}

/// What a code means, as a sentence.
pub(crate) fn code_meaning(code: StatusCode) -> &'static str {
    code.entry().map_or_else(|| code.class().meaning(), |entry| entry.meaning)
}

/// The same with a capital letter and a full stop.
pub(crate) fn full_sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let rest = letters.as_str();
    let stop = if rest.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{rest}{stop}")
}

/// The word for how an incident stands, with the mark that goes with it.
pub(crate) const fn phase_mark(incident: &Incident) -> char {
    match (incident.phase, incident.severity) {
        (Phase::Resolved, _) => '●',
        (Phase::Open | Phase::Acknowledged, Severity::Degraded) => '▲',
        (Phase::Open | Phase::Acknowledged, Severity::Failing) => '■',
    }
}

/// What a notice says to its receiver.
pub(crate) const fn notice(notice: Notice) -> &'static str {
    match notice {
        Notice::Opened => "the start",
        Notice::Worsened => "that it became worse",
        Notice::Reopened => "that it came back",
        Notice::Reminder => "again, since nobody had taken it",
        Notice::Acknowledged => "that somebody is on it",
        Notice::Flapping => "that it changes too often",
        Notice::Resolved => "the end",
        Notice::Test => "a test",
    }
}

/// What a receiver knew, and why it was told no more.
pub(crate) fn why(why: &Why) -> String {
    let told = match why.told {
        Some((what, at)) => format!("told {} at {}; ", notice(what), full(at)),
        None => "not told: ".to_owned(),
    };
    let because = match &why.because {
        Because::NotBegun => "nothing was wrong yet".to_owned(),
        Because::NotSure(since) => format!("suspected since {}, and not yet sure", full(*since)),
        Because::Held(reason) => format!("messages were held: {reason}"),
        Because::Flapping => "it changed too often, so messages were held until it was stable".to_owned(),
        Because::Recovering => {
            "a good answer had come, and it was not sure yet that it would last".to_owned()
        }
        Because::Taken(who) => format!("{who} had taken it before it was this receiver's turn"),
        Because::NotItsTurn(Some(at)) => format!("others are told first; its turn came at {}", full(*at)),
        Because::NotItsTurn(None) => "others are told first, and its turn had not come".to_owned(),
        Because::Over => "it was over".to_owned(),
        Because::NothingNew => "nothing had changed since".to_owned(),
    };
    told + &because
}

/// One line of a timeline.
pub(crate) fn entry(kind: &EntryKind) -> String {
    match kind {
        EntryKind::Opened(cause) => format!("detected: {cause}"),
        EntryKind::CauseChanged(cause) => format!("now {cause}"),
        EntryKind::Worsened(cause) => format!("became worse: {cause}"),
        EntryKind::Recovering => "a first good answer".to_owned(),
        EntryKind::FailedAgain(cause) => format!("failed again before it had recovered: {cause}"),
        EntryKind::Resolved => "over".to_owned(),
        EntryKind::ResolvedBy(who) => format!("ended by hand, by {who}"),
        EntryKind::Withdrawn(why) => format!("withdrawn: {why}"),
        EntryKind::Reopened(cause) => format!("came back: {cause}"),
        EntryKind::Acknowledged(who) => format!("taken by {who}"),
        EntryKind::PassedOn(who) => format!("passed on by {who}"),
        EntryKind::Escalated(receiver, step) => format!("nobody had taken it: step {step} of {receiver}"),
        EntryKind::Note(_, text) => text.clone(),
        EntryKind::Flapping => "changes too often; messages are held until it is stable".to_owned(),
        EntryKind::Told(receiver, what) => format!("told {receiver}: {}", notice(*what)),
        EntryKind::Held(why) => format!("nobody is told: {why}"),
        EntryKind::Released => "messages are no longer held".to_owned(),
        EntryKind::Affects(monitor) => format!("fails because of this: {monitor}"),
        EntryKind::Blind(fault) => format!("Statusquo {}; the state is frozen", fault.in_words()),
    }
}

/// Reads `90s`, `30m`, `1h`, `1h 30m`, `PT1H`.
pub(crate) fn parse_lasting(text: &str) -> Option<Duration> {
    let span: jiff::SignedDuration = text.trim().parse().ok()?;
    span.try_into().ok().filter(|duration: &Duration| !duration.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_never_rounded_up_to_all() {
        let cases = [
            ((1, 1), "100 %"),
            ((99_999, 100_000), "99.99 %"),
            ((29, 30), "96.6 %"),
            ((0, 3), "0.0 %"),
            ((0, 0), "unknown"),
        ];
        for (share, expect) in cases {
            assert_eq!(percent(share), expect);
        }
    }

    #[test]
    fn durations_have_two_units_at_most() {
        let cases = [(59, "59 s"), (60, "1 min"), (7500, "2 h 5 min"), (7200, "2 h"), (270_000, "3 d 3 h")];
        for (seconds, expect) in cases {
            assert_eq!(lasting(Duration::from_secs(seconds)), expect);
        }
        assert_eq!(parse_lasting("1h 30m"), Some(Duration::from_secs(5400)));
        assert_eq!(parse_lasting("PT1H"), Some(Duration::from_secs(3600)));
        assert_eq!(parse_lasting("-1h"), None);
        assert_eq!(parse_lasting("soon"), None);
    }

    #[test]
    fn large_numbers_have_groups() {
        assert_eq!((grouped(1), grouped(999), grouped(12_345_678)).2, "12,345,678");
        assert_eq!(grouped(1000), "1,000");
    }
}
