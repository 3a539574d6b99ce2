//! What all fuzz targets do with an exchange: judge it by every rule, alone and in a series, and show what was found.

use std::cell::RefCell;
use std::sync::LazyLock;
use std::time::Duration;

use statusquo_exchange::Exchange;
use statusquo_lint::{Depth, Judge, Leave, Level, Profile, RULES, Series, questions};

/// Every rule, those that are off by default included.
static JUDGE: LazyLock<Judge> = LazyLock::new(|| {
    let mut judge = Judge::new(Profile::Guide);
    for rule in RULES.iter() {
        judge.set(rule.id, Some(Level::Advice));
    }
    judge
});

thread_local! {
    /// What came before in this process; forgotten now and then, so that a fault can be made to happen again.
    static SERIES: RefCell<(Series, u32)> = RefCell::default();
}

/// Judges an exchange in all ways; panics where a rule does, or where judging twice gives something else.
pub fn judge(exchange: &Exchange) {
    let judgement = JUDGE.judge(exchange);
    assert_eq!(judgement, JUDGE.judge(exchange), "judging twice gives something else");
    let in_series = SERIES.with_borrow_mut(|(series, count)| {
        *count += 1;
        if *count % 64 == 0 {
            *series = Series::new();
        }
        series.observe(&JUDGE, exchange)
    });
    for finding in judgement.findings.iter().chain(&in_series) {
        if let Some(pointed) = finding.pointed(exchange) {
            assert!(pointed.marked.start <= pointed.marked.end, "{}", finding.rule.id);
        }
    }
    for depth in [Depth::Safe, Depth::All] {
        let leave = Leave { depth, allow_unsafe: true, patience: Duration::ZERO };
        std::hint::black_box(questions(exchange, leave));
    }
}
