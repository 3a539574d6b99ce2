//! A service whose real traffic is seen, as pages show it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{EndpointName, Recent, Series};

/// A service whose real traffic is seen, as pages show it: the last two hours by ten seconds. What is older is in the
/// store ([`Reader::traffic`](statusquo_store::Reader::traffic)), in the same form.
#[derive(Debug, Clone, Default)]
pub struct ServiceView {
    /// The endpoints that were asked within the last two hours, by who saw it. Layers are never added up: they see the
    /// same requests.
    pub endpoints: BTreeMap<EndpointName, BTreeMap<Layer, Recent>>,
    /// The whole service, by who saw it.
    pub whole: BTreeMap<Layer, Recent>,
    /// The newest request that was counted, by who saw it: in seconds since 1970.
    pub seen_until: BTreeMap<Layer, i64>,
    /// What takes longer is slow.
    pub threshold: Option<Duration>,
}

impl ServiceView {
    /// Whose counts are shown as what happened: the proxy's before the application's. What the others saw is shown beside
    /// it.
    #[must_use]
    pub fn shown(&self) -> Option<Layer> {
        Layer::ALL.into_iter().find(|layer| self.whole.get(layer).is_some_and(|recent| !recent.is_empty()))
    }

    /// What the layer that is shown counted of the whole service.
    #[must_use]
    pub fn series(&self, range: &Range<i64>) -> Series {
        let whole = self.shown().and_then(|layer| self.whole.get(&layer));
        whole.map(|recent| recent.series(range)).unwrap_or_default()
    }

    /// What the layer that is shown counted of an endpoint; where it saw nothing, the next one.
    #[must_use]
    pub fn endpoint(&self, name: &EndpointName, range: &Range<i64>) -> Series {
        let layers = self.endpoints.get(name);
        let first = layers.and_then(|layers| Layer::ALL.into_iter().find_map(|layer| layers.get(&layer)));
        first.map(|recent| recent.series(range)).unwrap_or_default()
    }

    /// The endpoint that is called so in addresses.
    #[must_use]
    pub fn by_slug(&self, slug: &str) -> Option<&EndpointName> {
        self.endpoints.keys().find(|name| name.slug() == slug)
    }
}
