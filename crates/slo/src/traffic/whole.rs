//! The traffic of a service.

use std::collections::BTreeMap;

use super::Minutes;
use super::batch::{Batch, Cell, Entry};
use super::pending::{Pending, is_place, teaches};
use crate::route::{Learned, RouteId, Routes};
use crate::{Answer, Histogram};

/// Seconds of a time bucket: as many as there is room for cells. All of them divide an hour.
const BUCKETS: [i64; 4] = [10, 60, 600, 3600];
/// More cells than this in a service make its buckets longer.
const MOST_CELLS: usize = 100_000;

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

    /// Adds what a reader counted.
    pub(super) fn add_entry(&mut self, entry: &Entry, bucket: i64) {
        self.add(&entry.cells, bucket);
        entry.latency.add_to(&mut self.latency);
        self.bytes = self.bytes.saturating_add(entry.bytes);
    }

    fn add(&mut self, cells: &[Cell], bucket: i64) {
        // What is of the same bucket mostly stands close together: the tree is asked once for all of it.
        let mut sums: Vec<((i64, Answer), u64)> = Vec::with_capacity(16);
        for cell in cells {
            let key = ((cell.tens * 10).div_euclid(bucket) * bucket, cell.answer);
            match sums.iter_mut().rev().take(16).find(|(known, _)| *known == key) {
                Some((_, sum)) => *sum += cell.count,
                None => sums.push((key, cell.count)),
            }
        }
        for (key, count) in sums {
            *self.cells.entry(key).or_default() += count;
        }
    }
}

/// The traffic of a service.
#[derive(Debug, Clone)]
pub struct Traffic {
    routes: Routes,
    endpoints: BTreeMap<Endpoint, EndpointTally>,
    pending: Pending,
    bucket: i64,
    cells: usize,
}

impl Traffic {
    /// Nothing counted, and room for so many routes.
    #[must_use]
    pub fn new(most_routes: usize) -> Self {
        Self {
            routes: Routes::new(most_routes),
            endpoints: BTreeMap::new(),
            pending: Pending::default(),
            bucket: BUCKETS[0],
            cells: 0,
        }
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
        let endpoint = Endpoint { method: text(entry.method()), route: learned(&mut self.routes, entry) };
        if endpoint.route == Route::Unmatched && self.pending.add(entry, self.bucket) {
            return endpoint;
        }
        let tally = self.endpoints.entry(endpoint.clone()).or_default();
        let before = tally.cells.len();
        tally.add_entry(entry, self.bucket);
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

    /// Has nothing more to come: looks for routes once more, also for the paths that had none when they were met.
    pub fn settle(&mut self) {
        self.routes.sweep();
        for ((method, path), tally) in self.pending.take() {
            let has_neighbours = self.routes.has_neighbours(&path);
            let count = |is_counted: &dyn Fn(Answer) -> bool| tally.count(is_counted);
            let answered = u64::from(is_place(&path, count, has_neighbours));
            let endpoint = Endpoint { method, route: route(self.routes.learn(&path, answered)) };
            self.endpoints.entry(endpoint).or_default().merge(tally);
        }
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
        let moved: Vec<Endpoint> = self
            .endpoints
            .keys()
            .filter(|endpoint| self.current((*endpoint).clone()) != **endpoint)
            .cloned()
            .collect();
        for endpoint in moved {
            let Some(tally) = self.endpoints.remove(&endpoint) else { continue };
            let current = self.current(endpoint);
            self.endpoints.entry(current).or_default().merge(tally);
        }
        self.cells = self.endpoints.values().map(|tally| tally.cells.len()).sum();
    }

    fn coarsen(&mut self) {
        let Some(next) = BUCKETS.into_iter().find(|bucket| *bucket > self.bucket) else { return };
        self.bucket = next;
        for tally in self.endpoints.values_mut().chain(self.pending.tallies()) {
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
    let path = String::from_utf8_lossy(entry.path());
    if entry.is_route {
        return Route::Declared(path.into());
    }
    let count = |is_counted: &dyn Fn(Answer) -> bool| {
        entry.cells.iter().filter(|cell| is_counted(cell.answer)).map(|cell| cell.count).sum::<u64>()
    };
    let answered = match count(&teaches) {
        // What attackers are answered says nothing of what there is.
        0 if entry.attacks > 0 => 0,
        0 => u64::from(is_place(&path, count, routes.has_neighbours(&path))),
        answered => answered.saturating_sub(entry.attacks),
    };
    route(routes.learn(&path, answered))
}

const fn route(learned: Learned) -> Route {
    match learned {
        Learned::Route(id) => Route::Learned(id),
        Learned::Unmatched => Route::Unmatched,
        Learned::Other => Route::Other,
    }
}

pub(super) fn text(bytes: &[u8]) -> Box<str> {
    String::from_utf8_lossy(bytes).into()
}

#[cfg(test)]
mod tests {
    use statusquo_exchange::StatusCode;

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
    fn the_order_of_requests_does_not_matter_and_refusals_beside_known_places_are_places() {
        let mut traffic = Traffic::new(500);
        for requests in [
            [("/v1/orders/{int}", 404), ("/v1/admin", 403), ("/.env", 403)],
            [("/v1/orders/{int}", 200), ("/v1/.git", 403), ("/wp-login.php", 401)],
        ] {
            let mut batch = Batch::new();
            requests.iter().for_each(|(path, code)| batch.record(&request(path, *code, 0)));
            traffic.add(batch);
        }
        traffic.settle();
        let found: Vec<(String, u64)> = traffic
            .endpoints()
            .map(|(endpoint, tally)| (traffic.path(&endpoint.route), tally.requests()))
            .collect();
        let expect = [("/v1/orders/{int}", 2), ("/v1/admin", 1), ("(unmatched)", 3)];
        assert_eq!(found, expect.map(|(path, count)| (path.to_owned(), count)));
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
