//! The traffic of a service.

use std::collections::BTreeMap;

use statusquo_exchange::StatusCode;

use super::Minutes;
use super::batch::{Batch, Cell, Entry};
use crate::route::{Learned, RouteId, Routes};
use crate::{Answer, Histogram};

/// Seconds of a time bucket: as many as there is room for cells. All of them divide an hour.
const BUCKETS: [i64; 4] = [10, 60, 600, 3600];
/// More cells than this in a service make its buckets longer.
const MOST_CELLS: usize = 500_000;

/// Where an endpoint's path comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    /// Learned from paths that were answered.
    Learned(RouteId),
    /// Declared by whoever recorded it.
    Declared(Box<str>),
    /// Paths where nothing was ever found.
    Unmatched,
    /// Paths for which there was no room.
    Other,
}

impl Route {
    /// The path as it is shown.
    pub(super) fn path(&self, routes: &Routes) -> String {
        match self {
            Self::Learned(id) => routes.template(*id),
            Self::Declared(text) => text.to_string(),
            Self::Unmatched => "(unmatched)".to_owned(),
            Self::Other => "(other)".to_owned(),
        }
    }
}

/// A method and a route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// The method as sent.
    pub method: Box<str>,
    /// The route.
    pub route: Route,
}

/// Counts by time bucket and answer.
pub type Cells = BTreeMap<(i64, Answer), u64>;

/// What was counted of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EndpointTally {
    /// How often it got which answer in which time bucket: its first second since 1970.
    pub cells: Cells,
    /// How long requests took.
    pub latency: Histogram,
    /// Bytes of the responses.
    pub bytes: u64,
}

impl EndpointTally {
    /// How many requests.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.cells.values().sum()
    }

    /// How many of these answers.
    #[must_use]
    pub fn count(&self, is_counted: impl Fn(Answer) -> bool) -> u64 {
        self.cells.iter().filter(|((_, answer), _)| is_counted(*answer)).map(|(_, count)| count).sum()
    }

    /// Adds all that another one has counted.
    pub fn merge(&mut self, other: Self) {
        for (key, count) in other.cells {
            *self.cells.entry(key).or_default() += count;
        }
        self.latency.merge(&other.latency);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }

    fn add(&mut self, cells: &[Cell], bucket: i64) {
        for cell in cells {
            let start = (cell.tens * 10).div_euclid(bucket) * bucket;
            *self.cells.entry((start, cell.answer)).or_default() += cell.count;
        }
    }
}

/// The traffic of a service.
#[derive(Debug, Clone)]
pub struct Traffic {
    routes: Routes,
    endpoints: BTreeMap<Endpoint, EndpointTally>,
    bucket: i64,
    cells: usize,
}

impl Traffic {
    /// Nothing counted, and room for so many routes.
    #[must_use]
    pub fn new(most_routes: usize) -> Self {
        Self { routes: Routes::new(most_routes), endpoints: BTreeMap::new(), bucket: BUCKETS[0], cells: 0 }
    }

    /// Adds what a reader counted.
    pub fn add(&mut self, batch: Batch) {
        for entry in batch.entries {
            self.add_entry(&entry);
        }
        self.keep_within_bounds();
    }

    /// Adds what a reader counted, to the minutes as well.
    pub fn add_watched(&mut self, batch: &Batch, minutes: &mut Minutes) {
        let endpoints: Vec<Endpoint> = batch.entries.iter().map(|entry| self.add_entry(entry)).collect();
        minutes.add(batch, &endpoints);
        self.keep_within_bounds();
    }

    fn add_entry(&mut self, entry: &Entry) -> Endpoint {
        let endpoint = Endpoint { method: text(&entry.method), route: learned(&mut self.routes, entry) };
        let tally = self.endpoints.entry(endpoint.clone()).or_default();
        let before = tally.cells.len();
        tally.add(&entry.cells, self.bucket);
        tally.latency.merge(&entry.latency);
        tally.bytes = tally.bytes.saturating_add(entry.bytes);
        self.cells += tally.cells.len() - before;
        endpoint
    }

    fn keep_within_bounds(&mut self) {
        self.follow_merges();
        if self.cells > MOST_CELLS {
            self.coarsen();
        }
    }

    /// The endpoint that this one is now, after all merges of routes.
    #[must_use]
    pub fn current(&self, endpoint: Endpoint) -> Endpoint {
        let route = match endpoint.route {
            Route::Learned(id) => Route::Learned(self.routes.current(id)),
            Route::Declared(_) | Route::Unmatched | Route::Other => endpoint.route,
        };
        Endpoint { method: endpoint.method, route }
    }

