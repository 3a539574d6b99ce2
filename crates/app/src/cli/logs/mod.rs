//! `statusquo logs`: which status codes an API answered, by its access log.

pub(in crate::cli) mod reading;
mod report;

use anyhow::Context;
use jiff::Timestamp;

use super::args::{Global, Logs};
use super::output::{Format as Form, Printed};
use super::{Exit, Screen};
use reading::{Counted, Selection};

/// Runs `statusquo logs`.
pub(crate) fn run(global: &Global, flags: &Logs) -> anyhow::Result<Exit> {
    let selection = Selection {
        since: flags.since.as_deref().map(moment).transpose()?,
        until: flags.until.as_deref().map(moment).transpose()?,
        codes: flags.code.clone(),
    };
    let format = flags.format.as_str();
    let routes = flags.routes.as_deref().map(described).transpose()?;
    let mut counted = Counted::new(routes);
    for file in &flags.files {
        reading::read(global, file, format, &selection, &mut counted)?;
    }
    counted.traffic.settle();
    say(global, &counted, flags);
    let rows = report::rows(&counted, flags);
    let text = |screen: &Screen| report::text(screen, &counted, &rows, flags);
    Printed::text(global, text)
        .json(|| report::json(&counted, &rows, flags))
        .form(Form::Csv, |_| Ok(report::csv(&rows, flags)))
        .form(Form::Markdown, |_| Ok(report::markdown(&counted, &rows, flags)))
        .write()?;
    Ok(if counted.lines == 0 { Exit::Found } else { Exit::Clean })
}

pub(in crate::cli) fn described(
    file: &std::path::Path,
) -> anyhow::Result<statusquo_source::openapi::Description> {
    let cannot = || format!("cannot read `{}`", file.display());
    let text = std::fs::read_to_string(file).with_context(cannot)?;
    statusquo_source::openapi::Description::read(&text).with_context(cannot)
}

/// A moment: RFC 3339, a date, or a duration before now such as `1h`.
pub(in crate::cli) fn moment(text: &str) -> anyhow::Result<i64> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at.as_second());
    }
    if let Ok(date) = text.parse::<jiff::civil::Date>() {
        let at = date.to_zoned(jiff::tz::TimeZone::UTC).context("this date is out of range")?;
        return Ok(at.timestamp().as_second());
    }
    if let Ok(before) = crate::config::parse_duration(text) {
        return Ok(Timestamp::now().as_second() - i64::try_from(before.as_secs()).unwrap_or(i64::MAX));
    }
    anyhow::bail!("`{text}` is no moment: write `2026-11-23T10:00:00Z`, `2026-11-23` or `1h`")
}

/// What people have to know of the log itself.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
fn say(global: &Global, counted: &Counted, flags: &Logs) {
    if global.quiet {
        return;
    }
    if counted.not_understood > 0 {
        eprintln!(
            "{} of {} lines were not understood{}",
            counted.not_understood,
            counted.lines,
            if flags.show_bad { ":" } else { "; --show-bad shows some" }
        );
    }
    if flags.show_bad {
        for (why, line) in &counted.bad {
            let line: String = String::from_utf8_lossy(line)
                .chars()
                .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                .take(160)
                .collect();
            eprintln!("  {why}: {line}");
        }
    }
    if counted.without_zone > 0 {
        eprintln!("the times have no zone: they are taken for UTC");
    }
    if counted.long_lines > 0 {
        eprintln!("{} lines were longer than 64 KiB and were cut", counted.long_lines);
    }
    let only_errors = counted.requests() > 100
        && counted.traffic.endpoints().all(|(_, tally)| {
            tally.count(|answer| matches!(answer, statusquo_slo::Answer::Status(code) if !code.is_error()))
                == 0
        });
    if only_errors {
        eprintln!("there is no success in this log: it may have been filtered, and rates from it are wrong");
    }
}
