//! What these forms ask for.

use axum::extract::{Path, State};
use axum::response::Redirect;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use statusquo_alert::{Command as Order, IncidentNumber, Scope};
use statusquo_exchange::Name;
use statusquo_problem::{Checks, Mistake, Problem};
use statusquo_store::{Announcement, AnnouncementKind, Impact, Role, Stage, StoreError, Update};

use super::forms::{LONGEST_TEXT, LONGEST_TITLE};
use crate::auth::Caller;
use crate::command::Command;
use crate::context::App;
use crate::problem::unwritten;
use crate::words;

/// What a form sent: names and values, in order. Boxes of one name come several times.
type Sent = axum::Form<Vec<(String, String)>>;

/// A filled form, and all that is wrong with it so far.
struct Filled {
    values: Vec<(String, String)>,
    checks: Checks,
}

impl Filled {
    /// The form, if it is ours and its sender may tell the public something.
    fn of(caller: &Caller, values: Vec<(String, String)>) -> Result<Self, Problem> {
        let filled = Self { values, checks: Checks::new() };
        caller.check_csrf(filled.text("csrf"))?;
        caller.require(Role::Responder)?;
        Ok(filled)
    }

    fn text(&self, name: &str) -> &str {
        self.values.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    fn wrong(&mut self, name: &str, detail: &str) {
        self.checks.note(Mistake::new(name.to_owned(), detail.to_owned()));
    }

    /// A text that has to be there.
    fn required(&mut self, name: &str, longest: usize, what: &str) -> String {
        let text = self.text(name).to_owned();
        if text.is_empty() || text.chars().count() > longest {
            self.wrong(name, &format!("{what} has 1 to {longest} characters"));
        }
        text
    }

    /// What everybody is told in an update.
    fn update(&mut self, caller: &Caller, stage: Stage, now: Timestamp) -> Update {
        let text = self.required("text", LONGEST_TEXT, "what users notice");
        let workaround = Some(self.text("workaround").to_owned()).filter(|text| !text.is_empty());
        if workaround.as_ref().is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
            self.wrong("workaround", "this is too long");
        }
        let next = words::parse_lasting(self.text("next")).and_then(|next| now.checked_add(next).ok());
        let is_promise_due =
            matches!(stage, Stage::Investigating | Stage::Identified | Stage::Monitoring | Stage::InProgress);
        if is_promise_due && next.is_none() {
            self.wrong("next", "users have to know when they hear more");
        }
        let next_by = next.filter(|_| is_promise_due);
        Update { at: now, by: caller.who.clone(), stage, text, workaround, next_by }
    }

    /// A moment in UTC, as browsers send it.
    fn moment(&mut self, name: &str) -> Option<Timestamp> {
        let civil: Option<DateTime> = self.text(name).parse().ok();
        let moment =
            civil.and_then(|civil| civil.to_zoned(TimeZone::UTC).ok()).map(|zoned| zoned.timestamp());
        if moment.is_none() {
            self.wrong(name, "this is not a moment; write `2026-12-01T22:00`");
        }
        moment
    }

    fn components(&mut self, known: &[crate::public::Component]) -> Vec<Name> {
        let chosen = self.values.iter().filter(|(key, _)| key == "components");
        let names: Vec<Name> = chosen.map(|(_, value)| Name::from(value.as_str())).collect();
        if names.is_empty() || names.iter().any(|name| known.iter().all(|component| component.name != *name))
        {
            self.wrong("components", "choose one or more of the components");
        }
        names
    }

    fn outage(&mut self) -> (AnnouncementKind, Stage) {
        let (impact, stage) = (Impact::parse(self.text("impact")), Stage::parse(self.text("stage")));
        let stage = stage.filter(|stage| Stage::OUTAGE.contains(stage));
        if impact.is_none() || stage.is_none() {
            self.wrong("impact", "choose how much does not work, and how far it is");
        }
        (AnnouncementKind::Outage(impact.unwrap_or(Impact::Minor)), stage.unwrap_or(Stage::Investigating))
    }

