//! The traffic of a service while it comes in.

use std::collections::{BTreeMap, BTreeSet};

use super::batch::{Batch, Entry};
use super::whole::learned;
use super::{Endpoint, EndpointName, Measure, RECENT_SECONDS, Recent, Route, Series};
use crate::kept::Layer;
use crate::route::Routes;

/// Methods that name an endpoint (IANA's registry, without those of versioning); strangers send any. OpenTelemetry calls
/// the others alike.
const METHODS: [&str; 19] = [
    "CONNECT",
    "COPY",
    "DELETE",
    "GET",
    "HEAD",
    "LOCK",
    "MKCOL",
    "MOVE",
    "OPTIONS",
    "PATCH",
    "POST",
    "PROPFIND",
    "PROPPATCH",
    "PUT",
    "QUERY",
    "REPORT",
    "SEARCH",
    "TRACE",
    "UNLOCK",
];
/// The method of all others.
const OTHER_METHOD: &str = "_OTHER";
/// For each route that there is room for, so many endpoints.
const ENDPOINTS_PER_ROUTE: usize = 4;
/// Latency is saved by so many seconds.
pub const LATENCY_SECONDS: i64 = 300;

/// The traffic of a service while it comes in: learns routes, has the last two hours at hand, and hands on what has to be
/// saved. Late requests are counted like others, they are only not at hand when they are older than two hours.
#[derive(Debug, Clone)]
pub struct Live {
    routes: Routes,
    most_endpoints: usize,
    recent: BTreeMap<(Endpoint, Layer), Recent>,
    whole: BTreeMap<Layer, Recent>,
    /// The endpoints, and what they were called when they were handed on last.
    names: BTreeMap<Endpoint, Option<EndpointName>>,
    unsaved: BTreeMap<(Option<Endpoint>, Layer), Series>,
    /// The newest moment that was counted, by layer.
    seen_until: BTreeMap<Layer, i64>,
    now: i64,
}

/// An endpoint from before a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What it is called.
    pub name: EndpointName,
    /// Did somebody declare its route?
    pub is_declared: bool,
    /// How many requests there were.
    pub requests: u64,
}

/// What has to be saved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Harvest {
    /// Endpoints that are called otherwise now, or belong to others now: what was counted of the first belongs to the
    /// second. In this order.
    pub renamed: Vec<(EndpointName, EndpointName)>,
    /// What was counted.
    pub counted: Vec<Counted>,
}

/// What was counted of an endpoint since the last time of asking: by ten seconds, latency by five minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The endpoint; `None`: the whole service.
    pub endpoint: Option<EndpointName>,
    /// Did somebody declare its route?
    pub is_declared: bool,
    /// Who saw it.
    pub layer: Layer,
    /// What was counted.
    pub series: Series,
}

impl Live {
    /// Nothing counted, room for so many routes, and what is known from before.
    #[must_use]
    pub fn new(most_routes: usize, known: &[Known]) -> Self {
        let mut live = Self {
            routes: Routes::new(most_routes),
            most_endpoints: most_routes.saturating_mul(ENDPOINTS_PER_ROUTE),
            recent: BTreeMap::new(),
            whole: BTreeMap::new(),
            names: BTreeMap::new(),
            unsaved: BTreeMap::new(),
            seen_until: BTreeMap::new(),
            now: i64::MIN,
        };
        for known in known {
            let endpoint = live.restore(known);
            live.names.insert(endpoint, Some(known.name.clone()));
        }
        live
    }

    fn restore(&mut self, known: &Known) -> Endpoint {
        let route = match known.name.route.as_ref() {
            "(unmatched)" => Route::Unmatched,
            "(other)" => Route::Other,
            path if known.is_declared => Route::Declared(path.into()),
            path => self.routes.restore(path, known.requests).map_or(Route::Other, Route::Learned),
        };
        Endpoint { method: known.name.method.clone(), route }
    }

