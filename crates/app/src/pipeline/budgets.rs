//! Error budgets: what is counted against them, and how they stand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use statusquo_alert::{Alarm, AlarmKind, AlarmState, Who};
use statusquo_exchange::Name;
use statusquo_serve::{AskedCorrection, SharedBoard, SloView, Spent};
use statusquo_slo::Sample;
use statusquo_slo::budget::{Change, Correction, ErrorBudget, Indicator, Scope, Slo};
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{Harvest, Series};
use statusquo_store::{Corrected, Reader, Resolution, StoreError, Width};

use crate::budget::{Event, alarm, burning, counting};

/// Budgets are looked at so often, in seconds.
const LOOK_EVERY: i64 = 10;
/// Figures by five minutes are read for so long before a restart, in seconds; before that, those by the hour.
const FINE: i64 = 48 * 3600;
/// What was counted before a restart is looked at so often, in seconds.
const LOOK_BACK_EVERY: i64 = 300;
/// A burn-down has so many points.
const POINTS: u32 = 60;

/// The error budgets of all objectives.
pub(super) struct Budgets {
    all: Vec<(Slo, ErrorBudget)>,
    looked: Timestamp,
    /// Nobody was told yet what fires, since it was configured or restored.
    is_new: bool,
    /// Who sees the requests of each service best: layers are never added up.
    layers: BTreeMap<Name, Layer>,
    /// What was firing before a restart or a change, until the budgets are known, by key.
    firing: BTreeMap<String, Alarm>,
    /// What was taken out of accounts, the newest first.
    corrections: Vec<Corrected>,
    reader: Reader,
}

impl Budgets {
    /// None yet, and these alarms were firing before a restart.
    pub(super) fn new(reader: Reader, firing: &[Alarm]) -> Self {
        Self {
            all: Vec::new(),
            looked: Timestamp::UNIX_EPOCH,
            is_new: true,
            layers: BTreeMap::new(),
            firing: firing
                .iter()
                .filter(|alarm| alarm.kind == AlarmKind::BurnRate)
                .map(|alarm| (alarm.key.clone(), alarm.clone()))
                .collect(),
            corrections: reader.corrections().unwrap_or_else(|error| {
                tracing::error!(%error, "what was taken out of error budgets cannot be read");
                Vec::new()
            }),
            reader,
        }
    }

    /// Takes over what is promised now. Budgets of objectives that stay as they were go on; what fires goes on under a
    /// changed objective, and is over with one that is gone: says which alarms are.
    pub(super) fn configure(&mut self, slos: &[Slo], now: Timestamp) -> Vec<Alarm> {
        let mut before = std::mem::take(&mut self.all);
        for (slo, budget) in &before {
            let firing = budget.burning(now.as_second()).into_iter().filter(|(_, _, firing)| *firing);
            let alarms = firing.map(|(pair, rates, _)| alarm(slo, &Change::Fires(pair, rates), now));
            self.firing.extend(alarms.map(|alarm| (alarm.key.clone(), alarm)));
        }
        for slo in slos {
            let known = before.iter().position(|(old, _)| old == slo).map(|at| before.swap_remove(at).1);
            let budget = known.unwrap_or_else(|| self.restored(slo, now));
            self.all.push((slo.clone(), budget));
        }
        self.apply_corrections();
        self.looked = Timestamp::UNIX_EPOCH;
        self.is_new = true;
        let mut over = std::mem::take(&mut self.firing);
        for (slo, budget) in &self.all {
            for (pair, _, _) in budget.burning(now.as_second()) {
                over.remove(&burning::key(slo, &pair));
            }
        }
        over.into_values().map(|alarm| Alarm { state: AlarmState::Cleared, ..alarm }).collect()
    }

    /// Shows how the budgets stand.
    pub(super) fn show(&self, now: Timestamp, board: &SharedBoard) {
        let mut views: Vec<SloView> =
            self.all.iter().map(|(slo, budget)| self.view(slo, budget, now)).collect();
        views.sort_by(|a, b| {
            let danger = |view: &SloView| view.standing.firing.map(|pair| pair.urgency);
            danger(b).cmp(&danger(a)).then_with(|| a.standing.left.total_cmp(&b.standing.left))
        });
        board.write(|board| board.slos(views));
    }