    /// Has nothing more to come: looks for routes once more.
    pub fn settle(&mut self) {
        self.routes.sweep();
        self.follow_merges();
    }

    /// The endpoints with what was counted of them.
    pub fn endpoints(&self) -> impl Iterator<Item = (&Endpoint, &EndpointTally)> {
        self.endpoints.iter()
    }

    /// The path of an endpoint as it is shown.
    #[must_use]
    pub fn path(&self, route: &Route) -> String {
        route.path(&self.routes)
    }

    /// Seconds of a time bucket.
    #[must_use]
    pub const fn bucket_seconds(&self) -> i64 {
        self.bucket
    }

    fn follow_merges(&mut self) {
        if self.routes.take_merges().is_empty() {
            return;
        }
        let all = std::mem::take(&mut self.endpoints);
        for (mut endpoint, tally) in all {
            if let Route::Learned(id) = &mut endpoint.route {
                *id = self.routes.current(*id);
            }
            self.endpoints.entry(endpoint).or_default().merge(tally);
        }
        self.cells = self.endpoints.values().map(|tally| tally.cells.len()).sum();
    }

    fn coarsen(&mut self) {
        let Some(next) = BUCKETS.into_iter().find(|bucket| *bucket > self.bucket) else { return };
        self.bucket = next;
        for tally in self.endpoints.values_mut() {
            let cells = std::mem::take(&mut tally.cells);
            for ((start, answer), count) in cells {
                *tally.cells.entry((start.div_euclid(next) * next, answer)).or_default() += count;
            }
        }
        self.cells = self.endpoints.values().map(|tally| tally.cells.len()).sum();
    }
}

/// The route of what a reader counted, which may be a new one.
pub(super) fn learned(routes: &mut Routes, entry: &Entry) -> Route {
    let path = String::from_utf8_lossy(&entry.path);
    if entry.is_route {
        return Route::Declared(path.into());
    }
    let answered: u64 = entry.cells.iter().filter(|cell| teaches(cell.answer)).map(|cell| cell.count).sum();
    match routes.learn(&path, answered.saturating_sub(entry.attacks)) {
        Learned::Route(id) => Route::Learned(id),
        Learned::Unmatched => Route::Unmatched,
        Learned::Other => Route::Other,
    }
}

/// Scanners get 404 and 405, and malformed requests 400: those say nothing of what there is.
fn teaches(answer: Answer) -> bool {
    match answer {
        Answer::Status(code) => {
            code != StatusCode::new(404) && code != StatusCode::new(405) && code != StatusCode::new(400)
        }
        Answer::Failure(_) | Answer::None => false,
    }
}

pub(super) fn text(bytes: &[u8]) -> Box<str> {
    String::from_utf8_lossy(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traffic::Request;

    fn request(path: &str, code: u16, at_seconds: i64) -> Request<'_> {
        let answer = Answer::Status(StatusCode::new(code));
        Request {
            method: b"GET",
            path: path.as_bytes(),
            is_route: false,
            answer,
            at_seconds,
            duration: Some(1_000),
            bytes: 7,
            client: b"",
            sign: None,
        }
    }

    #[test]
    fn batches_add_up_whatever_their_order_and_scanners_make_no_endpoint() {
        let mut traffic = Traffic::new(500);
        for part in 0..2 {
            let mut batch = Batch::new();
            for second in 0..100 {
                batch.record(&request("/orders/{int}", 200, part * 1000 + second));
                batch.record(&request("/orders/{int}", 404, part * 1000 + second));
            }
            batch.record(&request("/.env", 404, 5));
            traffic.add(batch);
        }
        traffic.settle();
        let found: Vec<(String, u64, u64)> = traffic
            .endpoints()
            .map(|(endpoint, tally)| (traffic.path(&endpoint.route), tally.requests(), tally.bytes))
            .collect();
        assert_eq!(found, [("/orders/{int}".to_owned(), 400, 2800), ("(unmatched)".to_owned(), 2, 14)]);
    }

    #[test]
    fn many_cells_make_buckets_longer_and_lose_no_count() {
        let mut traffic = Traffic::new(500);
        let mut batch = Batch::new();
        for ten in 0..600_000 {
            batch.record(&request("/a", 200, ten * 10));
        }
        traffic.add(batch);
        assert_eq!(traffic.bucket_seconds(), 60);
        assert_eq!(traffic.endpoints().map(|(_, tally)| tally.requests()).sum::<u64>(), 600_000);
    }
}
