//! Finds when an answer became more frequent than it was.

/// Requests of a stretch of time: all of them, and those with the answer that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stretch {
    /// Requests with the answer.
    pub count: u64,
    /// All requests.
    pub total: u64,
}

/// When an answer became more frequent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The first second of it.
    pub since: i64,
    /// The first second after it, when it was over before the end.
    pub until: Option<i64>,
    /// What was before and after.
    pub usual: Stretch,
    /// What was meanwhile.
    pub meanwhile: Stretch,
    /// The logarithm of how much likelier the change is than none.
    pub evidence: f64,
}

/// Stretches that a history is looked at in, at most.
const MOST_STRETCHES: usize = 200;
/// Fewer answers say nothing.
const LEAST_COUNT: u64 = 10;
/// A change is this much likelier than none, also when it is looked for at every moment: e^15.
const LEAST_EVIDENCE: f64 = 15.0;
/// It is a change for people when it is this many times as frequent …
const TIMES: f64 = 2.0;
/// … and at least so frequent.
const LEAST_SHARE: f64 = 0.002;

impl Stretch {
    /// The share of the answer.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.total == 0 { 0.0 } else { as_f64(self.count) / as_f64(self.total) }
    }

    const fn plus(self, other: Self) -> Self {
        Self { count: self.count + other.count, total: self.total + other.total }
    }

    const fn minus(self, other: Self) -> Self {
        Self { count: self.count - other.count, total: self.total - other.total }
    }

    /// The log-likelihood of its answers at its own share.
    fn likelihood(self) -> f64 {
        let term =
            |part: u64| if part == 0 { 0.0 } else { as_f64(part) * (as_f64(part) / as_f64(self.total)).ln() };
        term(self.count) + term(self.total - self.count)
    }
}

/// The clearest change of a history, given as seconds and what was counted from then on, in order: a stretch with a higher
/// share than all the rest (the likelihood ratio of two binomials against one).
#[must_use]
pub fn find(history: &[(i64, Stretch)]) -> Option<Change> {
    let step = history.len().div_ceil(MOST_STRETCHES).max(1);
    let mut starts = Vec::new();
    let mut sums = vec![Stretch::default()];
    for part in history.chunks(step) {
        starts.push(part.first()?.0);
        let sum = part.iter().fold(*sums.last()?, |sum, (_, stretch)| sum.plus(*stretch));
        sums.push(sum);
    }
    let whole = *sums.last()?;
    if whole.count < LEAST_COUNT {
        return None;
    }
    let mut best: Option<Change> = None;
    for (from, before) in sums.iter().enumerate() {
        for (to, after) in sums.iter().enumerate().skip(from + 1) {
            let meanwhile = after.minus(*before);
            let usual = whole.minus(meanwhile);
            let evidence = evidence(whole, usual, meanwhile);
            if evidence > best.map_or(LEAST_EVIDENCE, |best| best.evidence) {
                let (since, until) = (*starts.get(from)?, starts.get(to).copied());
                best = Some(Change { since, until, usual, meanwhile, evidence });
            }
        }
    }
    best
}

fn evidence(whole: Stretch, usual: Stretch, meanwhile: Stretch) -> f64 {
    let is_change = usual.total > 0
        && meanwhile.share() >= LEAST_SHARE
        && meanwhile.share() >= TIMES * usual.share()
        && meanwhile.count >= LEAST_COUNT;
    if is_change { usual.likelihood() + meanwhile.likelihood() - whole.likelihood() } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
const fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(count: impl Fn(i64) -> u64) -> Vec<(i64, Stretch)> {
        (0..600).map(|minute| (minute * 60, Stretch { count: count(minute), total: 100 })).collect()
    }

    #[test]
    fn an_outage_is_found_with_its_beginning_and_its_end() {
        let found =
            find(&history(
                |minute| if (300..360).contains(&minute) { 7 } else { u64::from(minute % 97 == 0) },
            ));
        let found = found.map(|change| (change.since, change.until, change.meanwhile.count));
        assert_eq!(found, Some((300 * 60, Some(360 * 60), 420)));
        let lasting = find(&history(|minute| if minute >= 540 { 7 } else { 0 }));
        assert_eq!(lasting.map(|change| (change.since, change.until)), Some((540 * 60, None)));
    }

    #[test]
    fn what_always_happens_is_no_change() {
        assert_eq!(find(&history(|minute| u64::try_from(minute * 7919 % 5).unwrap_or(0))), None);
        assert_eq!(find(&history(|_| 0)), None);
        assert_eq!(find(&[]), None);
    }
}
