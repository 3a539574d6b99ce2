//! Latency over time: the median and the 95th percentile, from the histograms that the store adds up.

use maud::{Markup, html};

use super::line;
use crate::history::History;
use crate::traffic::Usage;
use crate::words;

const HEIGHT: f64 = 100.0;

/// Latency over time; `None` if nothing was answered.
pub(crate) fn latency(history: &History) -> Option<Markup> {
    let quantiles = |share: f64| -> Vec<Option<f64>> {
        history.bars.iter().map(|(_, tally)| tally.latency().quantile(share)).collect()
    };
    draw(&quantiles(0.5), &quantiles(0.95), "probes")
}

/// The same of real traffic.
pub(crate) fn latency_of(usage: &Usage) -> Option<Markup> {
    let quantiles = |share: f64| -> Vec<Option<f64>> {
        usage.latency_shown().iter().map(|latency| latency.quantile(share)).collect()
    };
    draw(&quantiles(0.5), &quantiles(0.95), "requests")
}

fn draw(p50: &[Option<f64>], p95: &[Option<f64>], what: &str) -> Option<Markup> {
    let highest = p95.iter().flatten().copied().fold(0.0_f64, f64::max);
    if highest <= 0.0 {
        return None;
    }
    let top = nice(highest);
    let y = |value: f64| HEIGHT * (1.0 - value / top);
    #[expect(clippy::cast_precision_loss, reason = "some dozens of bars")]
    let path = |values: &[Option<f64>]| {
        line(values.iter().enumerate().map(|(x, value)| (x as f64 + 0.5, value.map(y))))
    };
    let many = p50.len();
    let label = format!("latency: at most {} in 95 of 100 {what} of any column", spoken(highest));
    Some(html! {
        div.chart {
            div.y aria-hidden="true" { span { (spoken(top)) } span { (spoken(top / 2.0)) } span { "0" } }
            svg.plot viewBox={ "0 0 " (many) " 100" } preserveAspectRatio="none" role="img" aria-label=(label) {
                path.gr d={ "M0 0H" (many) "M0 50H" (many) } {}
                path.zero d={ "M0 100H" (many) } {}
                path.ln.s4 d=(path(p95)) {}
                path.ln.s2 d=(path(p50)) {}
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