    /// What was counted of an endpoint (`None`: of the whole service) before a restart is at hand again.
    pub fn remember(&mut self, endpoint: Option<&EndpointName>, layer: Layer, series: &Series) {
        let known = |name: &EndpointName| {
            let mut all = self.names.iter();
            all.find(|(_, known)| known.as_ref() == Some(name)).map(|(endpoint, _)| endpoint.clone())
        };
        let recent = match endpoint {
            None => self.whole.entry(layer).or_default(),
            Some(name) => match known(name) {
                Some(endpoint) => self.recent.entry((endpoint, layer)).or_default(),
                None => return,
            },
        };
        series.counts().for_each(|(start, measure, count)| recent.add(start, measure, count));
        series.latency().for_each(|(start, latency)| recent.add_latency(start, latency));
        if let Some(last) = series.last_start() {
            let seen = self.seen_until.entry(layer).or_insert(last);
            *seen = last.max(*seen);
        }
    }

    /// The endpoints by what they were called when they were handed on last, or before a restart.
    #[must_use]
    pub fn named(&self) -> BTreeMap<EndpointName, Endpoint> {
        let named = self.names.iter().filter_map(|(endpoint, name)| Some((name.clone()?, endpoint.clone())));
        named.collect()
    }

    /// Adds what a reader counted within one minute, and says for each of its methods and paths which endpoint that is.
    pub fn add(&mut self, batch: &Batch, layer: Layer) -> Vec<Endpoint> {
        let endpoints: Vec<Endpoint> =
            batch.entries.iter().map(|entry| self.add_entry(entry, layer)).collect();
        self.follow_merges();
        endpoints
    }

    fn add_entry(&mut self, entry: &Entry, layer: Layer) -> Endpoint {
        let endpoint = self.endpoint(entry);
        let Some(newest) = entry.cells.iter().map(|cell| cell.tens * 10).max() else { return endpoint };
        let seen = self.seen_until.entry(layer).or_insert(newest);
        *seen = newest.max(*seen);
        let answers = entry.cells.iter().map(|cell| (cell.tens, Measure::Answer(cell.answer), cell.count));
        let timed = entry.timed.iter().flat_map(|timed| {
            [(timed.tens, Measure::Timed, timed.count), (timed.tens, Measure::Slow, timed.slow)]
        });
        let bytes = std::iter::once((newest.div_euclid(10), Measure::Bytes, entry.bytes));
        let latency = entry.latency();
        let oldest = self.now.saturating_sub(RECENT_SECONDS);
        for of in [Some(&endpoint), None] {
            let unsaved = self.unsaved.entry((of.cloned(), layer)).or_default();
            let recent = match of {
                Some(endpoint) => self.recent.entry((endpoint.clone(), layer)).or_default(),
                None => self.whole.entry(layer).or_default(),
            };
            for (tens, measure, count) in answers.clone().chain(timed.clone()).chain(bytes.clone()) {
                unsaved.add(tens * 10, measure, count);
                if tens * 10 >= oldest {
                    recent.add(tens * 10, measure, count);
                }
            }
            unsaved.add_latency(newest - newest.rem_euclid(LATENCY_SECONDS), &latency);
            if newest >= oldest {
                recent.add_latency(newest, &latency);
            }
        }
        endpoint
    }

    fn endpoint(&mut self, entry: &Entry) -> Endpoint {
        let endpoint = Endpoint { method: method(entry.method()), route: learned(&mut self.routes, entry) };
        if self.names.contains_key(&endpoint) {
            return endpoint;
        }
        let other = Endpoint { method: OTHER_METHOD.into(), route: Route::Other };
        let endpoint = if self.names.len() < self.most_endpoints { endpoint } else { other };
        self.names.entry(endpoint.clone()).or_default();
        endpoint
    }

    /// This is the time: forgets what is older than two hours.
    pub fn tick(&mut self, now: i64) {
        self.now = now;
        self.recent.values_mut().for_each(|recent| recent.forget(now));
        self.recent.retain(|_, recent| !recent.is_empty());
        self.whole.values_mut().for_each(|recent| recent.forget(now));
    }

    /// What was counted since the last time of asking.
    pub fn harvest(&mut self) -> Harvest {
        let mut harvest = Harvest::default();
        for (endpoint, told) in &mut self.names {
            let name = name_of(&self.routes, endpoint);
            if let Some(before) = told.take().filter(|before| *before != name) {
                harvest.renamed.push((before, name.clone()));
            }
            *told = Some(name);
        }
        let gone: Vec<Endpoint> =
            self.names.keys().filter(|e| current(&self.routes, e) != **e).cloned().collect();
        gone.iter().for_each(|endpoint| drop(self.names.remove(endpoint)));
        harvest.counted = std::mem::take(&mut self.unsaved)
            .into_iter()
            .map(|((endpoint, layer), series)| Counted {
                is_declared: endpoint.as_ref().is_some_and(|e| matches!(e.route, Route::Declared(_))),
                endpoint: endpoint.map(|endpoint| name_of(&self.routes, &endpoint)),
                layer,
                series,
            })
            .collect();
        harvest
    }

