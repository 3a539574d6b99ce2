//! What a service answers at this moment.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use statusquo_catalogue::Class;
use statusquo_slo::Answer;
use statusquo_slo::traffic::{EndpointName, RECENT_SECONDS, Series};
use utoipa::ToSchema;

use super::answer_word;
use crate::board::ServiceView;
use crate::traffic::{Kind, Level, NEWEST_SECONDS, Trouble, expected, kind, level};

/// What is shown as happening now: a whole minute, since less says little of a quiet service.
const NOW_SECONDS: i64 = 60;
/// Columns over time, and how many seconds each of them stands for: what was before a restart is known by minutes.
const COLUMNS: i64 = 20;
const COLUMN_SECONDS: i64 = 60;
/// Endpoints that are sent at most: the worst.
const MOST_ENDPOINTS: usize = 200;

/// What a service answers at this moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Top {
    /// The service; `null` when there is no traffic yet.
    pub service: Option<String>,
    /// Up to when it is known.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Requests per second, over the last minute.
    pub requests_per_second: f64,
    /// What is out of the usual, the worst first.
    pub troubles: Vec<TopTrouble>,
    /// Answers of the last twenty minutes, the most frequent of the last minute first.
    pub codes: Vec<TopCode>,
    /// Endpoints of the last minute: those with most failures first, then those with most requests.
    pub endpoints: Vec<TopEndpoint>,
}

/// Something out of the usual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TopTrouble {
    /// The endpoint: `POST /v1/orders`.
    pub endpoint: String,
    /// What it does: `answers 503 to 1 request in 14`.
    pub what: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
}

/// How often an answer is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TopCode {
    /// The status code; `null` when there was no answer.
    pub code: Option<u16>,
    /// The status code, or why there was none: `503`, `timeout`.
    pub answer: String,
    /// Per second, over the last minute.
    pub per_second: f64,
    /// Twenty minutes, the oldest first.
    pub recent: Vec<u64>,
    /// Clearly more of the last five minutes than of the two hours before.
    pub is_unusual: bool,
}

/// How an endpoint does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TopEndpoint {
    /// The method.
    pub method: String,
    /// The route.
    pub route: String,
    /// Its name in addresses: `get.v1.orders.(id)`.
    pub slug: String,
    /// Requests per second, over the last minute.
    pub per_second: f64,
    /// The share of answers with 4xx, 0 to 1.
    pub client_error_ratio: f64,
    /// The share of answers with 5xx, and of requests without an answer, 0 to 1.
    pub server_error_ratio: f64,
    /// The error that is most frequent: `503`.
    pub main_error: Option<String>,
    /// 95 of 100 requests took at most so many milliseconds.
    pub p95_ms: Option<f64>,
}

impl Top {
    /// Nothing yet.
    #[must_use]
    pub const fn nothing(at: Timestamp) -> Self {
        Self {
            service: None,
            at,
            requests_per_second: 0.0,
            troubles: Vec::new(),
            codes: Vec::new(),
            endpoints: Vec::new(),
        }
    }

    /// What is known of a service at this moment.
    #[must_use]
    pub fn of(service: &str, view: &ServiceView, at: Timestamp) -> Self {
        // Ten seconds that have not passed yet would make rates too low.
        let end = at.as_second().div_euclid(10) * 10;
        let now = end - NOW_SECONDS..end;
        let whole = view.series(&(end - RECENT_SECONDS..end));
        let endpoints = view.endpoints.keys().filter_map(|name| endpoint(name, &view.endpoint(name, &now)));
        let mut endpoints: Vec<TopEndpoint> = endpoints.collect();
        let failing = |one: &TopEndpoint| one.server_error_ratio * one.per_second;
        endpoints.sort_by(|one, other| {
            (failing(other).total_cmp(&failing(one)))
                .then_with(|| other.per_second.total_cmp(&one.per_second))
                .then_with(|| one.slug.cmp(&other.slug))
        });
        endpoints.truncate(MOST_ENDPOINTS);
        Self {
            service: Some(service.to_owned()),
            at,
            requests_per_second: per_second(whole.between(&now).requests()),
            troubles: Trouble::of(view, at).iter().map(trouble).collect(),
            codes: codes(&whole, end),
            endpoints,
        }
    }
}

fn trouble(trouble: &Trouble) -> TopTrouble {
    TopTrouble { endpoint: trouble.endpoint.to_string(), what: trouble.predicate(), since: trouble.since }
}

/// The answers of the last twenty minutes, beside the two hours before them.
fn codes(whole: &Series, end: i64) -> Vec<TopCode> {
    let columns = end - COLUMNS * COLUMN_SECONDS..end;
    let mut counted: BTreeMap<Answer, Counted> = BTreeMap::new();
    for (start, answer, count) in whole.answers() {
        counted.entry(answer).or_default().add(start, count, (&columns, end));
    }
    let mut codes: Vec<TopCode> =
        counted.iter().filter_map(|(answer, counted)| counted.code(*answer)).collect();
    codes.sort_by(|one, other| other.per_second.total_cmp(&one.per_second));
    codes
}

/// How often an answer was given.
#[derive(Default)]
struct Counted {
    now: u64,
    recent: [u64; COLUMNS as usize],
    /// Within five minutes, and before.
    five_minutes: u64,
    before: u64,
}

