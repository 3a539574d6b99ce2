//! Asks the store and the board, once per tick however many pages show it.

use std::collections::HashMap;
use std::ops::Range as Span;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{EndpointName, Series};
use statusquo_store::{Reader, StoreError};

use super::endpoints::EndpointRow;
use super::grid::Grid;
use super::usage::{Usage, WEEK};
use crate::board::Snapshot;
use crate::context::App;
use crate::history::Range;

/// More than so many are not kept.
const MOST: usize = 512;

/// What is asked: of which service, of which endpoint (`None`: all of it), over which range.
type Key = (Name, Option<EndpointName>, Range);

/// When something was asked for, and what it was.
type Kept<T> = (Timestamp, Arc<T>);

/// The endpoints of a service.
type Rows = Kept<Vec<EndpointRow>>;

/// What was asked for lately.
#[derive(Debug, Default)]
pub(crate) struct Usages {
    usages: Mutex<HashMap<Key, Kept<Usage>>>,
    endpoints: Mutex<HashMap<(Name, Range), Rows>>,
}

/// The store is not asked the same again within so long: what is far back changes slowly.
const fn tick(range: Range) -> SignedDuration {
    match range {
        Range::Now | Range::Hour | Range::Hours6 => SignedDuration::from_secs(5),
        Range::Day => SignedDuration::from_secs(15),
        Range::Week | Range::Month => SignedDuration::from_secs(60),
    }
}

impl Snapshot {
    /// The service that pages show when none is named: the one with the most requests of late.
    pub(crate) fn main_service(&self) -> Option<&Name> {
        let busy = |view: &crate::board::ServiceView| {
            let end = view.seen_until.values().max().copied().unwrap_or(0);
            view.series(&(end - 600..end + 10)).requests()
        };
        self.services.iter().max_by_key(|(_, view)| busy(view)).map(|(name, _)| name)
    }
}

impl App {
    /// What a service, or an endpoint of it, answered.
    pub(crate) async fn usage(
        &self,
        service: &Name,
        endpoint: Option<&EndpointName>,
        range: Range,
    ) -> Result<Arc<Usage>, Problem> {
        let now = self.now();
        let key = (service.clone(), endpoint.cloned(), range);
        let kept = self.usages.usages.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((_, usage)) = kept.filter(|(at, _)| now.duration_since(*at) < tick(range)) {
            return Ok(usage);
        }
        let grid = Grid::new(range, now);
        let view = self.snapshot().services.get(service).cloned();
        let (service, endpoint) = (service.clone(), endpoint.cloned());
        let read = self.ask(move |reader| {
            let of = |span: Span<i64>| series(reader, &service, endpoint.as_ref(), (&grid, span));
            let span = grid.span();
            let before = of(span.start - WEEK..span.end - WEEK)?;
            let mut counted = of(span.clone())?;
            if let (true, Some(view)) = (counted.is_empty(), view) {
                // The first requests are shown before they are saved.
                counted =
                    endpoint.as_ref().map_or_else(|| view.series(&span), |name| view.endpoint(name, &span));
            }
            Ok(Usage::new(grid, &counted, &before))
        });
        let usage = Arc::new(read.await?);
        let mut kept = self.usages.usages.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|(_, _, range), (at, _)| now.duration_since(*at) < tick(*range));
        }
        if kept.len() < MOST {
            kept.insert(key, (now, usage.clone()));
        }
        Ok(usage)
    }

    /// The endpoints of a service with their figures, the worst first.
    pub(crate) async fn endpoints(
        &self,
        service: &Name,
        range: Range,
    ) -> Result<Arc<Vec<EndpointRow>>, Problem> {
        let (now, key) = (self.now(), (service.clone(), range));
        let kept = self.usages.endpoints.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((_, rows)) = kept.filter(|(at, _)| now.duration_since(*at) < tick(range)) {
            return Ok(rows);
        }
        let grid = Grid::new(range, now);
        let view = self.snapshot().services.get(service).cloned();
        let name = service.clone();
        let read = self.ask(move |reader| {
            let totals = reader.traffic_by_endpoint(name.as_str(), grid.resolution(), &grid.span())?;
            let mut rows: Vec<EndpointRow> = match &view {
                // The first requests are shown before they are saved.
                Some(view) if totals.is_empty() => EndpointRow::at_hand(view, &grid.span()),
                Some(_) | None => {
                    totals.into_iter().map(|(name, layers)| EndpointRow::new(name, &layers)).collect()
                }
            };
            EndpointRow::worst_first(&mut rows);
            if let Some(view) = view {
                rows.iter_mut().for_each(|row| row.fill_strip(&view, now.as_second()));
            }
            Ok(rows)
        });
        let rows = Arc::new(read.await?);
        let mut kept = self.usages.endpoints.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|(_, range), (at, _)| now.duration_since(*at) < tick(*range));
        }
        kept.insert(key, (now, rows.clone()));
        Ok(rows)
    }
}

/// What the layer that is shown counted.
fn series(
    reader: &Reader,
    service: &Name,
    endpoint: Option<&EndpointName>,
    (grid, span): (&Grid, Span<i64>),
) -> Result<Series, StoreError> {
    let mut layers = reader.traffic(service.as_str(), endpoint, grid.resolution(), &span)?;
    Ok(Layer::ALL.into_iter().find_map(|layer| layers.remove(&layer)).unwrap_or_default())
}
