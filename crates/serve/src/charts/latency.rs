//! Latency over time: the median and the 95th percentile, from the histograms that the store adds up.

use maud::{Markup, html};

use super::line;
use crate::history::History;
use crate::words;

const HEIGHT: f64 = 100.0;

/// Latency over time; `None` if nothing was answered.
pub(crate) fn latency(history: &History) -> Option<Markup> {
    let quantiles: Vec<(Option<f64>, Option<f64>)> = history
        .bars
        .iter()
        .map(|(_, tally)| (tally.latency().quantile(0.5), tally.latency().quantile(0.95)))
        .collect();
    let highest = quantiles.iter().filter_map(|(_, p95)| *p95).fold(0.0_f64, f64::max);
    if highest <= 0.0 {
        return None;
    }
    let top = nice(highest);
    let y = |value: f64| HEIGHT * (1.0 - value / top);
    #[expect(clippy::cast_precision_loss, reason = "some dozens of bars")]
    let points = |which: fn(&(Option<f64>, Option<f64>)) -> Option<f64>| {
        line(quantiles.iter().enumerate().map(move |(x, both)| (x as f64 + 0.5, which(both).map(y))))
    };
    let label = format!("latency: at most {} in 95 of 100 probes of any column", spoken(highest));
    Some(html! {
        div.chart {
            div.y aria-hidden="true" { span { (spoken(top)) } span { (spoken(top / 2.0)) } span { "0" } }
            svg.plot viewBox={ "0 0 " (quantiles.len()) " 100" } preserveAspectRatio="none" role="img" aria-label=(label) {
                path.gr d={ "M0 0H" (quantiles.len()) "M0 50H" (quantiles.len()) } {}
                path.zero d={ "M0 100H" (quantiles.len()) } {}
                path.ln.s4 d=(points(|both| both.1)) {}
                path.ln.s2 d=(points(|both| both.0)) {}
            }
        }
    })
}

fn spoken(microseconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below an hour")]
    words::took(microseconds.round() as u32)
}

/// The next 1, 2 or 5 times a power of ten.
pub(super) fn nice(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power).find(|top| *top >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        for (value, expect) in [(1.0, 1.0), (3.0, 5.0), (149.0, 200.0), (5001.0, 10_000.0)] {
            assert!((nice(value) - expect).abs() < 1e-9, "{value}");
        }
    }
}
