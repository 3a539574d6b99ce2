//! Objectives and their budgets, as JSON.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use statusquo_slo::budget::{Pair, Period, Scope, Urgency};
use statusquo_store::Corrected;
use utoipa::ToSchema;

use super::answer_word;
use crate::board::{SloView, Spent};

/// All objectives, the one in most danger first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Slos {
    /// The objectives.
    pub slos: Vec<SloWire>,
}

/// An objective and how its budget stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SloWire {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whose events count: `monitor orders`, `shop POST /v1/orders`.
    pub of: String,
    /// The share of events that has to be good, in per cent, exactly: `99.9`.
    pub objective_percent: String,
    /// For how long: `30 days`, `month`.
    pub period: String,
    /// Good events in the period, corrections taken out.
    pub good: u64,
    /// Bad ones.
    pub bad: u64,
    /// How many bad ones the objective allows for so many events.
    pub allowed: u64,
    /// The share of the budget that is left: 1 is all of it, below 0 it is overdrawn.
    pub left_ratio: f64,
    /// How fast it burns, over the last hour: 1 spends it exactly by the end of the period.
    pub burn_rate: f64,
    /// When it is empty if it goes on like this; absent when it lasts.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub empty: Option<Timestamp>,
    /// `page` or `ticket` while an alert fires.
    pub firing: Option<String>,
    /// The windows that it is watched by.
    pub windows: Vec<BurnWire>,
    /// What spent it, the dearest first.
    pub spent: Vec<SpentWire>,
    /// What somebody took out of the account, the newest first, those that were put back included.
    #[serde(default)]
    pub corrections: Vec<CorrectionWire>,
}

/// Corrections of an objective.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Corrections {
    /// The newest first, those that were put back included.
    pub corrections: Vec<CorrectionWire>,
}

/// A stretch that somebody took out of the account of an objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CorrectionWire {
    /// Its number.
    pub id: u64,
    /// The first moment.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// The first moment after it.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// Good events in it.
    pub good: u64,
    /// Bad ones.
    pub bad: u64,
    /// Why.
    pub why: String,
    /// Who did it.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The incident that was meant.
    pub incident: Option<u64>,
    /// When somebody let it count again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub withdrawn: Option<Timestamp>,
    /// Who.
    pub withdrawn_by: Option<String>,
}

/// How fast a budget burns in a pair of windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BurnWire {
    /// `page` or `ticket`.
    pub urgency: String,
    /// The long window in seconds.
    pub long_seconds: i64,
    /// The short one.
    pub short_seconds: i64,
    /// Above this burn rate in both it fires.
    pub threshold: f64,
    /// The burn rate of the long window …
    pub long_burn_rate: f64,
    /// … and of the short one.
    pub short_burn_rate: f64,
    /// Bad events in the long window …
    pub bad: u64,
    /// … of so many.
    pub of: u64,
    /// How likely at least so many bad events are when the objective just holds.
    pub by_chance: f64,
    /// Does it fire?
    pub firing: bool,
}

/// What a stretch of bad events cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SpentWire {
    /// Its first bad events.
    #[schema(value_type = String, format = DateTime)]
    pub began: Timestamp,
    /// Its last ones.
    #[schema(value_type = String, format = DateTime)]
    pub ended: Timestamp,
    /// Is it over?
    pub is_over: bool,
    /// Bad events.
    pub bad: u64,
    /// The share of the whole budget.
    pub share_ratio: f64,
    /// Bad events by status code; `none` is no answer at all.
    pub codes: std::collections::BTreeMap<String, u64>,
    /// When it no longer counts.
    #[schema(value_type = String, format = DateTime)]
    pub forgotten: Timestamp,
}

impl From<&SloView> for SloWire {
    fn from(view: &SloView) -> Self {
        let (slo, standing) = (&view.slo, &view.standing);
        Self {
            name: slo.name.to_string(),
            title: slo.title.clone(),
            of: scope(&slo.scope),
            objective_percent: slo.objective.to_string().trim_end_matches(" %").to_owned(),
            period: period(&slo.period),
            good: standing.counted.good,
            bad: standing.counted.bad,
            allowed: standing.allowed,
            left_ratio: standing.left,
            burn_rate: standing.burn,
            empty: standing.empty.map(moment),
            firing: standing.firing.map(|pair| urgency(&pair).to_owned()),
            windows: view.burning.iter().map(|burning| BurnWire::new(view, burning)).collect(),
            spent: view.spending.iter().map(SpentWire::from).collect(),
            corrections: view.corrections.iter().map(CorrectionWire::from).collect(),
        }
    }
}

impl BurnWire {
    fn new(view: &SloView, (pair, rates, firing): &(Pair, statusquo_slo::budget::BurnRates, bool)) -> Self {
        let period = view.slo.budget(0).policy().period_seconds;
        Self {
            urgency: urgency(pair).to_owned(),
            long_seconds: pair.long_seconds,
            short_seconds: pair.short_seconds,
            threshold: pair.threshold(period),
            long_burn_rate: rates.long,
            short_burn_rate: rates.short,
            bad: rates.counted.bad,
            of: rates.counted.valid(),
            by_chance: rates.by_chance,
            firing: *firing,
        }
    }
}

impl From<&Spent> for SpentWire {
    fn from(spent: &Spent) -> Self {
        Self {
            began: moment(spent.episode.began),
            ended: moment(spent.episode.ended),
            is_over: spent.episode.is_over,
            bad: spent.episode.total(),
            share_ratio: spent.share,
            codes: spent.episode.bad.iter().map(|(answer, count)| (answer_word(*answer), *count)).collect(),
            forgotten: moment(spent.forgotten),
        }
    }
}

impl From<&Corrected> for CorrectionWire {
    fn from(corrected: &Corrected) -> Self {
        let correction = &corrected.correction;
        Self {
            id: corrected.id,
            from: moment(correction.from),
            until: moment(correction.until),
            good: correction.counted.good,
            bad: correction.counted.bad,
            why: corrected.why.clone(),
            by: corrected.by.0.clone(),
            at: corrected.at,
            incident: corrected.incident.map(|incident| incident.0),
            withdrawn: corrected.withdrawn.as_ref().map(|(at, _)| *at),
            withdrawn_by: corrected.withdrawn.as_ref().map(|(_, by)| by.0.clone()),
        }
    }
}

fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// `page` or `ticket`.
pub(crate) const fn urgency(pair: &Pair) -> &'static str {
    match pair.urgency {
        Urgency::Page => "page",
        Urgency::Ticket => "ticket",
    }
}

/// `monitor orders`, `shop POST /v1/orders`
pub(crate) fn scope(scope: &Scope) -> String {
    match scope {
        Scope::Monitor(monitor) => format!("monitor {monitor}"),
        Scope::Service { service, method, route } => {
            let parts = [Some(service.as_str()), method.as_deref(), route.as_deref()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
    }
}

/// `30 days`, `month`
pub(crate) fn period(period: &Period) -> String {
    use statusquo_slo::budget::CalendarUnit;
    match period {
        Period::Rolling { days: 1 } => "1 day".to_owned(),
        Period::Rolling { days } => format!("{days} days"),
        Period::Calendar { unit: CalendarUnit::Week, .. } => "week".to_owned(),
        Period::Calendar { unit: CalendarUnit::Month, .. } => "month".to_owned(),
        Period::Calendar { unit: CalendarUnit::Quarter, .. } => "quarter".to_owned(),
    }
}
