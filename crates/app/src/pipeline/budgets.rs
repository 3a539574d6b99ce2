//! Error budgets: what is counted against them, and how they stand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use statusquo_alert::{Alarm, AlarmKind, AlarmState, Severity};
use statusquo_exchange::Name;
use statusquo_serve::{SharedBoard, SloView, Spent};
use statusquo_slo::budget::{BurnRates, Change, Counted, ErrorBudget, Indicator, Pair, Scope, Slo, Urgency};
use statusquo_slo::kept::Layer;
use statusquo_slo::traffic::{EndpointName, Harvest, Measure, Series};
use statusquo_slo::{Mark, Sample, Tally};
use statusquo_store::{Reader, Resolution, StoreError, Width};

/// Budgets are looked at so often, in seconds.
const LOOK_EVERY: i64 = 10;
/// Figures by five minutes are read for so long before a restart, in seconds; before that, those by the hour.
const FINE: i64 = 48 * 3600;
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
    reader: Reader,
}

impl Budgets {
    /// None yet.
    pub(super) const fn new(reader: Reader) -> Self {
        Self { all: Vec::new(), looked: Timestamp::UNIX_EPOCH, is_new: true, layers: BTreeMap::new(), reader }
    }

    /// Takes over what is promised now. Budgets of objectives that stay as they were go on.
    pub(super) fn configure(&mut self, slos: &[Slo], now: Timestamp) {
        let mut before = std::mem::take(&mut self.all);
        for slo in slos {
            let known = before.iter().position(|(old, _)| old == slo).map(|at| before.swap_remove(at).1);
            let budget = known.unwrap_or_else(|| self.restored(slo, now));
            self.all.push((slo.clone(), budget));
        }
        self.looked = Timestamp::UNIX_EPOCH;
        self.is_new = true;
    }

    /// Counts a probe.
    pub(super) fn probe(&mut self, monitor: &Name, sample: &Sample) {
        let of_monitor = self.all.iter_mut().filter(|(slo, _)| slo.scope == Scope::Monitor(monitor.clone()));
        for (slo, budget) in of_monitor {
            budget.count(sample.at.as_second(), sample.answer, event(&slo.indicator, sample));
        }
    }

