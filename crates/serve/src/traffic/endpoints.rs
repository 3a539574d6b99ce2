//! Endpoints with their figures, the worst first.

use std::collections::BTreeMap;
use std::ops::Range;

use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{EndpointName, Measure, RECENT_SECONDS};
use statusquo_slo::{Answer, Histogram};
use statusquo_store::EndpointTotals;

use super::{Kind, kind};
use crate::board::ServiceView;

/// Columns of the strip of errors.
const STRIP: usize = 48;

/// An endpoint with its figures.
#[derive(Debug, Clone)]
pub(crate) struct EndpointRow {
    pub(crate) name: EndpointName,
    pub(crate) requests: u64,
    pub(crate) client: u64,
    pub(crate) server: u64,
    /// The most frequent answer that is an error: the server's before the client's.
    pub(crate) main_error: Option<(Answer, u64)>,
    pub(crate) latency: Histogram,
    /// How often each answer was given.
    pub(crate) answers: Vec<(Answer, u64)>,
    /// The last two hours: requests, errors of clients, of the server.
    pub(crate) strip: Vec<[u64; 3]>,
}

impl EndpointRow {
    pub(super) fn new(name: EndpointName, layers: &BTreeMap<Layer, EndpointTotals>) -> Self {
        // The first layer that saw it is the one that is shown: layers are never added up.
        let first = Layer::ALL.into_iter().find_map(|layer| layers.get(&layer));
        Self::of(name, first.cloned().unwrap_or_default())
    }

    /// The endpoints that were asked within this range of seconds, as far as that is at hand.
    pub(super) fn at_hand(view: &ServiceView, span: &Range<i64>) -> Vec<Self> {
        let row = |name: &EndpointName| {
            let series = view.endpoint(name, span);
            let mut totals = EndpointTotals { latency: series.all_latency(), ..EndpointTotals::default() };
            series
                .counts()
                .for_each(|(_, measure, count)| *totals.totals.entry(measure).or_default() += count);
            (!series.is_empty()).then(|| Self::of(name.clone(), totals))
        };
        view.endpoints.keys().filter_map(row).collect()
    }

    fn of(name: EndpointName, EndpointTotals { totals, latency }: EndpointTotals) -> Self {
        let answers: Vec<(Answer, u64)> = totals
            .iter()
            .filter_map(|(measure, count)| match measure {
                Measure::Answer(answer) => Some((*answer, *count)),
                Measure::Timed | Measure::Slow | Measure::Bytes => None,
            })
            .collect();
        let sum = |wanted: Option<Kind>| {
            let of_kind =
                answers.iter().filter(|(answer, _)| wanted.is_none_or(|wanted| kind(*answer) == wanted));
            of_kind.map(|(_, count)| count).sum()
        };
        let errors = answers.iter().filter(|(answer, _)| kind(*answer) != Kind::Fine);
        Self {
            name,
            requests: sum(None),
            client: sum(Some(Kind::Client)),
            server: sum(Some(Kind::Server)),
            main_error: errors.max_by_key(|(answer, count)| (kind(*answer), *count)).copied(),
            latency,
            answers,
            strip: Vec::new(),
        }
    }

    /// Draws the last two hours from what is at hand.
    pub(super) fn fill_strip(&mut self, view: &ServiceView, now: i64) {
        let start = now - RECENT_SECONDS;
        let width = RECENT_SECONDS / i64::try_from(STRIP).unwrap_or(1);
        let mut strip = vec![[0; 3]; STRIP];
        for (second, answer, count) in view.endpoint(&self.name, &(start..now + 10)).answers() {
            let at = usize::try_from((second - start) / width).unwrap_or(0).min(STRIP - 1);
            let Some([all, client, server]) = strip.get_mut(at) else { continue };
            *all += count;
            match kind(answer) {
                Kind::Client => *client += count,
                Kind::Server => *server += count,
                Kind::Fine => {}
            }
        }
        self.strip = strip;
    }

    /// The worst first: by the server's faults, then by how much it is used.
    pub(super) fn worst_first(rows: &mut [Self]) {
        rows.sort_by(|one, other| {
            (other.server, other.requests)
                .cmp(&(one.server, one.requests))
                .then_with(|| one.name.cmp(&other.name))
        });
    }
}
