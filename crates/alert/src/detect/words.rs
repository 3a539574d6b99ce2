//! What alarms say, in plain words.

use super::group::Group;
use super::rate::Excess;
use super::suspects::Found;
use crate::Diagnosis;

/// `1 in 14`, `all`
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded for people"
)]
fn one_in(bad: u64, of: u64) -> String {
    if bad >= of {
        return format!("all {of} requests");
    }
    let share = bad as f64 / of.max(1) as f64;
    if share >= 0.5 {
        format!("{bad} of {of} requests")
    } else {
        format!("1 request in {}", (1.0 / share.max(1e-12)).round() as u64)
    }
}

/// A share: `0.012 %`
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent >= 1.0 { format!("{percent:.1} %") } else { format!("{percent:.2} %") }
}

/// `one client`, `17 clients`. Who they are is personal data: the alarm names them, its sentences do not.
fn how_many(clients: usize) -> String {
    if clients == 1 { "one client".to_owned() } else { format!("{clients} clients") }
}

/// What an excess of errors is, as the predicate of a sentence about the endpoint.
pub(super) fn excess(group: Group, excess: &Excess) -> String {
    format!(
        "answers {} to {}, usually {}",
        group.as_str(),
        one_in(excess.bad, excess.of),
        percent(excess.usual)
    )
}

/// What speaks for an excess of errors.
pub(super) fn excess_evidence(group: Group, excess: &Excess, clients: &[(String, u64)]) -> Vec<String> {
    let Excess { bad, of, window_minutes, usual, by_chance } = excess;
    let mut evidence = vec![
        format!(
            "{bad} of {of} requests in {window_minutes} min got {}, usually {}",
            group.as_str(),
            percent(*usual)
        ),
        format!("by chance less often than once in {}", rarity(*by_chance)),
    ];
    let all: u64 = clients.iter().map(|(_, count)| count).sum();
    if let Some((_, most)) = clients.first() {
        evidence.push(format!("{}, {most} of {all} are the busiest one's", how_many(clients.len())));
    }
    evidence
}

/// `100,000`: what a probability is the inverse of, rounded down to a power of ten.
#[expect(clippy::cast_possible_truncation, reason = "an exponent")]
fn rarity(chance: f64) -> String {
    let power = (-chance.max(1e-15).log10()).floor() as i32;
    match power {
        i32::MIN..=5 => "100,000".to_owned(),
        6..=8 => format!("{} million", 10_u64.pow(power.unsigned_abs() - 6)),
        9..=i32::MAX => "a billion".to_owned(),
    }
}

/// What clients do, as the predicate of a sentence about the service.
pub(super) fn found(found: &Found) -> String {
    let who = how_many(found.clients.len());
    match found.diagnosis {
        Diagnosis::Scan => format!("is searched for a way in by {who}"),
        Diagnosis::CredentialStuffing => format!("is tried with one credential after the other by {who}"),
        Diagnosis::Flood => format!("is flooded by {who}"),
        Diagnosis::ServerErrors
        | Diagnosis::Overload
        | Diagnosis::Regression
        | Diagnosis::Quota
        | Diagnosis::IntegrationBug
        | Diagnosis::TrafficDrop
        | Diagnosis::NewCode => format!("is used in an unusual way by {who}"),
    }
}

/// What speaks for it.
pub(super) fn found_evidence(found: &Found) -> Vec<String> {
    let sum = |count: &dyn Fn(&super::suspect::Conduct) -> u64| -> u64 {
        found.clients.iter().map(|(_, conduct)| count(conduct)).sum()
    };
    let requests = sum(&|conduct| conduct.total.requests);
    let mut evidence = Vec::new();
    let mut say = |count: u64, what: &str| {
        if count > 0 {
            evidence.push(format!("{count} {what}"));
        }
    };
    say(sum(&|conduct| conduct.paths), "paths that do not exist");
    say(sum(&|conduct| conduct.total.exploits), "requests that try to break in");
    say(sum(&|conduct| conduct.total.by_scanner), "requests of a client that names itself a scanner");
    say(sum(&|conduct| conduct.total.hidden), "requests for what nobody links to");
    say(sum(&|conduct| conduct.total.attempts), "attempts to sign in");
    say(sum(&|conduct| conduct.total.denied), "requests that were denied");
    if found.diagnosis == Diagnosis::Flood {
        say(sum(&|conduct| conduct.lately.repeated), "repeated requests in 3 min");
    }
    let failures = sum(&|conduct| conduct.total.failures);
    let time = if found.minutes >= 120 {
        format!("{} h", found.minutes / 60)
    } else {
        format!("{} min", found.minutes)
    };
    evidence.push(format!("{failures} of {requests} requests in {time} failed"));
    evidence.push(how_many(found.clients.len()));
    evidence
}
