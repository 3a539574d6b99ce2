//! Ninety days as bars: the failing part of a bar is the failing share, an unknown day is a short stub.
//!
//! Days of one kind that follow each other are one dashed line, so that a quiet component takes some dozen bytes.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::public::days::{Day, available};
use crate::words;

const HEIGHT: f64 = 26.0;
const STUB: f64 = 5.0;
/// A failing share is never drawn smaller than this: what is there is seen.
const LEAST: f64 = 3.0;

/// The bars of a component.
pub(super) fn bars(title: &str, days: &[Day]) -> Markup {
    let (mut good, mut bad, mut unknown) = (String::new(), String::new(), String::new());
    let (mut run, mut stubs): (Run, Run) = (None, None);
    for (at, day) in days.iter().enumerate() {
        if day.known == 0 {
            finish(&mut good, run.take(), HEIGHT / 2.0);
            extend(&mut stubs, at);
            continue;
        }
        finish(&mut unknown, stubs.take(), HEIGHT - STUB / 2.0);
        extend(&mut run, at);
        if day.good < day.known {
            // Writing to a string cannot fail.
            let _ = write!(bad, "M{at}.37 0v{:.0}", height(day));
        }
    }
    finish(&mut good, run, HEIGHT / 2.0);
    finish(&mut unknown, stubs, HEIGHT - STUB / 2.0);
    html! {
        svg viewBox={ "0 0 " (days.len()) " " (HEIGHT) } preserveAspectRatio="none" role="img" aria-label=(label(title, days)) {
            @if !good.is_empty() { path.d stroke-width=(HEIGHT) stroke-dasharray=".74 .26" d=(good) {} }
            @if !bad.is_empty() { path.b stroke-width=".74" d=(bad) {} }
            @if !unknown.is_empty() { path.n stroke-width=(STUB) stroke-dasharray=".74 .26" d=(unknown) {} }
        }
    }
}

/// Days that follow each other: the first, and how many.
type Run = Option<(usize, usize)>;

fn extend(run: &mut Run, at: usize) {
    *run = Some(run.map_or((at, 1), |(start, length)| (start, length + 1)));
}

fn finish(path: &mut String, run: Run, y: f64) {
    if let Some((start, length)) = run {
        let _ = write!(path, "M{start} {y}h{length}");
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of probes of a day")]
fn height(day: &Day) -> f64 {
    let share = (day.known - day.good) as f64 / day.known as f64;
    (share * HEIGHT).max(LEAST)
}

/// What the bars say, in words.
fn label(title: &str, days: &[Day]) -> String {
    let known = days.iter().filter(|day| day.known > 0).count();
    let troubled = days.iter().filter(|day| day.good < day.known).count();
    match known {
        0 => format!("{title}: nothing is known of the last {} days", days.len()),
        _ => format!(
            "{title}: {} of probes worked, with trouble on {troubled} of {known} days that are known",
            words::percent(available(days)),
        ),
    }
}
