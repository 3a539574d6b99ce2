//! What a report of an incident needs beside its timeline: what the failing requests share, what it cost, what was
//! deployed.

use jiff::{SignedDuration, Timestamp};
use statusquo_alert::{AlarmKind, Deploy, Incident, Subject};
use statusquo_exchange::Name;
use statusquo_problem::Problem;
use statusquo_slo::budget::Scope;
use statusquo_slo::kept::{Shared, shared};
use statusquo_store::Wanted;

use crate::context::App;
use crate::words;

/// So many of the newest failing requests are looked at.
const MOST_ROWS: usize = 1000;
/// Deploys so long before it are part of the story.
const BEFORE: SignedDuration = SignedDuration::from_secs(3600);

/// What a report needs beside the timeline.
#[derive(Debug, Default)]
pub(crate) struct Story {
    /// What most of the failing requests have in common.
    pub(crate) shared: Vec<Shared>,
    /// What it cost, by objective, in words.
    pub(crate) spent: Vec<String>,
    /// What was deployed of its service before and during it.
    pub(crate) deploys: Vec<Deploy>,
}

/// What a report of this incident needs.
pub(super) async fn of(app: &App, incident: &Incident) -> Result<Story, Problem> {
    let until = incident.resolved.unwrap_or_else(|| app.now());
    let name = match &incident.subject {
        Subject::Own(_) => return Ok(Story::default()),
        Subject::Monitor(name) | Subject::Traffic(name) => name.clone(),
    };
    let shared = match &incident.subject {
        Subject::Traffic(service) => shares(app, incident, service, until).await?,
        Subject::Monitor(_) | Subject::Own(_) => Vec::new(),
    };
    let snapshot = app.snapshot();
    let within = (incident.began.as_second(), until.as_second());
    let spent = snapshot.slos.iter().filter(|view| is_about(&view.slo.scope, incident)).filter_map(|view| {
        let episodes = view.spending.iter();
        let share: f64 = episodes
            .filter(|spent| spent.episode.began <= within.1 && spent.episode.ended >= within.0)
            .map(|spent| spent.share)
            .sum();
        (share > 0.0).then(|| format!("{}: {:.1} % of its error budget", view.slo.title, share * 100.0))
    });
    let began = incident.began.checked_sub(BEFORE).unwrap_or(incident.began);
    let of_service = |deploy: &&Deploy| deploy.service == name && deploy.at >= began && deploy.at <= until;
    let mut deploys: Vec<Deploy> = snapshot.deploys.iter().filter(of_service).cloned().collect();
    deploys.reverse();
    Ok(Story { shared, spent: spent.collect(), deploys })
}

fn is_about(scope: &Scope, incident: &Incident) -> bool {
    match (scope, &incident.subject) {
        (Scope::Monitor(of), Subject::Monitor(name) | Subject::Traffic(name)) => of == name,
        (Scope::Service { service, .. }, Subject::Traffic(name)) => service == name,
        (Scope::Service { .. }, Subject::Monitor(_)) | (_, Subject::Own(_)) => false,
    }
}

/// What the requests share that failed in its time.
async fn shares(
    app: &App,
    incident: &Incident,
    service: &Name,
    until: Timestamp,
) -> Result<Vec<Shared>, Problem> {
    let kind = incident.cause.as_ref().and_then(|cause| cause.kind.traffic()).map(|traffic| traffic.kind);
    let codes = match kind {
        Some(AlarmKind::Clients | AlarmKind::ClientErrors | AlarmKind::NewCode) => (400, 599),
        Some(_) | None => (500, 599),
    };
    let wanted = Wanted {
        from_us: Some(incident.began.as_microsecond()),
        to_us: Some(until.as_microsecond()),
        service: Some(service.clone()),
        codes: Some(codes),
        ..Wanted::default()
    };
    let rows = app.ask(move |reader| reader.rows(&wanted, MOST_ROWS)).await?;
    Ok(shared(rows.iter().map(|kept| &kept.row)))
}

impl Story {
    /// `118 of 118 failing requests have the error "connect() failed"`
    pub(crate) fn shares(&self) -> impl Iterator<Item = String> + '_ {
        self.shared.iter().map(|one| {
            let (count, of) = (words::grouped(one.count as u64), words::grouped(one.of as u64));
            format!("{count} of {of} kept failing requests have the same {}: {}", one.what, one.value)
        })
    }
}
