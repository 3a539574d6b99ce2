//! What a simulation prints.

use anyhow::Context;
use serde_json::{Value, json};
use statusquo_slo::budget::{Pair, Slo, Urgency};

use super::made_up::{Failing, RUNS, Story};
use super::past::{Told, Went};
use crate::cli::backtest::{Past, at};
use crate::cli::played::report::table;
use crate::cli::screen::bars;
use crate::cli::{Screen, Tone};

const SCHEMA: &str = "simulate/1";

/// `page`, `ticket`
const fn urgency(pair: &Pair) -> &'static str {
    match pair.urgency {
        Urgency::Page => "page",
        Urgency::Ticket => "ticket",
    }
}

/// `1 h and 5 min`
fn windows(pair: &Pair) -> String {
    format!("{} and {}", lasting(pair.long_seconds), lasting(pair.short_seconds))
}

/// `50 s`, `4.5 min`, `2 h 10 min`, `3 d 1 h`
fn lasting(seconds: i64) -> String {
    let minutes = seconds / 60;
    match (minutes, minutes / 60) {
        (0, _) => format!("{seconds} s"),
        (1..10, _) if seconds % 60 != 0 => format!("{minutes}.{} min", seconds % 60 / 6),
        (1..60, _) => format!("{minutes} min"),
        (_, hours @ 0..73) if minutes % 60 == 0 => format!("{hours} h"),
        (_, hours @ 0..48) => format!("{hours} h {} min", minutes % 60),
        (_, hours) => format!("{} d {} h", hours / 24, hours % 24),
    }
}

