//! What was counted of all endpoints of a service over time.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use rusqlite::Connection;
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{EndpointName, Series};

use super::Resolution;
use super::endpoints::{find, whole};
use super::reading::{each_chunk, each_latency, each_second, endpoints_of, read_journal};
use crate::StoreError;
use crate::journal::name_id;

/// What was counted of an endpoint (`None`: of the whole service) lately, and who saw it.
pub type RecentTraffic = (Option<EndpointName>, Layer, Series);

/// What was counted of all endpoints of a service (`None`: of the whole service) by ten seconds, to the newest request.
pub(crate) fn recent(
    connection: &Connection,
    service: &str,
    since: i64,
) -> Result<Vec<RecentTraffic>, StoreError> {
    let snapshot = connection.unchecked_transaction()?;
    let Some(owned) = Owned::of(&snapshot, service)? else { return Ok(Vec::new()) };
    let range = since..i64::MAX;
    let mut all = owned.counts(&snapshot, Resolution::Seconds10, &range)?;
    each_latency(&snapshot, 300, &range, |endpoint, layer, start, latency| {
        if let Some(owner) = owned.owners.get(&endpoint) {
            all.entry((*owner, layer)).or_default().add_latency(start, latency);
        }
    })?;
    read_journal(&snapshot, &range, |endpoint, layer, series| {
        if let Some(owner) = owned.owners.get(&endpoint) {
            all.entry((*owner, layer)).or_default().merge(&series.between(&range));
        }
    })?;
    Ok(owned.named(all))
}

/// What was counted of all endpoints of a service (`None`: of the whole service) between two seconds, the newest included,
/// without how long it took.
pub(crate) fn over_time(
    connection: &Connection,
    service: &str,
    resolution: Resolution,
    range: &Range<i64>,
) -> Result<Vec<RecentTraffic>, StoreError> {
    let snapshot = connection.unchecked_transaction()?;
    let Some(owned) = Owned::of(&snapshot, service)? else { return Ok(Vec::new()) };
    let mut all = owned.counts(&snapshot, resolution, range)?;
    read_journal(&snapshot, range, |endpoint, layer, series| {
        let Some(owner) = owned.owners.get(&endpoint) else { return };
        let known = all.entry((*owner, layer)).or_default();
        for (start, measure, count) in series.counts() {
            let start = start - start.rem_euclid(resolution.seconds());
            if range.contains(&start) {
                known.add(start, measure, count);
            }
        }
    })?;
    Ok(owned.named(all))
}

/// The endpoints of a service, and to which of them each number belongs now.
struct Owned {
    names: HashMap<i64, Option<EndpointName>>,
    owners: HashMap<i64, i64>,
}

impl Owned {
    fn of(connection: &Connection, service: &str) -> Result<Option<Self>, StoreError> {
        let Some(service) = name_id(connection, service)? else { return Ok(None) };
        let (names, mut owners) = endpoints_of(connection, service)?;
        let mut names: HashMap<_, _> = names.into_iter().map(|(id, name)| (id, Some(name))).collect();
        if let Some(whole) = find(connection, service, &whole())? {
            owners.insert(whole, whole);
            names.insert(whole, None);
        }
        Ok(Some(Self { names, owners }))
    }

    /// What was rolled up, without how long it took.
    fn counts(
        &self,
        connection: &Connection,
        resolution: Resolution,
        range: &Range<i64>,
    ) -> Result<BTreeMap<(i64, Layer), Series>, StoreError> {
        let mut all: BTreeMap<(i64, Layer), Series> = BTreeMap::new();
        each_chunk(connection, resolution, range, |endpoint, layer, start, chunk| {
            let Some(owner) = self.owners.get(&endpoint) else { return };
            let series = all.entry((*owner, layer)).or_default();
            each_second(resolution, start, range, chunk, |second, measure, count| {
                series.add(second, measure, count);
            });
        })?;
        Ok(all)
    }

    fn named(&self, all: BTreeMap<(i64, Layer), Series>) -> Vec<RecentTraffic> {
        let named = all
            .into_iter()
            .filter_map(|((owner, layer), series)| Some((self.names.get(&owner)?.clone(), layer, series)));
        named.collect()
    }
}
