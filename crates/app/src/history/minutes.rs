//! Stored traffic as the minutes that detectors watch.

use std::collections::BTreeMap;

use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{Endpoint, EndpointName, Minute, Route};
use statusquo_store::RecentTraffic;

/// The layer that is watched: of those that see the same requests, the first.
pub(crate) fn watched_layer(traffic: &[RecentTraffic]) -> Option<Layer> {
    traffic.iter().map(|(_, layer, _)| *layer).min()
}

/// What was counted by minutes or finer, as minutes by their first seconds. Which clients there were is not kept: nobody
/// stands in them. `endpoint` says which endpoint has a name; what it does not know is left out.
pub(crate) fn minutes(
    traffic: &[RecentTraffic],
    layer: Layer,
    endpoint: &dyn Fn(&EndpointName) -> Option<Endpoint>,
) -> BTreeMap<i64, Minute> {
    let mut minutes: BTreeMap<i64, Minute> = BTreeMap::new();
    for (name, _, series) in traffic.iter().filter(|(_, of, _)| *of == layer) {
        let Some(endpoint) = name.as_ref().and_then(endpoint) else { continue };
        for (second, answer, count) in series.answers() {
            let start = second - second.rem_euclid(60);
            let minute = minutes.entry(start).or_insert_with(|| Minute { start, ..Minute::default() });
            let counted = minute.endpoints.entry(endpoint.clone()).or_default();
            *counted.answers.entry(answer).or_default() += count;
        }
    }
    minutes
}

/// The endpoint of a name, where nothing has to be learned any more.
pub(crate) fn declared(name: &EndpointName) -> Endpoint {
    let route = match name.route.as_ref() {
        "(unmatched)" => Route::Unmatched,
        "(other)" => Route::Other,
        path => Route::Declared(path.into()),
    };
    Endpoint { method: name.method.clone(), route }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "a test")]

    use statusquo_catalogue::StatusCode;
    use statusquo_slo::Answer;
    use statusquo_slo::traffic::{Measure, Series};

    use super::*;

    #[test]
    fn minutes_are_what_the_first_layer_saw_of_endpoints_and_names_lead_back() {
        let ok = Answer::Status(StatusCode::new(200));
        let series = |second, count| {
            let mut series = Series::new();
            series.add(second, Measure::Answer(ok), count);
            series.add(second, Measure::Bytes, 77);
            series
        };
        let (orders, nowhere) =
            (EndpointName::new("POST", "/orders/{id}"), EndpointName::new("GET", "(unmatched)"));
        let traffic = vec![
            (Some(orders.clone()), Layer::App, series(130, 9)),
            (Some(orders.clone()), Layer::Edge, series(130, 2)),
            (Some(nowhere.clone()), Layer::Edge, series(179, 3)),
            (Some(nowhere.clone()), Layer::Edge, series(180, 4)),
            (None, Layer::Edge, series(130, 5)),
        ];
        let layer = watched_layer(&traffic).unwrap();
        let minutes = minutes(&traffic, layer, &|name| Some(declared(name)));
        let count = |start, name| minutes[&start].endpoints.get(&declared(name)).map(|of| of.count(|_| true));
        assert_eq!(minutes.keys().copied().collect::<Vec<_>>(), [120, 180]);
        assert_eq!((count(120, &orders), count(120, &nowhere)), (Some(2), Some(3)));
        assert_eq!((count(180, &orders), count(180, &nowhere)), (None, Some(4)));
        assert_eq!(declared(&nowhere).route, Route::Unmatched);
    }
}
