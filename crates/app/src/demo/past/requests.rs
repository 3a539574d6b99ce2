//! Requests of the last day that were kept one by one: failures, and a sample of the rest.

use jiff::Timestamp;
use statusquo_catalogue::StatusCode;
use statusquo_slo::Answer;
use statusquo_slo::kept::{Layer, Row, Why};

use super::super::random::Random;
use super::super::shop::{ENDPOINTS, Endpoint, caller};
use super::faults::{DAY, met_by_requests};

/// One request in so many seconds is looked at.
const EVERY: usize = 15;

/// Those of the last day.
pub(super) fn day(seed: u64, now: Timestamp) -> Vec<Row> {
    let mut random = Random::new(seed, 2);
    let mut rows = Vec::new();
    for age in (1..DAY).step_by(EVERY) {
        let endpoint = ENDPOINTS.get(random.below(ENDPOINTS.len()));
        rows.extend(endpoint.and_then(|endpoint| row(endpoint, age, now, &mut random)));
    }
    rows
}

/// One request, if it is kept.
fn row(endpoint: &Endpoint, age: i64, now: Timestamp, random: &mut Random) -> Option<Row> {
    let fault = met_by_requests(endpoint.part, endpoint.route, age);
    let failed = fault.filter(|fault| random.chance(fault.share));
    let code = failed.map_or_else(|| endpoint.answer(random), |fault| fault.status);
    let why = match code {
        500.. => Why::ServerError,
        402 => Why::Unusual,
        // One of ten stands for the ordinary ones.
        _ if random.chance(100_000) => Why::Sample,
        _ => return None,
    };
    let (client, user_agent) = caller(random);
    Some(Row {
        at_us: now.as_microsecond() - age * 1_000_000,
        layer: Layer::Edge,
        why,
        method: endpoint.method.into(),
        target: endpoint.target(random).into(),
        route: "".into(),
        answer: Answer::Status(StatusCode::new(code)),
        upstream: Some(code),
        duration_us: Some(endpoint.time(random)),
        bytes: 120 + random.next() % 4000,
        host: "".into(),
        client: client.into(),
        user_agent: user_agent.into(),
        error: "".into(),
        request_id: format!("req_{:012x}", random.next() >> 16).into(),
        trace_id: "".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_day_are_kept_and_some_of_the_rest() {
        let now: Timestamp = "2026-11-23T14:41:20Z".parse().unwrap();
        let rows = day(7, now);
        let has = |why| rows.iter().any(|row| row.why == why);
        assert!(has(Why::ServerError) && has(Why::Unusual) && has(Why::Sample));
        assert!(rows.len() < 2000, "{}", rows.len());
        assert!(rows.iter().all(|row| row.at_us < now.as_microsecond()));
    }
}
