//! What was counted against an objective, as finely as it is still kept.

use jiff::Timestamp;
use statusquo_exchange::Name;
use statusquo_slo::budget::{Counted, Indicator, Scope, Slo};
use statusquo_slo::traffic::Series;
use statusquo_store::{Reader, Resolution, Retention, StoreError, Width};

use crate::budget::{Event, counting};

/// Probes of a monitor that are read at most.
const MOST_PROBES: usize = 5_000_000;
/// Figures begin to be deleted in stretches of this, in seconds: so much later all of them are there.
const WHOLE: i64 = 3600;

/// What is still kept, and how finely.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    /// As of this moment, in seconds since 1970.
    pub(crate) now: i64,
    /// For how long.
    pub(crate) retention: Retention,
}

impl Kept {
    /// From here on there is all of what is kept so long, on the hour.
    fn since(&self, kept: std::time::Duration) -> i64 {
        let began = self.now.saturating_sub(i64::try_from(kept.as_secs()).unwrap_or(i64::MAX));
        hour_after(began.saturating_add(WHOLE))
    }

    /// From here on traffic is known by minutes.
    pub(crate) fn minutes_since(&self) -> i64 {
        self.since(Resolution::Minute.kept())
    }
}

/// What was counted against an objective between two moments, in order of time. What is known by the hour alone is spread
/// evenly over its minutes: short faults look milder than they were.
pub(crate) fn events(
    reader: &Reader,
    slo: &Slo,
    (from, until): (i64, i64),
    kept: &Kept,
) -> Result<Vec<Event>, StoreError> {
    let mut all = match &slo.scope {
        Scope::Service { service, .. } => of_service(reader, slo, service, (from, until), kept)?,
        Scope::Monitor(monitor) => of_monitor(reader, &slo.indicator, monitor, (from, until), kept)?,
    };
    all.retain(|event| event.counted.valid() > 0 && (from..until).contains(&event.at));
    all.sort_by_key(|event| event.at);
    Ok(all)
}

fn of_service(
    reader: &Reader,
    slo: &Slo,
    service: &Name,
    (from, until): (i64, i64),
    kept: &Kept,
) -> Result<Vec<Event>, StoreError> {
    let known = reader.known_endpoints(service.as_str())?;
    let names = known.iter().map(|known| Some(&known.name)).chain([None]);
    let covered: Vec<_> = names.filter(|endpoint| counting::covers(&slo.scope, service, *endpoint)).collect();
    let (minutes, tens) = (kept.minutes_since(), kept.since(Resolution::Seconds10.kept()));
    let mut all = Vec::new();
    for (resolution, begin, end) in [
        (Resolution::Hour, from, minutes),
        (Resolution::Minute, minutes, tens),
        (Resolution::Seconds10, tens, until),
    ] {
        let (begin, end) = (begin.max(from), end.min(until));
        if begin >= end {
            continue;
        }
        let mut whole = Series::new();
        for endpoint in &covered {
            let layers = reader.traffic(service.as_str(), *endpoint, resolution, &(begin..end))?;
            let best = layers.into_iter().find(|(layer, _)| layer.is_served());
            best.iter().for_each(|(_, series)| whole.merge(series));
        }
        let events = counting::of_series(&slo.indicator, &whole);
        all.extend(events.into_iter().flat_map(|event| spread(event, resolution.seconds())));
    }
    Ok(all)
}

fn of_monitor(
    reader: &Reader,
    indicator: &Indicator,
    monitor: &Name,
    (from, until): (i64, i64),
    kept: &Kept,
) -> Result<Vec<Event>, StoreError> {
    let oldest = reader.oldest_probe()?.map_or(until, Timestamp::as_second);
    let single = hour_after(oldest.max(from)).min(hour_after(until));
    let mut all = Vec::new();
    // Which of them were slow is not counted.
    if matches!(indicator, Indicator::Availability(_)) {
        let fine = kept.since(kept.retention.minutes).clamp(from, single);
        for (width, begin, end) in [(Width::Hour, from, fine), (Width::Minutes5, fine, single)] {
            let history =
                reader.history(std::slice::from_ref(monitor), width, (moment(begin), moment(end)))?;
            for (start, tally) in history.get(monitor).into_iter().flatten() {
                all.extend(
                    counting::of_tally(*start, tally)
                        .into_iter()
                        .flat_map(|event| spread(event, width.seconds())),
                );
            }
        }
    }
    let probes = reader.latest(monitor.as_str(), moment(single), MOST_PROBES)?;
    all.extend(probes.iter().map(|probe| counting::of_probe(indicator, probe)));
    Ok(all)
}

/// What was counted in a stretch of time, by its minutes: evenly, and exactly as many in all.
fn spread(event: Event, seconds: i64) -> impl Iterator<Item = Event> {
    let minutes = (seconds / 60).max(1).unsigned_abs();
    let share = move |count: u64, minute: u64| count * (minute + 1) / minutes - count * minute / minutes;
    (0..minutes).map(move |minute| Event {
        at: event.at + i64::try_from(minute).unwrap_or(0) * 60,
        counted: Counted { good: share(event.counted.good, minute), bad: share(event.counted.bad, minute) },
        ..event
    })
}

/// The first full hour from a second on.
const fn hour_after(second: i64) -> i64 {
    second.saturating_add(3599).div_euclid(3600) * 3600
}

fn moment(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use statusquo_slo::Answer;

    use super::*;

    #[test]
    fn what_is_known_by_the_hour_is_spread_over_its_minutes_and_nothing_is_lost() {
        let event = Event { at: 7200, answer: Answer::None, counted: Counted { good: 601, bad: 7 } };
        let spread_out: Vec<Event> = spread(event, 3600).collect();
        assert_eq!(spread_out.len(), 60);
        assert_eq!(spread_out.iter().map(|event| event.counted.good).sum::<u64>(), 601);
        assert_eq!(spread_out.iter().map(|event| event.counted.bad).sum::<u64>(), 7);
        assert!(
            spread_out.iter().all(|event| event.counted.bad <= 1 && (10..=11).contains(&event.counted.good))
        );
        assert_eq!(spread_out.last().map(|event| event.at), Some(7200 + 59 * 60));
        assert_eq!(spread(event, 10).collect::<Vec<_>>(), [event]);
    }
}