    fn work(&mut self, now: Timestamp) -> (AnnouncementKind, Stage) {
        let (from, until) = (self.moment("from").unwrap_or(now), self.moment("until").unwrap_or(now));
        if self.checks.is_empty() && (until <= from || until <= now) {
            self.wrong("until", "the end has to be after the beginning, and to come");
        }
        (AnnouncementKind::Work { from, until }, Stage::Scheduled)
    }

    fn finish(self) -> Result<(), Problem> {
        Ok(self.checks.finish()?)
    }
}

/// Something new: an outage or planned work.
pub(crate) async fn announce(
    State(app): State<App>,
    caller: Caller,
    axum::Form(sent): Sent,
) -> Result<Redirect, Problem> {
    let mut filled = Filled::of(&caller, sent)?;
    let (snapshot, now) = (app.snapshot(), app.now());
    let site = snapshot.public.clone().ok_or_else(|| Problem::not_found("there is no public status page"))?;
    let title = filled.required("title", LONGEST_TITLE, "the title");
    let components = filled.components(&site.components);
    let is_work = filled.text("kind") == "work";
    let (kind, stage) = if is_work { filled.work(now) } else { filled.outage() };
    let update = filled.update(&caller, stage, now);
    let incident = filled.text("incident").parse().ok().map(IncidentNumber);
    filled.finish()?;

    if let AnnouncementKind::Work { from, until } = kind {
        let watched = site.components.iter().filter(|component| components.contains(&component.name));
        let monitors: Vec<Name> = watched.flat_map(|component| component.monitors.iter().cloned()).collect();
        if !monitors.is_empty() {
            let plan = Order::Plan { scope: Scope::Monitors(monitors), from, until, comment: title.clone() };
            app.command(Command::Engine(plan, caller.who.clone())).await?;
        }
    }
    let one_at_a_time = app.announcing.lock().await;
    let number = app.snapshot().announcements.first().map_or(1, |newest| newest.number + 1);
    let announcement = Announcement { number, title, kind, components, incident, updates: vec![update] };
    app.tell_public(&caller, announcement).await?;
    drop(one_at_a_time);
    Ok(Redirect::to("/public"))
}

/// One more update.
pub(crate) async fn say(
    State(app): State<App>,
    caller: Caller,
    Path(number): Path<u64>,
    axum::Form(sent): Sent,
) -> Result<Redirect, Problem> {
    let mut filled = Filled::of(&caller, sent)?;
    let now = app.now();
    let one_at_a_time = app.announcing.lock().await;
    let snapshot = app.snapshot();
    let known = snapshot.announcements.iter().find(|one| one.number == number);
    let mut announcement =
        known.cloned().ok_or_else(|| Problem::not_found(format!("the public was not told of a {number}")))?;
    if !announcement.is_open() {
        let detail = "this is over; tell of something new instead";
        return Err(Problem::conflict(detail));
    }
    let stage = Stage::parse(filled.text("stage")).filter(|stage| announcement.stages().contains(stage));
    if stage.is_none() {
        filled.wrong("stage", "choose how far it is");
    }
    let update = filled.update(&caller, stage.unwrap_or(announcement.stage()), now);
    filled.finish()?;
    announcement.updates.push(update);
    app.tell_public(&caller, announcement).await?;
    drop(one_at_a_time);
    Ok(Redirect::to("/public"))
}

impl App {
    /// Saves what the public is told, and shows it; who told it stands in the audit log.
    async fn tell_public(&self, caller: &Caller, announcement: Announcement) -> Result<(), Problem> {
        let what = format!(
            "told the public of {} ({}): {}",
            announcement.number,
            announcement.stage().as_str(),
            announcement.title
        );
        let saved = self.context.writer.announce(announcement.clone()).await;
        saved.unwrap_or(Err(StoreError::Closed)).map_err(unwritten)?;
        self.context.board.write(|board| board.announce(announcement));
        self.note_deed(caller.who.clone(), what);
        Ok(())
    }
}
