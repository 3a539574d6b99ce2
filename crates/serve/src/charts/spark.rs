//! A small line without axes, for the shape of a figure alone.

use maud::{Markup, html};

use super::{line, short};

const HEIGHT: f64 = 26.0;

/// The line of some values; `class` colours it. What it shows is said in the figure beside it.
#[expect(clippy::cast_precision_loss, reason = "some dozens of columns")]
pub(crate) fn spark(values: &[Option<f64>], class: &str) -> Markup {
    let top = values.iter().flatten().copied().fold(0.0_f64, f64::max).max(1e-9);
    let y = |value: f64| HEIGHT - 2.0 - value / top * (HEIGHT - 5.0);
    let path = line(values.iter().enumerate().map(|(x, value)| (x as f64, value.map(y))));
    let last = values.len().saturating_sub(1).max(1);
    html! {
        svg.spark viewBox={ "0 0 " (last) " " (short(HEIGHT)) } preserveAspectRatio="none" aria-hidden="true" {
            path class={ "ln " (class) } d=(path) {}
        }
    }
}