    /// Takes a stretch out of the account of an objective; `None` when there is no such one.
    pub(super) fn correct(&mut self, asked: AskedCorrection, by: Who, now: Timestamp) -> Option<Corrected> {
        let AskedCorrection { slo, from, until, why, incident } = asked;
        let (_, budget) = self.all.iter().find(|(known, _)| known.name == slo)?;
        let correction = Correction { from, until, counted: budget.counted(from, until) };
        let id = self.corrections.iter().map(|corrected| corrected.id).max().unwrap_or(0) + 1;
        let corrected = Corrected { id, slo, correction, why, by, at: now, incident, withdrawn: None };
        self.corrections.insert(0, corrected.clone());
        self.apply_corrections();
        Some(corrected)
    }

    /// Lets a correction count again; `None` when there is no such one in force.
    pub(super) fn withdraw(&mut self, slo: &Name, id: u64, by: Who, now: Timestamp) -> Option<Corrected> {
        let is_it = |corrected: &&mut Corrected| corrected.id == id && corrected.slo == *slo;
        let corrected = self.corrections.iter_mut().find(is_it)?;
        if corrected.withdrawn.is_some() {
            return None;
        }
        corrected.withdrawn = Some((now, by));
        let corrected = corrected.clone();
        self.apply_corrections();
        Some(corrected)
    }

    fn apply_corrections(&mut self) {
        for (slo, budget) in &mut self.all {
            let of_slo = self.corrections.iter().filter(|one| one.slo == slo.name && one.withdrawn.is_none());
            budget.correct(of_slo.map(|corrected| corrected.correction.clone()).collect());
        }
    }

    fn view(&self, slo: &Slo, budget: &ErrorBudget, now: Timestamp) -> SloView {
        let spent = |episode: &statusquo_slo::budget::Episode| Spent {
            share: budget.cost(episode.total(), now),
            forgotten: episode.forgotten(budget.period()),
            episode: episode.clone(),
        };
        SloView {
            slo: slo.clone(),
            standing: budget.standing(now),
            burning: budget.burning(now.as_second()),
            spending: budget.spending(now).into_iter().map(spent).collect(),
            burn_down: budget.burn_down(now, POINTS),
            corrections: self.corrections.iter().filter(|one| one.slo == slo.name).cloned().collect(),
        }
    }

    /// Counts a probe.
    pub(super) fn probe(&mut self, monitor: &Name, sample: &Sample) {
        let of_monitor = self.all.iter_mut().filter(|(slo, _)| slo.scope == Scope::Monitor(monitor.clone()));
        for (slo, budget) in of_monitor {
            add(budget, [counting::of_probe(&slo.indicator, sample)]);
        }
    }

    /// Counts what is new of a service.
    pub(super) fn traffic(&mut self, service: &Name, harvest: &Harvest) {
        let served = harvest.counted.iter().map(|counted| counted.layer).filter(|layer| layer.is_served());
        let Some(best) = served.chain(self.layers.get(service).copied()).min() else { return };
        self.layers.insert(service.clone(), best);
        for counted in harvest.counted.iter().filter(|counted| counted.layer == best) {
            let covered = |slo: &Slo| counting::covers(&slo.scope, service, counted.endpoint.as_ref());
            for (slo, budget) in self.all.iter_mut().filter(|(slo, _)| covered(slo)) {
                add(budget, counting::of_series(&slo.indicator, &counted.series));
            }
        }
    }

    /// Looks at the budgets if it is time, shows how they stand, and says which alarms begin and end.
    pub(super) fn look(&mut self, now: Timestamp, board: &SharedBoard) -> Vec<Alarm> {
        if now.as_second() - self.looked.as_second() < LOOK_EVERY {
            return Vec::new();
        }
        self.looked = now;
        let mut alarms = Vec::new();
        for (slo, budget) in &mut self.all {
            alarms.extend(budget.look(now.as_second()).iter().map(|change| alarm(slo, change, now)));
            if self.is_new {
                let firing = budget.burning(now.as_second()).into_iter().filter(|(_, _, firing)| *firing);
                alarms.extend(firing.map(|(pair, rates, _)| alarm(slo, &Change::Fires(pair, rates), now)));
            }
        }
        self.is_new = false;
        self.show(now, board);
        alarms
    }

    /// A budget with what is known from before we began.
    fn restored(&self, slo: &Slo, now: Timestamp) -> ErrorBudget {
        let mut budget = slo.budget(now.as_second() - slo.period.longest_seconds());
        let read = match (&slo.scope, &slo.indicator) {
            (Scope::Monitor(monitor), Indicator::Availability(_)) => {
                self.read_probes(monitor, &mut budget, now)
            }
            // Which probes were slow is not kept for so long.
            (Scope::Monitor(_), Indicator::Latency { .. }) => Ok(()),
            (Scope::Service { service, .. }, _) => self.read_traffic(slo, service, &mut budget, now),
        };
        if let Err(error) = read {
            tracing::error!(slo = %slo.name, %error, "what was counted before cannot be read");
        }
        // What was firing ends as always, and no sooner.
        budget.go_on_firing(|pair| self.firing.contains_key(&burning::key(slo, pair)));
        budget
    }

