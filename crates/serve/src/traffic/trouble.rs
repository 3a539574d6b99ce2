//! What is out of the usual at this moment, from what is at hand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use statusquo_slo::Answer;
use statusquo_slo::traffic::{EndpointName, RECENT_SECONDS};

use super::unusual::{Level, level};
use super::{Kind, kind};
use crate::board::ServiceView;

/// What is judged: the last five minutes, against the two hours before.
pub(crate) const NEWEST_SECONDS: i64 = 300;
/// Fewer errors than this are nobody's trouble.
const LEAST: u64 = 5;

/// An endpoint that answers an error more often than usual.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trouble {
    pub(crate) endpoint: EndpointName,
    pub(crate) answer: Answer,
    /// Within the last five minutes: with this answer, and all.
    pub(crate) share: (u64, u64),
    /// The same before.
    pub(crate) usual: (u64, u64),
    pub(crate) since: Timestamp,
}

impl Trouble {
    /// All endpoints of a service whose server's faults are out of the usual, the most frequent first.
    pub(crate) fn of(view: &ServiceView, now: Timestamp) -> Vec<Self> {
        let now = now.as_second();
        let mut all: Vec<Self> =
            view.endpoints.keys().filter_map(|name| of_endpoint(view, name, now)).collect();
        all.sort_by(|one, other| {
            other.share.0.cmp(&one.share.0).then_with(|| one.endpoint.cmp(&other.endpoint))
        });
        all
    }

    /// `answers 503 to 1 request in 14`
    pub(crate) fn predicate(&self) -> String {
        let (bad, all) = self.share;
        let what = match self.answer {
            Answer::Status(code) => format!("answers {code}"),
            Answer::Failure(_) | Answer::None => "gives no answer".to_owned(),
        };
        match all / bad.max(1) {
            0 | 1 => format!("{what} to nearly every request"),
            many => format!("{what} to 1 request in {many}"),
        }
    }
}

fn of_endpoint(view: &ServiceView, name: &EndpointName, now: i64) -> Option<Trouble> {
    let series = view.endpoint(name, &(now - RECENT_SECONDS..now + 10));
    // By answer: now, and before; and the minutes in which it came.
    let mut counts: BTreeMap<Answer, (u64, u64)> = BTreeMap::new();
    let (mut all_now, mut all_before) = (0, 0);
    for (start, answer, count) in series.answers() {
        let (recent, before) = counts.entry(answer).or_default();
        if start >= now - NEWEST_SECONDS {
            *recent += count;
            all_now += count;
        } else {
            *before += count;
            all_before += count;
        }
    }
    let is_unusual = |recent: u64, before: u64| {
        matches!(level(recent, expected(before)), Level::More(step) if step >= 2) && recent >= LEAST
    };
    let worst = counts
        .iter()
        .filter(|(answer, (recent, before))| kind(**answer) == Kind::Server && is_unusual(*recent, *before))
        .max_by_key(|(_, (recent, _))| *recent);
    // What lasts longer than half an hour is not usual yet: it is judged against the first half hour at hand as well.
    let (answer, (recent, before)) =
        worst.map(|(answer, counted)| (*answer, *counted)).or_else(|| lasting(&series, now))?;
    let since = began(&series, answer, now);
    Some(Trouble {
        endpoint: name.clone(),
        answer,
        share: (recent, all_now),
        usual: (before, all_before),
        since: Timestamp::from_second(since).unwrap_or_default(),
    })
}

/// How many five minutes usually have, where the two hours before have so many.
#[expect(clippy::cast_precision_loss, reason = "counts of two hours")]
pub(crate) fn expected(before: u64) -> f64 {
    before as f64 * NEWEST_SECONDS as f64 / (RECENT_SECONDS - NEWEST_SECONDS) as f64
}

/// An error of the last five minutes that was rare at the beginning of the two hours.
fn lasting(series: &statusquo_slo::traffic::Series, now: i64) -> Option<(Answer, (u64, u64))> {
    let early = now - RECENT_SECONDS..now - RECENT_SECONDS + 6 * NEWEST_SECONDS;
    let mut counts: BTreeMap<Answer, (u64, u64)> = BTreeMap::new();
    let mut was_there = false;
    for (start, answer, count) in series.answers() {
        let (recent, before) = counts.entry(answer).or_default();
        if start >= now - NEWEST_SECONDS {
            *recent += count;
        } else if early.contains(&start) {
            *before += count;
            was_there = true;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of half an hour")]
    let is_unusual = |recent: u64, before: u64| {
        recent >= LEAST && matches!(level(recent, before as f64 / 6.0), Level::More(step) if step >= 2)
    };
    let found = counts
        .into_iter()
        .filter(|(answer, (recent, before))| kind(*answer) == Kind::Server && is_unusual(*recent, *before));
    found.max_by_key(|(_, (recent, _))| *recent).filter(|_| was_there)
}

/// The minute in which it began: going back while no two minutes are without it.
fn began(series: &statusquo_slo::traffic::Series, answer: Answer, now: i64) -> i64 {
    let came = series.answers().filter(|(_, of, count)| *of == answer && *count > 0);
    let mut starts: Vec<i64> = came.map(|(start, ..)| start).collect();
    starts.sort_unstable();
    let mut began = now;
    for start in starts.into_iter().rev() {
        if began - start > 120 {
            break;
        }
        began = start;
    }
    began
}
