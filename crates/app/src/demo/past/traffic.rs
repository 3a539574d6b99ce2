//! A month of real traffic, counted: the last two hours by minutes, the last day by five minutes, the rest by hours.

use jiff::Timestamp;
use statusquo_catalogue::StatusCode;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{Counted, EndpointName, Harvest, LATENCY_SECONDS, Measure, Series};
use statusquo_slo::{Answer, Histogram};

use super::super::random::Random;
use super::super::shop::{ENDPOINTS, Endpoint};
use super::faults::{DAY, HOUR, MINUTE, SCAN, met_by_requests};

/// What nobody offers is asked for all the time: so many of a million requests of a second.
const STRAY: u64 = 20_000;
/// And while somebody looks for a way in.
const SCANNED: u64 = 2_000_000;
/// So many durations stand for all requests of a stretch.
const DURATIONS: u64 = 30;
/// Each day had so many thousandths fewer requests than the next.
const GROWTH: u64 = 2;

/// What was counted in the month before now.
pub(super) fn month(seed: u64, now: Timestamp) -> Harvest {
    let now = now.as_second();
    let mut random = Random::new(seed, 1);
    let mut whole = Series::new();
    let mut counted: Vec<Counted> = Vec::with_capacity(ENDPOINTS.len() + 2);
    for endpoint in &ENDPOINTS {
        let series = of_endpoint(endpoint, now, &mut random);
        whole.merge(&series);
        counted.push(as_counted(Some(EndpointName::new(endpoint.method, endpoint.route)), true, series));
    }
    let strays = strays(now, &mut random);
    whole.merge(&strays);
    counted.push(as_counted(Some(EndpointName::new("GET", "(unmatched)")), false, strays));
    counted.push(as_counted(None, false, whole));
    Harvest { renamed: Vec::new(), counted }
}

fn as_counted(endpoint: Option<EndpointName>, is_declared: bool, series: Series) -> Counted {
    Counted { endpoint, is_declared, layer: Layer::Edge, series }
}

/// Where the stretches begin, and how long they are, in seconds; the last one ends now.
fn stretches(now: i64) -> Vec<(i64, i64)> {
    let down = |second: i64, width: i64| second - second.rem_euclid(width);
    let (begin, day, lately) =
        (down(now - 30 * DAY, HOUR), down(now - DAY, HOUR), down(now - 2 * HOUR, 5 * MINUTE));
    let mut all = Vec::new();
    let mut at = begin;
    while at < now {
        let width = match at {
            at if at < day => HOUR,
            at if at < lately => 5 * MINUTE,
            _ => MINUTE,
        };
        all.push((at, width.min(now - at)));
        at += width;
    }
    all
}

fn of_endpoint(endpoint: &Endpoint, now: i64, random: &mut Random) -> Series {
    let mut series = Series::new();
    for (start, width) in stretches(now) {
        let growth = 1000 - GROWTH * ((now - start) / DAY).unsigned_abs();
        let requests = random.count(endpoint.millionths(start, width.unsigned_abs()) / 1000 * growth);
        let fault = met_by_requests(endpoint.part, endpoint.route, now - start);
        let failed = fault.map_or(0, |fault| random.count(requests * fault.share).min(requests));
        let status = |code: u16| Measure::Answer(Answer::Status(StatusCode::new(code)));
        series.add(start, status(fault.map_or(500, |fault| fault.status)), failed);
        for (code, count) in endpoint.answers(requests - failed, random) {
            series.add(start, status(code), count);
        }
        let slow = Endpoint::slow(requests, random);
        series.add(start, Measure::Timed, requests);
        if endpoint.slow_time() > super::super::script::SLOW_AFTER_US {
            series.add(start, Measure::Slow, slow);
        }
        series.add_latency(
            start - start.rem_euclid(LATENCY_SECONDS),
            &durations(endpoint, requests, slow, random),
        );
    }
    series
}

fn durations(endpoint: &Endpoint, requests: u64, slow: u64, random: &mut Random) -> Histogram {
    let mut latency = Histogram::default();
    for part in 0..DURATIONS {
        let count = (requests - slow) / DURATIONS + u64::from(part < (requests - slow) % DURATIONS);
        latency.record_many(random.of_spread(endpoint.usual, (part, DURATIONS)), count);
    }
    latency.record_many(endpoint.slow_time(), slow);
    latency
}

/// Requests for what nobody offers.
fn strays(now: i64, random: &mut Random) -> Series {
    let mut series = Series::new();
    let (ago, lasting) = SCAN;
    for (start, width) in stretches(now) {
        let is_scan = (now - ago..now - ago + lasting).contains(&start);
        let rate = if is_scan { SCANNED } else { STRAY };
        let count = random.count(rate * width.unsigned_abs());
        series.add(start, Measure::Answer(Answer::Status(StatusCode::new(404))), count);
        series.add(start, Measure::Timed, count);
        let mut latency = Histogram::default();
        latency.record_many(3000, count);
        series.add_latency(start - start.rem_euclid(LATENCY_SECONDS), &latency);
    }
    series
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_ends_now_without_a_hole_and_is_the_same_for_the_same_seed() {
        let now: Timestamp = "2026-11-23T14:41:20Z".parse().unwrap();
        let all = stretches(now.as_second());
        assert!(all.windows(2).all(|pair| pair[0].0 + pair[0].1 == pair[1].0));
        assert_eq!(all.last().map(|(start, width)| start + width), Some(now.as_second()));
        let one = month(7, now);
        assert_eq!(one, month(7, now));
        assert_ne!(one, month(8, now));
        let of = |endpoint: Option<&str>| {
            let found =
                one.counted.iter().find(|part| part.endpoint.as_ref().map(|name| &*name.route) == endpoint);
            found.map(|part| part.series.requests()).unwrap()
        };
        let sum: u64 = one
            .counted
            .iter()
            .filter(|part| part.endpoint.is_some())
            .map(|part| part.series.requests())
            .sum();
        assert_eq!(of(None), sum, "the whole is its parts");
        assert!(of(Some("/v1/payments")) > 4_000_000);
    }

    #[test]
    fn what_went_wrong_is_in_the_counts() {
        let now: Timestamp = "2026-11-23T14:41:20Z".parse().unwrap();
        let month = month(7, now);
        let payments = month
            .counted
            .iter()
            .find(|part| part.endpoint.as_ref().is_some_and(|name| &*name.route == "/v1/payments"));
        let second = now.as_second();
        let lately = payments.unwrap().series.between(&(second - 5 * HOUR - 600..second - 4 * HOUR));
        let failed = lately.by_answer().get(&Answer::Status(StatusCode::new(502))).copied().unwrap_or(0);
        assert!((600..1500).contains(&failed), "{failed} of 14 minutes failed");
    }
}
