//! `statusquo replay`: what would have been sent, when and why, by an access log.

mod history;
mod report;

use statusquo_exchange::Name;

use super::args::{Global, Replay};
use super::logs::reading::{Counted, Selection};
use super::output::{Format as Form, Printed};
use super::{Exit, Screen};

pub(in crate::cli) use history::History;

/// Runs `statusquo replay`.
pub(crate) fn run(global: &Global, flags: &Replay) -> anyhow::Result<Exit> {
    let selection = Selection {
        since: flags.since.as_deref().map(super::logs::moment).transpose()?,
        until: flags.until.as_deref().map(super::logs::moment).transpose()?,
        codes: None,
    };
    let routes = flags.routes.as_deref().map(super::logs::described).transpose()?;
    let mut counted = Counted::new(routes);
    counted.history = Some(History::new(Name::from(flags.service.as_str())));
    super::logs::read_all(global, &flags.files, &flags.format, &selection, &mut counted)?;
    let Some(mut history) = counted.history.take() else { return Ok(Exit::Clean) };
    history.finish(&counted.traffic);
    say(global, &counted, &history);
    Printed::text(global, |screen: &Screen| report::text(screen, &counted, &history))
        .json(|| report::json(&counted, &history))
        .form(Form::Jsonl, |_| report::jsonl(&history))
        .form(Form::Markdown, |_| Ok(report::markdown(&counted, &history)))
        .write()?;
    Ok(if history.incidents().next().is_some() { Exit::Found } else { Exit::Clean })
}

/// What people have to know of the log itself.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
fn say(global: &Global, counted: &Counted, history: &History) {
    if global.quiet {
        return;
    }
    if counted.not_understood > 0 {
        eprintln!("{} of {} lines were not understood", counted.not_understood, counted.lines);
    }
    if counted.without_zone > 0 {
        eprintln!("the times have no zone: they are taken for UTC");
    }
    if history.late() > 0 {
        eprintln!("{} requests were so far out of order that they were not watched", history.late());
    }
}