impl Counted {
    fn add(&mut self, start: i64, count: u64, (columns, end): (&Range<i64>, i64)) {
        let column = usize::try_from((start - columns.start).div_euclid(COLUMN_SECONDS));
        if let Some(sum) = column.ok().and_then(|column| self.recent.get_mut(column)) {
            *sum += count;
        }
        self.now += if start >= end - NOW_SECONDS { count } else { 0 };
        *(if start >= end - NEWEST_SECONDS { &mut self.five_minutes } else { &mut self.before }) += count;
    }

    /// `None` when it was not given within twenty minutes.
    fn code(&self, answer: Answer) -> Option<TopCode> {
        self.recent.iter().any(|count| *count > 0).then(|| TopCode {
            code: if let Answer::Status(code) = answer { Some(code.get()) } else { None },
            answer: answer_word(answer),
            per_second: per_second(self.now),
            recent: self.recent.to_vec(),
            is_unusual: self.is_unusual(answer),
        })
    }

    fn is_unusual(&self, answer: Answer) -> bool {
        let is_error = match answer {
            Answer::Status(code) => matches!(code.class(), Class::ClientError | Class::ServerError),
            Answer::Failure(_) => true,
            Answer::None => false,
        };
        is_error && matches!(level(self.five_minutes, expected(self.before)), Level::More(step) if step >= 2)
    }
}

/// `None` when it was not asked.
fn endpoint(name: &EndpointName, series: &Series) -> Option<TopEndpoint> {
    let requests = series.requests();
    if requests == 0 {
        return None;
    }
    let (mut client, mut server, mut main) = (0, 0, None);
    for (answer, count) in series.by_answer() {
        match kind(answer) {
            Kind::Fine => continue,
            Kind::Client => client += count,
            Kind::Server => server += count,
        }
        main = main.max(Some((count, answer)));
    }
    Some(TopEndpoint {
        method: name.method.to_string(),
        route: name.route.to_string(),
        slug: name.slug(),
        per_second: per_second(requests),
        client_error_ratio: ratio(client, requests),
        server_error_ratio: ratio(server, requests),
        main_error: main.map(|(_, answer)| answer_word(answer)),
        p95_ms: series.all_latency().quantile(0.95).map(|us| (us / 10.0).round() / 100.0),
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts of a minute")]
fn per_second(count: u64) -> f64 {
    count as f64 / NOW_SECONDS as f64
}

#[expect(clippy::cast_precision_loss, reason = "counts of a minute")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use statusquo_catalogue::StatusCode;
    use statusquo_slo::kept::Layer;
    use statusquo_slo::traffic::{Batch, Live, Request};

    use super::*;

    const START: i64 = 1_790_000_000;

    /// Two hours of one request a second; in the last two minutes every second one fails.
    fn view() -> ServiceView {
        let mut live = Live::new(100, &[]);
        live.tick(START + 7200);
        for minute in 0..120 {
            let mut batch = Batch::new();
            for second in 0..60 {
                let fails = minute >= 118 && second % 2 == 0;
                batch.record(&Request {
                    method: b"POST",
                    path: b"/v1/orders",
                    is_route: true,
                    answer: Answer::Status(StatusCode::new(if fails { 503 } else { 200 })),
                    at_seconds: START + minute * 60 + second,
                    duration: Some(20_000),
                    bytes: 5,
                    client: b"",
                    sign: None,
                });
            }
            live.add(&batch, Layer::Edge);
        }
        ServiceView {
            endpoints: live.recent(),
            whole: live.whole().clone(),
            seen_until: live.seen_until().clone(),
            threshold: None,
        }
    }

    #[test]
    fn rates_are_those_of_the_last_minute_and_what_is_unusual_is_said() {
        let top = Top::of("shop", &view(), Timestamp::from_second(START + 7204).unwrap());
        assert_eq!(top.requests_per_second, 1.0);
        let codes: Vec<_> =
            top.codes.iter().map(|code| (code.code, code.per_second, code.is_unusual)).collect();
        assert_eq!(codes, [(Some(200), 0.5, false), (Some(503), 0.5, true)]);
        assert_eq!(top.codes[1].recent[..18], [0; 18]);
        assert_eq!(top.codes[1].recent[18..], [30; 2]);
        let [endpoint] = top.endpoints.as_slice() else { panic!("{:?}", top.endpoints) };
        assert_eq!((endpoint.server_error_ratio, endpoint.main_error.as_deref()), (0.5, Some("503")));
        assert!((endpoint.p95_ms.unwrap() - 20.0).abs() < 1.0, "{:?}", endpoint.p95_ms);
        assert_eq!(top.troubles.len(), 1);
        assert_eq!(top.troubles[0].endpoint, "POST /v1/orders");
        assert!(top.troubles[0].what.starts_with("answers 503"), "{}", top.troubles[0].what);
    }

    #[test]
    fn what_is_long_ago_is_not_shown() {
        let top = Top::of("shop", &view(), Timestamp::from_second(START + 7200 + 1200).unwrap());
        assert_eq!((top.requests_per_second, top.codes.len(), top.endpoints.len()), (0.0, 0, 0));
    }
}
