//! Errors of an endpoint: the client's above the line, the server's below, by the logarithm of their number.

use maud::{Markup, html};

use super::Boxes;
use crate::words;

const HALF: f64 = 8.0;
const FILL: f64 = 0.8;
/// A thousand errors fill the height.
const FULL: f64 = 1000.0;

/// The strip of an endpoint: requests, the client's errors and the server's errors, by column.
pub(crate) fn strip(columns: &[[u64; 3]], name: &str) -> Markup {
    let (mut client, mut server) = (Boxes::default(), Boxes::default());
    let (mut sums, mut x) = ([0_u64; 2], (1.0 - FILL) / 2.0);
    for [_, above, below] in columns {
        client.add((x, HALF - height(*above)), (FILL, height(*above)));
        server.add((x, HALF), (FILL, height(*below)));
        sums = [sums[0] + above, sums[1] + below];
        x += 1.0;
    }
    let label = format!(
        "{name}, last 2 hours: {} client errors, {} server errors",
        words::grouped(sums[0]),
        words::grouped(sums[1])
    );
    html! {
        svg.strip viewBox={ "0 0 " (columns.len()) " " (2.0 * HALF) } preserveAspectRatio="none" role="img" aria-label=(label) {
            path.gr d={ "M0 " (HALF) "h" (columns.len()) } {}
            @if !client.0.is_empty() { path.f4.i3 d=(client.0) {} }
            @if !server.0.is_empty() { path.f5 d=(server.0) {} }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of some minutes")]
fn height(count: u64) -> f64 {
    if count == 0 { 0.0 } else { (((count + 1) as f64).ln() / FULL.ln() * HALF).clamp(1.0, HALF) }
}
