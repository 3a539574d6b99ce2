//! What changed: the sentence at the end of the report.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use statusquo_slo::Answer;
use statusquo_slo::change::{self, Stretch};
use statusquo_slo::traffic::{Endpoint, EndpointTally, Route};

use super::counted::Counted;
use super::rows::{is_error, word};

/// Answers of endpoints that are looked at, the most frequent ones.
const MOST_LOOKED_AT: usize = 60;

/// An answer of an endpoint that became more frequent.
pub(super) struct Change {
    endpoint: String,
    answer: Answer,
    found: change::Change,
}

/// The clearest change of all endpoints. Server errors go first: what clients do wrong changes by itself.
pub(super) fn find(counted: &Counted) -> Option<Change> {
    let mut looked_at: Vec<(&Endpoint, &EndpointTally, Answer, u64)> = Vec::new();
    for (endpoint, tally) in counted.traffic.endpoints() {
        if matches!(endpoint.route, Route::Unmatched | Route::Other) {
            continue;
        }
        let mut sums: BTreeMap<Answer, u64> = BTreeMap::new();
        for ((_, answer), count) in tally.cells.iter().filter(|((_, answer), _)| is_looked_at(*answer)) {
            *sums.entry(*answer).or_default() += count;
        }
        looked_at.extend(sums.into_iter().map(|(answer, count)| (endpoint, tally, answer, count)));
    }
    looked_at.sort_by_key(|(_, _, answer, count)| std::cmp::Reverse((is_error(*answer), *count)));
    let changes = looked_at.into_iter().take(MOST_LOOKED_AT).filter_map(|(endpoint, tally, answer, _)| {
        let endpoint = format!("{} {}", endpoint.method, counted.traffic.path(&endpoint.route));
        Some(Change { endpoint, answer, found: change::find(&history(tally, answer))? })
    });
    let weight = |change: &Change| (is_error(change.answer), change.found.evidence);
    changes.max_by(|a, b| weight(a).partial_cmp(&weight(b)).unwrap_or(std::cmp::Ordering::Equal))
}

fn is_looked_at(answer: Answer) -> bool {
    match answer {
        Answer::Status(code) => code.is_error(),
        Answer::Failure(_) | Answer::None => true,
    }
}

fn history(tally: &EndpointTally, answer: Answer) -> Vec<(i64, Stretch)> {
    let mut history: BTreeMap<i64, Stretch> = BTreeMap::new();
    for ((at, other), count) in &tally.cells {
        let stretch = history.entry(*at).or_default();
        stretch.total += count;
        stretch.count += if *other == answer { *count } else { 0 };
    }
    history.into_iter().collect()
}

impl Change {
    /// The code, as `--code` takes it.
    pub(super) fn code(&self) -> String {
        word(self.answer)
    }

    /// `POST /v1/orders changed at 14:02: 503 from 0.01 % to 6.6 %.`
    pub(super) fn sentence(&self, zone: &TimeZone) -> String {
        let clock = |at: i64| {
            let at = Timestamp::from_second(at).unwrap_or_default().to_zoned(zone.clone());
            at.strftime("%Y-%m-%d %H:%M").to_string()
        };
        let until = self.found.until.map(|until| format!(" until {}", clock(until))).unwrap_or_default();
        format!(
            "{} changed at {}{until}: {} from {} to {}.",
            crate::cli::screen::printable(&self.endpoint),
            clock(self.found.since),
            self.code(),
            percent(self.found.usual.share()),
            percent(self.found.meanwhile.share())
        )
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let moment = |at: i64| Timestamp::from_second(at).map(|at| at.to_string()).ok();
        json!({
            "endpoint": self.endpoint,
            "code": self.code(),
            "since": moment(self.found.since),
            "until": self.found.until.and_then(moment),
            "usual_ratio": self.found.usual.share(),
            "ratio": self.found.meanwhile.share(),
        })
    }
}

/// `6.6 %`, `0.01 %`, `0 %`
fn percent(share: f64) -> String {
    match share * 100.0 {
        0.0 => "0 %".to_owned(),
        percent if percent < 0.01 => "less than 0.01 %".to_owned(),
        percent if percent < 1.0 => format!("{percent:.2} %"),
        percent if percent < 10.0 => format!("{percent:.1} %"),
        percent => format!("{percent:.0} %"),
    }
}
