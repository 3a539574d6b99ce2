//! Why nothing is found of a request: what can be said of an id that nobody kept.

use jiff::Timestamp;

use super::{Id, Keeping};

/// What is known where something is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Searched {
    /// Which requests are kept there.
    pub keeping: Keeping,
    /// When the oldest one that is kept ended, in microseconds since 1970.
    pub oldest_us: Option<i64>,
    /// Were requests left out for want of room?
    pub left_out: u64,
}

/// Why nothing may be found of a request, in sentences, likeliest first.
#[must_use]
pub fn absent(id: &str, searched: &Searched) -> Vec<String> {
    let mut all = Vec::new();
    let Some(id) = Id::of(id.as_bytes()) else { return vec!["This is no id.".to_owned()] };
    let sample = searched.keeping.sample;
    match (searched.keeping.is_sampled(id), sample) {
        (true, _) => all.push(
            "Its id belongs to the sample: had it been seen, it would be here whatever its answer was.".to_owned(),
        ),
        (false, 0) => all.push(
            "If it went as usual, it was counted and not kept: only failures, server errors, unusual client errors and slow requests are.".to_owned(),
        ),
        (false, sample) => all.push(format!(
            "If it went as usual, it was counted and not kept: of those, 1 in {sample} is, and this id is not among them."
        )),
    }
    all.push("It may not have arrived yet: logs and spans come some seconds late.".to_owned());
    if let Some(oldest) = searched.oldest_us.and_then(|us| Timestamp::from_microsecond(us).ok()) {
        all.push(format!(
            "What ended before {} is no longer kept.",
            oldest.strftime("%H:%M UTC on %-d %B %Y")
        ));
    } else {
        all.push("No request was kept so far: is a log or OTLP configured?".to_owned());
    }
    if searched.left_out > 0 {
        all.push(format!("{} requests were not kept for want of room.", searched.left_out));
    }
    all
}
