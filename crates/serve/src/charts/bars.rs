//! Uptime bars: the failing part of a bar is the failing share; unknown is a short stub.

use maud::{Markup, html};
use statusquo_slo::{Mark, Tally};

use super::{Boxes, short};
use crate::board::{MonitorView, RECENT};
use crate::history::History;

const HEIGHT: f64 = 20.0;
const STUB: f64 = 4.0;
/// The part of its room that a bar fills.
const FILL: f64 = 0.74;

/// What stands in one bar, as shares of its height.
struct Bar {
    bad: f64,
    degraded: f64,
    /// Is anything known?
    known: bool,
    /// Was there anything at all?
    seen: bool,
}

impl Bar {
    #[expect(clippy::cast_precision_loss, reason = "counts of probes are far below 2^52")]
    fn of(tally: &Tally) -> Self {
        let known = History::known(tally);
        let share = |mark| if known == 0 { 0.0 } else { tally.marked(mark) as f64 / known as f64 };
        Self {
            bad: share(Mark::Bad),
            degraded: share(Mark::Degraded),
            known: known > 0,
            seen: tally.total() > 0,
        }
    }

    const fn of_one(mark: Mark) -> Self {
        let (bad, degraded, known) = match mark {
            Mark::Good => (0.0, 0.0, true),
            Mark::Degraded => (0.0, 1.0, true),
            Mark::Bad => (1.0, 0.0, true),
            Mark::Unknown => (0.0, 0.0, false),
        };
        Self { bad, degraded, known, seen: true }
    }
}

/// The bars of a stretch of time.
pub(crate) fn bars(history: &History, label: &str) -> Markup {
    draw(history.bars.iter().map(|(_, tally)| Bar::of(tally)), history.bars.len(), label)
}

/// One bar for each of the last probes; the newest is at the right.
pub(crate) fn recent_bars(view: &MonitorView, label: &str) -> Markup {
    let missing = RECENT.saturating_sub(view.recent.len());
    let nothing = (0..missing).map(|_| Bar { bad: 0.0, degraded: 0.0, known: false, seen: false });
    draw(nothing.chain(view.recent.iter().map(|recent| Bar::of_one(recent.mark))), RECENT, label)
}

fn draw(bars: impl Iterator<Item = Bar>, many: usize, label: &str) -> Markup {
    let (mut good, mut degraded, mut bad, mut unknown, mut empty) =
        (Boxes::default(), Boxes::default(), Boxes::default(), Boxes::default(), Boxes::default());
    let mut x = (1.0 - FILL) / 2.0;
    for bar in bars {
        if !bar.known {
            let stubs = if bar.seen { &mut unknown } else { &mut empty };
            stubs.add((x, HEIGHT - STUB), (FILL, STUB));
            x += 1.0;
            continue;
        }
        // What is there is seen: a share of one in a thousand is not a hair.
        let part = |share: f64| if share > 0.0 { (share * HEIGHT).max(2.0) } else { 0.0 };
        let (red, amber) = (part(bar.bad), part(bar.degraded).min(HEIGHT - part(bar.bad)));
        bad.add((x, 0.0), (FILL, red));
        degraded.add((x, red), (FILL, amber));
        good.add((x, red + amber), (FILL, HEIGHT - red - amber));
        x += 1.0;
    }
    let layers = [("f2 i4", good), ("f4", degraded), ("f5", bad), ("fi i3", unknown), ("fl", empty)];
    html! {
        svg.bars viewBox={ "0 0 " (many) " " (short(HEIGHT)) } preserveAspectRatio="none" role="img" aria-label=(label) {
            @for (class, boxes) in layers.iter().filter(|(_, boxes)| !boxes.0.is_empty()) {
                path class=(class) d=(boxes.0) {}
            }
        }
    }
}
