//! `statusquo logs`: which status codes an API answered, by its access log.

mod changes;
mod clients;
mod counted;
mod counter;
pub(in crate::cli) mod coverage;
mod files;
mod forms;
mod interrupt;
mod origin;
mod pieces;
mod progress;
pub(in crate::cli) mod reading;
mod rows;
mod selection;
mod spans;
mod text;
mod traps;
mod zstd;

use std::path::{Path, PathBuf};

use anyhow::Context;
use jiff::Timestamp;
use statusquo_source::openapi::Description;

use super::args::{Global, Logs};
use super::output::{Format as Form, Printed};
use super::{Exit, Screen};
use progress::Progress;
use reading::{Counted, Selection};

/// Runs `statusquo logs`.
pub(crate) fn run(global: &Global, flags: &Logs) -> anyhow::Result<Exit> {
    let selection = Selection {
        since: flags.since.as_deref().map(moment).transpose()?,
        until: flags.until.as_deref().map(moment).transpose()?,
        codes: flags.code.clone(),
    };
    let routes = flags.routes.as_deref().map(described).transpose()?;
    interrupt::listen();
    let mut counted = Counted::new(routes);
    read_all(global, &flags.files, &flags.format, &selection, &mut counted)?;
    traps::say(global, &counted, flags);
    let rows = rows::rows(&counted, flags);
    let text = |screen: &Screen| text::text(screen, &counted, &rows, flags);
    Printed::text(global, text)
        .json(|| forms::json(&counted, &rows, flags))
        .form(Form::Csv, |_| Ok(forms::csv(&rows, flags)))
        .form(Form::Markdown, |_| Ok(forms::markdown(&counted, &rows, flags)))
        .write()?;
    Ok(match counted.is_partial {
        true => Exit::Interrupted,
        false if counted.lines == 0 => Exit::Found,
        false => Exit::Clean,
    })
}

/// Reads all logs that are named, oldest first, and looks for routes.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
pub(in crate::cli) fn read_all(
    global: &Global,
    names: &[PathBuf],
    format: &str,
    selection: &Selection,
    counted: &mut Counted,
) -> anyhow::Result<()> {
    let logs = files::find(names)?;
    let progress = Progress::new(global, logs.iter().map(|log| log.path.as_path()));
    let mut refused = None;
    let mut is_read = false;
    for log in &logs {
        if counted.is_partial {
            break;
        }
        match reading::read(&progress, &log.path, format, selection, counted) {
            Ok(()) => is_read = true,
            Err(error) if log.is_named => return Err(error),
            // What lies beside logs may be something else.
            Err(error) => {
                if !global.quiet {
                    eprintln!("left out: {error:#}");
                }
                refused = Some(error);
            }
        }
    }
    counted.traffic.settle();
    match refused {
        Some(error) if !is_read => Err(error),
        Some(_) | None => Ok(()),
    }
}

/// Reads the description that names the routes.
pub(in crate::cli) fn described(file: &Path) -> anyhow::Result<Description> {
    let cannot = || format!("cannot read `{}`", file.display());
    let text = std::fs::read_to_string(file).with_context(cannot)?;
    Description::read(&text).with_context(cannot)
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