    fn read_probes(
        &self,
        monitor: &Name,
        budget: &mut ErrorBudget,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let moment = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        let (began, fine) = (budget.period().began(now), fine(now));
        let monitors = std::slice::from_ref(monitor);
        for (width, from, to) in [(Width::Hour, began, fine), (Width::Minutes5, fine, now.as_second() + 1)] {
            if from >= to {
                continue;
            }
            let history = self.reader.history(monitors, width, (moment(from.max(began)), moment(to)))?;
            let tallies = history.get(monitor).into_iter().flatten();
            let events = tallies.flat_map(|(start, tally)| counting::of_tally(*start, tally));
            play(budget, events.collect(), width.seconds());
        }
        Ok(())
    }

    fn read_traffic(
        &self,
        slo: &Slo,
        service: &Name,
        budget: &mut ErrorBudget,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let known = self.reader.known_endpoints(service.as_str())?;
        let names = known.iter().map(|known| Some(&known.name)).chain([None]);
        let covered: Vec<_> =
            names.filter(|endpoint| counting::covers(&slo.scope, service, *endpoint)).collect();
        let (began, fine) = (budget.period().began(now), fine(now));
        for (resolution, from, to) in
            [(Resolution::Hour, began, fine), (Resolution::Minute, fine.max(began), now.as_second() + 1)]
        {
            let mut whole = Series::new();
            for endpoint in &covered {
                let layers = self.reader.traffic(service.as_str(), *endpoint, resolution, &(from..to))?;
                let best = layers.into_iter().find(|(layer, _)| layer.is_served());
                best.iter().for_each(|(_, series)| whole.merge(series));
            }
            play(budget, counting::of_series(&slo.indicator, &whole), resolution.seconds());
        }
        Ok(())
    }
}

/// From here on figures are read finely.
fn fine(now: Timestamp) -> i64 {
    (now.as_second() - FINE).div_euclid(3600) * 3600
}

/// Counts what was, and looks at it as it was looked at then: what spent a budget is known only by that.
fn play(budget: &mut ErrorBudget, mut events: Vec<Event>, seconds: i64) {
    events.sort_by_key(|event| event.at);
    let stretch = |event: &Event| event.at.div_euclid(seconds.max(LOOK_BACK_EVERY));
    for together in events.chunk_by(|one, next| stretch(one) == stretch(next)) {
        add(budget, together.iter().copied());
        // What was counted of an hour stands at its beginning.
        budget.look(together.last().map_or(0, |event| event.at + seconds.min(LOOK_BACK_EVERY)));
    }
}

fn add(budget: &mut ErrorBudget, events: impl IntoIterator<Item = Event>) {
    events.into_iter().for_each(|event| budget.count(event.at, event.answer, event.counted));
}

#[cfg(test)]
mod tests {
    use statusquo_slo::budget::{Codes, Period};
    use statusquo_slo::{Answer, traffic::Measure};

    use super::*;

    #[test]
    fn what_spent_a_budget_long_before_a_restart_is_still_known() {
        let slo = Slo {
            name: Name::from("orders"),
            title: "orders".to_owned(),
            scope: Scope::Service { service: Name::from("shop"), method: None, route: None },
            indicator: Indicator::Availability(Codes::default()),
            objective: "99.9".parse().unwrap(),
            period: Period::Rolling { days: 30 },
            receivers: Vec::new(),
        };
        let end = 1_790_000_000 / 3600 * 3600;
        let mut series = Series::new();
        for hour in 1..=20 * 24 {
            let answer = |code| Measure::Answer(Answer::Status(statusquo_exchange::StatusCode::new(code)));
            series.add(end - hour * 3600, answer(200), 10_000);
            series.add(end - hour * 3600, answer(503), if hour == 10 * 24 { 700 } else { 0 });
        }
        let mut budget = slo.budget(end - 30 * 86_400);
        play(&mut budget, counting::of_series(&slo.indicator, &series), 3600);
        let spending = budget.spending(Timestamp::from_second(end).unwrap());
        let [episode] = spending.as_slice() else { panic!("{spending:?}") };
        assert_eq!((episode.total(), episode.is_over), (700, true), "{episode:?}");
    }
}
