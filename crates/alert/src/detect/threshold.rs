//! Thresholds of the user's own, on any code, class, endpoint and window.

use std::collections::{BTreeMap, VecDeque};

use statusquo_catalogue::{CodeSet, StatusCode};
use statusquo_exchange::{FailureKind, Name};
use statusquo_slo::Answer;
use statusquo_slo::budget::is_route;
use statusquo_slo::traffic::{Endpoint, EndpointMinute, Minute};

use crate::Severity;

/// Endpoints that a threshold tells apart; the first ones stay.
const MOST_PLACES: usize = 1_000;
/// What stands for a request that got no answer …
const NO_ANSWER: StatusCode = StatusCode::new(504);
/// … and for one whose client went away.
const CLIENT_CLOSED: StatusCode = StatusCode::new(499);

/// A threshold of the user's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threshold {
    /// What it is called.
    pub name: Name,
    /// Which codes are counted; a request without an answer counts as 504, one whose client went away as 499.
    pub codes: CodeSet,
    /// Where.
    pub place: Place,
    /// What is too much.
    pub limit: Limit,
    /// In how many minutes.
    pub window_minutes: u32,
    /// With fewer requests in the window nothing is said.
    pub least_requests: u64,
    /// How bad it is.
    pub severity: Severity,
    /// Who is told; everybody who is told of traffic when there is none.
    pub receivers: Vec<Name>,
}

/// Where a threshold holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// For all requests of the service together.
    Service,
    /// For each endpoint by itself.
    EachEndpoint,
    /// For this endpoint, or each of those that it stands for: `POST /v1/orders`, or `/v1/orders` whatever the method;
    /// `{…}` is any parameter, and `*` at the end any end.
    Endpoint(String),
}

/// What is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// A share of the requests, in millionths.
    Share(u32),
    /// A number of requests.
    Count(u64),
}

impl Limit {
    /// Are so many of so many too much?
    #[must_use]
    pub fn is_exceeded(self, counted: u64, of: u64) -> bool {
        match self {
            Self::Share(millionths) => {
                u128::from(counted) * 1_000_000 > u128::from(of) * u128::from(millionths)
            }
            Self::Count(most) => counted > most,
        }
    }
}

impl Place {
    fn covers(&self, endpoint: &str) -> bool {
        match self {
            Self::Service | Self::EachEndpoint => true,
            Self::Endpoint(wanted) => is_of(wanted, endpoint),
        }
    }
}

/// Is `POST /v1/orders` one of the endpoints that were meant?
pub(super) fn is_of(wanted: &str, endpoint: &str) -> bool {
    let (method, route) =
        wanted.split_once(' ').map_or((None, wanted), |(method, route)| (Some(method), route));
    endpoint.split_once(' ').is_some_and(|(of_method, of_route)| {
        method.is_none_or(|method| method == of_method) && is_route(route, of_route)
    })
}

/// A threshold that is exceeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exceeded {
    pub(super) threshold: Threshold,
    /// The endpoint; `None` for the whole service.
    pub(super) endpoint: Option<String>,
    pub(super) counted: u64,
    pub(super) of: u64,
}

/// Requests that match, of all, minute by minute.
type Ring = VecDeque<(i64, u64, u64)>;

/// All thresholds of a service with what they count.
#[derive(Debug, Clone, Default)]
pub(super) struct Thresholds {
    all: Vec<(Threshold, BTreeMap<Option<String>, Ring>)>,
}

impl Thresholds {
    /// Watches these from now on; what those have counted that stay as they were goes on.
    pub(super) fn configure(&mut self, wanted: Vec<Threshold>) {
        let mut before = std::mem::take(&mut self.all);
        for threshold in wanted {
            let known = before.iter().position(|(old, _)| *old == threshold);
            let counted = known.map(|at| before.swap_remove(at).1).unwrap_or_default();
            self.all.push((threshold, counted));
        }
    }

    /// Takes note of a minute and says which thresholds are exceeded by now.
    pub(super) fn watch(&mut self, minute: &Minute, name: &dyn Fn(&Endpoint) -> String) -> Vec<Exceeded> {
        let now = minute.start.div_euclid(60);
        let mut exceeded = Vec::new();
        for (threshold, places) in &mut self.all {
            for (endpoint, counted) in &minute.endpoints {
                note(threshold, places, name(endpoint), now, counted);
            }
            let from = now - i64::from(threshold.window_minutes);
            for (place, ring) in places.iter_mut() {
                while ring.front().is_some_and(|(minute, ..)| *minute <= from) {
                    ring.pop_front();
                }
                let (counted, of) =
                    ring.iter().fold((0, 0), |sum, (_, counted, of)| (sum.0 + counted, sum.1 + of));
                if of >= threshold.least_requests && counted > 0 && threshold.limit.is_exceeded(counted, of) {
                    let (threshold, endpoint) = (threshold.clone(), place.clone());
                    exceeded.push(Exceeded { threshold, endpoint, counted, of });
                }
            }
            places.retain(|_, ring| !ring.is_empty());
        }
        exceeded
    }
}

fn note(
    threshold: &Threshold,
    places: &mut BTreeMap<Option<String>, Ring>,
    endpoint: String,
    now: i64,
    counted: &EndpointMinute,
) {
    if !threshold.place.covers(&endpoint) {
        return;
    }
    let place = match threshold.place {
        Place::Service => None,
        Place::EachEndpoint | Place::Endpoint(_) => Some(endpoint),
    };
    if places.len() >= MOST_PLACES && !places.contains_key(&place) {
        return;
    }
    let matches = counted.count(|answer| match answer {
        Answer::Status(code) => threshold.codes.contains(code),
        Answer::Failure(FailureKind::ClientClosed) => threshold.codes.contains(CLIENT_CLOSED),
        Answer::Failure(_) => threshold.codes.contains(NO_ANSWER),
        Answer::None => false,
    });
    let all = counted.count(|_| true);
    let ring = places.entry(place).or_default();
    match ring.back_mut().filter(|(minute, ..)| *minute == now) {
        Some((_, sum, of)) => (*sum, *of) = (*sum + matches, *of + all),
        None => ring.push_back((now, matches, all)),
    }
}

impl Exceeded {
    /// The predicate of a sentence about the endpoint or the service.
    pub(super) fn sentence(&self) -> String {
        let Self { threshold, counted, of, .. } = self;
        format!(
            "answers {} to {counted} of {of} requests in {} min, more than the threshold `{}` allows",
            threshold.codes, threshold.window_minutes, threshold.name
        )
    }

    /// What speaks for it.
    pub(super) fn evidence(&self) -> Vec<String> {
        let Self { threshold, counted, of, .. } = self;
        let limit = match threshold.limit {
            Limit::Share(millionths) => format!("{} %", f64::from(millionths) / 10_000.0),
            Limit::Count(most) => format!("{most}"),
        };
        let minutes = threshold.window_minutes;
        vec![format!(
            "{counted} of {of} requests in {minutes} min got {}, at most {limit} are wanted",
            threshold.codes
        )]
    }
}
