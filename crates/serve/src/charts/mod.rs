//! Charts as SVG, made here: small, without scripts, sized by what they stand in.

mod bars;
mod burn_down;
mod heat;
mod latency;
mod phases;
mod spark;
mod strip;

pub(crate) use bars::{bars, recent_bars};
pub(crate) use burn_down::{burn_down, left};
pub(crate) use heat::{Shade, heat};
pub(crate) use latency::{latency, latency_of};
pub(crate) use phases::{PHASES, parts, phases};
pub(crate) use spark::spark;
pub(crate) use strip::strip;

use std::fmt::Write as _;

/// A path made of rectangles: small, and one element whatever their number.
#[derive(Debug, Default)]
struct Boxes(String);

impl Boxes {
    /// Adds a rectangle; numbers have at most two decimals.
    fn add(&mut self, (x, y): (f64, f64), (width, height): (f64, f64)) {
        if height > 0.0 && width > 0.0 {
            // Writing to a string cannot fail.
            let (x, y, w, h) = (short(x), short(y), short(width), short(height));
            let _ = write!(self.0, "M{x} {y}h{w}v{h}h-{w}z");
        }
    }
}

/// At most two decimals, and no zeros at the end.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A line through points; `None` breaks it.
fn line(points: impl Iterator<Item = (f64, Option<f64>)>) -> String {
    let mut path = String::new();
    let mut is_drawing = false;
    for (x, y) in points {
        let Some(y) = y else {
            is_drawing = false;
            continue;
        };
        // A point without neighbours is a line of no length: with round ends it is a dot.
        let (letter, dot) = if is_drawing { ('L', "") } else { ('M', "h0") };
        let _ = write!(path, "{letter}{} {}{dot}", short(x), short(y));
        is_drawing = true;
    }
    path
}