    /// Is there anything to save?
    #[must_use]
    pub fn has_unsaved(&self) -> bool {
        !self.unsaved.is_empty()
    }

    /// The endpoint that this one is now, after all merges of routes.
    #[must_use]
    pub fn current(&self, endpoint: &Endpoint) -> Endpoint {
        current(&self.routes, endpoint)
    }

    /// What an endpoint is called now.
    #[must_use]
    pub fn name(&self, endpoint: &Endpoint) -> EndpointName {
        name_of(&self.routes, endpoint)
    }

    /// The endpoints that were asked within the last two hours, with what was counted.
    #[must_use]
    pub fn recent(&self) -> BTreeMap<EndpointName, BTreeMap<Layer, Recent>> {
        let mut all: BTreeMap<EndpointName, BTreeMap<Layer, Recent>> = BTreeMap::new();
        for ((endpoint, layer), recent) in &self.recent {
            match all.entry(self.name(endpoint)).or_default().entry(*layer) {
                std::collections::btree_map::Entry::Vacant(vacant) => drop(vacant.insert(recent.clone())),
                // One layer names its routes, another one's were learned.
                std::collections::btree_map::Entry::Occupied(mut occupied) => {
                    occupied.get_mut().merge(recent);
                }
            }
        }
        all
    }

    /// The whole service within the last two hours, by layer.
    #[must_use]
    pub const fn whole(&self) -> &BTreeMap<Layer, Recent> {
        &self.whole
    }

    /// The newest moment that was counted, by layer: in seconds since 1970.
    #[must_use]
    pub const fn seen_until(&self) -> &BTreeMap<Layer, i64> {
        &self.seen_until
    }

    fn follow_merges(&mut self) {
        if self.routes.take_merges().is_empty() {
            return;
        }
        for ((endpoint, layer), recent) in std::mem::take(&mut self.recent) {
            let key = (current(&self.routes, &endpoint), layer);
            self.recent.entry(key).or_default().merge(&recent);
        }
        for ((endpoint, layer), series) in std::mem::take(&mut self.unsaved) {
            let key = (endpoint.map(|endpoint| current(&self.routes, &endpoint)), layer);
            self.unsaved.entry(key).or_default().merge(&series);
        }
        // Those that belong to others now stay until the next harvest has said so.
        let all: BTreeSet<Endpoint> = self.names.keys().map(|e| current(&self.routes, e)).collect();
        for endpoint in all {
            self.names.entry(endpoint).or_default();
        }
    }
}

fn current(routes: &Routes, endpoint: &Endpoint) -> Endpoint {
    let route = match &endpoint.route {
        Route::Learned(id) => Route::Learned(routes.current(*id)),
        Route::Declared(_) | Route::Unmatched | Route::Other => endpoint.route.clone(),
    };
    Endpoint { method: endpoint.method.clone(), route }
}

fn method(sent: &[u8]) -> Box<str> {
    let known = METHODS.into_iter().find(|known| known.as_bytes() == sent);
    known.unwrap_or(OTHER_METHOD).into()
}

fn name_of(routes: &Routes, endpoint: &Endpoint) -> EndpointName {
    EndpointName { method: endpoint.method.clone(), route: endpoint.route.path(routes).into() }
}

#[cfg(test)]
mod tests {
    use statusquo_exchange::StatusCode;

    use super::*;
    use crate::Answer;
    use crate::traffic::Request;

    const OK: Answer = Answer::Status(StatusCode::new(200));

    fn batch(paths: impl Iterator<Item = String>, at_seconds: i64) -> Batch {
        let mut batch = Batch::with_threshold(Some(500));
        for path in paths {
            batch.record(&Request {
                method: b"GET",
                path: path.as_bytes(),
                is_route: false,
                answer: OK,
                at_seconds,
                duration: Some(1_000),
                bytes: 7,
                client: b"",
                sign: None,
            });
        }
        batch
    }

