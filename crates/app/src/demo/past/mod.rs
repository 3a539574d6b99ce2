//! A day of probes every 30 seconds, 90 days of coarser ones, a month of traffic, and what people said of it all: made up,
//! and the same for the same seed.

mod announcements;
mod faults;
mod incidents;
mod requests;
mod traffic;

use std::sync::Arc;

use anyhow::Context;
use jiff::Timestamp;
use statusquo_alert::Effect;
use statusquo_catalogue::StatusCode;
use statusquo_exchange::Name;
use statusquo_slo::{Answer, Mark, Phases, Sample};
use statusquo_store::{Store, TrafficBatch, Writer};

use super::random::Random;
use super::script::{PARTS, Part, SERVICE};
use faults::{DAY, HOUR, before};

/// Probes of one transaction.
const TOGETHER: usize = 20_000;

/// Writes the past into a new store, and closes it.
pub(super) async fn write(store: Store, seed: u64, now: Timestamp) -> anyhow::Result<()> {
    let writer = store.writer();
    for samples in probes(seed, now).chunks(TOGETHER) {
        writer.samples(samples.to_vec());
        settle(&writer, Vec::new()).await?;
    }
    let batch = TrafficBatch {
        services: vec![(Name::from(SERVICE), traffic::month(seed, now))],
        checkpoints: Vec::new(),
        rows: vec![(Name::from(SERVICE), requests::day(seed, now))],
        series: Vec::new(),
    };
    writer.traffic(Arc::new(batch)).await.context("the store has stopped")??;
    writer.roll_up(now);
    let incidents = incidents::all(now).into_iter();
    settle(&writer, incidents.map(|incident| Effect::SaveIncident(Box::new(incident))).collect()).await?;
    for announcement in announcements::all(now) {
        writer.announce(announcement).await.context("the store has stopped")??;
    }
    tokio::task::spawn_blocking(|| store.close()).await.context("the store has stopped")
}

/// Waits until all that was given to the store is in it.
async fn settle(writer: &Writer, effects: Vec<Effect>) -> anyhow::Result<()> {
    writer.commit(effects).await.context("the store has stopped")??;
    Ok(())
}

/// Probes in the order of time: each three hours long ago, each half minute of the last day.
fn probes(seed: u64, now: Timestamp) -> Vec<(Name, Name, Sample)> {
    let long_ago = (DAY / (3 * HOUR)..89 * DAY / (3 * HOUR)).map(|step| step * 3 * HOUR);
    let lately = (1..DAY / 30).map(|step| step * 30);
    let mut ages: Vec<i64> = long_ago.chain(lately).collect();
    ages.sort_unstable_by_key(|age| std::cmp::Reverse(*age));
    let here = Name::from("here");
    let mut all = Vec::with_capacity(ages.len() * PARTS.len());
    let mut random = Random::new(seed, 0);
    for age in ages {
        for part in &PARTS {
            all.push((Name::from(part.name), here.clone(), probe(part, age, now, &mut random)));
        }
    }
    all
}

fn probe(part: &Part, age: i64, now: Timestamp, random: &mut Random) -> Sample {
    let total = random.around(part.usual);
    let share = |of: u32| Some(total / 100 * of);
    let phases =
        Phases { resolve: None, connect: share(3), tls: None, wait: share(88), transfer: share(4), total };
    // One lost probe in four thousand: nobody is told of it, and the bars show it.
    let is_lost = random.chance(250);
    let (answer, mark) = match faults::met_by_probes(part.name, age) {
        Some(fault) => (Answer::Status(StatusCode::new(fault.status)), Mark::Bad),
        None if is_lost => (Answer::Status(StatusCode::new(502)), Mark::Bad),
        None => (Answer::Status(StatusCode::new(200)), Mark::Good),
    };
    Sample { at: before(now, age), answer, mark, phases }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_of_a_seed_is_always_the_same_and_ends_now() {
        let now: Timestamp = "2026-11-23T14:41:20Z".parse().unwrap();
        let one = probes(7, now);
        assert_eq!(one, probes(7, now));
        assert_ne!(one, probes(8, now));
        assert!(one.windows(2).all(|pair| pair[0].2.at <= pair[1].2.at), "in the order of time");
        assert!(one.last().is_some_and(|(.., last)| last.at <= now));
        assert!(one.iter().any(|(.., sample)| sample.mark == Mark::Bad));
    }
}
