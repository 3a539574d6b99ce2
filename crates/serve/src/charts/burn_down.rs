//! What was left of an error budget in the course of its period.

use maud::{Markup, html};

use super::line;

/// What was left of an error budget, from 1 down; below 0 it is overdrawn. The thin line spends it evenly.
pub(crate) fn burn_down(left: &[f64]) -> Markup {
    let lowest = left.iter().copied().fold(0.0_f64, f64::min).max(-3.0);
    let height = 1.0 - lowest;
    let y = |value: f64| 100.0 * (1.0 - value.max(lowest)) / height;
    #[expect(clippy::cast_precision_loss, reason = "some dozens of points")]
    let path = line(left.iter().enumerate().map(|(x, value)| (x as f64, Some(y(*value)))));
    let many = left.len().saturating_sub(1).max(1);
    let (zero, now) = (y(0.0), left.last().copied().unwrap_or(1.0));
    let label = format!("error budget: {:.0} % left at the end of the line", now * 100.0);
    html! {
        div.chart {
            div.y aria-hidden="true" { span { "100 %" } span { "0 %" } @if lowest < 0.0 { span { (format!("{:.0} %", lowest * 100.0)) } } }
            svg.plot viewBox={ "0 0 " (many) " 100" } preserveAspectRatio="none" role="img" aria-label=(label) {
                path.even d={ "M0 0L" (many) " " (format!("{zero:.1}")) } {}
                path.zero d={ "M0 " (format!("{zero:.1}")) "H" (many) } {}
                path.ln.(if now < 0.0 { "s5" } else { "s2" }) d=(path) {}
            }
        }
        div.x.in { span { "the period begins" } span { "dashed: spent evenly" } span { "now" } }
    }
}

/// What is left of it, as the filled part of a bar.
pub(crate) fn left(share: f64) -> Markup {
    let class = if share < 0.25 { "f4" } else { "f2" };
    html! {
        svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" {
            @if share > 0.0 { path.(class) d={ "M0 0h" (format!("{:.0}", share.min(1.0) * 100.0)) "v1H0z" } {} }
        }
    }
}