    fn requests(harvest: &Harvest) -> Vec<(String, u64)> {
        let name = |counted: &Counted| {
            counted.endpoint.as_ref().map_or("all".to_owned(), |name| name.route.to_string())
        };
        harvest.counted.iter().map(|counted| (name(counted), counted.series.requests())).collect()
    }

    #[test]
    fn what_was_counted_is_handed_on_once_and_stays_at_hand() {
        let mut live = Live::new(500, &[]);
        live.tick(10_000);
        live.add(&batch(["/a".to_owned(), "/b".to_owned()].into_iter(), 9_990), Layer::Edge);
        live.add(&batch(["/a".to_owned()].into_iter(), 100), Layer::Edge);
        let harvest = live.harvest();
        let expected = [("all".to_owned(), 3), ("/a".to_owned(), 2), ("/b".to_owned(), 1)];
        assert_eq!(requests(&harvest), expected);
        assert_eq!(harvest.counted[0].series.slow_of_timed(), (3, 3));
        assert_eq!(harvest.counted[0].series.total(Measure::Bytes), 21);
        assert_eq!(requests(&live.harvest()), []);
        let whole = live.whole()[&Layer::Edge].series(&(0..20_000));
        assert_eq!(whole.requests(), 2, "what is older than two hours is not at hand");
        live.tick(20_000);
        assert_eq!(live.whole()[&Layer::Edge].series(&(0..20_000)).requests(), 0);
    }

    #[test]
    fn names_of_things_that_were_endpoints_are_renamed_once_and_nothing_is_lost() {
        let mut live = Live::new(5_000, &[]);
        live.tick(0);
        let word = |n: u32| format!("/things/{}", char::from_u32(0x4e00 + n).unwrap());
        live.add(&batch((0..60).map(word), 0), Layer::Edge);
        assert_eq!(requests(&live.harvest()).len(), 61);
        live.add(&batch((0..2_000).map(|n| word(100 + n)), 0), Layer::Edge);
        let harvest = live.harvest();
        assert_eq!(requests(&harvest), [("all".to_owned(), 2_000), ("/things/{id}".to_owned(), 2_000)]);
        assert_eq!(harvest.renamed.len(), 60);
        assert!(harvest.renamed.iter().all(|(_, new)| new.route.as_ref() == "/things/{id}"));
        assert_eq!(live.harvest(), Harvest::default());
        let at_hand = live.recent();
        assert_eq!(at_hand.len(), 1);
        assert_eq!(at_hand.values().next().unwrap()[&Layer::Edge].series(&(0..10)).requests(), 2_060);
    }

    #[test]
    fn after_a_restart_routes_are_known_and_the_last_hours_are_at_hand() {
        let name = EndpointName::new("GET", "/things/{id}/parts");
        let known = Known { name: name.clone(), is_declared: false, requests: 900 };
        let mut live = Live::new(500, &[known]);
        live.tick(0);
        let mut series = Series::new();
        series.add(0, Measure::Answer(OK), 5);
        live.remember(Some(&name), Layer::Edge, &series);
        live.add(&batch(["/things/unheard-of/parts".to_owned()].into_iter(), 10), Layer::Edge);
        let harvest = live.harvest();
        assert_eq!(requests(&harvest), [("all".to_owned(), 1), ("/things/{id}/parts".to_owned(), 1)]);
        assert_eq!(harvest.renamed, []);
        assert_eq!(live.recent()[&name][&Layer::Edge].series(&(0..60)).requests(), 6);
    }

    #[test]
    fn strangers_cannot_make_endpoints_without_end() {
        let mut live = Live::new(5, &[]);
        for number in 0..100 {
            let mut batch = Batch::new();
            let (method, path) = (format!("M{number}"), format!("/{}", number / 2));
            batch.record(&Request {
                method: if number % 2 == 0 { b"GET" } else { method.as_bytes() },
                path: path.as_bytes(),
                is_route: true,
                answer: OK,
                at_seconds: 0,
                duration: None,
                bytes: 0,
                client: b"",
                sign: None,
            });
            live.add(&batch, Layer::Edge);
        }
        let harvest = live.harvest();
        assert_eq!(harvest.counted.len(), 22);
        assert_eq!(requests(&harvest).into_iter().find(|(name, _)| name == "(other)").unwrap().1, 80);
    }
}
