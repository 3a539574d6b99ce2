//! What was counted since the start, for metrics.

use std::collections::BTreeMap;

use prometheus_client::metrics::histogram::Histogram;
use statusquo_slo::{Answer, Mark};

/// Upper bounds of the duration histogram, in seconds.
const BOUNDS: [f64; 13] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// What was counted since the start. The number of series does not depend on the number of monitors.
#[derive(Debug, Clone)]
pub(crate) struct Counters {
    /// Probes by what they meant and the class of what came: `2xx`, `failure`, `none`.
    pub(crate) probes: BTreeMap<(Mark, &'static str), u64>,
    /// How long probes took.
    pub(crate) duration: Histogram,
}

impl Counters {
    pub(super) fn new() -> Self {
        Self { probes: BTreeMap::new(), duration: Histogram::new(BOUNDS) }
    }

    pub(super) fn count(&mut self, answer: Answer, mark: Mark, total_us: u32) {
        let class = match answer {
            Answer::Status(code) => code.class().range_text(),
            Answer::Failure(_) => "failure",
            Answer::None => "none",
        };
        *self.probes.entry((mark, class)).or_default() += 1;
        self.duration.observe(f64::from(total_us) / 1e6);
    }
}