/// `27.8 %` of a thousandth share.
fn thousandths(share: u64) -> String {
    format!("{}.{} %", share / 10, share % 10)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Down to four decimals: nothing is called better than it was.
#[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^52")]
fn good_percent(went: &Went) -> f64 {
    let share = went.counted.good as f64 / went.counted.valid().max(1) as f64;
    (share * 1_000_000.0).floor() / 10_000.0
}

/// How the objectives would have done, for people.
pub(super) fn past_text(screen: &Screen, past: &Past, all: &[Went]) -> String {
    let all: Vec<String> = all.iter().map(|went| one_text(screen, went)).collect();
    format!("{}\n\nfrom {} to {}", all.join("\n\n"), at(past.from), at(past.until))
}

fn one_text(screen: &Screen, went: &Went) -> String {
    let (mark, tone) = match (went.is_missed(), went.told.is_empty()) {
        (true, _) => ("■", Tone::Bad),
        (false, false) => ("▲", Tone::Warning),
        (false, true) => ("●", Tone::Good),
    };
    let title = screen.paint(Tone::Strong, &went.slo.title);
    let mut lines = vec![format!("{} {title}: {}", screen.paint(tone, mark), verdict(went))];
    if went.counted.valid() == 0 {
        return lines.join("\n");
    }
    let most = went.spent.iter().max().copied().unwrap_or(0);
    let last = went.spent.last().copied().unwrap_or(0);
    lines.push(format!(
        "    spent: {} {} of the budget at the end, {} at most",
        bars(&went.spent, most.max(1000)),
        thousandths(last),
        thousandths(most)
    ));
    lines.extend(went.told.iter().map(|told| format!("    {}", told_text(told))));
    if went.told.is_empty() {
        lines.push("    nobody would have been told".to_owned());
    }
    lines.join("\n")
}

/// `99.82 % of 1234 events were good; 99.9 % would have been missed, 99.8 % kept`
fn verdict(went: &Went) -> String {
    let (valid, objective) = (went.counted.valid(), went.slo.objective);
    if valid == 0 {
        return format!("{objective}, and nothing was counted");
    }
    let good = format!("{} % of {valid} events were good", good_percent(went));
    match (went.is_missed(), went.kept()) {
        (true, Some(kept)) => format!("{good}; {objective} would have been missed, {kept} kept"),
        (true, None) => format!("{good}; {objective} would have been missed"),
        (false, Some(kept)) if kept < objective => {
            format!("{good}; {objective} would have been kept, and {kept} as well")
        }
        (false, _) => format!("{good}; {objective} would have been kept"),
    }
}

fn told_text(told: &Told) -> String {
    let until = told.until.map_or("the end".to_owned(), |until| at(until).to_string());
    let counted = told.rates.counted;
    format!(
        "{} by {} from {} to {until}: {} bad of {} in {}, {:.1} times too fast",
        urgency(&told.pair),
        windows(&told.pair),
        at(told.from),
        counted.bad,
        counted.valid(),
        lasting(told.pair.long_seconds),
        told.rates.long
    )
}

fn one_json(went: &Went) -> Value {
    let told = went.told.iter().map(|told| {
        json!({
            "urgency": urgency(&told.pair),
            "long_seconds": told.pair.long_seconds,
            "short_seconds": told.pair.short_seconds,
            "from": at(told.from).to_string(),
            "until": told.until.map(|until| at(until).to_string()),
            "bad": told.rates.counted.bad,
            "of": told.rates.counted.valid(),
            "burn_rate": told.rates.long,
        })
    });
    json!({
        "schema": SCHEMA,
        "slo": went.slo.name.as_str(),
        "objective": went.slo.objective.to_string(),
        "good": went.counted.good,
        "bad": went.counted.bad,
        "good_percent": good_percent(went),
        "is_missed": went.is_missed(),
        "kept": went.kept().map(|kept| kept.to_string()),
        "spent_thousandths": went.spent,
        "told": told.collect::<Vec<_>>(),
    })
}

/// All of it, for programs.
pub(super) fn past_json(past: &Past, all: &[Went]) -> Value {
    json!({
        "schema": SCHEMA,
        "from": at(past.from).to_string(),
        "until": at(past.until).to_string(),
        "slos": all.iter().map(one_json).collect::<Vec<_>>(),
    })
}

/// One objective a line.
pub(super) fn past_jsonl(all: &[Went]) -> anyhow::Result<String> {
    let lines = all.iter().map(|went| serde_json::to_string(&one_json(went)).context("cannot write JSON"));
    Ok(lines.collect::<anyhow::Result<Vec<_>>>()?.join("\n"))
}

/// A table for a page.
pub(super) fn past_markdown(past: &Past, all: &[Went]) -> String {
    let row = |went: &Went| {
        vec![
            went.slo.name.to_string(),
            went.slo.objective.to_string(),
            verdict(went),
            thousandths(went.spent.last().copied().unwrap_or(0)),
            went.told.iter().map(told_text).collect::<Vec<_>>().join("; "),
        ]
    };
    let table =
        table(&["objective", "promised", "what was", "spent at the end", "told"], all.iter().map(row));
    format!("from {} to {}\n\n{table}", at(past.from), at(past.until))
}

/// What came of traffic that was made up, for people.
pub(super) fn made_up_text(screen: &Screen, failing: &Failing, stories: &[(&Slo, Story)]) -> String {
    let one = |(slo, story): &(&Slo, Story)| {
        let days = slo.period.longest_seconds() / 86_400;
        let title = format!("{}, {} in {days} days", slo.title, slo.objective);
        let what = format!(
            "{} requests a minute, {} of them fail for {} (seed {})",
            decimal(failing.rate),
            percent_of(failing.share),
            lasting(failing.seconds),
            failing.seed
        );
        format!(
            "{}\n  {what}\n  {}",
            screen.paint(Tone::Strong, &title),
            came_of_it(screen, story).join("\n  ")
        )
    };
    stories.iter().map(one).collect::<Vec<_>>().join("\n\n")
}

fn came_of_it(screen: &Screen, story: &Story) -> Vec<String> {
    let Some(first) = story.told.first() else {
        return vec![
            format!("nobody is told; {} of the budget is spent", percent(story.spent)),
            in_runs(story),
        ];
    };
    let mut lines = vec![format!(
        "a {} after {}, by {}; {} of the budget is spent by then, {} in all",
        urgency(&first.pair),
        lasting(first.after),
        windows(&first.pair),
        percent(story.spent_when_told.unwrap_or(0.0)),
        percent(story.spent)
    )];
    lines.push(in_runs(story));
    let rows: Vec<Vec<String>> = story
        .told
        .iter()
        .map(|told| {
            let over = told.over_after.map_or("not within a week".to_owned(), over);
            vec![windows(&told.pair), urgency(&told.pair).to_owned(), lasting(told.after), over]
        })
        .collect();
    let table = screen.table(&["windows", "wakes", "after", "over"], &rows);
    lines.extend(table.lines().map(str::to_owned));
    lines
}

fn over(after: i64) -> String {
    if after < 0 { "before the end".to_owned() } else { format!("{} after the end", lasting(after)) }
}

fn in_runs(story: &Story) -> String {
    let middle = story.runs.get(story.runs.len() / 2);
    match (middle, story.runs.last()) {
        (Some(middle), Some(last)) => format!(
            "with {RUNS} other seeds: told in {}, after {} (median), {} at most",
            story.runs.len(),
            lasting(*middle),
            lasting(*last)
        ),
        (_, _) => format!("with {RUNS} other seeds: told in none"),
    }
}

/// What came of it, for programs.
pub(super) fn made_up_json(failing: &Failing, stories: &[(&Slo, Story)]) -> Value {
    let one = |(slo, story): &(&Slo, Story)| {
        let told = story.told.iter().map(|told| {
            json!({
                "urgency": urgency(&told.pair),
                "long_seconds": told.pair.long_seconds,
                "short_seconds": told.pair.short_seconds,
                "after_seconds": told.after,
                "over_after_seconds": told.over_after,
            })
        });
        json!({
            "slo": slo.name.as_str(),
            "objective": slo.objective.to_string(),
            "told": told.collect::<Vec<_>>(),
            "spent_when_told_ratio": story.spent_when_told,
            "spent_ratio": story.spent,
            "runs": RUNS,
            "told_after_seconds": story.runs,
        })
    };
    json!({
        "schema": SCHEMA,
        "rate_per_minute": decimal(failing.rate),
        "failing": percent_of(failing.share),
        "seconds": failing.seconds,
        "seed": failing.seed,
        "slos": stories.iter().map(one).collect::<Vec<_>>(),
    })
}

/// Millionths as a decimal number.
fn decimal(millionths: u64) -> String {
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn percent_of(millionths: u64) -> String {
    format!("{} %", decimal(millionths.saturating_mul(100)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_numbers_are_as_people_write_them() {
        let times = [50, 60, 270, 600, 3600, 7800, 72 * 3600, 75 * 3600].map(lasting);
        assert_eq!(times, ["50 s", "1 min", "4.5 min", "10 min", "1 h", "2 h 10 min", "72 h", "3 d 3 h"]);
        assert_eq!(
            (decimal(300_000), decimal(10_000_000), percent_of(205_000)),
            ("0.3".into(), "10".into(), "20.5 %".into())
        );
    }
}
