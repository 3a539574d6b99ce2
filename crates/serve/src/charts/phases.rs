//! Where the time of the last probes went, phase by phase.

use maud::{Markup, html};
use statusquo_slo::Sample;

use super::Boxes;
use super::latency::nice;
use crate::words;

/// The phases in the order in which they happen, with the class that draws each.
pub(crate) const PHASES: [(&str, &str); 5] =
    [("DNS", "p1"), ("TCP", "p2"), ("TLS", "p3"), ("wait", "p4"), ("transfer", "p5")];

const HEIGHT: f64 = 100.0;
const FILL: f64 = 0.8;

/// One stacked column for each probe, the oldest first; `None` if there are none.
pub(crate) fn phases(samples: &[Sample]) -> Option<Markup> {
    let highest = samples.iter().map(|sample| sample.phases.total).max().filter(|most| *most > 0)?;
    let top = nice(f64::from(highest));
    let mut layers: [Boxes; 6] = Default::default();
    let mut x = (1.0 - FILL) / 2.0;
    for sample in samples {
        let parts = parts(sample);
        let mut below = 0.0;
        for (layer, part) in layers.iter_mut().zip(parts) {
            let height = f64::from(part) / top * HEIGHT;
            layer.add((x, HEIGHT - below - height), (FILL, height));
            below += height;
        }
        x += 1.0;
    }
    let classes = PHASES.iter().map(|(_, class)| *class).chain(["p6"]);
    let spoken = |value: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 2^32")]
        words::took(value as u32)
    };
    Some(html! {
        div.chart {
            div.y aria-hidden="true" { span { (spoken(top)) } span { (spoken(top / 2.0)) } span { "0" } }
            svg.plot viewBox={ "0 0 " (samples.len().max(30)) " 100" } preserveAspectRatio="none" role="img"
                aria-label={ "phases of the last " (samples.len()) " probes, at most " (words::took(highest)) } {
                path.gr d={ "M0 0H" (samples.len().max(30)) "M0 50H" (samples.len().max(30)) } {}
                @for (class, layer) in classes.zip(&layers).filter(|(_, layer)| !layer.0.is_empty()) {
                    path class=(class) d=(layer.0) {}
                }
                path.zero d={ "M0 100H" (samples.len().max(30)) } {}
            }
        }
    })
}

/// The five phases, and what the total has beyond them.
pub(crate) fn parts(sample: &Sample) -> [u32; 6] {
    let phases = &sample.phases;
    let [resolve, connect, tls, wait, transfer] =
        [phases.resolve, phases.connect, phases.tls, phases.wait, phases.transfer]
            .map(Option::unwrap_or_default);
    let known =
        [resolve, connect, tls, wait, transfer].iter().fold(0_u32, |sum, part| sum.saturating_add(*part));
    [resolve, connect, tls, wait, transfer, phases.total.saturating_sub(known)]
}