    /// Counts what is new of a service.
    pub(super) fn traffic(&mut self, service: &Name, harvest: &Harvest) {
        let served = harvest.counted.iter().map(|counted| counted.layer).filter(|layer| layer.is_served());
        let Some(best) = served.chain(self.layers.get(service).copied()).min() else { return };
        self.layers.insert(service.clone(), best);
        for counted in harvest.counted.iter().filter(|counted| counted.layer == best) {
            let covered = |slo: &Slo| covers(&slo.scope, service, counted.endpoint.as_ref());
            for (slo, budget) in self.all.iter_mut().filter(|(slo, _)| covered(slo)) {
                add_series(&slo.indicator, budget, &counted.series);
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
        let mut views: Vec<SloView> = self.all.iter().map(|(slo, budget)| view(slo, budget, now)).collect();
        views.sort_by(|a, b| {
            let danger = |view: &SloView| view.standing.firing.map(|pair| pair.urgency);
            danger(b).cmp(&danger(a)).then_with(|| a.standing.left.total_cmp(&b.standing.left))
        });
        board.write(|board| board.slos(views));
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
            for (start, tally) in history.get(monitor).into_iter().flatten() {
                add(budget, *start, tally);
                budget.look(start + width.seconds());
            }
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
        let covered: Vec<_> = names.filter(|endpoint| covers(&slo.scope, service, *endpoint)).collect();
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
            add_series(&slo.indicator, budget, &whole);
        }
        budget.look(now.as_second());
        Ok(())
    }
}

/// From here on figures are read finely.
fn fine(now: Timestamp) -> i64 {
    (now.as_second() - FINE).div_euclid(3600) * 3600
}

/// The whole service is counted by itself: its endpoints are not added to it.
fn covers(scope: &Scope, service: &Name, endpoint: Option<&EndpointName>) -> bool {
    match (scope, endpoint) {
        (Scope::Monitor(_), _) => false,
        (Scope::Service { service: wanted, method: None, route: None }, None) => wanted == service,
        (Scope::Service { method: None, route: None, .. }, Some(_)) | (Scope::Service { .. }, None) => false,
        (Scope::Service { .. }, Some(endpoint)) => {
            scope.covers(service.as_str(), &endpoint.method, &endpoint.route)
        }
    }
}

/// Adds requests. Which answers were the slow ones is not counted: those that are bad anyway are taken to be the slow
/// ones first, as time-outs are.
fn add_series(indicator: &Indicator, budget: &mut ErrorBudget, series: &Series) {
    let mut slow: BTreeMap<i64, u64> = BTreeMap::new();
    for (start, measure, count) in series.counts() {
        if measure == Measure::Slow {
            *slow.entry(start).or_default() += count;
        }
    }
    let is_good = |answer, count| indicator.count(answer, count, 0).bad == 0;
    let (good, bad): (Vec<_>, Vec<_>) =
        series.answers().partition(|(_, answer, count)| is_good(*answer, *count));
    for (start, answer, count) in bad.into_iter().chain(good) {
        let left = slow.entry(start).or_default();
        let of_these = count.min(*left);
        *left -= of_these;
        budget.record(start, answer, count, of_these);
    }
}

/// Adds what was counted of probes in a stretch of time.
fn add(budget: &mut ErrorBudget, start: i64, tally: &Tally) {
    for mark in Mark::ALL {
        for (answer, count) in tally.answers_marked(mark) {
            let counted = match mark {
                Mark::Good | Mark::Degraded => Counted { good: count, bad: 0 },
                Mark::Bad => Counted { good: 0, bad: count },
                Mark::Unknown => Counted::default(),
            };
            budget.count(start, answer, counted);
        }
    }
}

/// What a probe is for an objective: its monitor's expectations say whether it was good, and what we could not see is
/// on neither side.
fn event(indicator: &Indicator, sample: &Sample) -> Counted {
    let is_slow = match indicator {
        Indicator::Availability(_) => false,
        Indicator::Latency { within_us, .. } => sample.phases.total > *within_us,
    };
    match sample.mark {
        Mark::Unknown => Counted::default(),
        Mark::Good | Mark::Degraded if !is_slow => Counted { good: 1, bad: 0 },
        Mark::Good | Mark::Degraded | Mark::Bad => Counted { good: 0, bad: 1 },
    }
}

/// What a pair that begins or ends to fire says.
fn alarm(slo: &Slo, change: &Change, now: Timestamp) -> Alarm {
    let (pair, rates, state) = match change {
        Change::Fires(pair, rates) => (pair, rates, AlarmState::Firing),
        Change::Calm(pair, rates) => (pair, rates, AlarmState::Cleared),
    };
    let (service, endpoint) = match &slo.scope {
        Scope::Monitor(monitor) => (monitor.clone(), None),
        Scope::Service { service, method: Some(method), route: Some(route) } => {
            (service.clone(), Some(format!("{method} {route}")))
        }
        Scope::Service { service, .. } => (service.clone(), None),
    };
    Alarm {
        key: format!("slo {}|{}", slo.name, pair.long_seconds),
        service,
        endpoint,
        kind: AlarmKind::BurnRate,
        severity: match pair.urgency {
            Urgency::Page => Severity::Failing,
            Urgency::Ticket => Severity::Degraded,
        },
        sentence: format!("burns the error budget of {} {:.1} times too fast", slo.title, rates.long),
        diagnosis: None,
        evidence: burn_evidence(pair, rates),
        clients: Vec::new(),
        since: now,
        state,
        receivers: slo.receivers.clone(),
    }
}

fn burn_evidence(pair: &Pair, rates: &BurnRates) -> Vec<String> {
    let hours = pair.long_seconds / 3600;
    let counted = format!("{} bad of {} in {hours} h", rates.counted.bad, rates.counted.valid());
    if let Some(newest) = rates.outage {
        let (bad, all) = (newest.bad, newest.valid());
        let failed =
            if newest.good == 0 { format!("the last {all}") } else { format!("{bad} of the last {all}") };
        return vec![
            counted,
            format!("{failed} failed, which happens by chance less than once in ten months"),
        ];
    }
    let chance = match 1.0 / rates.by_chance {
        odds if odds.is_finite() && odds < 1e9 => format!("by chance 1 in {odds:.0}"),
        _ => "by chance less often than once in a billion".to_owned(),
    };
    vec![counted, chance]
}

fn view(slo: &Slo, budget: &ErrorBudget, now: Timestamp) -> SloView {
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
    }
}
