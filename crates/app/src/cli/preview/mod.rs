//! `statusquo alert preview`: what the configuration would have sent, had it been in force.

mod chosen;
mod compare;
mod probes;
mod report;
mod stage;

use jiff::Timestamp;
use statusquo_alert::Incident;
use statusquo_exchange::Name;

use super::args::{AlertPreview, Global};
use super::backtest::{Past, at};
use super::output::{Format as Form, Printed};
use super::played::{Played, Sent};
use super::{Exit, Screen};
use chosen::Chosen;
use compare::Then;

/// What would have been sent, and what was.
struct Preview {
    from: Timestamp,
    until: Timestamp,
    played: Played,
    /// What was really sent in that time.
    then: Vec<Then>,
    /// Incidents that are not asked for: they were played since others depend on them.
    beside: Vec<Incident>,
    /// When the probes begin that are kept one by one.
    probes_from: Option<Timestamp>,
    /// What people have to know of what was played.
    notes: Vec<String>,
}

/// Runs `statusquo alert preview`.
pub(crate) fn run(global: &Global, flags: &AlertPreview) -> anyhow::Result<Exit> {
    let config = crate::config::load(&global.config)?;
    let past = Past::open(global, &config, (&flags.since, flags.until.as_deref()))?;
    let chosen = Chosen::new(&config, past.reader.services()?, &flags.names)?;
    let preview = Preview::new(&past, &config, &chosen)?;
    say(global, &preview.notes);
    Printed::text(global, |screen: &Screen| report::text(screen, &preview))
        .json(|| report::json(&preview))
        .form(Form::Jsonl, |_| report::jsonl(&preview))
        .form(Form::Markdown, |_| Ok(report::markdown(&preview)))
        .write()?;
    let is_anything_sent = preview.incidents().any(|incident| preview.sent(incident).next().is_some());
    Ok(if is_anything_sent { Exit::Found } else { Exit::Clean })
}

impl Preview {
    fn new(past: &Past, config: &crate::config::Config, chosen: &Chosen<'_>) -> anyhow::Result<Self> {
        let (from, until) = (at(past.from), at(past.until));
        let played = stage::play(past, config, chosen)?;
        let mut then = compare::then(&past.reader, (from, until))?;
        then.retain(|then| {
            let would_be = played.incidents().any(|incident| then.is_same(incident));
            chosen.is_meant(&then.incident) && (chosen.is_whole(&then.incident) || would_be)
        });
        let beside = played.incidents().filter(|incident| !chosen.is_meant(incident)).cloned().collect();
        let probes_from = past.reader.oldest_probe()?;
        let notes = notes(past, chosen, probes_from);
        Ok(Self { from, until, played, then, beside, probes_from, notes })
    }

    /// The incidents that would have been open in the time that is asked for.
    fn incidents(&self) -> impl Iterator<Item = &Incident> {
        let is_meant = |incident: &&Incident| {
            let is_over = incident.resolved.is_some_and(|resolved| resolved < self.from);
            !is_over && !self.beside.iter().any(|beside| beside.number == incident.number)
        };
        self.played.incidents().filter(is_meant)
    }

    /// What would have been sent of it in that time.
    fn sent(&self, incident: &Incident) -> impl Iterator<Item = &Sent> {
        self.played.sent(incident.number).filter(|sent| sent.at >= self.from)
    }

    /// What was really sent about the same.
    fn then(&self, incident: &Incident) -> impl Iterator<Item = &Then> {
        self.then.iter().filter(|then| then.is_same(incident))
    }

    /// What was really sent, and about which nothing would be sent.
    fn not_any_more(&self) -> impl Iterator<Item = &Then> {
        self.then.iter().filter(|then| !self.incidents().any(|incident| then.is_same(incident)))
    }
}

/// What is not kept, or not so finely, as far as it matters here.
fn notes(past: &Past, chosen: &Chosen<'_>, probes_from: Option<Timestamp>) -> Vec<String> {
    let mut notes = Vec::new();
    let services: Vec<Name> = chosen.services().into_iter().map(|(name, ..)| name).collect();
    let minutes = past.kept.minutes_since();
    if past.from < minutes && !(services.is_empty() && chosen.slos().next().is_none()) {
        notes.push(format!(
            "before {} traffic is known by the hour alone: detectors and thresholds have nothing to watch, and budgets see short faults milder than they were",
            at(minutes)
        ));
    }
    let has_monitors = !chosen.setup().policies.is_empty();
    match probes_from {
        Some(from) if has_monitors && from > at(past.from + 300) => {
            notes.push(format!(
                "probes of monitors are kept one by one since {from}; before that nothing is played of them"
            ));
        }
        Some(_) => {}
        None if has_monitors => notes.push("no probes of monitors are kept one by one".to_owned()),
        None => {}
    }
    if chosen.has_heartbeats() {
        notes.push("heartbeats are not kept: nothing is played of them".to_owned());
    }
    if !services.is_empty() {
        notes.push(
            "what single clients did is not kept: scans, tried credentials, floods and integration bugs are not played; `statusquo replay` finds them in access logs"
                .to_owned(),
        );
    }
    notes
}

/// What people have to know of what was played.
#[expect(clippy::print_stderr, reason = "stderr is talk")]
fn say(global: &Global, notes: &[String]) {
    if !global.quiet {
        notes.iter().for_each(|note| eprintln!("{note}"));
    }
}
